"""What the crawl writes in the background: in order, many with one wait, and never silently not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.archive import Archive, Journal, read_journal
from core.errors import OutputNotWritable
from core.records import Fetched
from crawlers import writer as writing
from crawlers.child import ROOT
from crawlers.writer import Writer
from tests.builders import fetched, sha

BODIES = [f"body {n}".encode() for n in range(40)]


@pytest.fixture
def places(tmp_path: Path) -> tuple[Archive, Path]:
    return Archive(tmp_path / "archive"), tmp_path / "journal.jsonl"


def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the path of each file and folder that is synced; the syncing is real."""
    paths: list[str] = []
    sync = os.fsync

    def noting(handle: int) -> None:
        sync(handle)
        paths.append(str(Path(f"/proc/self/fd/{handle}").readlink()))

    monkeypatch.setattr(os, "fsync", noting)
    return paths


def record(writer: Writer, body: bytes) -> None:
    """Keep a body and write the line that names it."""
    name = writer.keep(body)
    assert name == sha(body)
    writer.write(fetched(f"url:{name}", body))


def lines_of(path: Path) -> list[Fetched]:
    return [line for line, _ in read_journal(path) if isinstance(line, Fetched)]


def test_all_is_there_at_the_end(places: tuple[Archive, Path]) -> None:
    archive, path = places
    with Journal(path) as journal, Writer(archive, journal) as writer:
        for body in [*BODIES, BODIES[0]]:
            record(writer, body)
        writer.keep(b"named by no line")
    assert [line.sha256 for line in lines_of(path)] == [sha(b) for b in [*BODIES, BODIES[0]]]
    assert [archive.get(sha(body)) for body in BODIES] == BODIES
    assert archive.get(sha(b"named by no line")) == b"named by no line"


def test_end_does_not_wait_for_its_moment(
    places: tuple[Archive, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, path = places
    monkeypatch.setattr(writing, "MOMENT", 600.0)
    with Journal(path) as journal, Writer(archive, journal) as writer:
        record(writer, b"body")
    assert [line.sha256 for line in lines_of(path)] == [sha(b"body")]


def test_lines_are_written_without_anything_coming_after_them(
    places: tuple[Archive, Path],
) -> None:
    archive, path = places
    with Journal(path) as journal, Writer(archive, journal) as writer:
        record(writer, b"body")
        assert happens(lambda: len(lines_of(path)) == 1)


def happens(what: Callable[[], bool]) -> bool:
    """Wait up to ten seconds for something."""
    end = time.monotonic() + 10
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    return what()


@pytest.mark.skipif(sys.platform != "linux", reason="the paths of open files are read from /proc")
def test_no_line_is_written_before_its_body_is_on_the_disk(
    places: tuple[Archive, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, path = places
    paths = synced(monkeypatch)
    groups = []
    extend = Journal.extend

    def checking(journal: Journal, lines: list[Fetched]) -> None:
        names = [line.sha256 or "" for line in lines]
        assert {str(archive.path(name)) for name in names} <= {renamed(path) for path in paths}
        for name in names:  # the folder, after the file was put into it
            file = next(i for i, path in enumerate(paths) if name in path)
            assert str(archive.path(name).parent) in paths[file:]
        assert str(archive.folder) in paths
        groups.append(len(lines))
        extend(journal, lines)

    monkeypatch.setattr(Journal, "extend", checking)
    with Journal(path) as journal, Writer(archive, journal) as writer:
        for n, body in enumerate(BODIES):
            record(writer, body)
            if n == 10:
                assert happens(lambda: bool(groups))
    assert sum(groups) == len(BODIES)
    assert 2 <= len(groups) <= 10
    assert paths.count(str(path)) == len(groups)  # one wait for each group of lines


def renamed(path: str) -> str:
    """The place of a body, from the name under which it is written beside it."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.split('.')[1]}" if name.startswith(".") else path


def test_a_crawl_that_is_faster_than_the_disk_waits_for_it(
    places: tuple[Archive, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, path = places
    monkeypatch.setattr(writing, "MOST_BYTES", 20)
    monkeypatch.setattr(writing, "MOMENT", 600.0)
    go = threading.Event()
    put_all = Archive.put_all

    def slow(archive: Archive, bodies: dict[str, bytes]) -> None:
        assert sum(map(len, bodies.values())) <= 20 + len(BODIES[0])
        go.wait(10)
        put_all(archive, bodies)

    monkeypatch.setattr(Archive, "put_all", slow)
    kept: list[int] = []

    def crawl(writer: Writer) -> None:
        for n, body in enumerate(BODIES):
            record(writer, body)
            kept.append(n)

    with Journal(path) as journal, Writer(archive, journal) as writer:
        crawling = threading.Thread(target=crawl, args=(writer,))
        crawling.start()
        assert happens(lambda: len(kept) >= 4)
        time.sleep(0.05)
        assert len(kept) < 10
        go.set()
        crawling.join(10)
    assert len(lines_of(path)) == len(BODIES)


def test_a_disk_that_refuses_ends_the_writing(places: tuple[Archive, Path]) -> None:
    archive, path = places
    archive.folder.write_text("a file where a folder should be", encoding="utf-8")

    def crawl() -> None:
        with Journal(path) as journal, Writer(archive, journal) as writer:
            record(writer, b"body")
            assert happens(lambda: writer.error is not None)
            with pytest.raises(OutputNotWritable):
                writer.keep(b"another")
            with pytest.raises(OutputNotWritable):
                writer.write(fetched("url:x", None, outcome="failed", status=404))

    with pytest.raises(OutputNotWritable, match="cannot be written"):
        crawl()
    assert lines_of(path) == []


def test_an_error_of_ours_in_the_thread_is_raised_too(
    places: tuple[Archive, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, path = places

    def broken(archive: Archive, bodies: dict[str, bytes]) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Archive, "put_all", broken)

    def crawl() -> None:
        with Journal(path) as journal, Writer(archive, journal) as writer:
            record(writer, b"body")

    with pytest.raises(ZeroDivisionError):
        crawl()
    assert lines_of(path) == []


def test_the_error_of_the_crawl_itself_is_not_hidden(places: tuple[Archive, Path]) -> None:
    archive, path = places

    def crawl() -> None:
        with Journal(path) as journal, Writer(archive, journal) as writer:
            record(writer, b"body")
            raise KeyError

    with pytest.raises(KeyError):
        crawl()
    assert len(lines_of(path)) == 1


KILLED = """
import sys, time
from pathlib import Path
from core.archive import Archive, Journal
from crawlers.writer import MOMENT, Writer
from tests.builders import fetched
folder = Path(sys.argv[1])
with Journal(folder / "journal.jsonl") as journal, Writer(Archive(folder), journal) as writer:
    for n in range(100):
        body = b"%d" % n
        writer.write(fetched(f"url:{writer.keep(body)}", body))
        if n % 20 == 0:
            time.sleep(2 * MOMENT)
"""


@pytest.mark.parametrize("point", ["after-blob:1", "after-blob:50", "after-journal:50"])
def test_killed_anywhere_each_line_has_its_body(tmp_path: Path, point: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "MATERIEL_KILL_AT": point},
    )
    assert killed.returncode == -signal.SIGKILL
    lines = lines_of(tmp_path / "journal.jsonl")
    what, _, passes = point.partition(":")
    assert len(lines) >= int(passes) if what == "after-journal" else len(lines) < int(passes)
    kept = Archive(tmp_path)
    assert all(sha(kept.get(line.sha256 or "")) == line.sha256 for line in lines)
