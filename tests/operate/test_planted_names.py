"""Names of people planted in the fields of documents of every kind come out nowhere."""

from __future__ import annotations

import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from core.settings import Settings
from demo.server import Replica
from operate.alerts import run_watch, run_watch_add
from operate.commands import run_add, run_night
from operate.nightly import with_replica
from operate.queries import run_export
from store.filters import Filters
from tests.extract.files import read
from tests.operate.planted import (
    PEOPLE,
    SIGNATORY,
    SURNAMES,
    plant,
    signed_letters,
    write_files,
)
from tests.review.conftest import serving


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An output folder after a night on a replica, and files taken in, that name the people."""
    folder = tmp_path_factory.mktemp("planted")
    write_files(folder / "files")
    with Replica(folder / "replica") as replica:
        plant(replica)
        settings = with_replica(
            Settings(output=folder / "output", workers=1, metrics=Path("m.prom")),
            replica.base_urls,
        )
        run_add(settings, [str(folder / "files")], quiet=True)
        run_watch_add(settings, "cameras", "camera", Filters(), exact=False)
        run_night(settings, ["ted", "asktheeu"], process=True, quiet=True)
    run_watch(settings, quiet=True)
    for what in ("entries", "documents", "mentions"):
        for ending in ("csv", "jsonl"):
            run_export(settings, what, settings.output / f"{what}.{ending}", Filters())
    return settings


def _named(data: bytes) -> list[str]:
    """Return where the people stood whose surnames are in the bytes."""
    low = data.lower()
    return [place for place, name in SURNAMES.items() if name.encode() in low]


def _inside(values: tuple[object, ...]) -> Iterator[bytes]:
    for value in values:
        if isinstance(value, str):
            yield value.encode()
        elif isinstance(value, bytes):
            yield value
            with suppress(zlib.error):
                yield zlib.decompress(value)


def test_every_name_is_in_the_archive(planted: Settings) -> None:
    """The documents were read with the names in them, or the tests below would show nothing."""
    found: set[str] = set()
    for file in planted.archive.glob("??/*"):
        data = file.read_bytes()
        found |= set(_named(data))
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for name in packed.namelist():
                    found |= set(_named(packed.read(name)))
    assert found == set(PEOPLE)


def test_no_name_is_in_the_database(planted: Settings) -> None:
    with sqlite3.connect(planted.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        leaks = {
            (table, place)
            for (table,) in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')
            for data in _inside(row)
            for place in _named(data)
        }
        assert connection.execute("SELECT COUNT(*) FROM pages").fetchone()[0] > 20
        assert connection.execute("SELECT COUNT(*) FROM entries").fetchone()[0] > 20
    assert leaks == set()
    for file in planted.output.glob("materiel.db*"):
        assert _named(file.read_bytes()) == [], file.name


def test_no_name_is_in_a_file_beside_it(planted: Settings) -> None:
    """Neither in journals, reports, feeds, metrics, exports, drawn pages nor anything else."""
    files = [
        file
        for file in planted.output.rglob("*")
        if file.is_file() and planted.archive not in file.parents
    ]
    kinds = {file.suffix for file in files}
    assert {".jsonl", ".csv", ".txt", ".prom", ".atom"} <= kinds, kinds
    assert {file.name: _named(file.read_bytes()) for file in files} == {
        file.name: [] for file in files
    }


def test_no_name_is_on_a_page_of_the_web_app(planted: Settings) -> None:
    leaks: dict[str, list[str]] = {}
    with serving(planted) as web, web.client("ines") as client:
        keys = [str(key) for (key,) in web.rows("SELECT key FROM documents")]
        entries = [str(key) for (key,) in web.rows("SELECT key FROM entries LIMIT 20")]
        pages = [f"/document/{quote(key, safe='')}" for key in keys]
        pages += [f"/entry/{key}" for key in entries]
        pages += ["/", "/review", "/overview", "/watches", "/feed.atom", "/search?q=camera"]
        pages += ["/review/pages"]
        good = 0
        for page in pages:
            answer = client.get(page, follow_redirects=True)
            good += answer.status_code == 200
            leaks |= {page: found} if (found := _named(answer.content)) else {}
        assert good >= len(pages) - 2
        for person in PEOPLE.values():
            answer = client.get("/search", params={"q": f'"{person}"'})
            assert "/document/" not in answer.text, person
    assert leaks == {}


@pytest.mark.parametrize("name", sorted(signed_letters()))
def test_no_signatory_of_a_letter_is_in_its_text(name: str) -> None:
    document = read(signed_letters()[name], name).document
    text = "\n".join(page.text for page in document.pages)
    assert "twelve thermal cameras" in text
    assert SIGNATORY.split()[1] not in text
