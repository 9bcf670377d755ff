"""A file written beside its place is whole or absent, whatever ends the writing."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from core.files import sync, written_beside


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("durable", [False, True])
def test_the_file_is_in_its_place_when_the_body_has_ended(tmp_path: Path, durable: bool) -> None:
    place = tmp_path / "report.txt"
    place.write_text("yesterday")
    with written_beside(place, durable=durable) as beside:
        beside.write_text("today")
        assert place.read_text() == "yesterday"
        assert names(tmp_path) == [".report.txt.part", "report.txt"]
    assert place.read_text() == "today"
    assert names(tmp_path) == ["report.txt"]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("shared", [False, True])
def test_what_a_failed_body_wrote_is_removed(
    tmp_path: Path, error: type[BaseException], shared: bool
) -> None:
    place = tmp_path / "report.txt"
    place.write_text("yesterday")

    def fail() -> None:
        with written_beside(place, shared=shared) as beside:
            beside.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert place.read_text() == "yesterday"
    assert names(tmp_path) == ["report.txt"]


def test_a_place_that_cannot_be_taken_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    place = tmp_path / "report.txt"
    (place / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"report\.txt"), written_beside(place) as beside:
        beside.write_text("today")
    assert names(tmp_path) == ["report.txt"]


def test_the_first_error_is_told_where_nothing_was_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(NotADirectoryError),
        written_beside(tmp_path / "file" / "report.txt") as beside,
    ):
        beside.write_text("today")


def test_a_mode_given_in_the_body_stays(tmp_path: Path) -> None:
    place = tmp_path / "secret"
    with written_beside(place) as beside:
        beside.touch(mode=0o600)
    assert place.stat().st_mode & 0o777 == 0o600


def test_threads_that_share_a_place_each_write_a_whole_file(tmp_path: Path) -> None:
    place, ready = tmp_path / "picture", threading.Barrier(4)
    failed: list[BaseException] = []

    def write(letter: str) -> None:
        try:
            with written_beside(place, shared=True) as beside:
                beside.write_text(letter * 9)
                ready.wait(timeout=10)
                assert beside.read_text() == letter * 9
                assert f".{os.getpid()}-" in beside.name
        except BaseException as error:  # noqa: BLE001 - a thread's own would be lost
            failed.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert place.read_text() in {letter * 9 for letter in "abcd"}
    assert names(tmp_path) == ["picture"]


def test_files_and_folders_can_be_synced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    sync(tmp_path / "file")
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "none")
