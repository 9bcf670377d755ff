"""Exports hold what the database holds, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.errors import OutputNotWritable, UsageError
from core.records import Mention, Tagging
from store.database import Store
from store.export import defused, export
from store.filters import Filters
from tests.builders import (
    DAY,
    House,
    amount,
    evidence,
    fetched,
    key_of,
    proposal,
    sha,
    tagging,
)

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
    assert sheet.title in ("Entries", "Documents", "Mentions")
    names, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    book.close()
    return [dict(zip([str(n) for n in names], row, strict=True)) for row in rows]


@pytest.mark.parametrize("ending", ENDINGS)
def test_entries(store: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert export(store, "entries", path, ALL).rows == 2
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
    assert [row["sha256"] for row in rows] == [sha(b"url:a"), sha(b"url:b")]
    assert (first["url"], first["page"] and int(first["page"])) == (
        "https://ministry.example/url:a", 1,
    )  # fmt: skip
    assert first["fetched_at"] == DAY.format(1)


@pytest.mark.parametrize("ending", ENDINGS)
def test_euro_come_with_their_source(house: House, tmp_path: Path, ending: str) -> None:
    for number, currency in enumerate(("LYD", "USD")):
        made = proposal(TEXT, "drones", amount=amount(TEXT, "EUR 900", "1000000", currency))
        data = currency.encode()
        house.take(f"url:{number}", data, published="2021-05-14")
        house.read(data, TEXT, tagged=tagging(made))
    path = tmp_path / f"out.{ending}"
    assert export(house.store, "entries", path, ALL).rows == 2
    libyan, american = read(path)
    names = ("amount_eur", "eur_rate", "eur_rate_date", "eur_source")
    assert [libyan[name] for name in names] == [None, None, None, "no rate"]
    assert float(american["amount_eur"]) == 824878.33
    assert [american[name] for name in names[1:]] == ["1.2123", "2021-05-14", "ECB"]
    assert export(house.store, "entries", path, Filters(min=800_000)).rows == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_documents_and_mentions(store: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    assert export(store, "documents", path, ALL).rows == 2
    rows = read(path)
    assert [(row["document"], int(row["version"]), int(row["entries"])) for row in rows] == [
        ("url:a", 1, 1), ("url:b", 1, 1),
    ]  # fmt: skip
    assert export(store, "mentions", path, ALL).rows == 2
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
    assert export(store, "entries", path, Filters(limit=1)).rows == 2
    assert export(store, "entries", path, Filters(state="accepted")).rows == 1
    assert [row["document"] for row in read(path)] == ["url:b"]
    assert export(store, "mentions", path, Filters(state="accepted")).rows == 1
    assert export(store, "documents", path, Filters(min=901)).rows == 0
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
    assert export(store, "entries", tmp_path / "OUT.CSV", ALL).rows == 2


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
        ("  =1", "'  =1"),
        ("\u00a0\u200b\ufeff=1", "'\u00a0\u200b\ufeff=1"),
        ("\n@x", "'\n@x"),
        ("＝1", "'＝1"),
        (" ＋1", "' ＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("\t", "'\t"),
        (" x=1", " x=1"),
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
    assert export(house.store, "documents", tmp_path / "a.xlsx", ALL).rows == 5
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Documents", "Documents 2", "Documents 3"]
    cells = [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets]
    assert cells == [["document", "url:0", "url:1"], ["document", "url:2", "url:3"],
                     ["document", "url:4"]]  # fmt: skip


SHARED = "Drones and boats worth EUR 500 in all for the Guard."


def sums_of(path: Path) -> list[list[Any]]:
    """Read the sheet of sums again: its rows up to the notes."""
    book = openpyxl.load_workbook(path)
    rows = [[cell.value for cell in row] for row in book["Sums"].iter_rows()]
    book.close()
    return [row for row in rows if row[1] is not None]


def shared(text: str, *goods: str, kind: Any = "award") -> Tagging:
    """Return entries of several goods that share one amount."""
    made = [
        proposal(
            text,
            name,
            amount=amount(text, "EUR 500", "500"),
            amount_kind=kind,
            amount_scope="shared",
            amount_group="p1:24",
        )
        for name in goods
    ]
    return tagging(*made)


def test_a_shared_amount_is_in_the_sums_once(house: House, tmp_path: Path) -> None:
    house.take("url:a", b"a")
    house.read(b"a", SHARED, tagged=shared(SHARED, "Drones", "boats"))
    house.take("url:b", b"b")
    house.read(b"b", SHARED, tagged=shared(SHARED, "Drones", kind="budget"))
    done = export(house.store, "entries", tmp_path / "a.xlsx", ALL)
    assert done.rows == 3
    names, *rows = sums_of(tmp_path / "a.xlsx")
    assert names[:7] == [
        "Reviewed?", "Kind of amount", "Currency", "Amounts", "Named by entries", "Sum",
        "Sum at most",
    ]  # fmt: skip
    assert [row[:8] for row in rows] == [
        ["pending", "award", "EUR", 1, 2, "500", "500", "500"],
        ["pending", "budget", "EUR", 1, 1, "500", "500", "500"],
    ]
    first, second, third = read(tmp_path / "a.xlsx")
    assert [row["amount_counted"] for row in (first, second, third)] == ["yes", "no", "yes"]
    assert second["counted_with"] == first["entry"]


def test_the_same_file_at_two_addresses_counts_once(house: House, tmp_path: Path) -> None:
    for key in ("url:a", "url:b"):
        house.take(key, b"same")
    house.read(b"same", TEXT, tagged=tagging(MADE))
    done = export(house.store, "entries", tmp_path / "a.csv", ALL)
    assert (done.rows, [(found.amounts, found.entries) for found in done.sums]) == (2, [(1, 2)])


def test_pending_and_reviewed_amounts_are_apart(store: Store, tmp_path: Path) -> None:
    done = export(store, "entries", tmp_path / "a.jsonl", ALL)
    told = [(found.review, f"{found.low:f}", found.currency) for found in done.sums]
    assert told == [("reviewed", "900.10", "EUR"), ("pending", "900.10", "EUR")]


def test_a_rejected_entry_is_listed_when_asked_for_and_never_counted(
    house: House, tmp_path: Path
) -> None:
    house.take("url:a", b"a")
    house.read(b"a", TEXT, tagged=tagging(MADE))
    house.decide(key_of("url:a", MADE), "reject", MADE)
    path = tmp_path / "a.jsonl"
    assert export(house.store, "entries", path, ALL).rows == 0
    done = export(house.store, "entries", path, Filters(state="rejected"))
    assert (done.rows, done.sums) == (1, ())
    assert read(path)[0]["amount_counted"] is None


def test_where_a_file_taken_in_by_hand_lay_is_not_told(house: House, tmp_path: Path) -> None:
    house.put(b"body")
    line = fetched("url:a", url="file:///home/ana/a.pdf", final_url="file:///home/ana/a.pdf")
    house.load(house.journal(line))
    export(house.store, "documents", tmp_path / "a.csv", ALL)
    assert "ana" not in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_no_cell_of_a_workbook_is_a_formula(house: House, tmp_path: Path) -> None:
    titles = ["=1+1", "\t=1+1", " ＝1+1", "{=1+1}", "http://x.example/", "=HYPERLINK(1)"]
    for number, title in enumerate(titles):
        house.take(f"url:{number}", title=title)
    path = tmp_path / "a.xlsx"
    assert export(house.store, "documents", path, ALL).rows == len(titles)
    assert [row["title"] for row in read(path)] == titles
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower().replace("=hyperlink(1)", "")


def test_control_characters_do_not_break_a_workbook(house: House, tmp_path: Path) -> None:
    house.take("url:a", title="a\x00\x0b\x1b<&>b")
    export(house.store, "documents", tmp_path / "a.xlsx", ALL)
    title = str(read(tmp_path / "a.xlsx")[0]["title"])
    assert title.startswith("a")
    assert title.endswith("<&>b")


MANY = """
import resource, sys, time
from pathlib import Path
from store.database import Store
from store.export import export
from store.filters import Filters
with Store.open(Path(sys.argv[1]), readonly=True) as store:
    done = export(store, "entries", Path(sys.argv[2]), Filters())
