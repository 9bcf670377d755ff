"""Versions as a person reads them on a terminal: what changed between two, events in words."""

from __future__ import annotations

import os
import shutil
from typing import Any

from rich.console import Console
from rich.text import Text

CHANGES = {
    "first": "the first",
    "metadata": "only metadata differ",
    "text": "the text differs",
    "redaction": "text was blackened",
    "replaced": "another document in its place",
    None: "not compared yet",
}
_NOTHING = {
    True: "No word of any page differs; dates or other metadata of the file do.",
    False: "No word of any page differs; tables, or pictures that could not be read, may.",
}
_EVENTS = {
    "new": "first fetched",
    "changed": "fetched with other bytes",
    "unchanged": "fetched, unchanged",
    "not_modified": "asked for, not modified",
    "moved": "moved to {final_url}",
    "gone": "gone from its address",
    "returned": "came back",
    "refused": "refused by the site",
    "failed": "could not be fetched",
}


def show_diff(found: dict[str, Any]) -> None:
    """Print a word diff, page by page; of a redaction where and how much was blackened.

    Removed words stand as [-these-], added ones as {+these+}; on a terminal they are coloured too.
    """
    width = shutil.get_terminal_size((160, 40)).columns
    console = Console(width=max(width, 80), no_color="NO_COLOR" in os.environ, highlight=False)
    for line in _lines(found):
        console.print(line, soft_wrap=True)


def _lines(found: dict[str, Any]) -> list[Text]:
    if found.get("withheld"):
        return [
            Text(f"{found['document']} {'was erased' if found.get('erased') else 'is withheld'}.")
        ]
    old, new = found["from"], found["to"]
    lines = [
        Text(
            f"{found['document']}: version {old['number']} ({old['first_seen'][:10]}) to version"
            f" {new['number']} ({new['first_seen'][:10]}): {CHANGES[found['change']]}."
        )
    ]
    lines += [
        Text(f"{field['field']}: {_said(field['before'])} became {_said(field['after'])}")
        for field in found["fields"]
    ]
    if found["rule"] == "blackened":
        withdrawn = "The older text is withdrawn; only where and how much is told."
        return [*lines, Text(withdrawn), *map(_blackened, found["pages"])]
    if not found["pages"]:
        lines.append(Text(_NOTHING[found["change"] == "metadata"]))
    for page in found["pages"]:
        lines += _page(page)
    return lines


def _said(value: str | None) -> str:
    return f"“{value}”" if value else "not stated"


def _where(page: dict[str, Any]) -> str:
    if page["page"] is None:
        return f"page {page['before']} of the older version is gone"
    if page["before"] is None:
        return f"page {page['page']} is new"
    moved = "" if page["before"] == page["page"] else f" (page {page['before']} before)"
    return f"page {page['page']}{moved}"


def _blackened(page: dict[str, Any]) -> Text:
    words, share = page["words"], page["share"]
    grown = share["after"] - share["before"]
    area = f", {grown:.1%} of the page blackened" if grown >= 0.0001 else ""
    what = "redacted" if page["redacted"] else "changed"
    return Text(
        f"  {_where(page)}: {what}, {words['removed']} words gone, {words['added']} new{area}"
    )


def _page(page: dict[str, Any]) -> list[Text]:
    lines = [Text(f"\n--- {_where(page)}", style="cyan")]
    if page["too_long"]:
        lines.append(Text("  It differs in more words than are compared; read both versions."))
    elif not page["operations"]:
        lines.append(Text("  It has no words."))
    for change in page["operations"]:
        line = Text(f"  … {change['before']} " if change["before"] else "  ")
        if change["removed"]:
            line.append(f"[-{change['removed']}-]", style="red")
        if change["removed"] and change["added"]:
            line.append(" ")
        if change["added"]:
            line.append(f"{{+{change['added']}+}}", style="green")
        line.append(f" {change['after']} …" if change["after"] else "")
        lines.append(line)
    return lines


def version_line(row: dict[str, Any]) -> str:
    """Return a version of a document in one line: its number, when it came, what it changed.

    >>> version_line({"number": 2, "sha256": "ab", "first_seen": "2025-03-04T04:00:00Z",
    ...     "change": "redaction", "same_as": None, "withdrawn": False,
    ...     "redacted": [{"page": 3, "words": 12}]})
    'version 2: ab, first seen 2025-03-04T04:00:00Z, text was blackened (12 words on page 3)'
    """
    where = ", ".join(f"{page['words']} words on page {page['page']}" for page in row["redacted"])
    parts = [
        f"version {row['number']}: {row['sha256']}",
        f"first seen {row['first_seen']}",
        CHANGES[row["change"]] + (f" ({where})" if where else ""),
    ]
    if row["same_as"]:
        parts.append(f"the same bytes as version {row['same_as']}")
    if row["withdrawn"]:
        parts.append("withdrawn")
    return ", ".join(parts)


def event_line(event: dict[str, Any]) -> str:
    """Return what a fetch found in one line, with the site's status where it gave one.

    >>> event_line({"outcome": "gone", "status": 404, "fetched_at": "2025-03-04T04:00:00Z",
    ...     "final_url": "https://x.example/a"})
    '2025-03-04T04:00:00Z gone from its address (status 404)'
    """
    words = _EVENTS[event["outcome"]].format(final_url=event["final_url"])
    status = f" (status {event['status']})" if event["status"] > 0 else ""
    return f"{event['fetched_at']} {words}{status}"
