"""Candidates for one delivery seen in several places: found by blocks, compared, scored.

An action document plans patrol boats, a notice tenders them, another awards them, a press release
hands them over: four entries, one delivery. What is found here is only proposed to a person. Only
entries that share a reference, goods and recipient, or goods, country and sum (or nearly, with the
same number) are compared; a block that very many share says nothing and is left out.
"""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import msgspec

from core.killpoints import killpoint
from store.comparing import Entry, Reason, compare
from store.database import Store
from store.references import notice_reference, references_in
from vocabulary.body_names import party_key

LEAST = 0.5  # score of a pair that is shown to a person
_BLOCK = 100  # entries that share a block at most
_BUCKET = math.log(1.1)  # sums of one bucket, or of neighbouring ones, are within some 20 %
_TIES = 3  # entries of one document that an entry may be paired with, when they fit equally well
_COLUMNS = """
SELECT e.key, e.document_id, d.key AS document_key, v.sha256, e.page, e.equipment_type AS type,
  e.equipment_family AS family, e.quantity, e.amount_min, e.amount_max, e.currency,
  e.amount_eur, e.amount_kind, e.amount_scope, e.recipient, e.recipient_country AS country,
  e.date, e.stage
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
WHERE e.text_withdrawn = 0 AND e.state NOT IN ('rejected', 'withdrawn')
"""


@dataclass(kw_only=True)
class Found:
    """What looking through one document found: blocks of its entries, and pairs with others."""

    keys: list[str]
    blocks: set[tuple[str, str]] = field(default_factory=set)
    pairs: dict[tuple[str, str], tuple[float, list[Reason]]] = field(default_factory=dict)


def refresh_pairs(store: Store, *, most: int | None = None) -> int:
    """Look for candidates among the entries that changed; return the number of documents.

    Each document is read without a transaction and written in one of its own; where its entries
    change meanwhile it waits for the next call. `most` bounds the documents of one call.
    """
    waiting = store.rows(
        "SELECT document_id, changes FROM pairs_pending ORDER BY document_id LIMIT ?",
        (-1 if most is None else most,),
    )
    for row in waiting:
        found = look_through(store.connection, row["document_id"])
        with store.transaction() as connection:
            known = connection.execute(
                "DELETE FROM pairs_pending WHERE document_id = ? AND changes = ?", tuple(row)
            )
            if known.rowcount:
                _write(connection, row["document_id"], found)
                killpoint("in-pairs")
    return len(waiting)


def _write(connection: sqlite3.Connection, document_id: int, found: Found) -> None:
    keys = "SELECT key FROM entries WHERE document_id = ?"
    for table, column in (("pairs", "first"), ("pairs", "second"), ("entry_blocks", "entry_key")):
        sql = f"DELETE FROM {table} WHERE {column} IN ({keys})"  # noqa: S608 - constants
        connection.execute(sql, (document_id,))
    connection.executemany("INSERT INTO entry_blocks VALUES (?, ?)", sorted(found.blocks))
    connection.executemany(
        "INSERT INTO pairs VALUES (?, ?, ?, ?)",
        [
            (*pair, score, msgspec.json.encode(reasons).decode())
            for pair, (score, reasons) in sorted(found.pairs.items())
        ],
    )


def look_through(connection: sqlite3.Connection, document_id: int) -> Found:
    """Compare a document's entries with those that share a block with them; write nothing."""
    rows = connection.execute(f"{_COLUMNS} AND e.document_id = ?", (document_id,)).fetchall()
    references = _references(connection, document_id, {row["page"] for row in rows})
    entries = {row["key"]: _entry(row, references[row["page"]]) for row in rows}
    found = Found(keys=list(entries))
    for entry in entries.values():
        found.blocks.update((block, entry.key) for block in blocks_of(entry))
    pairs = _pairs_inside(found.blocks)
    for block, key in sorted(found.blocks):
        pairs.update((key, other) for other in _sharing(connection, block, document_id))
    everyone = {**_load(connection, {other for _, other in pairs} - entries.keys()), **entries}
    scored: dict[tuple[str, str], tuple[float, list[Reason]]] = {}
    for one, other in pairs:
        if one in everyone and other in everyone:
            score, reasons = compare(everyone[one], everyone[other])
            if score >= LEAST:
                first, second = sorted((one, other))
                scored[first, second] = (score, reasons)
    found.pairs = _best(scored, everyone)
    return found


def _entry(row: sqlite3.Row, references: frozenset[str]) -> Entry:
    recipient = row["recipient"]
    party = party_key(recipient, row["country"]) if recipient else None
    return Entry(**dict(row), party=party or None, references=references)


