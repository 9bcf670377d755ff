"""Sending a file or a ZIP, which is taken in as `add` does, and what came of it."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response

from core.errors import UnknownKey, UsageError
from review.access import TOKEN_HEADER, Visit, token_matches
from review.routes import Form, Route
from review.uploads import Body, Refused, Upload, Uploads
from review.web import failure, page, see_other
from store.database import Store

_REST = 100_000  # bytes of a body besides the file
_STALLED = 60.0  # seconds without a byte, after which a file is given up
_LISTED = 100
_FOUND = """
WITH RECURSIVE found(id) AS (
  SELECT document_id FROM versions WHERE sha256 = :sha256
  UNION SELECT d.id FROM documents d JOIN found f ON d.parent_id = f.id)
SELECT d.key, titled(d.title, d.url) AS title,
  (SELECT count(*) FROM entries e WHERE e.document_id = d.id
  AND e.state <> 'withdrawn' AND e.text_withdrawn = 0) AS entries
FROM found f JOIN documents d ON d.id = f.id
WHERE d.id NOT IN (SELECT id FROM hidden_documents) ORDER BY d.id LIMIT :most
"""


@cache
def _of(folder: Path) -> Uploads:
    return Uploads(folder)


def uploads_of(visit: Visit) -> Uploads:
    """Return the uploads of the running app."""
    return _of(visit.site.options.uploads.resolve())


async def ask(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show the form, and what became of the files that were sent of late."""
    limit = visit.site.options.max_upload // 1024**2
    return page(visit, "upload.html", uploads=uploads_of(visit).latest(), limit=limit, one=None)


async def send(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Receive a file and begin to take it in."""
    most = visit.site.options.max_upload
    length = visit.request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > most + _REST:
        return failure(visit, 413, f"The file is larger than {most // 1024**2} MiB.")
    uploads = uploads_of(visit)
    upload = uploads.begin(visit.name)
    received = False
    try:
        await _receive(visit, upload, most)
        received = True
    except Refused:
        return failure(visit, 403, "Your sign-in is not the one this page was made for.")
    finally:
        if not received:
            uploads.drop(upload)
    uploads.take(upload, visit.site.services.take_in)
    return see_other(f"/upload/{upload.id}")


async def _receive(visit: Visit, upload: Upload, most: int) -> None:
    given = visit.request.headers.get(TOKEN_HEADER, "")
    body = Body(
        visit.request.headers.get("content-type", ""),
        upload,
        most,
        allowed=lambda token: token_matches(visit, token or given),
    )
    more, size = True, 0
    try:
        while more:
            message = await asyncio.wait_for(visit.request.receive(), _STALLED)
            if message["type"] != "http.request":
                raise UsageError("The file did not come as a whole; send it again.")
            data = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(data)
            if size > most + _REST:
                raise UsageError(f"The file is larger than {most // 1024**2} MiB.")
            body.write(data)
        body.finish()
    except TimeoutError as error:
        raise UsageError("The file stopped coming; send it again.") from error
    finally:
        body.close()


async def outcome(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Say what became of a file; asks again by itself while it is being taken in."""
    upload = _known(visit, groups["key"])

    def found(store: Store) -> list[dict[str, Any]]:
        rows = store.rows(_FOUND, {"sha256": upload.sha256, "most": _LISTED})
        return [dict(row) for row in rows]

    documents = await visit.site.read(found) if upload.state == "done" else []
    return page(visit, "upload.html", one=upload, told=_told(upload), documents=documents)


async def again(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Try once more to take in a file that came while a run was at work."""
    upload = _known(visit, groups["key"])
    if upload.state != "locked":
        raise UsageError("This file was taken in already, or is being taken in.")
    uploads_of(visit).take(upload, visit.site.services.take_in)
    return see_other(f"/upload/{upload.id}")


def _known(visit: Visit, name: str) -> Upload:
    upload = uploads_of(visit).get(name)
    if upload is None:
        raise UnknownKey("Nothing is known of this file any more; `status` tells of its run.")
    return upload


def _told(upload: Upload) -> list[str]:
    """Return what the report of `add` says of a file, a sentence each."""
    report = upload.report
    refused = [upload.plain(one) for one in report.get("refused", ())]
    failed = [upload.plain(one) for one in report.get("failed", {}).values()]
    read = report.get("processing", {}).get("read", 0)
    entries = report.get("processing", {}).get("entries", 0)
    words = []
    if read:
        words.append(
            f"{read} document{'' if read == 1 else 's'} read, with {entries} candidate"
            f" entr{'y' if entries == 1 else 'ies'}."
        )
    elif upload.state == "done" and not refused and not failed:
        words.append("These bytes were known already; nothing had to be read.")
    return [*words, *refused, *failed]


_KEY = r"(?P<key>[0-9a-f]{16})"
ROUTES = (
    Route(r"/upload$", ask, "reviewer"),
    Route(r"/upload/send$", send, "reviewer", "POST", streams=True),
    Route(rf"/upload/{_KEY}$", outcome, "reviewer"),
    Route(rf"/upload/{_KEY}/again$", again, "reviewer", "POST"),
)
