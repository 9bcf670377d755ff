"""The web pages show what is allowed and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.errors import StoreError, UsageError
from review.app import build_app, listen
from store.database import Store


def status(database: Path, path: str) -> int:
    """Ask the real application for a page."""

    async def ask() -> int:
        app = build_app(database)
        await app.invoke_startup()
        response = await app.client.get(path)
        return int(response.status_code)

    return asyncio.run(ask())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "materiel.db"
    Store.open(path).close()
    return path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", 200),
        ("/materiel/shown_entries.json", 200),
        ("/materiel/shown_documents", 200),
        ("/materiel/sources", 200),
        ("/materiel", 200),
        ("/_internal", 403),
        ("/materiel/decisions", 403),
        ("/materiel/pages", 403),
        ("/materiel/documents.json", 403),
        ("/materiel.json?sql=select+1", 403),
        ("/materiel.db", 403),
    ],
)
def test_only_the_allow_list_is_shown(database: Path, path: str, expected: int) -> None:
    assert status(database, path) == expected


def test_entries_are_shown_with_the_source_of_their_euro(database: Path) -> None:
    async def ask() -> list[str]:
        app = build_app(database)
        await app.invoke_startup()
        response = await app.client.get("/materiel/shown_entries.json")
        columns: list[str] = response.json()["columns"]
        return columns

    shown = asyncio.run(ask())
    assert {"amount_eur", "eur_rate", "eur_rate_date", "eur_source"} <= set(shown)


def test_a_missing_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run `add`"):
        build_app(tmp_path / "materiel.db")


def test_a_taken_port_is_said() -> None:
    with listen(0) as first:
        first.listen()
        with pytest.raises(UsageError, match="choose another with --port"):
            listen(first.getsockname()[1])
