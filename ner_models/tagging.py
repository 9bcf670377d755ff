"""From a document as read to its mentions and candidate entries."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from core.records import Document, Issue, Mention, Page, Tagging
from ner_models import model
from ner_models.dates import document_date
from ner_models.language import MODELLED, document_language
from ner_models.mentions import Marked, mark
from ner_models.proposals import Builder
from ner_models.values import value_of
from vocabulary.abbreviations import find_abbreviations

_BATCH = 200_000  # characters
_LONGEST = 1_000_000  # characters of one page; no page that people write is as long
_NO_TIME = "There was no time left to tag this page and those behind it; raise time_limit."
_TOO_LONG = f"Only the first {_LONGEST:,} characters of the page were tagged."


def tag(document: Document, version: str, seconds: float | None = None) -> Tagging:
    """Return the mentions and candidate entries of a document, and what a person should know.

    Pages go through some at a time, so that memory stays bounded; after `seconds` the rest of them
    is left out.
    """
    begin = time.monotonic()
    language = document_language(document)
    names = find_abbreviations([page.text for page in document.pages])
    builder = Builder(document, model.weights(), language)
    mentions: list[Mention] = []
    issues = _issues(document, language)
    for pages in _batches(document.pages):
        if seconds is not None and time.monotonic() - begin > seconds:
            issues.append(_cut(document, pages[0].number, _NO_TIME))
            break
        texts, hard = [p.text[:_LONGEST] for p in pages], [p.method == "rendered" for p in pages]
        issues += [_cut(document, p.number, _TOO_LONG) for p in pages if len(p.text) > _LONGEST]
        for page, found in zip(pages, mark(texts, language, hard, names), strict=True):
            mentions += _mentions(page, builder.page(page, found))
    return Tagging(
        tagger=version,
        published=document_date(document, language),
        mentions=tuple(mentions),
        proposals=tuple(builder.proposals),
        issues=tuple(issues),
    )


def _batches(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """Yield the pages some at a time: together they are about as long as a usual document."""
    batch: list[Page] = []
    length = 0
    for page in pages:
        if batch and length + len(page.text) > _BATCH:
            yield batch
            batch, length = [], 0
        batch.append(page)
        length += len(page.text)
    if batch:
        yield batch


def _cut(document: Document, number: int, detail: str) -> Issue:
    return Issue(
        code="tagging_cut",
        room="ner_models",
        sha256=document.sha256,
        page=number,
        detail=detail,
    )


def _mentions(page: Page, marked: Marked) -> list[Mention]:
    return [
        Mention(
            page=page.number,
            start=span.start,
            end=span.end,
            label=span.label,
            raw=page.text[span.start : span.end],
            value=value_of(span, marked),
            maker=span.maker,
            score=span.score,
        )
        for span in marked.spans
    ]


def _issues(document: Document, language: str) -> list[Issue]:
    if not model.exists():
        detail = "There is no trained model (make train); rules alone were used."
        return [
            Issue(code="model_missing", room="ner_models", sha256=document.sha256, detail=detail)
        ]
    if language not in MODELLED and any(page.text.strip() for page in document.pages):
        detail = f"No model for the language {language!r}; rules alone were used."
        return [
            Issue(
                code="language_without_model",
                room="ner_models",
                level="info",
                sha256=document.sha256,
                detail=detail,
            )
        ]
    return []
