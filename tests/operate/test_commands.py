"""The commands as users call them: exit statuses, sentences, JSON, and that nothing is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from operate.lock import output_lock
from tests.operate.conftest import Run


@pytest.fixture(scope="module")
def filled(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("output")
    done = run("add", folder, "--output", output)
    assert done.returncode == 0, done.stderr
    return output


def test_add_counts_and_a_second_add_adds_nothing(run: Run, folder: Path, filled: Path) -> None:
    again = run("add", folder, "--output", filled, "--json")
    report = json.loads(again.stdout)
    assert again.returncode == 0
    assert report["processing"] == {"read": 0, "entries": 0, "failures": {}}
    added = report["added"]
    assert {added[name] for name in ("documents", "versions", "contents", "pages", "entries")} == {
        0
    }
    assert report["totals"]["documents"] == 10  # 3 PDFs, 4 notices, a text, a ZIP and what it holds


def test_search_finds_and_says_what_it_covered(run: Run, filled: Path) -> None:
    found = run("search", "drones", "--output", filled, "--json")
    result = json.loads(found.stdout)
    assert found.returncode == 0
    assert any(hit["document"].endswith("#inside.txt") for hit in result["pages"])
    nothing = run("search", "zeppelin", "--output", filled)
    assert nothing.returncode == 0
    assert "Nothing was found." in nothing.stdout
    assert "Covered local: 10 documents" in nothing.stdout


def test_show_gives_an_entry_with_its_evidence(run: Run, filled: Path) -> None:
    database = sqlite3.connect(filled / "materiel.db")
    key = database.execute("SELECT key FROM entries WHERE equipment = 'drones'").fetchone()[0]
    shown = json.loads(run("show", key, "--output", filled, "--json").stdout)
    assert shown["evidence"]["equipment"]["raw"] == "drones"
    assert shown["quantity"] == 5
    assert len(shown["sha256"]) == 64
    unknown = run("show", "0123456789abcdef", "--output", filled)
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("Error: There is no entry")


def test_exports_open_and_agree(run: Run, filled: Path, tmp_path: Path) -> None:
    for name in ("e.csv", "e.xlsx", "e.jsonl"):
        done = run("export", "entries", tmp_path / name, "--output", filled)
        assert done.returncode == 0, done.stderr
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as file:
        from_csv = [row["entry"] for row in csv.DictReader(file)]
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    assert sheet is not None
    from_sheet = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    lines = (tmp_path / "e.jsonl").read_text(encoding="utf-8").splitlines()
    assert from_csv == from_sheet == [json.loads(line)["entry"] for line in lines]
    assert from_csv


def encrypted_pdf() -> bytes:
    """Return a PDF that opens with a password only."""
    drawn = io.BytesIO()
    page = Canvas(drawn, encrypt=StandardEncryption("secret", ownerPassword="other"))
    page.drawString(72, 720, "Ten patrol boats")
    page.save()
    return drawn.getvalue()


BAD = {
    "encrypted.pdf": (encrypted_pdf(), "needs a password"),
    "empty.pdf": (b"", "is empty"),
    "truncated.xml": (b"<?xml version='1.0'?><TED_EXPORT DOC_ID='1-2020'><A>", "truncated.xml"),
    "entities.xml": (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]>"
        b"<TED_EXPORT>&c;</TED_EXPORT>",
        "entities.xml",
    ),
    "external.xml": (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>"
        b"<TED_EXPORT>&b;</TED_EXPORT>",
        "external.xml",
    ),
    "truncated.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "truncated.pdf"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_sentence_and_is_kept(run: Run, tmp_path: Path, name: str) -> None:
    data, words = BAD[name]
    (tmp_path / name).write_bytes(data)
    done = run("add", tmp_path / name, "--output", tmp_path / "out")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert words in done.stdout
    assert done.stderr.strip().endswith("Error: Nothing of what was named could be taken in.")
    if data:
        sha256 = hashlib.sha256(data).hexdigest()
        assert (tmp_path / "out" / "archive" / sha256[:2] / sha256).read_bytes() == data


def test_one_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(BAD["truncated.pdf"][0])
    (tmp_path / "good.txt").write_text("The EU gave 3 patrol boats to the Coast Guard.\n")
    done = run("add", tmp_path, tmp_path / "missing", "--output", tmp_path / "out", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["processing"]["read"] == 1
    assert list(report["processing"]["failures"].values()) == [1]
    assert "There is no file or folder" in report["refused"][0]


def test_a_text_named_pdf_is_read_as_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("The EU gave 3 patrol boats to the Coast Guard.\n" * 3)
    done = run("add", tmp_path / "a.pdf", "--output", tmp_path / "out")
    status = json.loads(run("status", "--output", tmp_path / "out", "--json").stdout)
    assert done.returncode == 0
    assert status["documents"] == {"text": 1}
    assert status["issues"]["type_mismatch"] == 1


def test_a_zip_bomb_is_refused(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(300 * 1024**2))
    done = run("add", tmp_path / "bomb.zip", "--output", tmp_path / "out")
    status = json.loads(run("status", "--output", tmp_path / "out", "--json").stdout)
    assert done.returncode == 1
    assert list(status["failures"]) == ["hostile_document"]


def test_a_second_run_on_a_locked_folder_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    with output_lock(tmp_path):
        done = run("add", folder, "--output", tmp_path)
    assert done.returncode == 1
    assert "Another run" in done.stderr


def test_a_newer_database_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    run("add", folder / "note.txt", "--output", tmp_path)
    database = sqlite3.connect(tmp_path / "materiel.db")
    database.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('materiel', 'm999_later', '2099-01-01')"
    )
    database.commit()
    done = run("status", "--output", tmp_path)
    assert done.returncode == 1
    assert "newer version of Materiel" in done.stderr


def test_an_output_folder_that_cannot_be_made_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("add", tmp_path / "file", "--output", tmp_path / "file" / "out")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["export", "entries"],
        ["nonsense"],
        ["run", "no_such_source"],
        ["search", "x", "--state", "odd"],
    ],
)
def test_wrong_usage_is_status_2(run: Run, filled: Path, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_retry_reads_failed_documents_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(BAD["truncated.pdf"][0])
    run("add", tmp_path / "bad.pdf", "--output", tmp_path / "out")
    done = run("retry", "--output", tmp_path / "out", "--json")
    report = json.loads(done.stdout)
    assert report["retried"] == 1
    assert report["processing"]["read"] == 0
    assert len(report["processing"]["failures"]) == 1


def test_tag_text_reads_standard_input(run: Run) -> None:
    done = run("tag-text", "--json", text="The EU gave 3 patrol boats to the Libyan Coast Guard.")
    result = json.loads(done.stdout)
    assert "patrol boats" in [m["text"] for m in result["mentions"] if m["label"] == "EQUIPMENT"]


def test_a_number_too_large_for_the_database_costs_no_run(run: Run, tmp_path: Path) -> None:
    text = "The EPF finances 10,000,000,000,000,000,000 drones worth EUR 500 000 for Niger.\n"
    (tmp_path / "a.txt").write_text(text)
    done = run("add", tmp_path / "a.txt", "--output", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["processing"]["read"] == 1


def test_a_name_that_is_no_text_is_taken_in(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    strange = os.fsencode(folder) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(strange)).write_text("Ten patrol boats for the coast guard.\n")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    done = run("add", folder, "--output", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"]["documents"] == 1


def test_a_good_file_counts_beside_bad_addresses(run: Run, folder: Path, tmp_path: Path) -> None:
    bad = ["http://[bad/x", "https://example.invalid/without-a-contact"]
    done = run("add", folder / "note.txt", *bad, "--output", tmp_path, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert report["processing"]["read"] == 1
    assert len(report["refused"]) == 2


def test_a_new_database_does_not_write_into_old_journals(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("add", folder / "note.txt", "--output", tmp_path)
    before = {path.name for path in (tmp_path / "journal").iterdir()}
    for path in tmp_path.glob("materiel.db*"):
        path.unlink()
    run("add", folder / "bundle.zip", "--output", tmp_path)
    after = {path.name for path in (tmp_path / "journal").iterdir()} - before
    assert min(after) > max(before)


def test_a_mistyped_date_is_said(run: Run, filled: Path) -> None:
    done = run("search", "drones", "--since", "31/12/1999", "--output", filled)
    assert done.returncode == 2
    assert "--since is a date" in done.stderr
