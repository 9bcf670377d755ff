"""The document key that a file's own content gives, found without reading the file whole."""

from __future__ import annotations

import re

from core.keys import notice_key

_HEAD = 65_536  # bytes; both numbers stand in the header of a notice
_DOC_ID = re.compile(rb"<TED_EXPORT\b[^>]*\bDOC_ID=[\"']([0-9]{1,8}-[0-9]{4})[\"']")
_OJS_ID = re.compile(
    rb"<(?:\w+:)?NoticePublicationID\b[^>]*\bschemeName=[\"']ojs-notice-id[\"'][^>]*>\s*"
    rb"([0-9]{1,8}-[0-9]{4})\s*<"
)


def document_key(data: bytes) -> str | None:
    """Return the key of a TED notice by its publication number; None for any other file.

    eForms keep the number in an extension that stands before the notice's body, but lists of
    organisations may come first, so the whole file is looked through for it.
    """
    found = _DOC_ID.search(data[:_HEAD])
    if found is None and b"NoticePublicationID" in data:
        found = _OJS_ID.search(data)
    return notice_key(found[1].decode("ascii")) if found else None
