"""What is derived from the vocabulary's files is kept beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vocabulary import kept as module
from vocabulary.kept import FOLDER, kept


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "words.toml").write_text('words = ["drone"]', encoding="utf-8")
    module.digest.cache_clear()
    yield tmp_path
    module.digest.cache_clear()


def _made(place: Path, answers: list[dict[str, str]]) -> dict[str, str]:
    return kept("terms", dict[str, str], lambda: answers.pop(0), place)


def test_the_second_time_reads_what_the_first_made(place: Path) -> None:
    answers = [{"drone": "unmanned"}, {"never": "asked"}]
    assert _made(place, answers) == {"drone": "unmanned"}
    assert _made(place, answers) == {"drone": "unmanned"}
    assert answers == [{"never": "asked"}]


def test_a_changed_file_is_read_anew_and_the_old_result_goes(place: Path) -> None:
    _made(place, [{"drone": "old"}])
    (place / "words.toml").write_text("words = []", encoding="utf-8")
    module.digest.cache_clear()
    assert _made(place, [{"drone": "new"}]) == {"drone": "new"}
    assert len(list((place / FOLDER).iterdir())) == 1


def test_a_broken_file_is_made_again(place: Path) -> None:
    _made(place, [{"a": "b"}])
    for path in (place / FOLDER).iterdir():
        path.write_bytes(b'{"a": 1}')
    assert _made(place, [{"a": "c"}]) == {"a": "c"}


def test_a_folder_that_cannot_be_written_does_no_harm(place: Path) -> None:
    (place / FOLDER).write_text("a file where the folder would be", encoding="utf-8")
    answers = [{"a": "1"}, {"a": "2"}]
    assert _made(place, answers) == {"a": "1"}
    assert _made(place, answers) == {"a": "2"}
