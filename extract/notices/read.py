"""From the bytes of a TED notice to a document."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from core.records import Document, Issue, Reading
from extract.common import File
from extract.detect import Detected
from extract.notices import read_notice
from extract.version import VERSION
from extract.xml import local_name, parse_xml

# Lots, awards or parties of one notice that are read; the largest tenders have some thousands.
MAX_ALIKE = 10_000
_LEAST = 10  # bytes that an element with text takes; shorter files cannot hold too many


def _without_floods(root: etree._Element) -> Counter[str]:
    """Take out the children of an element behind the `MAX_ALIKE`th of one name; count them."""
    gone: Counter[str] = Counter()
    for parent in [element for element in root.iter() if len(element) > MAX_ALIKE]:
        seen: Counter[str] = Counter()
        for child in list(parent):
            seen[child.tag] += 1
            if seen[child.tag] > MAX_ALIKE:
                gone[local_name(child)] += 1
                parent.remove(child)
    return gone


def _cut(root: etree._Element, file: File) -> tuple[Issue, ...]:
    if len(file.data) < MAX_ALIKE * _LEAST:
        return ()
    return tuple(
        file.issue(
            "notice_cut",
            f"{file.label} has {count:,} parts {name} more than the {MAX_ALIKE:,} that are read.",
            page=1,
        )
        for name, count in sorted(_without_floods(root).items())
    )


def read_notice_file(file: File, detected: Detected) -> Reading:
    """Read a notice: the record of what it states, and one rendered page that holds it.

    Raises `HostileDocument` where entities are declared, `DamagedDocument` for XML that breaks
    off.
    """
    root = parse_xml(file.data, file.label)
    issues = _cut(root, file)
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
            issues=issues,
        )
    )
