"""ZIP files: members, names, and the limits."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import HostileDocument
from extract import archives
from extract.archives import safe_name
from tests.extract.files import archive, read, text_pdf


def test_members_are_the_real_files() -> None:
    inner = text_pdf(["Annex"])
    data = archive(
        {
            "annex/one.pdf": inner,
            "__MACOSX/annex/._one.pdf": b"x",
            "annex/.DS_Store": b"x",
            "../../etc/two.txt": b"two",
            "C:\\three.txt": b"three",
        }
    )
    reading = read(data, "release.zip")
    assert [(m.name, len(m.data)) for m in reading.members] == [
        ("annex/one.pdf", len(inner)),
        ("etc/two.txt", 3),
        ("three.txt", 5),
    ]
    assert reading.document.pages[0].text == "annex/one.pdf\netc/two.txt\nthree.txt"
    assert read(reading.members[0].data, "one.pdf").document.pages[0].text == "Annex"


def test_folders_and_links_are_no_members() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.mkdir("folder")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("folder/a.txt", "a")
    assert [m.name for m in read(buffer.getvalue(), "a.zip").members] == ["folder/a.txt"]


def test_bombs_are_not_unpacked() -> None:
    bomb = archive({"zeros.txt": bytes(40 * 2**20)})
    with pytest.raises(HostileDocument, match=r"bomb\.zip"):
        read(bomb, "bomb.zip")
    office = archive({"[Content_Types].xml": b"<a/>", "word/document.xml": bytes(40 * 2**20)})
    with pytest.raises(HostileDocument, match=r"bomb\.docx"):
        read(office, "bomb.docx")


def test_a_bomb_among_files_costs_an_issue() -> None:
    reading = read(archive({"zeros.txt": bytes(40 * 2**20), "a.txt": b"Ten radios"}), "a.zip")
    assert [(member.name, member.data) for member in reading.members] == [("a.txt", b"Ten radios")]
    (issue,) = reading.document.issues
    assert issue.code == "hostile_member"
    assert issue.detail.startswith("'zeros.txt', which would unpack")


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    assert len(read(archive({str(n): b"x" for n in range(3)}), "a.zip").members) == 3
    with pytest.raises(HostileDocument, match="4 files"):
        read(archive({str(n): b"x" for n in range(4)}), "a.zip")


def test_too_much_in_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 10)
    with pytest.raises(HostileDocument, match="12 bytes"):
        read(archive({"a": b"abcdef", "b": b"ghijkl"}), "a.zip")


def test_a_member_larger_than_it_says_is_hostile() -> None:
    data = bytearray(archive({"a.txt": b"abc" * 1000}))
    size = (3000).to_bytes(4, "little")
    assert data.count(size) == 2  # in the member's own header and in the list of contents
    small = bytes(data).replace(size, (10).to_bytes(4, "little"))
    reading = read(small, "a.zip")  # zipfile itself stops at the stated size and misses the CRC
    assert reading.members == ()
    assert [issue.code for issue in reading.document.issues] == ["damaged_member"]


def test_encrypted_and_damaged_members_are_issues() -> None:
    data = bytearray(archive({"a.txt": b"abc" * 50, "b.txt": b"plain"}))
    first = data.index(b"PK\x01\x02")
    data[first + 8] |= 1  # the encryption flag in the list of contents
    reading = read(bytes(data), "a.zip")
    assert [m.name for m in reading.members] == ["b.txt"]
    assert [issue.code for issue in reading.document.issues] == ["encrypted_member"]
    assert "a.txt" in reading.document.issues[0].detail


def renamed(data: bytes, before: bytes, after: bytes) -> bytes:
    """A ZIP whose member has another name of the same length, in both of its places."""
    assert len(before) == len(after)
    assert data.count(before) == 2
    return data.replace(before, after)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Décision.txt".encode(), "Décision.txt"),
        ("Décision.txt".encode("cp850"), "Décision.txt"),
        ("Απόφαση.txt".encode(), "Απόφαση.txt"),
    ],
)
def test_names_with_letters_of_their_own(raw: bytes, name: str) -> None:
    plain = b"x" * len(raw)
    data = renamed(archive({plain.decode(): b"text"}), plain, raw)
    assert [member.name for member in read(data, "a.zip").members] == [name]
    assert [member.name for member in read(archive({name: b"text"}), "a.zip").members] == [name]


def test_a_name_in_an_extra_field_is_believed() -> None:
    said = "Δ.txt".encode()
    info = zipfile.ZipInfo("x" * 5)
    info.extra = b"\x75\x70" + (5 + len(said)).to_bytes(2, "little") + bytes(5) + said
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(info, b"text")
    data = renamed(buffer.getvalue(), b"xxxxx", b"\x84.txt")
    assert [member.name for member in read(data, "a.zip").members] == ["Δ.txt"]


def test_equal_names_are_told_apart() -> None:
    data = renamed(archive({"a/b.txt": b"one", "a/c.txt": b"two"}), b"a/c.txt", b"a/b.txt")
    members = read(data, "a.zip").members
    assert [(member.name, member.data) for member in members] == [
        ("a/b.txt", b"one"),
        ("a/b (2).txt", b"two"),
    ]


def test_archives_in_archives_are_members() -> None:
    inner = archive({"annex.txt": b"Ten radios"})
    (member,) = read(archive({"inner.zip": inner}), "a.zip").members
    assert read(member.data, member.name).members[0].name == "annex.txt"


def test_each_damaged_member_costs_one_issue() -> None:
    data = bytearray(archive({"a.txt": b"first " * 9, "b.txt": b"second " * 9, "c.txt": b"third"}))
    for name in (b"a.txt", b"b.txt"):
        at = data.index(name) + len(name)
        data[at : at + 4] = b"\xff\xff\xff\xff"
    reading = read(bytes(data), "a.zip")
    assert [member.name for member in reading.members] == ["c.txt"]
    assert [issue.code for issue in reading.document.issues] == ["damaged_member"] * 2
    assert reading.document.pages[0].text == "c.txt"


def test_an_archive_without_files_is_an_issue() -> None:
    reading = read(archive({"__MACOSX/._a": b"x"}), "a.zip")
    assert reading.members == ()
    assert [issue.code for issue in reading.document.issues] == ["page_without_text"]


@given(st.text(max_size=60))
def test_names_never_leave_their_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not safe.startswith("/")
    assert not {"..", "."} & set(safe.split("/"))
    assert "\\" not in safe
    assert "\x00" not in safe
