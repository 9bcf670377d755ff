"""A run's crawl as a WARC file, read back by warcio."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from core.archive import Archive, Journal, read_journal
from core.errors import UsageError
from core.records import Fetched
from core.settings import Settings
from operate.warc import export_run
from store.database import Store


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
