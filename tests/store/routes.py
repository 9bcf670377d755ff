"""All that a store tells, by the route that tells it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import MaterielError
from store.check import dump
from store.cite import cite
from store.database import Store
from store.diff import diff
from store.export import WHAT, export
from store.filters import Filters
from store.linkage import refresh_pairs
from store.pack import pack_contents
from store.pairs import open_pairs, pairs_of
from store.parties import show_party
from store.report import show
from store.search import search


def routes(store: Store, folder: Path, secret: str) -> dict[str, str]:
    """Return all that any route gives, by its name; `secret` is searched for too."""
    given: dict[str, str] = {}
    keys = [row["key"] for row in store.rows("SELECT key FROM documents UNION SELECT key"
                                             " FROM entries")]  # fmt: skip
    for word in (secret, "harbour", "boats", "Libya"):
        for state in (None, "pending", "accepted", "corrected", "reopened", "withdrawn"):
            found = search(store, word, Filters(state=state), lambda _: [])
            given[f"search {word} {state}"] = str((found.pages, found.entries))
    for key in keys:
        given[f"show {key}"] = json.dumps(show(store, key))
        for tell in (cite, pack_contents):
            given[f"{tell.__name__} {key}"] = _told(tell, store, key)
        given[f"pairs of {key}"] = json.dumps(pairs_of(store, key))
    for name in (f"harbour of {secret}", "customs of Malta", "harbour"):
        party = _told(show_party, store, "recipient", name)
        given[f"recipient {name}"] = party.replace(repr(name), "")
    given["blocks before"] = str([tuple(row) for row in store.rows("SELECT * FROM entry_blocks")])
    refresh_pairs(store)
    given["pairs"] = json.dumps(open_pairs(store, 100))
    for table in ("pairs", "entry_blocks"):
        given[table] = str([tuple(row) for row in store.rows(f"SELECT * FROM {table}")])
    for what, state in itertools.product(WHAT, (None, "accepted", "corrected", "withdrawn")):
        file = folder / f"{what}.jsonl"
        export(store, what, file, Filters(state=state))
        given[f"export {what} {state}"] = file.read_text(encoding="utf-8")
    read = (
        "SELECT d.key FROM documents d JOIN versions v ON v.document_id = d.id"
        " JOIN readings r ON r.sha256 = v.sha256 GROUP BY d.id HAVING count(*) > 1"
    )
    for row in store.rows(read):
        given[f"diff {row['key']}"] = json.dumps(diff(store, row["key"]))
    for view in ("shown_entries", "shown_evidence", "shown_documents"):
        given[view] = str([tuple(row) for row in store.rows(f"SELECT * FROM {view}")])
    given["dump"] = "\n".join(dump(store))
    indexed = "SELECT 1 FROM entries_fts WHERE entries_fts MATCH ?"
    given["index of entries"] = secret if store.rows(indexed, (secret,)) else ""
    return given


def _told(tell: Callable[..., Any], *arguments: Any) -> str:
    """Return what a function answers, or what it refuses with."""
    try:
        return str(tell(*arguments))
    except MaterielError as error:
        return str(error)
