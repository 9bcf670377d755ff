"""A run's crawl as a WARC file, read back by warcio."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from core.archive import Archive, Journal, read_journal
from core.errors import OutputNotWritable, RecordError, UsageError
from core.records import Fetched
from core.settings import Settings
from operate.warc import export_run
from store.database import Store
from tests.operate.conftest import Run


def settings_in(folder: Path) -> Settings:
    return Settings(output=folder)


def crawled(folder: Path, *lines: Fetched) -> Settings:
    settings = settings_in(folder)
    with Journal(settings.journal / "000003-crawl.jsonl") as journal:
        journal.extend(lines)
    return settings


def fetched(key: str, body: bytes | None, folder: Path, **more: Any) -> Fetched:
    given: dict[str, Any] = {
        "document_key": key,
        "source": "eutf",
        "url": "https://x.example/old?a=1",
        "final_url": "https://x.example/a b?a=1",
        "fetched_at": "2031-05-01T12:00:00Z",
        "status": 200,
        "headers": {"content-type": "text/html", "content-encoding": "gzip", "etag": '"1"'},
        "sent": {"user-agent": "Materiel"},
        "sha256": Archive(folder / "archive").put(body) if body is not None else None,
    }
    return Fetched(**{**given, **more})


def records(file: Path) -> list[tuple[Any, bytes]]:
    with file.open("rb") as stream:
        read = ArchiveIterator(stream, check_digests="raise")
        return [(record, record.content_stream().read()) for record in read]


@pytest.mark.parametrize("name", ["night.warc.gz", "night.warc"])
def test_answers_requests_and_what_is_known(tmp_path: Path, name: str) -> None:
    body = b"<html>boats</html>"
    settings = crawled(
        tmp_path,
        fetched("url:a", body, tmp_path),
        fetched("url:b", None, tmp_path, status=304, outcome="not_modified"),
        fetched("url:c", None, tmp_path, status=404, outcome="gone"),
        fetched("url:d", None, tmp_path, status=0, outcome="failed"),
        fetched("url:e", b"file", tmp_path, status=0, source="local"),
    )
    with Store.open(settings.database) as store:
        assert export_run(store, settings, None, tmp_path / name) == 3
    found = records(tmp_path / name)
    assert [record.rec_type for record, _ in found] == [
        "warcinfo",
        *["response", "request", "metadata"],
        *["revisit", "request", "metadata"],
        *["response", "request", "metadata"],
    ]
    assert b"not recorded from the wire" in found[0][1]
    answer, read = found[1]
    assert read == body
    assert answer.rec_headers.get_header("WARC-Target-URI") == "https://x.example/a%20b?a=1"
    assert answer.rec_headers.get_header("WARC-Date") == "2031-05-01T12:00:00Z"
    digest = hashlib.sha256(body).hexdigest()
    assert answer.rec_headers.get_header("WARC-Payload-Digest") == f"sha256:{digest}"
    assert answer.http_headers.get_statuscode() == "200"
    assert answer.http_headers.get_header("Content-Length") == str(len(body))
    assert answer.http_headers.get_header("Content-Encoding") is None
    request, _ = found[2]
    assert request.http_headers.get_header("User-Agent") == "Materiel"
    assert request.http_headers.get_header("Host") == "x.example"
    known = json.loads(found[3][1])
    assert (known["document_key"], known["asked_for"]) == ("url:a", "https://x.example/old?a=1")
    revisit, _ = found[4]
    assert revisit.rec_headers.get_header("WARC-Profile").endswith("server-not-modified")
    assert found[7][0].http_headers.get_statuscode() == "404"


def test_what_is_withheld_stays_out(tmp_path: Path) -> None:
    settings = crawled(tmp_path, fetched("url:a", b"a", tmp_path), fetched("url:b", b"b", tmp_path))
    with Store.open(settings.database) as store:
        store.connection.execute(
            "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text) "
            "VALUES ('eutf','','','','','',1)"
        )
        store.connection.execute(
            "INSERT INTO documents (key, source, url, withheld) VALUES ('url:a', 'eutf', 'x', 1)"
        )
        assert export_run(store, settings, 3, tmp_path / "a.warc") == 1
    assert all(b"url:a" not in body for _, body in records(tmp_path / "a.warc"))


def test_wrong_ending_and_unknown_run_are_one_sentence(tmp_path: Path) -> None:
    with Store.open(settings_in(tmp_path).database) as store:
        with pytest.raises(UsageError, match=r"must end in \.warc"):
            export_run(store, settings_in(tmp_path), None, tmp_path / "a.zip")
        with pytest.raises(UsageError, match="has crawled"):
            export_run(store, settings_in(tmp_path), None, tmp_path / "a.warc")
        with pytest.raises(UsageError, match="Run 9 has no crawl"):
            export_run(store, settings_in(tmp_path), 9, tmp_path / "a.warc")
    assert list(read_journal(tmp_path / "none.jsonl")) == []
    assert not (tmp_path / "a.warc").exists()


LINE = "1 line of journal/000003-crawl.jsonl that cannot be read"
# what a journal may have become, by its lines, and what is said of it
TORN = {
    "a torn middle line": (lambda a, b: a[:-9] + b"\n" + b + b"\n", 1, LINE),
    "a line of zero bytes": (lambda a, b: a + b"\n" + bytes(64) + b"\n" + b + b"\n", 2, LINE),
    "an empty line": (lambda a, b: a + b"\n\n" + b + b"\n", 2, LINE),
    "several": (lambda a, b: a[:9] + b"\n" + b + b"\n" + b"{}\n" + b[:9], 1,
                LINE.replace("1 line", "2 lines")),
    "nothing whole": (lambda a, b: a + b + b"\n", 0, LINE),
}  # fmt: skip


@pytest.mark.parametrize(("harm", "count", "said"), TORN.values(), ids=TORN)
def test_what_can_be_read_of_a_damaged_journal_is_written(
    tmp_path: Path, harm: Callable[[bytes, bytes], bytes], count: int, said: str
) -> None:
    settings = crawled(
        tmp_path, fetched("url:a", b"one", tmp_path), fetched("url:b", b"two", tmp_path)
    )
    journal = settings.journal / "000003-crawl.jsonl"
    journal.write_bytes(harm(*journal.read_bytes().splitlines()))
    file = tmp_path / "a.warc.gz"
    with Store.open(settings.database) as store, pytest.raises(RecordError) as told:
        export_run(store, settings, None, file)
    assert str(told.value) == (
        f"{file} was written without {said}; put these back from a back-up and export again."
    )
    assert [record.rec_type for record, _ in records(file)] == [
        "warcinfo", *["response", "request", "metadata"] * count,
    ]  # fmt: skip
    assert not list(tmp_path.glob(".a.warc*"))


def test_answers_whose_files_are_lost_are_counted_and_the_others_written(tmp_path: Path) -> None:
    lines = [fetched(f"url:{body}", body.encode(), tmp_path) for body in ("one", "two", "three")]
    settings = crawled(tmp_path, *lines)
    archive = Archive(settings.archive)
    for line in lines[:2]:
        archive.path(line.sha256 or "").unlink()
    with (
        Store.open(settings.database) as store,
        pytest.raises(RecordError, match="without 2 answers whose files the archive lacks; put"),
    ):
        export_run(store, settings, None, tmp_path / "a.warc")
    assert records(tmp_path / "a.warc")[1][1] == b"three"


def test_the_command_says_it_in_one_sentence_and_its_status_is_1(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "output"
    settings = crawled(output, fetched("url:a", b"one", output))
    with (settings.journal / "000003-crawl.jsonl").open("ab") as journal:
        journal.write(bytes(9) + b"\n")
    Store.open(settings.database).close()
    done = run("export", "run", tmp_path / "a.warc", "--output", output)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert LINE in done.stderr
    assert len(records(tmp_path / "a.warc")) == 4


def test_a_place_that_cannot_be_taken_is_one_sentence(tmp_path: Path) -> None:
    settings = crawled(tmp_path, fetched("url:a", b"one", tmp_path))
    (tmp_path / "a.warc" / "inside").mkdir(parents=True)
    with (
        Store.open(settings.database) as store,
        pytest.raises(OutputNotWritable, match=r"a\.warc cannot be written"),
    ):
        export_run(store, settings, None, tmp_path / "a.warc")
    assert not list(tmp_path.glob(".a.warc*"))


@pytest.mark.parametrize("rest", [b'{"type":"Fetched","docu', bytes(64)])
def test_the_torn_last_line_of_a_killed_crawl_is_no_loss(tmp_path: Path, rest: bytes) -> None:
    settings = crawled(tmp_path, fetched("url:a", b"one", tmp_path))
    with (settings.journal / "000003-crawl.jsonl").open("ab") as journal:
        journal.write(rest)
    with Store.open(settings.database) as store:
        assert export_run(store, settings, None, tmp_path / "a.warc") == 1
