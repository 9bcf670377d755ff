"""Datasette hooks: which tables may be seen. Everything that is not named is refused."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

SHOWN = ("shown_entries", "shown_evidence", "shown_documents", "sources")
DATABASE = "materiel"


@hookimpl  # type: ignore[untyped-decorator]  # datasette ships no types
def permission_allowed(action: str, resource: Any) -> bool:
    """Allow the pages of the named tables and views, and nothing else: no SQL, no other table."""
    tables = {(DATABASE, name) for name in SHOWN}
    return (
        action == "view-instance"
        or (action == "view-database" and resource == DATABASE)
        or (action == "view-table" and resource in tables)
    )
