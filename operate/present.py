"""Results as a person reads them on a terminal."""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operate.present_crawl import source_lines
from operate.present_diff import event_line, version_line
from operate.present_kin import kin_lines
from operate.present_watch import alert_lines

_LONG = 44  # characters of a field in a table
_AMOUNT = {"amount_max", "currency", "eur_rate_date", "eur_source"}  # in the line of the amount


def new_console() -> Console:
    """Return what readable results are printed on."""
    # A pipe has no width; wide rows then stay on their lines for grep.
    width = shutil.get_terminal_size((160, 40)).columns
    return Console(width=max(width, 80), no_color="NO_COLOR" in os.environ, highlight=False)


def short(value: Any, length: int = _LONG) -> str:
    """Return a value in so many characters at most, its brackets escaped for the terminal."""
    text = "" if value is None else str(value)
    return escape(text if len(text) <= length else text[: length - 1] + "…")


def amount(row: dict[str, Any]) -> str:
    """Return an entry's amount as a person writes it: `EUR 1 250 000`, `EUR 5 000-10 000`.

    What it is worth in euro follows where the row says so, at three digits unless a reviewer has
    given it: `USD 1 000 000 (about EUR 825 000, ECB 2021-05-14)`, `LYD 5 000 000 (no rate)`.

    >>> amount({"currency": "EUR", "amount_min": "1250000.00", "amount_max": "1250000.00"})
    'EUR 1 250 000'
    """
    low = _grouped(row.get("amount_min") or "")
    high = _grouped(row.get("amount_max") or "") or low
    words = f"{row['currency'] or '?'} {low if low == high else f'{low}-{high}'}" if low else ""
    euro = _euro(row, "about" if low == high else "from about")
    return f"{words} ({euro})".strip() if euro else words


def _euro(row: dict[str, Any], about: str) -> str:
    """Return what an amount is worth in euro and where that comes from, or why it is not known."""
    euro, source = row.get("amount_eur"), row.get("eur_source")
    if source in (None, "EUR itself"):
        return ""
    if source == "reviewer":
        return "no EUR, reviewer" if euro is None else f"EUR {_plain(str(euro))}, reviewer"
    if euro is None:
        return "no rate without a date" if source == "no date" else str(source)
    origin = f"{source} {row['eur_rate_date']}" if row.get("eur_rate_date") else source
    return f"{about} EUR {_plain(f'{euro:.3g}')}, {origin}"


def _plain(number: str) -> str:
    return _grouped(f"{Decimal(number):f}")  # a large one may come as 1e+16


def _grouped(number: str) -> str:
    if not number:
        return ""
    whole, _, part = number.partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    return f"{grouped}.{part}" if part.strip("0") else grouped


def show_demo(report: dict[str, Any]) -> None:
    """Print the replica's candidate entries, the totals, what failed, and what to try next."""
    console = new_console()
    table = Table(title="Candidate entries", title_justify="left")
    for name in ("Equipment", "Quantity", "Amount", "Recipient", "Fund", "Document", "Page"):
        right = name in ("Quantity", "Amount", "Page")
        table.add_column(name, overflow="fold", justify="right" if right else "left")
    for row in report["entries"]:
        table.add_row(
            short(row["equipment"] or "-"),
            short(row["quantity"]),
            amount(row),
            short(row["recipient"]),
            short(row["fund_name"], 34),
            short(row["title"] or row["document"], 48),
            str(row["page"]),
        )
    console.print(table)
    show_report(report)
    where = f"--output {report['output']}"
    console.print("\nTry next:")
    for line in (
        f"python pipeline.py search drone {where}",
        f"python pipeline.py show {report['entries'][0]['key'] if report['entries'] else 'KEY'}"
        f" {where}",
        f"python pipeline.py export entries entries.xlsx {where}",
        f"python pipeline.py status {where}",
        f"python pipeline.py review {where}",
    ):
        console.print(f"  {line}", markup=False, soft_wrap=True)


def show_report(report: dict[str, Any]) -> None:
    """Print what a run did: sources, what was read and added, what failed."""
    console = new_console()
    for line in (*source_lines(report), *alert_lines(report)):
        console.print(line, markup=False, soft_wrap=True)
    work, added, totals = (report.get(name) for name in ("processing", "added", "totals"))
    if work:
        console.print(f"Read {work['read']} contents, {sum(work['failures'].values())} failed.")
    if added is not None and totals is not None:
        for name in ("documents", "versions", "pages", "mentions", "entries"):
            console.print(f"{name.capitalize()}: {totals[name]} ({added[name]:+d}).")
        unchanged = not any(added[name] for name in ("documents", "versions", "pages", "entries"))
        if unchanged and not (work and work["read"]):
            console.print("Nothing new: no row was added and nothing was read again.")
    for row in report.get("issues", []):
        if work and row["code"] in work["failures"]:
            continue  # named one by one below
        console.print(
            f"{row['code']} ({row['count']}), first: {row['detail']}", markup=False, soft_wrap=True
        )
    for sentence in report.get("refused", []):
        console.print(sentence, markup=False, style="yellow", soft_wrap=True)
    for detail in sorted(report.get("failed", {}).values()):
        console.print(f"Failed: {detail}", markup=False, style="yellow", soft_wrap=True)


