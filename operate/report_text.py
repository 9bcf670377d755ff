"""The report of a run as a short text that a person reads in the morning."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.settings import Settings
from operate.lines import entry_words, line, size, title_of, web_address
from operate.present_crawl import source_line
from store.database import Store
from store.run_report import first_issues, shown_contents, told_documents, told_entries

_DOCUMENTS = 5  # of a kind that are named
_ENTRIES = 10
_DETAILS = 10  # sentences on documents that could not be read
_KINDS = {
    "new": "New documents",
    "changed": "Changed documents",
    "returned": "Documents that are back",
    "gone": "Documents that are gone from their site (kept here)",
}
_CHANGES = {
    "metadata": "its text is the same",
    "text": "other text",
    "redaction": "words are blackened; the older text is withdrawn",
    "replaced": "replaced by another text",
}


def report_text(store: Store, settings: Settings, run: dict[str, Any]) -> str:
    """Return the text of a run's report (`store.run_report.run_row`); two lines for a quiet one."""
    report = run["report"]
    head = f"Materiel, run {run['id']} ({run['command']}), {_when(run)}"
    if report["quiet"]:
        crawled = _count(len(report.get("sources", [])), "source")
        lines = [f"{head}: a quiet run, nothing new. {crawled} crawled.", _totals(report)]
    else:
        lines = [f"{head}: {_verdict(run)}", *_body(store, settings, run), "", _totals(report)]
    return "\n".join(lines) + "\n"


def command_line(settings: Settings, *words: str) -> str:
    """Return a command as a person types it in the project's folder, its arguments quoted."""
    there = [] if settings.output == Path("output") else ["--output", str(settings.output)]
    return shlex.join(["python", "pipeline.py", *words, *there])


def _verdict(run: dict[str, Any]) -> str:
    words = {"failed": "FAILED. ", "interrupted": "INTERRUPTED. "}.get(run["state"], "")
    return f"{words}{line(run['verdict'], 500)}"


def _when(run: dict[str, Any]) -> str:
    start, end = run["started_at"], run["finished_at"] or ""
    same = start[:10] == end[:10]
    return f"{_minute(start)} to {_minute(end)[11 if same else 0 :]} UTC"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _body(store: Store, settings: Settings, run: dict[str, Any]) -> Iterator[str]:
    report = run["report"]
    for parts in (
        _interrupted(report),
        _sources(settings, report),
        _entries(store, report),
        *(_documents(store, report, kind) for kind in _KINDS),
        _failures(store, report),
        _issues(store, run),
    ):
        lines = list(parts)
        if lines:
            yield ""
            yield from lines


def _interrupted(report: dict[str, Any]) -> Iterator[str]:
    for number in report["interrupted"]:
        yield f"Run {number} was cut off; this one went on from where it had come."


def _sources(settings: Settings, report: dict[str, Any]) -> Iterator[str]:
    rows = report.get("sources", [])
    missed = [row for row in rows if row["missed"]]
    if missed:
        yield "Sources below expectation"
    for row in missed:
        yield f"- {line(source_line(row), 400)}"
        yield f"  What its pages give: {command_line(settings, 'probe', row['source'])}"
    for row in rows:
        if row["maximum"] and row["listed"] > row["maximum"]:
            yield (
                f"{row['source']} lists {row['listed']} documents, at most {row['maximum']} were"
                " expected: look whether it lists something else."
            )


def _documents(store: Store, report: dict[str, Any], kind: str) -> Iterator[str]:
    told = report["news"][kind]
    if not told["count"]:
        return
    by_source = ", ".join(f"{name} {count}" for name, count in sorted(told["sources"].items()))
    yield f"{_KINDS[kind]}: {told['count']} ({by_source})"
    shown = told_documents(store, told["keys"])[:_DOCUMENTS]
    for row in shown:
        change = _CHANGES.get(row["change"] or "", "") if kind == "changed" else ""
        address = web_address(row) or ""
        key = "" if row["document"] == f"url:{address}" else line(row["document"], 300)
        yield f"- {'; '.join(part for part in (line(row['title']), change, key, address) if part)}"
    if told["count"] > len(shown):
        yield f"- and {told['count'] - len(shown)} more"