def blocks_of(entry: Entry) -> Iterator[str]:
    """Yield what an entry shares with those that it is worth comparing with.

    Whoever shares none of these cannot reach the score that is shown.
    """
    goods = entry.type or (f"family:{entry.family}" if entry.family else None)
    for reference in entry.references:
        yield f"r:{reference}|{entry.family or '-'}"
    if goods is None:
        return
    if entry.party:
        yield f"p:{entry.party}|{goods}"
    if entry.country and entry.amount_min is not None:
        yield f"a:{entry.country}|{goods}|{entry.currency} {entry.amount_min}"
        if entry.quantity is not None and entry.amount_eur is not None and entry.amount_eur > 0:
            bucket = math.floor(math.log(entry.amount_eur) / _BUCKET)
            # two neighbouring buckets meet in the block between them
            for number in (bucket, bucket + 1):
                yield f"q:{entry.country}|{goods}|{entry.quantity}|{number}"


def _pairs_inside(blocks: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for block, key in sorted(blocks):
        members[block].append(key)
    return {
        pair for keys in members.values() if len(keys) <= _BLOCK for pair in combinations(keys, 2)
    }


def _sharing(connection: sqlite3.Connection, block: str, document_id: int) -> list[str]:
    """Return the entries of other documents in a block, none where it is a very large one."""
    rows = connection.execute(
        "SELECT b.entry_key, e.document_id FROM entry_blocks b"
        " JOIN entries e ON e.key = b.entry_key WHERE b.block = ? LIMIT ?",
        (block, _BLOCK + 1),
    ).fetchall()
    if len(rows) > _BLOCK:
        return []
    return [row["entry_key"] for row in rows if row["document_id"] != document_id]


def _load(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, Entry]:
    wanted = msgspec.json.encode(sorted(keys)).decode()
    references: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(
        "SELECT entry_key, block FROM entry_blocks"
        " WHERE entry_key IN (SELECT value FROM json_each(?)) AND block GLOB 'r:*'",
        (wanted,),
    ):
        references[row["entry_key"]].add(row["block"][2:].rpartition("|")[0])
    sql = f"{_COLUMNS} AND e.key IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
    rows = connection.execute(sql, (wanted,))
    return {row["key"]: _entry(row, frozenset(references[row["key"]])) for row in rows}


def _references(
    connection: sqlite3.Connection, document_id: int, pages: set[int]
) -> Mapping[int, frozenset[str]]:
    """Return the references that each page stands under: its own and the document's."""
    row = connection.execute(
        "SELECT d.key, d.reference, r.id AS reading_id, n.number, n.earlier, n.changed,"
        " n.procedure_id FROM documents d LEFT JOIN versions v ON v.id = d.shown_version_id"
        " LEFT JOIN shown_readings r ON r.sha256 = v.sha256"
        " LEFT JOIN notices n ON n.reading_id = r.id WHERE d.id = ?",
        (document_id,),
    ).fetchone()
    whole = set(references_in(row["reference"] or ""))
    if row["key"].startswith("ted:"):
        whole.add(row["key"])
    earlier: Sequence[str] = msgspec.json.decode(row["earlier"] or "[]")
    stated = (notice_reference(name) for name in (row["number"], row["changed"], *earlier))
    whole.update(name for name in stated if name)
    if row["procedure_id"]:
        whole.add(f"procedure:{row['procedure_id']}")
    texts = connection.execute(
        "SELECT number, text FROM pages WHERE reading_id = ?"
        " AND number IN (SELECT value FROM json_each(?))",
        (row["reading_id"], msgspec.json.encode(sorted(pages)).decode()),
    )
    own = {page["number"]: references_in(page["text"]) for page in texts}
    return {number: frozenset(whole | own.get(number, frozenset())) for number in pages}


def _best(
    scored: Mapping[tuple[str, str], tuple[float, list[Reason]]], entries: Mapping[str, Entry]
) -> dict[tuple[str, str], tuple[float, list[Reason]]]:
    """Keep the pairs that fit best for both: of an entry and the entries of one other document.

    Whichever document is looked through first, the same pairs are kept.
    """
    ranked: defaultdict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    for (first, second), (score, _) in scored.items():
        ranked[first, entries[second].document_id].append((-score, second))
        ranked[second, entries[first].document_id].append((-score, first))
    for choices in ranked.values():
        choices.sort()
        choices[:] = [choice for choice in choices if choice[0] == choices[0][0]][:_TIES]

    def chosen(one: str, other: str) -> bool:
        return any(key == other for _, key in ranked[one, entries[other].document_id])

    return {
        (first, second): found
        for (first, second), found in scored.items()
        if chosen(first, second) and chosen(second, first)
    }
