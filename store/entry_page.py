"""What the page of an entry tells: its fields with what they rest on, and the entries beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from core.errors import UnknownKey
from store.copies import copies_of
from store.database import Store
from store.pairs import pairs_of
from store.withholding import withheld_answer

_ENTRY = """
SELECT e.*, d.key AS document, titled(d.title, d.url) AS title, d.source, d.url, d.landing_url,
  d.gone, d.published,
  d.shown_version_id, s.title AS source_title, s.publisher, s.licence, v.number AS version,
  v.sha256, v.first_seen
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
LEFT JOIN sources s ON s.id = d.source
WHERE e.key = ? AND e.text_withdrawn = 0 AND d.id NOT IN (SELECT id FROM hidden_documents)
"""
_EVIDENCE = """
SELECT x.field, x.page, x.start, x."end", x.raw, x.alternatives, x.maker, x.score,
  (SELECT v.number FROM readings r JOIN versions v ON v.sha256 = r.sha256
   WHERE r.id = x.reading_id AND v.document_id = ? ORDER BY v.number DESC LIMIT 1) AS version
FROM entry_evidence x WHERE x.entry_key = ? ORDER BY x.field
"""


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """An entry with its document and version, and by field the words that it rests on."""

    entry: dict[str, Any]
    evidence: dict[str, dict[str, Any]]
    pairs: list[dict[str, Any]]
    copies: list[dict[str, Any]]


def entry_page(store: Store, key: str) -> EntryPage:
    """Return what is told of an entry; `UnknownKey` where it is not there or not shown."""
    rows = store.rows(_ENTRY, (key,))
    if not rows:
        raise UnknownKey(_why_not(store, key))
    entry = dict(rows[0])
    evidence = {}
    for row in store.rows(_EVIDENCE, (entry["document_id"], key)):
        one = dict(row)
        one["alternatives"] = msgspec.json.decode(one["alternatives"])
        evidence[one.pop("field")] = one
    return EntryPage(
        entry=entry,
        evidence=evidence,
        pairs=pairs_of(store, key),
        copies=copies_of(store, key),
    )


def _why_not(store: Store, key: str) -> str:
    withheld = withheld_answer(store, key)
    if withheld is not None:
        return "The document of this entry is withheld or was erased."
    return "There is no entry with this key that may be shown."
