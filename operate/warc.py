"""A run's crawl as a WARC file (ISO 28500, version 1.1), made from archive and journal.

It is not a recording of the wire: bodies are as they were archived, after their transfer and
content encodings were undone, and the headers are those that the journal kept, without cookies.
The first record says so.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from w3lib.url import safe_url_string
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.archive import Archive, explained, read_journal
from core.errors import RecordError, UsageError
from core.files import written_beside
from core.records import Fetched
from core.settings import Settings
from operate.processing import journal_path
from store.database import Store

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAYS = (
    "Made from Materiel's archive and journal, not recorded from the wire: bodies are as archived,"
    " after content and transfer encodings were undone; headers as journalled, without cookies."
)
# headers that no longer hold for a body whose encodings were undone
_UNDONE = {"content-encoding", "transfer-encoding", "content-length"}


def export_run(store: Store, settings: Settings, run_id: int | None, file: Path) -> int:
    """Write what the crawl of a run fetched into `file` (`.warc` or `.warc.gz`).

    Without `run_id` it is the last run that crawled. Returns the number of answers. What is
    withheld, and what a redaction withdraws, is left out. Raises `UsageError` for a run without a
    crawl and for another ending; and `RecordError`, once all the rest is in `file`, where lines of
    the journal cannot be read or the archive lacks what an answer brought.
    """
    if not file.name.endswith((".warc", ".warc.gz")):
        raise UsageError(f"{file} must end in .warc or .warc.gz.")
    number = run_id or _last_crawl(settings)
    journal = journal_path(settings, number, "crawl")
    if not journal.is_file():
        raise UsageError(f"Run {number} has no crawl in its journal; `status` names the last run.")
    hidden, archive = _hidden(store), Archive(settings.archive)
    unread: Counter[str] = Counter()
    count = lacking = 0
    with explained(file), written_beside(file) as beside, beside.open("wb") as target:
        writer = WARCWriter(target, gzip=file.name.endswith(".gz"), warc_version="WARC/1.1")
        info = {"software": "Materiel", "format": "WARC File Format 1.1", "description": _SAYS}
        writer.write_record(writer.create_warcinfo_record(file.name, info))
        for fetched in _answers(journal, hidden, unread):
            if fetched.sha256 is None or archive.path(fetched.sha256).is_file():
                _write(writer, fetched, archive)
                count += 1
            else:
                lacking += 1
    left_out = [f"{unread_lines(unread)} that cannot be read"] if unread else []
    left_out += [f"{_counted(lacking, 'answer')} whose files the archive lacks"] if lacking else []
    if left_out:
        raise RecordError(
            f"{file} was written without {' and '.join(left_out)}; put these back from a back-up"
            " and export again."
        )
    return count


def fetches_of(journal: Path, unread: Counter[str]) -> Iterator[Fetched]:
    """Yield the fetches of a journal; count in `unread`, by its name, lines that cannot be read.

    A last line that was cut off is what a killed crawl leaves: no fetch was ever taken in from it.
    """

    def pass_over(_end: int, _wrong: str) -> None:
        unread[journal.name] += 1

    for line, _ in read_journal(journal, unreadable=pass_over):
        if isinstance(line, Fetched):
            yield line


def unread_lines(unread: Mapping[str, int]) -> str:
    """Say how many lines of which journals were passed over.

    >>> unread_lines({"000003-crawl.jsonl": 2, "000003-add.jsonl": 1})
    '2 lines of journal/000003-crawl.jsonl and 1 line of journal/000003-add.jsonl'
    """
    said = [f"{_counted(count, 'line')} of journal/{name}" for name, count in unread.items()]
    return " and ".join(said)


def _counted(count: int, name: str) -> str:
    return f"{count} {name if count == 1 else f'{name}s'}"


def _last_crawl(settings: Settings) -> int:
    runs = sorted(settings.journal.glob("*-crawl.jsonl"))
    if not runs:
        raise UsageError(f"No run in {settings.output} has crawled anything yet.")
    return int(runs[-1].name.partition("-")[0])


def _hidden(store: Store) -> set[str]:
    """Return the keys and hashes of what nobody is shown."""
    keys = store.rows(
        "SELECT key FROM documents WHERE id IN (SELECT id FROM hidden_documents)"
        " UNION SELECT sha256 FROM withdrawn_contents"
    )
    return {row[0] for row in keys}


def _answers(journal: Path, hidden: set[str], unread: Counter[str]) -> Iterator[Fetched]:
    """Yield the fetches of a journal to which a site answered."""
    for fetched in fetches_of(journal, unread):
        shown = fetched.document_key not in hidden and fetched.sha256 not in hidden
        if shown and 100 <= fetched.status < 600:
            yield fetched


def _write(writer: Any, fetched: Fetched, archive: Archive) -> None:
    """Write request, answer, and what Materiel knows of it beside them."""
    date = {"WARC-Date": fetched.fetched_at}
    address = safe_url_string(fetched.final_url)
    path = urlsplit(address)
    target = path.path + (f"?{path.query}" if path.query else "")
    asked = StatusAndHeaders(
        f"GET {target or '/'} HTTP/1.1",
        [("Host", path.netloc), *((name.title(), value) for name, value in fetched.sent.items())],
        is_http_request=True,
    )
    request = writer.create_warc_record(
        address, "request", http_headers=asked, warc_headers_dict=date
    )
    answer = _answer(writer, fetched, archive, date)
    request.rec_headers.add_header(
        "WARC-Concurrent-To", answer.rec_headers.get_header("WARC-Record-ID")
    )
    known = {
        "document_key": fetched.document_key,
        "source": fetched.source,
        "asked_for": fetched.url,
        "linked_from": fetched.landing_url,
        "sha256": fetched.sha256,
        "outcome": fetched.outcome,
    }
    text = json.dumps(known, ensure_ascii=False).encode()
    note = writer.create_warc_record(
        address,
        "metadata",
        payload=io.BytesIO(text),
        length=len(text),
        warc_content_type="application/json",
        warc_headers_dict=date,
    )
    for record in (answer, request, note):
        writer.write_record(record)


def _answer(writer: Any, fetched: Fetched, archive: Archive, date: dict[str, str]) -> Any:
    headers = [(k.title(), v) for k, v in fetched.headers.items() if k not in _UNDONE]
    if fetched.sha256 is None:
        body = b""
    else:
        body = archive.get(fetched.sha256)
        headers.append(("Content-Length", str(len(body))))
    status = StatusAndHeaders(
        f"{fetched.status} {_phrase(fetched.status)}", headers, protocol="HTTP/1.1"
    )
    said = dict(date)
    if fetched.status == HTTPStatus.NOT_MODIFIED:
        said["WARC-Profile"] = _PROFILE
    elif fetched.sha256 is not None:
        said["WARC-Payload-Digest"] = f"sha256:{fetched.sha256}"
    return writer.create_warc_record(
        safe_url_string(fetched.final_url),
        "revisit" if fetched.status == HTTPStatus.NOT_MODIFIED else "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=status,
        warc_headers_dict=said,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
