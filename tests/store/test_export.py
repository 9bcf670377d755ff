"""Exports hold what the database holds, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.errors import OutputNotWritable, UsageError
from core.records import Mention
from store.database import Store
from store.export import defused, export
from store.filters import Filters
from tests.builders import House, amount, evidence, fetched, key_of, proposal, tagging

TEXT = "Three drones worth EUR 900 for the +371 Guard."
MADE = proposal(
    TEXT,
    "drones",
    amount=amount(TEXT, "EUR 900", "900.10"),
    recipient=evidence(TEXT, "+371 Guard"),
    quantity=evidence(TEXT, "Three", {"min": 3, "max": 3}),
)
PROJECT = Path(__file__).resolve().parents[2]
ALL = Filters()
ENDINGS = ("csv", "jsonl", "xlsx")


@pytest.fixture
def store(house: House) -> Store:
    """A store with two documents with an entry each and a withheld one."""
    for key in ("url:a", "url:b", "url:hidden"):
        data = key.encode()
        house.take(key, data, title="=HYPERLINK(1)" if key == "url:a" else 'Tiré à part; "x"\n2')
        mention = Mention(page=1, start=6, end=12, label="EQUIPMENT", raw="drones")
        house.read(data, TEXT, tagged=tagging(MADE, mentions=[mention]))
    house.decide(key_of("url:b", MADE), "accept", MADE)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:hidden'")
    return house.store


def read(path: Path) -> list[dict[str, Any]]:
    """Read an export again; an empty cell is None."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    book.close()
    return [dict(zip([str(n) for n in names], row, strict=True)) for row in rows]


