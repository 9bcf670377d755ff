"""What a search found, as a person reads it on a terminal: by document, best first."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from operate.present import amount, new_console
from operate.present import short as shortened

_LINE = 100  # characters of the names that a word was widened to
_TITLE = 110


def show_search(found: dict[str, Any]) -> None:
    """Print the documents found with their best pages and entries, or what was covered."""
    console = new_console()
    if found["plain"]:
        console.print("The query's syntax was broken; it was searched as plain words.")
    for note in found["notes"]:
        console.print(note, markup=False, soft_wrap=True)
    for word, names in found["widened"].items():
        console.print(_widened(word, names), markup=False, soft_wrap=True)
    hits: dict[str, list[dict[str, Any]]] = {}
    for hit in (*found["entries"], *found["pages"]):
        hits.setdefault(hit["document"], []).append(hit)
    for group in found["groups"]:
        _show_group(console, group, hits.get(group["document"], []))
    if found["groups"]:
        many = found["documents"]
        words = f"More than {many} documents have" if found["more"] else _counted(many)
        console.print(f"\n{words} it.")
    else:
        console.print("Nothing was found.")
    for word, spellings in found["suggestions"].items():
        console.print(f"{word}: did you mean {' or '.join(spellings)}?", markup=False)
    _show_coverage(console, found["coverage"])


def _counted(documents: int) -> str:
    return "1 document has" if documents == 1 else f"{documents} documents have"


def _show_group(console: Console, group: dict[str, Any], hits: list[dict[str, Any]]) -> None:
    title = _marked(shortened(group["title"], _TITLE)) if group["title"] else "(no title)"
    console.print(f"\n[cyan]{title}[/]", soft_wrap=True)
    facts = [group["document"], group["source"], group["published"], group["language"]]
    pages = f"{group['pages']} page{'s' if group['pages'] != 1 else ''}"
    line = ", ".join([*(fact for fact in facts if fact), pages])
    console.print(f"  {line}", markup=False, soft_wrap=True)
    console.print(f"  {hits[0]['link'] if hits else group['url']}", markup=False, soft_wrap=True)
    for hit in hits:
        where = f"{hit['entry']}, page {hit['page']}" if hit["entry"] else f"page {hit['page']}"
        snippet = _marked(escape(" ".join(hit["snippet"].split())))
        console.print(f"  [dim]{escape(where)}:[/] {snippet}", soft_wrap=True)
        if hit["entry"] and (words := amount(hit)):
            console.print(f"    {words}", markup=False, soft_wrap=True)


def _marked(text: str) -> str:
    """Return text whose marks are shown in bold; one that is cut off ends with the text."""
    shown = text.replace("\x02", "[bold yellow]").replace("\x03", "[/bold yellow]")
    return shown + "[/bold yellow]" * (text.count("\x02") - text.count("\x03"))


def _widened(word: str, names: list[str]) -> str:
    """Return one line on what a word was widened to.

    >>> _widened("drone", ["UAV", "RPAS"])
    'drone was widened to UAV, RPAS (--not-as NAME leaves one out, --exact all).'
    """
    listed: list[str] = []
    for name in names:
        if listed and len(", ".join([*listed, name])) > _LINE:
            break
        listed.append(name)
    more = f" and {len(names) - len(listed)} more" if len(names) > len(listed) else ""
    shown = ", ".join(listed)
    return f"{word} was widened to {shown}{more} (--not-as NAME leaves one out, --exact all)."


def _show_coverage(console: Console, coverage: list[dict[str, Any]]) -> None:
    for row in coverage:
        console.print(
            f"Covered {row['source']}: {row['documents']} documents, {row['pages']} pages"
            f" ({row['textless']} without text, {row['unread']} documents unread), last fetched"
            f" {row['last_fetch'] or 'never'}.",
            markup=False,
        )


def show_terms(found: dict[str, Any]) -> None:
    """Print how many documents, pages and entries have each term of a list."""
    console = new_console()
    for row in found["terms"]:
        least = "at least " if row["more"] else ""
        plain = " (syntax broken: as plain words)" if row["plain"] else ""
        console.print(
            f"{row['term']}: {least}{row['documents']} documents, {row['pages']} pages,"
            f" {row['entries']} entries{plain}",
            markup=False,
            soft_wrap=True,
        )
    _show_coverage(console, found["coverage"])
