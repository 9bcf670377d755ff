"""The latest decisions of a reviewer that can still be taken back, whichever window made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from store.database import Store
from store.reviewing.deciding import Part

LATEST: Final = 10
_LOOKED_THROUGH = 200  # of a reviewer's decisions, so that many undone ones cost little
# As `decide` takes them back: a decision that counts, only while nobody decided after it.
_LATEST = f"""
SELECT h.id, h.entry_key, h.verdict, h.decided_at, coalesce(e.equipment, e.recipient, e.quote)
  AS words, e.state, coalesce(x.seen, '{{}}') AS seen
FROM (SELECT * FROM decisions WHERE reviewer = :reviewer ORDER BY id DESC LIMIT {_LOOKED_THROUGH}) h
JOIN entries e ON e.key = h.entry_key LEFT JOIN decision_effects x ON x.decision_id = h.id
WHERE h.part = :part AND h.verdict IN ('accept', 'correct', 'reject', 'skip', 'flag')
  AND e.text_withdrawn = 0 AND e.document_id NOT IN (SELECT id FROM hidden_documents)
  AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.entry_key = h.entry_key AND u.id > h.id
    AND u.verdict = 'undo' AND json_extract(u.fields, '$.of') = h.id)
  AND CASE WHEN h.part = 'second' THEN 1
    WHEN h.verdict IN ('skip', 'flag') THEN e.state IN ('pending', 'reopened')
    ELSE NOT EXISTS (SELECT 1 FROM decisions t WHERE t.entry_key = h.entry_key AND t.id > h.id
      AND t.part <> 'second' AND t.verdict <> 'skip') END
ORDER BY h.id DESC LIMIT :most
"""  # noqa: S608 - a number of this module


@dataclass(frozen=True)
class Latest:
    """A decision: its number, on which entry, and whether that left the entries that wait."""

    id: int
    entry: str
    verdict: str
    decided_at: str
    words: str
    counts: bool


def latest_decisions(
    store: Store, reviewer: str, part: Part = "first", limit: int = LATEST
) -> list[Latest]:
    """Return a reviewer's latest decisions of a part that can be taken back, the newest first.

    A skip or a flag of an entry that somebody decided on since is none of them.
    """
    rows = store.rows(_LATEST, {"reviewer": reviewer, "part": part, "most": limit})
    return [
        Latest(
            row["id"],
            row["entry_key"],
            row["verdict"],
            row["decided_at"],
            row["words"],
            msgspec.json.decode(row["seen"]).get("state") in ("pending", "reopened"),
        )
        for row in rows
    ]
