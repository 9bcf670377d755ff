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
from extract import ocr
from extract.archives import MAX_DEPTH, read_gzip, read_zip
from extract.common import File
from extract.detect import Detected, detect
from extract.identify import document_key
from extract.mail.eml import read_eml
from extract.mail.outlook import read_msg
from extract.nameless import without_names
from extract.notices.read import read_notice_file
from extract.notices.search_fields import read_json
from extract.office.delimited import read_csv
from extract.office.opendocument import read_ods, read_odt
from extract.office.rtf import read_rtf
from extract.office.sheets import read_sheets
from extract.office.word import read_docx
from extract.pdf import read_pdf
from extract.pdf.recognised import USUAL_LANGUAGES
from extract.plain import read_text, read_xml
from extract.version import VERSION
from extract.web.html import read_html

__all__ = [
    "KINDS", "MAX_DEPTH", "VERSION", "WAITING_FOR_RECOGNITION", "WAITING_FOR_TIME",
    "can_recognise", "document_key", "read",
]  # fmt: skip

# Issues of pages that were left out for want of time, and of those that text recognition could
# still read, once it is installed.
WAITING_FOR_TIME = ("pages_cut", "text_recognition_cut")
WAITING_FOR_RECOGNITION = ("text_recognition_missing",)

# One reader for each kind that `extract.detect` tells apart. Scanned images join here.
KINDS: dict[str, Callable[[File, Detected], Reading]] = {
    "csv": read_csv,
    "docx": read_docx,
    "eml": read_eml,
    "gzip": read_gzip,
    "html": read_html,
    "json": read_json,
    "msg": read_msg,
    "notice": read_notice_file,
    "ods": read_ods,
    "odt": read_odt,
    "pdf": read_pdf,
    "rtf": read_rtf,
    "text": read_text,
    "xls": read_sheets,
    "xlsx": read_sheets,
    "xml": read_xml,
    "zip": read_zip,
}


def can_recognise() -> bool:
    """Tell whether Tesseract and its data for at least one usual language are installed."""
    return bool(ocr.available(USUAL_LANGUAGES).languages)


def read(
    data: bytes,
    *,
    sha256: str,
    name: str | None = None,
    media_type: str | None = None,
    language: str | None = None,
    url: str | None = None,
    seconds: float | None = None,
) -> Reading:
    """Read one file.

    `name`, `media_type` and `language` (ISO 639-1) are what the source said; content decides the
    kind, and a name that promises another one costs an issue `type_mismatch`. Offsets in the
    document are code points of `Page.text`, boxes are points from the top left. `members` are the
    files inside a ZIP, to be read again by the caller down to `MAX_DEPTH`. `url` is the address
    that relative links go by. After `seconds` no further page goes to text recognition, and an
    issue says which are left.

    Raises `EmptyDocument`, `UnknownFormat`, `DamagedDocument`, `EncryptedDocument` or
    `HostileDocument`, all `DocumentError`; the message names the file. `MemoryError` and
    `RecursionError` pass: what they mean depends on the limits of the process.
    """
    label = name or f"The file {sha256[:12]}"
    file = File(data, sha256, label, name, media_type, language, url, seconds)
    detected = detect(file)
    try:
        reading = KINDS[detected.kind](file, detected)
        document = without_names(reading.document, file)
    except (DocumentError, MemoryError, RecursionError):
        raise  # out of a worker's limits is no damage of the file; the caller says so
    except Exception as error:  # libraries meet broken files with whatever happens to be raised
        raise DamagedDocument(
            f"{label} cannot be read as {detected.kind} ({type(error).__name__}); fetch it again."
        ) from error
    if detected.promised is None:
        return msgspec.structs.replace(reading, document=document)
    detail = f"{label} is said to be {detected.promised} and is {detected.kind}."
    issue = file.issue("type_mismatch", detail)
    document = msgspec.structs.replace(document, issues=(issue, *document.issues))
    return msgspec.structs.replace(reading, document=document)