@pytest.mark.parametrize("ending", ENDINGS)
def test_entries(store: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert export(store, "entries", path, ALL) == 2
    rows = read(path)
    assert [row["document"] for row in rows] == ["url:a", "url:b"]
    first = rows[0]
    assert first["entry"] == key_of("url:a", MADE)
    assert (first["equipment"], first["amount_min"], first["currency"]) == (
        "drones", "900.10", "EUR",
    )  # fmt: skip
    assert (float(first["amount_eur"]), int(first["quantity"])) == (900.1, 3)
    assert [str(first[n]) for n in ("eur_rate", "eur_rate_date", "eur_source")] == [
        "1", "None", "EUR itself",
    ]  # fmt: skip
    title, recipient = ("'=HYPERLINK(1)", "'+371 Guard") if ending == "csv" else (
        "=HYPERLINK(1)", "+371 Guard",
    )  # fmt: skip
    assert (first["title"], first["recipient"]) == (title, recipient)
    assert (first["supplier"], first["decisions"]) == (None, None)
    assert rows[1]["title"] == 'Tiré à part; "x"\n2'
    assert rows[1]["decisions"] == "accept by ana at 2025-03-02T04:00:00Z"
    assert (rows[1]["state"], rows[1]["quote"]) == ("accepted", TEXT)


@pytest.mark.parametrize("ending", ENDINGS)
def test_euro_come_with_their_source(house: House, tmp_path: Path, ending: str) -> None:
    for number, currency in enumerate(("LYD", "USD")):
        made = proposal(TEXT, "drones", amount=amount(TEXT, "EUR 900", "1000000", currency))
        data = currency.encode()
        house.take(f"url:{number}", data, published="2021-05-14")
        house.read(data, TEXT, tagged=tagging(made))
    path = tmp_path / f"out.{ending}"
    assert export(house.store, "entries", path, ALL) == 2
    libyan, american = read(path)
    names = ("amount_eur", "eur_rate", "eur_rate_date", "eur_source")
    assert [libyan[name] for name in names] == [None, None, None, "no rate"]
    assert float(american["amount_eur"]) == 824878.33
    assert [american[name] for name in names[1:]] == ["1.2123", "2021-05-14", "ECB"]
    assert export(house.store, "entries", path, Filters(min=800_000)) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_documents_and_mentions(store: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert export(store, "documents", path, ALL) == 2
    rows = read(path)
    assert [(row["document"], int(row["version"]), int(row["entries"])) for row in rows] == [
        ("url:a", 1, 1), ("url:b", 1, 1),
    ]  # fmt: skip
    assert export(store, "mentions", path, ALL) == 2
    assert [(row["raw"], int(row["start"]), int(row["end"])) for row in read(path)] == [
        ("drones", 6, 12), ("drones", 6, 12),
    ]  # fmt: skip


def test_all_formats_say_the_same(store: Store, tmp_path: Path) -> None:
    tables = []
    for ending in ENDINGS:
        export(store, "entries", tmp_path / f"out.{ending}", ALL)
        rows = read(tmp_path / f"out.{ending}")
        tables.append([{k: str(v or "").removeprefix("'") for k, v in row.items()} for row in rows])
    assert tables[0] == tables[1] == tables[2]


@pytest.mark.parametrize("ending", ENDINGS)
def test_filters_apply_but_for_the_limit(store: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert export(store, "entries", path, Filters(limit=1)) == 2
    assert export(store, "entries", path, Filters(state="accepted")) == 1
    assert [row["document"] for row in read(path)] == ["url:b"]
    assert export(store, "mentions", path, Filters(state="accepted")) == 1
    assert export(store, "documents", path, Filters(min=901)) == 0
    assert read(path) == []


def test_nothing_to_export_keeps_the_header(store: Store, tmp_path: Path) -> None:
    nothing = Filters(source="nowhere")
    export(store, "documents", tmp_path / "a.csv", nothing)
    export(store, "documents", tmp_path / "a.xlsx", nothing)
    header = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").strip().split(",")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [cell.value for cell in book.worksheets[0][1]] == header
    assert header[:2] == ["document", "source"]


@pytest.mark.parametrize("name", ["out.txt", "out", "out.xls", ".csv"])
def test_an_unknown_ending_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.csv, \.jsonl, \.xlsx"):
        export(store, "entries", tmp_path / name, ALL)
    assert not (tmp_path / name).exists()


def test_an_ending_may_be_in_capitals(store: Store, tmp_path: Path) -> None:
    assert export(store, "entries", tmp_path / "OUT.CSV", ALL) == 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_interrupted_export_leaves_the_old_file_alone(
    store: Store, tmp_path: Path, ending: str
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    path = folder / f"out.{ending}"
    path.write_text("old", encoding="utf-8")
    # the second row cannot be read: half of a surrogate pair is no text
    store.connection.execute(
        "UPDATE documents SET title = CAST(x'EDA080' AS TEXT) WHERE key = 'url:b'"
    )
    with pytest.raises(sqlite3.OperationalError, match="Could not decode"):
        export(store, "entries", path, ALL)
    assert [p.name for p in folder.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_that_is_not_there_is_explained(store: Store, tmp_path: Path, ending: str) -> None:
    with pytest.raises(OutputNotWritable, match="cannot be written"):
        export(store, "entries", tmp_path / "none" / f"out.{ending}", ALL)


FULL = """
import resource, tempfile
from pathlib import Path
from core.errors import OutputNotWritable
from store.database import Store
from store.export import export
from store.filters import Filters
tempfile.tempdir = {scratch!r}
with Store.open(Path({database!r}), readonly=True) as store:
    store.rows("SELECT * FROM documents")
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
    try:
        export(store, "documents", Path({path!r}), Filters())
    except OutputNotWritable:
        print("refused")
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_disk_that_fills_up_leaves_nothing_behind(
    house: House, tmp_path: Path, ending: str
) -> None:
    house.put(b"body")
    house.load(house.journal(*(fetched(f"url:{n}", title="x" * 99) for n in range(50))))
    folder, scratch = tmp_path / "exports", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    database, path = str(house.store.path), str(folder / f"out.{ending}")
    done = subprocess.run(
        [sys.executable, "-c", FULL.format(scratch=str(scratch), database=database, path=path)],
        check=False,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr
    assert list(folder.iterdir()) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("", ""),
        (-5, -5),
        (None, None),
    ],
)
def test_formulas_are_defused(value: Any, safe: Any) -> None:
    assert defused(value) == safe


def test_a_long_text_is_cut_to_what_a_cell_holds(house: House, tmp_path: Path) -> None:
    house.take("url:a", title="x" * 40_000)
    export(house.store, "documents", tmp_path / "a.xlsx", ALL)
    assert len(str(read(tmp_path / "a.xlsx")[0]["title"])) == 32_767


def test_a_sheet_that_is_full_goes_on_in_the_next(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.export._SHEET_ROWS", 3)
    for n in range(5):
        house.take(f"url:{n}")
    assert export(house.store, "documents", tmp_path / "a.xlsx", ALL) == 5
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets]
    assert cells == [["document", "url:0", "url:1"], ["document", "url:2", "url:3"],
                     ["document", "url:4"]]  # fmt: skip
