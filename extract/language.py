"""The language of a text whose source does not say it."""

from __future__ import annotations

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from core.languages import EU_LANGUAGES, PARTNER_LANGUAGES

_SHORTEST = 40  # characters; below, a guess is often wrong
_ENOUGH = 5000
_SURE = 0.8


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*EU_LANGUAGES, *PARTNER_LANGUAGES])
    return identifier


def guess_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`; None where it is short or unclear."""
    sample = text.strip()[:_ENOUGH]
    if sum(c.isalpha() for c in sample) < _SHORTEST:
        return None
    code, certainty = _identifier().classify(sample)
    return str(code) if certainty >= _SURE else None
