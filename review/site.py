"""What the pages of one running app share: the store, the settings, who looks at what."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from datasette.app import Datasette

from core.archive import explained
from store.database import BUSY, Store
from store.titles import know_titles

T = TypeVar("T")
DATABASE = "materiel"
_CLAIM = 300.0  # seconds for which an entry that one reviewer looks at is not offered to another


class Services(Protocol):
    """What the pages need of rooms that review does not know."""

    def image(self, sha256: str, page: int) -> Path:
        """Return the picture of a page, drawn in a limited child where it is not kept yet."""

    def file(self, sha256: str) -> Path:
        """Return where the bytes of a content lie."""

    def take_in(self, path: Path) -> Mapping[str, Any]:
        """Take a file or a ZIP in as `add` does, and return its report."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the app is served.

    `publish` lets visitors see accepted and corrected entries. `address` is where others reach it,
    with scheme and host. `second_share` of the decided entries get a second opinion.
    """

    database: Path
    publish: bool = False
    address: str = ""
    second_share: float = 0.1
    uploads: Path = Path("output/uploads")
    max_upload: int = 200 * 1024**2  # bytes


@dataclass
class Site:
    """One running app."""

    options: Options
    datasette: Datasette
    secret: str
    services: Services
    claims: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def read(self, work: Callable[[Store], T]) -> T:
        """Run a reading function in one of Datasette's threads, on a connection of its own."""
        path = self.options.database
        database = self.datasette.get_database(DATABASE)
        return await database.execute_fn(  # type: ignore[no-any-return]  # datasette has no types
            lambda connection: work(Store(connection, path))
        )

    async def write(self, work: Callable[[Store], T]) -> T:
        """Run a writing function in Datasette's one writing thread; raises what it raises."""
        path = self.options.database
        database = self.datasette.get_database(DATABASE)
        return await database.execute_write_fn(  # type: ignore[no-any-return]
            lambda connection: work(Store(connection, path))
        )

    async def elsewhere(self, work: Callable[[], T]) -> T:
        """Run something slow that is no query in a thread."""
        return await asyncio.to_thread(work)

    def token(self, session: str) -> str:
        """Return the token that forms of a session carry, so that no other site can send them."""
        return hmac.new(self.secret.encode(), f"token {session}".encode(), "sha256").hexdigest()

    def claim(self, key: str, reviewer: str) -> None:
        """Note that a reviewer looks at an entry, so that it is not offered to others meanwhile."""
        self.claims[key] = (reviewer, time.monotonic() + _CLAIM)

    def release(self, key: str) -> None:
        """Note that an entry was decided on, so that it is offered to others at once."""
        self.claims.pop(key, None)

    def claimed_by_others(self, reviewer: str) -> set[str]:
        """Return the keys that others look at."""
        now = time.monotonic()
        self.claims = {key: one for key, one in self.claims.items() if one[1] > now}
        return {key for key, (who, _) in self.claims.items() if who != reviewer}

    @cached_property
    def static(self) -> Mapping[str, tuple[bytes, str]]:
        """The files that pages load, by name, with the digest that their addresses carry."""
        folder = Path(__file__).parent / "static"
        found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        return {name: (data, hashlib.sha256(data).hexdigest()[:12]) for name, data in found.items()}


def secret_of(folder: Path) -> str:
    """Return the secret that sessions are signed with, made at first; only its owner reads it."""
    path = folder / "review-secret"
    with explained(path):
        try:
            return path.read_text(encoding="ascii")
        except FileNotFoundError:
            pass
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".review-secret-{secrets.token_hex(8)}"
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):  # a second app takes the secret of the first
            path.hardlink_to(part)
        part.unlink()
        return path.read_text(encoding="ascii")


def prepare(connection: Any) -> None:
    """Set up a connection that Datasette opened as the store wants its own."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    connection.execute("PRAGMA foreign_keys = ON")
    know_titles(connection)
