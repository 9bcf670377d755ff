"""Bytes to records: pdf, html, office, zip, TED XML, tables, redactions; imports core alone.

The room is entered by `read`. It is a pure function of its arguments: nothing is written, nothing
is fetched, and whatever is wrong with a file is a `DocumentError`. It is meant to run in a child
process with limits of memory and time, because a hostile file can use up both.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from core.errors import DamagedDocument, DocumentError
from core.records import Reading
from extract.archives import MAX_DEPTH, read_zip
from extract.common import File
from extract.detect import Detected, detect
from extract.html import read_html
from extract.identify import document_key
from extract.notices.read import read_notice_file
from extract.office import read_docx, read_xlsx
from extract.pdf import read_pdf
from extract.plain import read_text, read_xml
from extract.version import VERSION

__all__ = ["KINDS", "MAX_DEPTH", "VERSION", "document_key", "read"]

# One reader for each kind that `extract.detect` tells apart. Mail and scanned images join here.
KINDS: dict[str, Callable[[File, Detected], Reading]] = {
    "csv": read_text,
    "docx": read_docx,
    "html": read_html,
    "json": read_text,
    "notice": read_notice_file,
    "pdf": read_pdf,
    "text": read_text,
    "xlsx": read_xlsx,
    "xml": read_xml,
    "zip": read_zip,
}


def read(
    data: bytes,
    *,
    sha256: str,
    name: str | None = None,
    media_type: str | None = None,
    language: str | None = None,
) -> Reading:
    """Read one file.

    `name`, `media_type` and `language` (ISO 639-1) are what the source said; content decides the
    kind, and a name that promises another one costs an issue `type_mismatch`. Offsets in the
    document are code points of `Page.text`, boxes are points from the top left. `members` are the
    files inside a ZIP, to be read again by the caller down to `MAX_DEPTH`.

    Raises `EmptyDocument`, `UnknownFormat`, `DamagedDocument`, `EncryptedDocument` or
    `HostileDocument`, all `DocumentError`; the message names the file.
    """
    label = name or f"The file {sha256[:12]}"
    file = File(data, sha256, label, name, media_type, language)
    detected = detect(file)
    try:
        reading = KINDS[detected.kind](file, detected)
    except DocumentError:
        raise
    except Exception as error:  # libraries meet broken files with whatever happens to be raised
        raise DamagedDocument(
            f"{label} cannot be read as {detected.kind} ({type(error).__name__}); fetch it again."
        ) from error
    if detected.promised is None:
        return reading
    detail = f"{label} is said to be {detected.promised} and is {detected.kind}."
    issue = file.issue("type_mismatch", detail)
    document = msgspec.structs.replace(reading.document, issues=(issue, *reading.document.issues))
    return msgspec.structs.replace(reading, document=document)