print(done.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.soak
@pytest.mark.parametrize("ending", ENDINGS)
def test_200_000_entries_take_at_most_300_mb(house: House, tmp_path: Path, ending: str) -> None:
    fill(house.store, 200_000)
    done = subprocess.run(
        [sys.executable, "-c", MANY, str(house.store.path), str(tmp_path / f"a.{ending}")],
        check=True,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    rows, megabytes = map(int, done.stdout.split())
    assert (rows, megabytes <= 300) == (200_000, True), megabytes


def fill(store: Store, count: int) -> None:
    """Write entries, ten to a document, of which each two share an amount."""
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO contents VALUES (?, 'application/pdf', 1, 'x')",
            [(f"{n:064x}",) for n in range(count // 10)],
        )
        connection.executemany(
            "INSERT INTO documents (id, key, source, url, title) VALUES (?, ?, 'ministry', ?, ?)",
            [(n, f"url:{n:06d}", f"https://x.example/{n}", "Title " * 9)
             for n in range(count // 10)],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO versions (id, document_id, number, sha256, first_seen, last_seen)"
            " VALUES (?, ?, 1, ?, '2025-03-01T04:00:00Z', '2025-03-01T04:00:00Z')",
            [(n, n, f"{n:064x}") for n in range(count // 10)],
        )
        connection.execute("UPDATE documents SET version_id = id, shown_version_id = id")
        connection.executemany(
            "INSERT INTO entries (key, document_id, version_id, page, equipment, quantity,"
            " amount_min, amount_max, currency, amount_eur, amount_kind, amount_group,"
            " amount_scope, recipient, stage, score, quote, state) VALUES (?, ?, ?, 1, 'drones', 3,"
            " '1000', '1000', 'EUR', 1000.0, 'award', ?, 'shared', 'Guard', 'awarded', 0.9, ?,"
            " 'pending')",
            [(f"{n:016x}", n // 10, n // 10, f"p1:{n // 2}", f"{n} drones for the Guard. " * 8)
             for n in range(count)],
        )  # fmt: skip