def show_record(record: dict[str, Any]) -> None:
    """Print an entry or a document, its evidence or its pages beneath it."""
    console = new_console()
    nested = ("evidence", "pages", "entries", "decisions", "versions", "stated", "notice",
              "issues", "work", "events", "withdrawn", "copies", "offered", "pairs")  # fmt: skip
    for name, value in _with_amount(_with_kind(record)).items():
        if name not in nested and value not in (None, "", []):
            console.print(f"{name}: {value}", markup=False, soft_wrap=True)
    if record.get("withdrawn"):
        console.print(record["withdrawn"], markup=False, style="yellow", soft_wrap=True)
    for name, evidence in record.get("evidence", {}).items():
        quote = " ".join(evidence["raw"].split())
        others = f", or {evidence['alternatives']}" if evidence["alternatives"] else ""
        console.print(
            f"  {name}: “{quote}” on page {evidence['page']}, characters {evidence['start']} to"
            f" {evidence['end']} ({evidence['maker']}, {evidence['score']:.2f}){others}",
            markup=False,
            soft_wrap=True,
        )
    for row in record.get("decisions", []):
        console.print(f"  {row['decided_at']} {row['reviewer']}: {row['verdict']}", markup=False)
    for line in kin_lines(record):
        console.print(line, markup=False, soft_wrap=True)
    if "versions" in record:
        _show_document(console, record)


def _with_amount(record: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's record with its amount in one line in place of its columns."""
    words = amount(record)
    if not words:
        return record
    plain = record.get("eur_source") == "EUR itself"
    dropped = _AMOUNT | ({"amount_eur", "eur_rate"} if plain else set())
    shown = {name: value for name, value in record.items() if name not in dropped}
    return {
        "amount" if name == "amount_min" else name: value
        for name, value in {**shown, "amount_min": words}.items()
    }


def _with_kind(record: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's record with what its date is of, and where its period ends."""
    found = record.get("evidence", {}).get("date", {}).get("value") or {}
    if "kind" not in found or found.get("date") != record["date"]:
        return record  # the document's date, or a reviewer's
    last = f" to {found['last']}" if found.get("last") else ""
    kind = "" if found["kind"] == "unknown" else f" ({found['kind']})"
    return {**record, "date": f"{found['date']}{last}{kind}"}


def _show_document(console: Console, record: dict[str, Any]) -> None:
    for row in record["versions"]:
        console.print(f"  {version_line(row)}", markup=False, soft_wrap=True)
    for row in record["events"]:
        console.print(f"  {event_line(row)}", markup=False, soft_wrap=True)
    for name, stated in record["stated"].items():
        console.print(f"  {name}: {' '.join(stated['text'].split())}", markup=False, soft_wrap=True)
    for row in record["entries"]:
        parts = [str(row["quantity"] or ""), row["equipment"] or "-", amount(row),
                 row["recipient"] or ""]  # fmt: skip
        words = ", ".join(part for part in parts if part)
        if row["text_withdrawn"]:
            words = f"{row['state']}, its text is withdrawn"
        console.print(f"  {row['key']} page {row['page']}: {words}", markup=False, soft_wrap=True)
    for row in record["issues"]:
        console.print(f"  {row['level']} {row['code']}: {row['detail']}", markup=False)
    for page in record["pages"]:
        console.print(f"\n--- page {page['number']} ({page['method']})", style="cyan")
        console.print(page["text"], markup=False, soft_wrap=True)


def show_status(status: dict[str, Any]) -> None:
    """Print counts, sources, failures by cause, and the last report."""
    console = new_console()
    for name in ("documents", "pages", "entries", "work", "issues"):
        counts = ", ".join(f"{count} {kind}" for kind, count in status[name].items())
        console.print(f"{name.capitalize()}: {counts or 'none'}.", markup=False, soft_wrap=True)
    for row in status["sources"]:
        console.print(
            f"{row['source']}: {row['documents']} documents, last crawl {row['state'] or 'never'},"
            f" last fetched {row['last_fetch'] or 'never'}.",
            markup=False,
        )
    for row in status["failing"]:
        aside = ", set aside" if row["state"] == "set_aside" else ""
        console.print(
            f"Failed with {row['cause']}: {row['count']}{aside} ({row['command']})",
            markup=False,
            soft_wrap=True,
        )
        for key in status["failures"].get(row["cause"], [])[:5]:
            console.print(f"  {key}", markup=False, soft_wrap=True)
    if status["report"]:
        console.print(f"\nLast report\n{status['report']}", markup=False, soft_wrap=True, end="")


def show_faults(result: dict[str, Any]) -> None:
    """Print what `check` found."""
    for fault in result["faults"]:
        print(fault)
    print(f"{len(result['faults'])} faults." if result["faults"] else "All is consistent.")


def show_tags(result: dict[str, Any]) -> None:
    """Print mentions and entries of a text."""
    console = new_console()
    for mention in result["mentions"]:
        quote = " ".join(mention["text"].split())
        value = mention["value"] if mention["value"] is not None else ""
        console.print(f"{mention['label']:<10} {quote}  {value}", markup=False, soft_wrap=True)
    for entry in result["entries"]:
        fields = "; ".join(f"{name}: {value}" for name, value in entry.items() if value)
        console.print(f"entry      {fields}", markup=False, soft_wrap=True)
