"""Tagging: a document as read -> mentions and candidate entries with their evidence.

`VERSION` names rules and model together; it changes when either does. spaCy is loaded on the
first call, not on import.
"""

from __future__ import annotations

from typing import Any

from core.records import Document, Page, Tagging
from ner_models.model import version as _model_version

VERSION = f"tag/3+{_model_version()}"


def tag(document: Document, *, seconds: float | None = None) -> Tagging:
    """Return mentions, candidate entries and issues of a document as read.

    Offsets are code points of `Page.text`, end exclusive. A pure function of the document, its
    time linear in the length of the text; after `seconds` no further page is tagged, and an issue
    says which are left.
    """
    from ner_models.tagging import tag as run  # noqa: PLC0415 - spaCy is loaded on first use

    return run(document, VERSION, seconds)


def tag_text(text: str, language: str | None = None) -> Tagging:
    """Tag a text as a document of one page; the language is detected where none is given."""
    document = Document(
        sha256="0" * 64,
        media_type="text/plain",
        kind="text",
        extractor="none",
        language=language,
        pages=(Page(number=1, text=text, method="text"),),
    )
    return tag(document)


def tag_text_json(text: str, language: str | None = None) -> dict[str, Any]:
    """Tag a text and return what `tag-text --json` prints: language, mentions, entries."""
    from ner_models.report import text_report  # noqa: PLC0415 - spaCy is loaded on first use

    return text_report(text, language)
