"""Bodies and journal lines are whole or absent, whatever ends the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.archive import Archive, Journal, JournalLine, explained, read_journal
from core.errors import DiskFull, OutputNotWritable, RecordError
from core.killpoints import POINTS, killpoint
from core.records import Issue, SourceRun
from tests.builders import fetched, sha

PROJECT = Path(__file__).resolve().parents[2]
ISSUE = Issue(code="slow", room="crawlers")
RUN = SourceRun(
    source="ted", state="ok", listed=2, confirmed=2, fetched=1, minimum=1, maximum=9
)  # fmt: skip


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_put_and_get(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "deep" / "archive")
    name = archive.put(b"body")
    assert name == sha(b"body")
    assert archive.path(name) == tmp_path / "deep" / "archive" / name[:2] / name
    assert archive.get(name) == b"body"
    assert [p.name for p in archive.folder.rglob("*") if p.is_file()] == [name]


def test_bytes_that_are_there_are_not_written_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    path = archive.path(archive.put(b"body"))
    before = path.stat()
    assert archive.put(b"body") == sha(b"body")
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_several_bodies_are_kept_together(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    bodies = {sha(data): data for data in (b"a", b"b", b"c")}
    archive.put_all(bodies)
    archive.put_all({})
    assert {name: archive.get(name) for name in bodies} == bodies


@pytest.mark.skipif(sys.platform != "linux", reason="the paths of open files are read from /proc")
def test_folders_are_synced_after_their_files_and_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[str] = []
    sync = os.fsync

    def noting(handle: int) -> None:
        paths.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    archive = Archive(tmp_path / "deep" / "archive")
    name = archive.put(b"body")
    assert paths == [tmp_path.name, "deep", "archive", f".{name}.{os.getpid()}", name[:2]]
    paths.clear()
    archive.put(b"body")  # whoever put it before may have died before the folder was synced
    assert paths == [name[:2]]


def test_missing_bytes_are_missed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Archive(tmp_path).get(sha(b"never"))


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputNotWritable, match="--output"):
        Archive(tmp_path / "file").put(b"body")
    with pytest.raises(OutputNotWritable, match="--output"):
        Journal(tmp_path / "file" / "001.jsonl")


def test_a_full_disk_is_named() -> None:
    # /dev/full answers every write with the error of a full disk
    with pytest.raises(DiskFull, match="No space is left"), explained(Path("/dev/full")):
        Path("/dev/full").write_bytes(b"x")


def test_other_refusals_are_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="Is a directory"), explained(tmp_path):
        tmp_path.write_bytes(b"x")


def test_errors_that_are_not_the_systems_go_through(tmp_path: Path) -> None:
    with pytest.raises(RecordError), explained(tmp_path):
        raise RecordError("something else")


LIMITED = """
import resource, sys
from pathlib import Path
from core.archive import Archive, Journal
from core.errors import OutputNotWritable
from core.records import Issue
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
folder = Path(sys.argv[1])
"""


def limited(code: str, folder: Path) -> str:
    """Run code in a process that may write 4096 bytes to a file, and return what it printed."""
    code = LIMITED.replace("sys.argv[1]", repr(str(folder))) + code
    done = python(code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_body_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    code = """
try:
    Archive(folder).put(b"x" * 5000)
except OutputNotWritable as error:
    print("refused")
print(Archive(folder).put(b"y" * 4000))
"""
    assert limited(code, tmp_path) == f"refused\n{sha(b'y' * 4000)}\n"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [sha(b"y" * 4000)]


def test_a_journal_whose_disk_is_full_keeps_whole_lines_and_goes_on(tmp_path: Path) -> None:
    code = """
with Journal(folder / "j.jsonl") as journal:
    journal.append(Issue(code="first", room="crawlers"))
    try:
        journal.extend([Issue(code="small", room="crawlers"),
                        Issue(code="large", room="crawlers", detail="x" * 5000)])
    except OutputNotWritable:
        print("refused")
    journal.append(Issue(code="last", room="crawlers"))
"""
    assert limited(code, tmp_path) == "refused\n"
    lines = [line for line, _offset in read_journal(tmp_path / "j.jsonl")]
    assert [line.code for line in lines if isinstance(line, Issue)] == ["first", "last"]


def test_the_error_of_a_full_journal_is_not_hidden_by_its_closing(tmp_path: Path) -> None:
    code = """
