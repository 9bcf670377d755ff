"""Evidence packs: real PDFs, fetched and read, put into a ZIP and opened again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from core.errors import RecordError, StoreError, UnknownKey, UsageError
from core.records import Issue, Proposal
from core.settings import Settings
from operate.pack import make_pack
from store.load import upsert_sources
from store.readings import save_reading
from store.runs import start_run
from tests.builders import (
    House,
    amount,
    fetched,
    key_of,
    open_house,
    proposal,
    sha,
    source,
    tagging,
)
from tests.store.papers import Black, draw, read_paper

LINES = ("Delivery of 12 boats worth EUR 500", "to the harbour of Zuwara.")
PAPER = draw(LINES)


@dataclass
class Office:
    """An output folder with one document that was fetched and read."""

    house: House
    settings: Settings
    key: str

    def pack(self, name: str = "a.zip", key: str | None = None) -> dict[str, bytes]:
        """Make a pack and return its members."""
        file = self.house.folder / name
        make_pack(self.house.store, self.settings, key or self.key, file)
        return members_of(file)


def members_of(file: Path) -> dict[str, bytes]:
    """Return the members of a pack."""
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {member: archive.read(member) for member in archive.namelist()}


def take(house: House, data: bytes, key: str = "url:a", **more: Any) -> str:
    """Fetch and read a PDF in a run; return the key of its entry."""
    run_id = start_run(house.store, "run")
    house.put(data)
    line = fetched(
        key, data,
        headers={"content-type": "application/pdf", "set-cookie": "secret=1", "etag": '"1"'},
        sent={"user-agent": "Mozilla/5.0 (compatible; Materiel/0.1.0; +ana@example.org)"},
        title="Boats", **more,
    )  # fmt: skip
    path = house.journal(line)
    path = path.rename(path.with_name(f"{run_id:06d}-crawl.jsonl"))
    house.load(path, run_id)
    document = read_paper(data)
    save_reading(house.store, document, tagging(boats(document.pages[0].text)))
    return key_of(key, boats(document.pages[0].text))


def boats(text: str) -> Proposal:
    """Return the entry of a paper."""
    quote = text.partition("\n")[0]
    made = proposal(text, "boats", amount=amount(text, "EUR 500", "500"))
    return replace(made, quote=quote)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    house = open_house(tmp_path)
    key = take(house, PAPER)
    yield Office(house, Settings(output=tmp_path, workers=1), key)
    house.store.close()


def test_a_pack_has_page_file_headers_quotes_and_hashes(office: Office) -> None:
    members = office.pack()
    assert list(members) == [
        "README.txt", "SHA256SUMS", "citation.json", "citation.txt", "evidence.json",
        "fetches.json", "manifest.json", f"file/{sha(PAPER)}.pdf", "pages/page-0001.png",
        "pages/page-0001.txt",
    ]  # fmt: skip
    assert members[f"file/{sha(PAPER)}.pdf"] == PAPER
    with Image.open(io.BytesIO(members["pages/page-0001.png"])) as image:
        assert image.size == (1191, 1684)
    (entry,) = json.loads(members["evidence.json"])
    found = entry["evidence"]["amount"]
    text = members["pages/page-0001.txt"].decode()
    assert text[found["start"] : found["end"]] == found["raw"] == "EUR 500"
    assert len(found["boxes"]) == 1
    assert json.loads(members["citation.json"])["quote"] == LINES[0]
    assert sha(PAPER) in members["README.txt"].decode()


def test_every_hash_is_right(office: Office) -> None:
    members = office.pack()
    lines = members["SHA256SUMS"].decode().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert listed == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in members.items()
        if name != "SHA256SUMS"
    }
    manifest = json.loads(members["manifest.json"])
    assert (manifest["entry"], manifest["document_sha256"]) == (office.key, sha(PAPER))
    assert {row["name"] for row in manifest["files"]} == listed.keys() - {"manifest.json"}


def test_how_it_was_fetched_is_told_without_cookies_and_contact(office: Office) -> None:
    told = json.loads(office.pack()["fetches.json"])
    assert told["request"]["headers"] == {"user-agent": "Mozilla/5.0 (compatible; Materiel/0.1.0)"}
    assert told["answer"]["headers"] == {"content-type": "application/pdf", "etag": '"1"'}
    assert [row["outcome"] for row in told["fetches"]] == ["new"]
    assert told["fetches"][0]["url"] == "https://ministry.example/url:a"


def test_the_same_state_gives_the_same_bytes(office: Office) -> None:
    office.pack("a.zip")
    office.pack("b.zip")
    one, other = ((office.house.folder / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other


def test_a_document_is_packed_as_a_whole(office: Office) -> None:
    members = office.pack(key="url:a")
    assert [entry["entry"] for entry in json.loads(members["evidence.json"])] == [office.key]
    assert json.loads(members["manifest.json"])["entry"] is None


def test_where_the_licence_forbids_it_no_page_and_no_file_is_in_it(office: Office) -> None:
    upsert_sources(office.house.store, [source(show_full_text=False)])
    members = office.pack()
    assert not [name for name in members if "/" in name]
    left_out = json.loads(members["manifest.json"])["left_out"]
    assert [reason.partition(":")[0] for reason in left_out] == [
        "Pictures and texts of pages", "The file itself",
    ]  # fmt: skip
    assert "licence" in members["README.txt"].decode()


def test_a_file_with_text_under_black_is_not_given_away(office: Office) -> None:
    black = draw(LINES, black=[Black(1, "Zuwara")])
    key = take(office.house, black, "url:black")
    members = office.pack(key=key)
    assert not any(name.startswith("file/") for name in members)
    assert "pages/page-0001.png" in members
    assert b"Zuwara" not in b"".join(members.values())
    assert "under a redaction" in members["README.txt"].decode()


def test_withdrawn_text_is_in_no_pack(office: Office) -> None:
    flat = draw(LINES, black=[Black(1, "Zuwara", flat=True)])
    take(office.house, flat, fetched_at="2025-03-02T04:00:00Z")
    assert office.house.document("url:a")["key"] == "url:a"
    changes = office.house.store.rows("SELECT change FROM versions ORDER BY number")
    assert [row["change"] for row in changes] == ["first", "redaction"]
    members = office.pack(key="url:a")
    assert json.loads(members["manifest.json"])["document_sha256"] == sha(flat)
    assert b"Zuwara" not in b"".join(members.values())
    connection = office.house.store.connection
    connection.execute("UPDATE entries SET version_id = 1 WHERE key = ?", (office.key,))
    with pytest.raises(StoreError, match="blackens"):
        office.pack("c.zip")
    assert not (office.house.folder / "c.zip").exists()


def test_a_withheld_document_is_in_no_pack(office: Office) -> None:
    office.house.store.connection.execute("UPDATE documents SET withheld = 1")
    for key in (office.key, "url:a"):
        with pytest.raises(StoreError, match="withheld"):
            office.pack("c.zip", key)
    assert not (office.house.folder / "c.zip").exists()


def test_a_file_that_holds_others_is_not_given_away(office: Office) -> None:
    take(office.house, draw(("Inside 12 boats worth EUR 500",)), "url:a#1", parent_key="url:a")
    assert not any(name.startswith("file/") for name in office.pack())


def test_pages_that_cannot_be_drawn_and_lost_files_are_said(office: Office) -> None:
    office.settings.archive.joinpath(sha(PAPER)[:2], sha(PAPER)).unlink()
    left_out = json.loads(office.pack()["manifest.json"])["left_out"]
    assert "could not be drawn" in left_out[0]
    assert "missing from the archive" in left_out[1]


def test_a_mail_is_not_given_away(office: Office) -> None:
    store = office.house.store
    document = replace(read_paper(PAPER), kind="eml", issues=(
        Issue(code="x", room="extract", sha256=sha(PAPER)),))  # fmt: skip
    save_reading(store, document, tagging(boats(document.pages[0].text)))
    members = office.pack()
    assert not any(name.startswith("file/") for name in members)
    assert "sender" in members["README.txt"].decode()


def test_what_cannot_be_packed_is_said(office: Office) -> None:
    with pytest.raises(UsageError, match=r"\.zip"):
        office.pack("a.tar")
    with pytest.raises(UnknownKey):
        office.pack(key="nothing")


def broken(office: Office, content: Callable[[bytes], bytes]) -> None:
    """Damage the journal that the fetch is in, which has one line."""
    (journal,) = office.settings.journal.glob("*-crawl.jsonl")
    line = journal.read_bytes()
    assert line.count(b"\n") == 1
    journal.write_bytes(content(line))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda line: line[:-9], id="a torn last line"),
        pytest.param(lambda line: line[:-9] + b"\n", id="a torn line"),
        pytest.param(lambda line: bytes(len(line)) + b"\n", id="a line of zero bytes"),
    ],
)
def test_what_can_be_read_is_packed_where_the_journal_is_damaged(
    office: Office, content: Callable[[bytes], bytes]
) -> None:
    whole = office.pack("whole.zip")
    broken(office, content)
    words = "1 line of journal/000001-crawl.jsonl cannot be read"
    with pytest.raises(RecordError, match=words) as told:
        office.pack()
    assert str(told.value).startswith(f"{office.house.folder / 'a.zip'} was written without")
    members = members_of(office.house.folder / "a.zip")
    assert members.keys() == whole.keys()
    fetches = json.loads(members["fetches.json"])
    assert (fetches["request"], fetches["answer"]) == (None, None)
    assert fetches["fetches"] == json.loads(whole["fetches.json"])["fetches"]
    reason = f"Request and answer of the fetch: {words}."
    assert json.loads(members["manifest.json"])["left_out"] == [reason]
    assert reason in " ".join(members["README.txt"].decode().split())
    assert members[f"file/{sha(PAPER)}.pdf"] == PAPER


@pytest.mark.parametrize("more", [b"{}\n", bytes(64) + b"\n", b'{"type":"Fetched","url":"h\n'])
def test_lines_that_have_nothing_of_a_pack_do_not_matter_to_it(office: Office, more: bytes) -> None:
    whole = office.pack("whole.zip")
    broken(office, lambda line: more + line + more)
    assert office.pack() == whole
