"""The language of a text whose source does not say it."""

from __future__ import annotations

from functools import cache
from typing import Any

from core.languages import EU_LANGUAGES, language_code
from core.records import Document

MODELLED = ("en", "fr", "de", "es", "it")
"""The languages that the model was trained on."""

_OTHERS = ("uk", "ru", "ar", "tr", "sr", "bs", "sq", "mk", "no", "ka")
_SHORTEST = 40
_SAMPLE = 4000


@cache
def _identifier() -> Any:
    from py3langid.langid import (  # noqa: PLC0415 - its model is loaded on first use
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = set(identifier.labels)
    identifier.set_languages([code for code in (*EU_LANGUAGES, *_OTHERS) if code in known])
    return identifier


def detect(text: str) -> str:
    """Return the ISO 639-1 code of a text's language; `en` for less than 40 characters."""
    sample = text.strip()[:_SAMPLE]
    if len(sample) < _SHORTEST:
        return "en"
    return str(_identifier().classify(sample)[0])


def document_language(document: Document) -> str:
    """Return the language that the document states, else that of its first pages' text."""
    stated = language_code(document.language)
    if stated:
        return stated
    sample, size = [], 0
    for page in document.pages:
        sample.append(page.text[:_SAMPLE])
        size += len(sample[-1])
        if size >= _SAMPLE:
            break
    return detect("\n".join(sample))
