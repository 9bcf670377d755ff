"""Two audits that say how good the machine is: hidden proposals, and pages without any entry.

Of a slice of the entries the proposal is hidden until a reviewer has said what stands there. And
reviewers read random pages on which nothing was found: what is missed there tells the recall.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any, Final, Literal

import msgspec

from core.errors import UnknownKey, UsageError
from core.text import fold, json_text
from store.database import Store
from store.reviewing.answers import checked_fields, checked_note
from store.reviewing.queue import hidden_until_answered
from store.runs import now

PageVerdict = Literal["complete", "missed", "unsure"]
_PROBES = 500  # pages that are tried at random before all are gone through
_Z = 1.959964  # of the normal distribution, for an interval of 95 %
_ASKED: Final = (
    "equipment", "equipment_type", "equipment_family", "quantity", "amount_min", "amount_max",
    "currency", "amount_kind", "amount_scope", "recipient", "recipient_country", "supplier", "fund",
    "date", "stage",
)  # fmt: skip
_AMOUNTS = ("amount_min", "amount_max")


@dataclass(frozen=True)
class Asked:
    """How often reviewers were asked for a field that was hidden, and said what the machine had."""

    field: str
    asked: int
    agreed: int


@dataclass(frozen=True)
class Recall:
    """What is known of what the machine missed.

    `share` is the estimated share of the pages that tell of equipment on which it was found, with
    the ends of a 95 % interval; None where nothing can be said. `sentence` says it in words.
    """

    kept: int
    audited: int
    missed: int
    unsure: int
    share: float | None
    low: float | None
    high: float | None
    sentence: str


def is_hidden_from(store: Store, key: str, reviewer: str) -> bool:
    """Tell whether an entry's proposal is to be hidden from a reviewer who has not answered yet."""
    return hidden_until_answered(key) and _waits_for(store.connection, key, reviewer)


def _waits_for(connection: sqlite3.Connection, key: str, reviewer: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM entries e WHERE e.key = :key AND e.state IN ('pending', 'reopened')"
        " AND e.text_withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM audit_answers a"
        "  WHERE a.entry_key = e.key AND a.reviewer = :reviewer)",
        {"key": key, "reviewer": reviewer},
    ).fetchone()
    return row is not None


def save_answer(store: Store, key: str, reviewer: str, fields: Mapping[str, Any]) -> None:
    """Keep what a reviewer says of an entry whose proposal is hidden; None: not stated.

    Beside it stands what the proposal had then. Raises `UsageError` for a field that cannot be, for
    a second answer, and where the entry's proposal is not hidden from this reviewer; `UnknownKey`
    where there is no such entry.
    """
    said = checked_fields(fields)
    with store.transaction() as connection:
        row = connection.execute(
            f"SELECT {', '.join(_ASKED)} FROM entries WHERE key = ? AND text_withdrawn = 0"  # noqa: S608 - constants
            " AND document_id NOT IN (SELECT id FROM hidden_documents)",
            (key,),
        ).fetchone()
        if row is None:
            raise UnknownKey(f"There is no entry {key!r} that could be answered for.")
        if not hidden_until_answered(key) or not _waits_for(connection, key, reviewer):
            raise UsageError("This entry was answered for already, or is decided on.")
        connection.execute(
            "INSERT INTO audit_answers VALUES (?, ?, ?, ?, ?)",
            (key, reviewer, now(), json_text(said), json_text(dict(row))),
        )


def agreement(store: Store) -> list[Asked]:
    """Return how often the answers say what the hidden proposals had, by field.

    Quotes agree when they are the same but for case, accents and white space; amounts as numbers.
    """
    asked = dict.fromkeys(_ASKED, 0)
    agreed = dict.fromkeys(_ASKED, 0)
    for row in store.rows("SELECT fields, proposal FROM audit_answers"):
        said, had = msgspec.json.decode(row["fields"]), msgspec.json.decode(row["proposal"])
        for name in said.keys() & asked.keys():
            asked[name] += 1
            agreed[name] += _alike(name, said[name], had.get(name))
    return [Asked(name, asked[name], agreed[name]) for name in _ASKED if asked[name]]


