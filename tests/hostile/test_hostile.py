"""Thirty hostile files through a real, limited worker: each ends with a cause or is read.

The others, and all at full limits, run in the soak; `python -m tests.hostile.measure` says what
each of them gives.
"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pypdfium2
import pytest
from lxml import etree

from core.errors import WorkerDied
from tests.hostile import HOSTILE, QUICK
from tests.hostile.__main__ import write
from tests.hostile.harness import Course, faults
from tests.hostile.maker import SENTENCE, deflated, repeated_crc
from tests.hostile.pdf_writer import Pdf, lzw_bomb
from tests.hostile.zip_writer import entry, packed

TIME_LIMIT = 3.0  # seconds
MEMORY_LIMIT = 2**30  # bytes of address space


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """One worker for all files, replaced by the pool where a file ends it."""
    folder = tmp_path_factory.mktemp("hostile")
    with Course(folder, time_limit=TIME_LIMIT, memory_limit=MEMORY_LIMIT) as made:
        yield made


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_ends_within_its_limits(course: Course, name: str) -> None:
    maker = HOSTILE[name]
    trial = course.send(name, maker.make())
    assert faults(trial, maker, course.settings) == [], trial.cause
    course.check_that_it_reads()


def test_the_cause_names_the_file_that_a_worker_died_of(course: Course) -> None:
    slow = HOSTILE["ten_thousand_pages.pdf"].make()  # takes far longer than until the kill
    course.check_that_it_reads()
    killed = Timer(1.0, os.kill, (course.pool.workers[0].process.pid, signal.SIGKILL))
    killed.start()
    trial = course.send("slow.pdf", slow)
    killed.join()
    assert trial.code == WorkerDied.code
    course.check_that_it_reads()
    assert "slow.pdf" in trial.cause


def test_there_are_enough_files() -> None:
    assert len(QUICK) == 30
    assert len(HOSTILE) >= 50
    assert {name.rsplit(".", 1)[1] for name in HOSTILE} >= {
        "csv", "docx", "eml", "html", "json", "mhtml", "odt", "pdf", "rtf", "txt", "xlsx", "xml",
        "zip",
    }  # fmt: skip


def test_files_are_the_same_each_time(tmp_path: Path) -> None:
    names = ["broken_xref.pdf", "jbig2_noise.pdf", "encrypted.pdf", "names_without_meaning.zip"]
    write(tmp_path, names)
    for name in names:
        assert (tmp_path / name).read_bytes() == HOSTILE[name].make()
    assert len({(tmp_path / name).read_bytes() for name in names}) == len(names)


def test_a_run_is_what_it_is_said_to_be() -> None:
    chunk, times = b"abc" * 1000, 300
    whole = chunk * times
    assert zlib.decompress(deflated(chunk, times)) == whole
    assert zlib.decompress(deflated(chunk, times, "raw"), -15) == whole
    assert repeated_crc(chunk, times) == zlib.crc32(whole)


def test_the_writers_make_files_that_others_read() -> None:
    with zipfile.ZipFile(io.BytesIO(packed([entry("a.txt", b"abc")]))) as archive:
        assert archive.testzip() is None
        assert archive.read("a.txt") == b"abc"
    for data in (Pdf().build(), HOSTILE["encrypted_without_password.pdf"].make()):
        document = pypdfium2.PdfDocument(data)
        text = document[0].get_textpage().get_text_range()
        document.close()
        assert text.strip() == SENTENCE


def test_traps_are_as_large_as_they_say() -> None:
    bomb = HOSTILE["zip_bomb_stream.pdf"].make()
    assert 10**6 <= len(bomb) <= 1.2 * 10**6
    start = bomb.index(b"\x78\xda")
    unpacker = zlib.decompressobj()
    assert unpacker.decompress(bomb[start:], 2**20) == b" " * 2**20
    with zipfile.ZipFile(io.BytesIO(HOSTILE["flat_bomb.zip"].make())) as archive:
        assert archive.infolist()[0].file_size == 2**30
    assert len(HOSTILE["self_recursive_form.pdf"].make()) <= 727
    assert hashlib.sha256(lzw_bomb(1)).digest() != hashlib.sha256(lzw_bomb(2)).digest()


def test_notices_are_well_formed_where_the_trap_is_elsewhere() -> None:
    for name in ("ted_lots.xml", "eforms_lots.xml", "ted_numbers.xml", "eforms_same_names.xml"):
        assert etree.fromstring(HOSTILE[name].make()) is not None