try:
    with Journal(folder / "j.jsonl") as journal:
        journal.append(Issue(code="large", room="crawlers", detail="x" * 5000))
except OutputNotWritable:
    print("refused")
"""
    assert limited(code, tmp_path) == "refused\n"
    assert (tmp_path / "j.jsonl").read_bytes() == b""


def test_a_journal_gives_back_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "001.jsonl"
    with Journal(path) as journal:
        journal.append(fetched("url:a"))
        journal.extend([ISSUE, RUN])
    with Journal(path) as journal:
        journal.append(fetched("url:b"))
    lines = [fetched("url:a"), ISSUE, RUN, fetched("url:b")]
    assert [line for line, _offset in read_journal(path)] == lines


def test_reading_goes_on_from_an_offset(tmp_path: Path) -> None:
    path = tmp_path / "001.jsonl"
    with Journal(path) as journal:
        journal.extend([fetched("url:é"), ISSUE, RUN])
    offsets = [offset for _line, offset in read_journal(path)]
    assert offsets[-1] == path.stat().st_size
    rest = [[line for line, _o in read_journal(path, offset)] for offset in (0, *offsets)]
    assert rest == [[fetched("url:é"), ISSUE, RUN], [ISSUE, RUN], [RUN], []]


def test_there_need_be_no_journal(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path / "none.jsonl")) == []


@given(cut=st.integers(0, 700))
def test_a_torn_line_is_left_and_then_cut_off(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "001.jsonl"
    lines: list[JournalLine] = [fetched("url:a"), ISSUE]
    with Journal(path) as journal:
        journal.extend(lines)
    ends = [offset for _line, offset in read_journal(path)]
    data = path.read_bytes()[:cut]
    path.write_bytes(data)
    whole = [end for end in ends if end <= len(data)]
    assert [offset for _line, offset in read_journal(path)] == whole
    with Journal(path) as journal:
        assert path.stat().st_size == (whole[-1] if whole else 0)
        journal.append(RUN)
    assert [line for line, _offset in read_journal(path)] == [*lines[: len(whole)], RUN]


@pytest.mark.parametrize("line", [b"{}\n", b"nonsense\n", b"\n", b'{"type":"Page","number":1}\n'])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "001.jsonl"
    path.write_bytes(ISSUE.to_json() + b"\n" + line)
    reader = read_journal(path)
    assert next(reader)[0] == ISSUE
    with pytest.raises(RecordError, match=r"001\.jsonl, byte"):
        next(reader)


KILLED = """
from core.killpoints import killpoint
for n in range(1, 6):
    killpoint("in-loader")
    killpoint("after-blob")
    print(n, flush=True)
"""


@pytest.mark.parametrize(
    ("point", "passed"), [("after-blob", 0), ("after-blob:1", 0), ("after-blob:3", 2)]
)
def test_a_killpoint_ends_the_process_at_its_pass(point: str, passed: int) -> None:
    done = python(KILLED, MATERIEL_KILL_AT=point)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [str(n) for n in range(1, passed + 1)]


@pytest.mark.parametrize("point", ["", "after-blob:9", "before-finish:1"])
def test_a_killpoint_that_is_not_asked_for_does_nothing(point: str) -> None:
    done = python(KILLED, MATERIEL_KILL_AT=point)
    assert (done.returncode, done.stdout.split()) == (0, ["1", "2", "3", "4", "5"])


def test_killpoints_in_this_process_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATERIEL_KILL_AT", raising=False)
    for point in POINTS:
        killpoint(point)
    monkeypatch.setenv("MATERIEL_KILL_AT", "after-blob:99")
    killpoint("after-blob")
    killpoint("in-loader")


def test_a_body_is_whole_though_the_process_is_killed_right_after(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from core.archive import Archive
Archive(Path({str(tmp_path)!r})).put(b"body")
"""
    assert python(code, MATERIEL_KILL_AT="after-blob").returncode == -signal.SIGKILL
    assert Archive(tmp_path).get(sha(b"body")) == b"body"
