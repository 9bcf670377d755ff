"""The same file at several addresses: its entries are the same, and reviewed once.

The content is read once; each document that has it gets its own entries from the one reading. What
a person decided on one of them is offered for the others, which a person then takes over or not.
"""

from __future__ import annotations

import sqlite3
import zlib
from typing import Any

import msgspec

from core.keys import entry_key
from store.database import Store
from store.decisions import EFFECTIVE, decisions_on, judged

_OWN = """
SELECT e.state, e.document_id, v.sha256, p.fields, p.hash FROM entries e
JOIN versions v ON v.id = e.version_id JOIN proposals p ON p.entry_key = e.key
WHERE e.key = ? AND e.text_withdrawn = 0
  AND e.document_id NOT IN (SELECT id FROM hidden_documents)
"""
_HOLDERS = """
SELECT d.key, titled(d.title, d.url) AS title, d.source, d.url FROM versions v
JOIN documents d ON d.id = v.document_id AND d.shown_version_id = v.id
WHERE v.sha256 = ? AND d.id <> ? AND d.id NOT IN (SELECT id FROM hidden_documents)
ORDER BY d.key LIMIT 100
"""


class _Identity(msgspec.Struct):
    """The part of a proposal that, with a document's key, makes an entry's key."""

    anchor: str
    ordinal: int


def copies_of(store: Store, key: str) -> list[dict[str, Any]]:
    """Return the entries that are the same as this one, in documents with the same bytes.

    Each with its document, title, source and state; none for an entry that is hidden or no longer
    proposed.
    """
    own = _own(store, key)
    if own is None:
        return []
    identity = msgspec.json.decode(zlib.decompress(own["fields"]), type=_Identity)
    found = []
    for holder in store.rows(_HOLDERS, (own["sha256"], own["document_id"])):
        other = entry_key(holder["key"], identity.anchor, identity.ordinal)
        state = store.value(
            "SELECT state FROM entries WHERE key = ? AND text_withdrawn = 0", (other,)
        )
        if state is not None:
            told = {name: holder[name] for name in ("title", "source", "url")}
            found.append({"entry": other, "document": holder["key"], "state": state, **told})
    return found


def _own(store: Store, key: str) -> sqlite3.Row | None:
    rows = store.rows(_OWN, (key,))
    return rows[0] if rows else None


def offered_decision(store: Store, key: str) -> dict[str, Any] | None:
    """Return the newest decision on a copy of an undecided entry that a person may take over.

    The copy's proposal was the same when it was judged. It has the copy's `entry` and `document`,
    `verdict`, `fields`, `reviewer` and `decided_at`; None where nobody has decided on a copy.
    """
    own = _own(store, key)
    if own is None or own["state"] not in ("pending", "reopened"):
        return None
    offers = []
    for copy in copies_of(store, key):
        decision = judged(decisions_on(store.connection, copy["entry"]))
        if decision is None or decision.hash != own["hash"]:
            continue
        said = store.rows(
            "SELECT id, reviewer, decided_at FROM decisions WHERE entry_key = ? AND verdict = ?"
            " ORDER BY id DESC LIMIT 1",
            (copy["entry"], decision.verdict),
        )[0]
        told = {"entry": copy["entry"], "document": copy["document"], "verdict": decision.verdict}
        offers.append((said["id"], {**told, "fields": dict(decision.fields), **dict(said)}))
    if not offers:
        return None
    _, newest = max(offers, key=lambda offer: offer[0])
    newest["state"] = EFFECTIVE[newest["verdict"]]
    del newest["id"]
    return newest