def _alike(name: str, one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if name in _AMOUNTS:
        return Decimal(one) == Decimal(other)
    return fold(str(one)) == fold(str(other))


# A page that may be checked: text of the version shown of a document that is not hidden, on which
# nothing rests that is still there, and that nobody has checked. The text, which takes long to
# fetch, is looked at last.
_UNCHECKED = """
FROM pages p JOIN shown_readings r ON r.id = p.reading_id
JOIN versions v ON v.sha256 = r.sha256
JOIN documents d ON d.id = v.document_id AND d.shown_version_id = v.id
WHERE NOT EXISTS (SELECT 1 FROM entry_evidence x JOIN entries e ON e.key = x.entry_key
    WHERE x.reading_id = p.reading_id AND x.page = p.number
      AND e.state <> 'withdrawn' AND e.text_withdrawn = 0)
  AND NOT EXISTS (SELECT 1 FROM page_audits a WHERE a.sha256 = r.sha256 AND a.page = p.number)
  AND d.id NOT IN (SELECT id FROM hidden_documents)
  AND (SELECT trim(t.text, char(9, 10, 12, 13, 32, 160)) FROM pages t WHERE t.id = p.id) <> ''
"""
_FOUND = f"SELECT d.key, p.reading_id, p.number {_UNCHECKED}"
_PROBED = f"{_FOUND} AND p.id = ? ORDER BY d.key LIMIT 1"
_FIRST = f"{_FOUND} ORDER BY p.id, d.key LIMIT 1"


def page_to_check(store: Store, reviewer: str) -> tuple[str, int, int] | None:
    """Return a page without any entry as (document key, reading, page), None where none is left.

    Pages are drawn with the same chance each. The draw follows from the reviewer's name and what
    was checked already, so that the same page comes again until it is answered for.
    """
    highest = store.value("SELECT max(id) FROM pages") or 0
    for probe in range(_PROBES if highest else 0):
        draw = hashlib.sha256(f"{reviewer}\x1f{probe}".encode()).digest()
        number = int.from_bytes(draw[:8], "big") % highest + 1
        rows = store.rows(_PROBED, (number,))
        if rows:
            return tuple(rows[0])
    rows = store.rows(_FIRST)
    return tuple(rows[0]) if rows else None


def save_page_audit(  # noqa: PLR0917 - a page and what is said of it
    store: Store, sha256: str, page: int, reviewer: str, verdict: PageVerdict, note: str | None
) -> None:
    """Keep what a reviewer says of a page without entries: nothing missed, something, or unsure.

    Raises `UsageError` for another verdict, `UnknownKey` where there is no such page.
    """
    if verdict not in ("complete", "missed", "unsure"):
        raise UsageError(f"A page is complete, missed or unsure, not {verdict!r}.")
    kept = checked_note(note)
    with store.transaction() as connection:
        known = connection.execute(
            "SELECT 1 FROM shown_readings r JOIN pages p ON p.reading_id = r.id"
            " WHERE r.sha256 = ? AND p.number = ? AND EXISTS (SELECT 1 FROM versions v"
            "  WHERE v.sha256 = r.sha256"
            "  AND v.document_id NOT IN (SELECT id FROM hidden_documents))",
            (sha256, page),
        ).fetchone()
        if known is None:
            raise UnknownKey(f"There is no page {page} of this file that may be shown.")
        connection.execute(
            "INSERT INTO page_audits (sha256, page, reviewer, audited_at, verdict, note)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (sha256, page, reviewer, now(), verdict, kept),
        )


# An entry that a reviewer added tells nothing of what the machine found until it finds it too.
_FOUND_BY_MACHINE = """
e.text_withdrawn = 0 AND e.document_id NOT IN (SELECT id FROM hidden_documents)
AND (e.still_proposed = 1 OR NOT EXISTS (SELECT 1 FROM decisions a
  WHERE a.entry_key = e.key AND a.verdict = 'add'))
"""
_ENTRIES = f"""
SELECT count(*) FILTER (WHERE state IN ('accepted', 'corrected')) AS kept,
  count(*) FILTER (WHERE state = 'rejected') AS rejected,
  count(DISTINCT document_id || ' ' || page) FILTER (WHERE state <> 'withdrawn') AS pages
FROM entries e WHERE {_FOUND_BY_MACHINE}
"""  # noqa: S608 - constants
_PAGES = """
SELECT count(*) FROM pages p JOIN shown_readings r ON r.id = p.reading_id
JOIN versions v ON v.sha256 = r.sha256
JOIN documents d ON d.id = v.document_id AND d.shown_version_id = v.id
WHERE trim(p.text, char(9, 10, 12, 13, 32, 160)) <> ''
  AND d.id NOT IN (SELECT id FROM hidden_documents)
"""
# Of a page that several looked at, what was seen by one counts.
_AUDITED = """
SELECT count(*) FILTER (WHERE missed OR complete) AS audited, count(*) FILTER (WHERE missed)
  AS missed, count(*) FILTER (WHERE NOT missed AND NOT complete) AS unsure
FROM (SELECT max(verdict = 'missed') AS missed, max(verdict = 'complete') AS complete
  FROM page_audits GROUP BY sha256, page)
"""


def recall(store: Store) -> Recall:
    """Return how much of what documents tell of was found, as far as the audits can say.

    Counted in pages: those with a proposal, times the share of decided proposals that were kept,
    against those without one, times the share of the audited ones on which something was missed.
    """
    entries = store.rows(_ENTRIES)[0]
    audits = store.rows(_AUDITED)[0]
    decided = entries["kept"] + entries["rejected"]
    audited, missed = audits["audited"], audits["missed"]
    share = low = high = None
    if decided and audited:
        found = entries["pages"] * entries["kept"] / decided
        without = max(0, store.value(_PAGES) - entries["pages"])
        least, most = wilson(missed, audited)
        share, low, high = (
            found / (found + without * part) if found + without * part else None
            for part in (missed / audited, most, least)
        )
    return Recall(
        kept=entries["kept"],
        audited=audited,
        missed=missed,
        unsure=audits["unsure"],
        share=share,
        low=low,
        high=high,
        sentence=_sentence(audited, missed, (share, low, high)),
    )


def _sentence(
    audited: int, missed: int, shares: tuple[float | None, float | None, float | None]
) -> str:
    if not audited:
        return "Nobody has read a page without entries yet: what is missed is not known."
    told = (
        f"{audited} page{'' if audited == 1 else 's'} without any entry"
        f" {'was' if audited == 1 else 'were'} read by people; something was missed on"
        f" {missed or 'none'} of them."
    )
    share, low, high = shares
    if share is None or low is None or high is None:
        return f"{told} No share can be estimated before entries are decided."
    return (
        f"{told} By that, equipment was found on about {share:.0%} of the pages that tell of it"
        f" ({low:.0%} to {high:.0%}, 95 % interval of the pages read); this counts pages, not"
        " entries, and takes undecided entries to be as good as the decided ones."
    )


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share of which `hits` out of `tries` were seen."""
    share, spread = hits / tries, _Z * _Z / tries
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / tries + spread / (4 * tries)) / (1 + spread)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
