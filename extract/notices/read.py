"""From the bytes of a TED notice to a document."""

from __future__ import annotations

from core.records import Document, Reading
from extract.common import File
from extract.detect import Detected
from extract.notices import read_notice
from extract.version import VERSION
from extract.xml import parse_xml


def read_notice_file(file: File, detected: Detected) -> Reading:
    """Read a notice: the record of what it states, and one rendered page that holds it.

    Raises `HostileDocument` where entities are declared, `DamagedDocument` for XML that breaks
    off.
    """
    root = parse_xml(file.data, file.label)
    notice, page = read_notice(root, file.label)
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind="notice",
            extractor=VERSION,
            language=notice.language or file.language,
            title=notice.title.text if notice.title else None,
            published=notice.published,
            reference=notice.number,
            pages=(page,),
            notice=notice,
        )
    )
