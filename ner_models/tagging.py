"""From a document as read to its mentions and candidate entries."""

from __future__ import annotations

from core.records import Document, Issue, Mention, Page, Tagging
from ner_models import model
from ner_models.dates import document_date
from ner_models.language import MODELLED, document_language
from ner_models.mentions import Marked, mark
from ner_models.proposals import Builder
from ner_models.values import value_of


def tag(document: Document, version: str) -> Tagging:
    """Return the mentions and candidate entries of a document, and what a person should know."""
    language = document_language(document)
    hard = [page.method == "rendered" for page in document.pages]
    marked = mark([page.text for page in document.pages], language, hard)
    builder = Builder(document, model.weights(), language)
    mentions: list[Mention] = []
    for page, found in zip(document.pages, marked, strict=True):
        mentions += _mentions(page, builder.page(page, found))
    return Tagging(
        tagger=version,
        published=document_date(document, language),
        mentions=tuple(mentions),
        proposals=tuple(builder.proposals),
        issues=tuple(_issues(document, language)),
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