def _entries(store: Store, report: dict[str, Any]) -> Iterator[str]:
    told = report["entries_of_note"]
    if not told["new"]:
        return
    yield f"New candidate entries: {told['new']}; of note: {told['count']} (`show KEY`)"
    entries = told_entries(store, [row["key"] for row in told["noted"]])
    shown = [row for row in told["noted"] if row["key"] in entries][:_ENTRIES]
    for row in shown:
        entry = entries[row["key"]]
        why = [_rare(entry, row["others"])] if row["others"] is not None else []
        if entry["amount_scope"] == "shared":
            why.append("the sum is of several goods together")
        yield f"- {'; '.join([entry_words(entry), *why])}"
        where = f"  {title_of(entry)}, page {entry['page']}; entry {row['key']}"
        yield "; ".join(part for part in (where, web_address(entry)) if part)
    if told["count"] > len(shown):
        yield f"- and {told['count'] - len(shown)} more"


def _rare(entry: dict[str, Any], others: int) -> str:
    kind = entry["equipment_type"]
    return f"{f'only {others} other' if others else 'the first'} of the type {kind}"


def _failures(store: Store, report: dict[str, Any]) -> Iterator[str]:
    tonight = [row for row in report["failing"] if row["tonight"]]
    if tonight:
        yield "Documents that could not be read (docs/issues.md tells what to do)"
    for row in tonight:
        before = f", {row['count']} in all" if row["count"] != row["tonight"] else ""
        aside = ", set aside: they ended the process that read them again and again"
        words = aside if row["state"] == "set_aside" else ""
        yield f"- {row['cause']}: {row['tonight']}{before}{words}. Again: {row['command']}"
    failed = report.get("failed", {})
    details = sorted(failed[sha256] for sha256 in shown_contents(store, failed))
    for detail in details[:_DETAILS]:
        yield f"  {line(detail, 300)}"


def _issues(store: Store, run: dict[str, Any]) -> Iterator[str]:
    report = run["report"]
    failed = {row["cause"] for row in report["failing"]}
    rows = [
        row for row in report.get("issues", [])
        if row["code"] in report["more_issues"] and row["code"] not in failed
    ]  # fmt: skip
    if rows:
        yield "To know (more than in the run before; docs/issues.md tells what to do)"
    first = first_issues(store, run["id"])
    for row in rows:
        told = first.get(row["code"], {"source": None, "detail": None})
        where = f" in {told['source']}" if told["source"] else ""
        detail = f", first: {line(told['detail'], 300)}" if told["detail"] else ""
        yield f"- {row['code']}: {row['count']}{where}{detail}"


def _totals(report: dict[str, Any]) -> str:
    """Return the last line: what there is, space, and what waits from earlier."""
    words = []
    totals = report.get("totals")
    if totals:
        words.append(f"{_grouped(totals['documents'])} documents, "
                     f"{_grouped(totals['entries'])} entries.")  # fmt: skip
    space = report["space"]
    words.append(
        f"Archive {size(space['archive'])} ({_signed(space['archive_grown'])}), database"
        f" {size(space['database'])} ({_signed(space['database_grown'])}), {size(space['free'])}"
        " free on the disk."
    )
    earlier = sum(row["count"] - row["tonight"] for row in report["failing"])
    if earlier > 0:
        words.append(f"{_count(earlier, 'document')} failed earlier: `status` names them.")
    waiting = report.get("alerts", {}).get("waiting")
    if waiting:
        words.append(f"{_count(waiting, 'mail')} could not be sent yet.")
    return " ".join(words)


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _signed(number: int) -> str:
    return f"{'-' if number < 0 else '+'}{size(abs(number))}"
