"""Citations, packs, parties and pairs as a person reads them on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import click

from operate.present import amount
from store.comparing import REASON_WORDS

_STEERING = ("Cc", "Cf")
_MOST = 200  # entries of a party that are printed
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def printable(text: str) -> str:
    """Return a text without what would steer a terminal; quotes come from anybody's files.

    >>> printable("a\\x1b[31mb\\n")
    'a[31mb\\n'
    """
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _STEERING)


def _echo(line: str, *, nl: bool = True) -> None:
    click.echo(printable(line), nl=nl)


def show_citation(citation: dict[str, Any]) -> None:
    """Print a citation that can be pasted."""
    _echo(citation_text(citation), nl=False)


def citation_text(citation: Mapping[str, Any]) -> str:
    """Return a citation as plain text: the quote, the reference, the address, the file, notes."""
    return printable("\n".join(_citation_lines(citation)) + "\n")


def _citation_lines(citation: Mapping[str, Any]) -> Iterator[str]:
    if citation["quote"]:
        yield f"“{citation['quote']}”"
        yield ""
    parts = [f"{citation['publisher']}, “{citation['title'] or citation['document']}”"]
    if citation["reference"]:
        parts.append(citation["reference"])
    if citation["published"]:
        parts.append(day_in_words(citation["published"]))
    if citation["page"] is not None:
        parts.append(f"page {citation['page']}")
    yield f"{', '.join(parts)}."
    yield citation["address"] or "No address is known; the file was taken in by hand."
    if citation["landing_page"] and citation["landing_page"] != citation["address"]:
        yield f"Found on {citation['landing_page']}"
    fetched = citation["fetched_at"]
    time = f", {fetched[11:16]} UTC" if len(fetched) >= 16 else ""
    yield f"Fetched {day_in_words(fetched[:10])}{time}. SHA-256 {citation['sha256']}."
    yield citation["archive"]
    yield f"Key: {citation['entry'] or citation['document']}"
    for note in citation["notes"]:
        yield f"Note: {note}"


def day_in_words(day: str) -> str:
    """Return an ISO date, whole or to the month or year, as a person writes it.

    >>> day_in_words("2021-05-14"), day_in_words("2021-05"), day_in_words("2021")
    ('14 May 2021', 'May 2021', '2021')
    """
    parts = day[:10].split("-")
    if not all(part.isdecimal() for part in parts) or not 1 <= len(parts) <= 3:
        return day
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return day
    words = [parts[0], *(_MONTHS[int(part) - 1] for part in parts[1:2])]
    words += [str(int(part)) for part in parts[2:]]
    return " ".join(reversed(words))


def show_pack(done: dict[str, Any]) -> None:
    """Print how many files a pack has, and what it has not."""
    _echo(f"{done['members']} files in {done['file']}.")
    for reason in done["left_out"]:
        _echo(f"Left out: {reason}")


def show_party(found: dict[str, Any]) -> None:
    """Print all that a body received or delivered: what was joined, sums by year, entries."""
    for party in found["parties"]:
        for line in _party_lines(found["role"], party):
            _echo(line)
        _echo("")
    if found["near"]:
        _echo(f"Not in it, but near: {'; '.join(found['near'])}.")


def show_export(done: dict[str, Any]) -> None:
    """Print how many rows an export wrote, and what the amounts of entries come to."""
    _echo(f"{done['rows']} rows in {done['file']}.")
    for found in done.get("sums", []):
        _echo(f"  {sum_line(found)}")
    for line in counting_lines(done.get("sums", []), done.get("open_pairs", 0)):
        _echo(f"  {line}")


def _party_lines(role: str, party: dict[str, Any]) -> Iterator[str]:
    names = party["names"]
    where = f" ({', '.join(party['countries'])})" if party["countries"] else ""
    yield f"{role.capitalize()}: {names[0]['name']}{where}, {party['entries_in_all']} entries"
    for name in names[1:]:
        yield f"  joined: {name['name']} ({name['entries']} entries), {name['why']}"
    yield from (f"  {note}" for note in party["notes"])
    year = None
    for found in party["sums"]:
        if found["year"] != year:
            year = found["year"]
            yield f"  {year or 'without a date'}"
        yield f"    {sum_line(found)}"
    yield from (f"  {line}" for line in counting_lines(party["sums"], party["open_pairs"]))
    for row in party["entries"][:_MOST]:
        yield f"  {_entry_line(row)}"
    more = party["entries_in_all"] - min(_MOST, len(party["entries"]))
    if more > 0:
        yield f"  and {more} more: `export entries` writes all of them."


def sum_line(found: Mapping[str, Any]) -> str:
    """Return a sum in one line: its kind, what it comes to, of how many amounts.

    >>> sum_line({"kind": "award", "review": "pending", "currency": "USD", "low": "1000",
    ...     "high": "2000", "shared": "0", "eur": "900.00", "no_rate": 0, "amounts": 2,
    ...     "entries": 3})
    'award, pending: USD 1 000-2 000 (about EUR 900) in 2 amounts of 3 entries'
    """
    low, high = grouped(found["low"]), grouped(found["high"])
    words = f"{found['currency'] or 'no currency'} {low if low == high else f'{low}-{high}'}"
    if found["currency"] != "EUR" and found["no_rate"] < found["amounts"]:
        euro = grouped(str(round(Decimal(found["eur"]))))
        missing = f", {_count(found['no_rate'], 'amount')} without a rate"
        words += f" (about EUR {euro}{missing if found['no_rate'] else ''})"
    shared = ""
    if found["shared"] != "0":
        shared = f", {grouped(found['shared'])} of it for several goods together"
    kind = "of unknown kind" if found["kind"] == "unknown" else found["kind"]
    return (
        f"{kind}, {found['review']}: {words} in {_count(found['amounts'], 'amount')} of"
        f" {_count(found['entries'], 'entry', 'entries')}{shared}"
    )


def counting_lines(sums: list[Any], open_pairs: int) -> Iterator[str]:
    """Yield what one who reads sums should know."""
    if sums:
        yield "Each amount counts once; kinds are not added up, as they may be the same money."
    if open_pairs:
        yield (
            f"{_count(open_pairs, 'pair')} of these may be the same delivery and count twice until"
            " a person decides (`same`)."
        )


def grouped(number: str) -> str:
    """Return an exact decimal with its thousands apart.

    >>> grouped("1250000.50"), grouped("900.00")
    ('1 250 000.50', '900')
    """
    whole, _, part = number.partition(".")
    spaced = f"{int(whole):,}".replace(",", " ")
    return f"{spaced}.{part}" if part.strip("0") else spaced


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _entry_line(row: Mapping[str, Any]) -> str:
    goods = " ".join(str(part) for part in (row["quantity"], row["equipment"]) if part)
    with_ = f"counted with {row['counted_with']}" if row.get("counted_with") else ""
    parts = (row["date"], row["stage"], goods, amount(dict(row)), row["recipient"], row["supplier"],
             row["state"], with_, f"{row['document']}, page {row['page']}")  # fmt: skip
    return f"{row['entry']}  {'; '.join(part for part in parts if part)}"


def show_pairs(found: dict[str, Any]) -> None:
    """Print pairs of entries with what speaks for and against each."""
    for pair in found["pairs"]:
        settled = {"same": "one delivery", "different": "two deliveries"}.get(pair["verdict"] or "")
        head = f"{settled}, says {pair['reviewer']}" if settled else f"{pair['score']:.2f}"
        reasons = [
            REASON_WORDS[reason["code"]].format(reason["detail"])
            for reason in pair["reasons"]
            if reason["code"] in REASON_WORDS
        ]
        _echo(f"{head}: {'; '.join(reasons)}" if reasons else head)
        for row in pair["entries"]:
            _echo(f"  {_entry_line(row)}")
    if not found["pairs"]:
        _echo("No pair waits for a person.")


def show_decided_pair(done: dict[str, Any]) -> None:
    """Print what counts of a pair now."""
    words = {"same": "are one delivery", "different": "are two deliveries", None: "are undecided"}
    _echo(f"{done['first']} and {done['second']} {words[done['verdict']]}.")
