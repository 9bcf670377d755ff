"""Reviewers and their sign-in links: good once, for a day, and kept as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from core.errors import UnknownKey, UsageError
from store.database import Store
from store.runs import now

Role = Literal["reviewer", "administrator"]
_LASTS = timedelta(days=1)
_LONGEST = 80


@dataclass(frozen=True)
class Reviewer:
    """A person who may decide; an administrator may manage reviewers and withheld documents too."""

    name: str
    role: Role


def reviewer_named(store: Store, name: str) -> Reviewer | None:
    """Return the reviewer of that name who has access now; None where there is none."""
    rows = store.rows(
        "SELECT name, role FROM reviewers WHERE name = ? AND removed_at IS NULL", (name,)
    )
    return Reviewer(rows[0]["name"], rows[0]["role"]) if rows else None


def add_reviewer(store: Store, name: str, role: Role = "reviewer") -> Reviewer:
    """Add a reviewer, or give one who was removed access again; raise `UsageError` for no name."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise UsageError(f"A reviewer's name has 1 to {_LONGEST} characters that can be printed.")
    with store.transaction() as connection:
        row = connection.execute(
            "INSERT INTO reviewers (name, role, added_at) VALUES (?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET role = excluded.role, removed_at = NULL RETURNING name, role",
            (name, role, now()),
        ).fetchone()
    return Reviewer(row["name"], row["role"])


def remove_reviewer(store: Store, name: str) -> None:
    """End a reviewer's access at once; decisions stay. Raises `UnknownKey` for nobody."""
    with store.transaction() as connection:
        gone = connection.execute(
            "UPDATE reviewers SET removed_at = ? WHERE name = ? AND removed_at IS NULL",
            (now(), name),
        )
        if not gone.rowcount:
            raise UnknownKey(f"There is no reviewer {name!r}; `reviewer list` names them.")
        connection.execute(
            "UPDATE sign_ins SET used_at = ? WHERE used_at IS NULL AND reviewer_id ="
            " (SELECT id FROM reviewers WHERE name = ?)",
            (now(), name),
        )


def reviewers(store: Store) -> list[dict[str, str | None]]:
    """Return all reviewers by name, with their role, when they came and went."""
    rows = store.rows("SELECT name, role, added_at, removed_at FROM reviewers ORDER BY name")
    return [dict(row) for row in rows]


def new_sign_in(store: Store, name: str) -> str:
    """Return a token that signs a reviewer in once within a day; only its hash is stored.

    Raises `UnknownKey` where there is no such reviewer.
    """
    token = secrets.token_urlsafe(32)
    begin = datetime.now(UTC)
    with store.transaction() as connection:
        made = connection.execute(
            "INSERT INTO sign_ins (hash, reviewer_id, made_at, expires_at)"
            " SELECT ?, id, ?, ? FROM reviewers WHERE name = ? AND removed_at IS NULL",
            (_hash(token), _time(begin), _time(begin + _LASTS), name),
        )
        if not made.rowcount:
            raise UnknownKey(f"There is no reviewer {name!r}; `reviewer add` adds one.")
    return token


def sign_in(store: Store, token: str) -> Reviewer | None:
    """Use a token up and return whom it signs in; None for a wrong, used or old one."""
    with store.transaction() as connection:
        used = connection.execute(
            "UPDATE sign_ins SET used_at = :now WHERE hash = :hash AND used_at IS NULL"
            " AND expires_at > :now RETURNING reviewer_id",
            {"now": _time(datetime.now(UTC)), "hash": _hash(token)},
        ).fetchone()
        if used is None:
            return None
        row = connection.execute(
            "SELECT name, role FROM reviewers WHERE id = ? AND removed_at IS NULL", (used[0],)
        ).fetchone()
    return Reviewer(row["name"], row["role"]) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _time(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
