"""What a document's identification table says for all of its entries: recipient and fund."""

from __future__ import annotations

import re

from core.records import Document, Evidence, Stated
from ner_models.values import fund_value, party_value
from vocabulary.countries import find_countries
from vocabulary.funds import find_funds, load_funds

SCORE = 0.3
"""What stands in a document's heading alone is likely for an entry, and no more."""

_LONGEST_NAME = 120
_LONGEST_HEAD = 2500
_SECOND = re.compile(r"\s*2\b")


def _place(document: Document, key: str) -> Stated | None:
    stated = document.stated.get(key)
    return stated if stated is not None and 0 <= stated.start < stated.end else None


def _evidence(stated: Stated, start: int, end: int, value: dict[str, object]) -> Evidence:
    """Evidence for `start` to `end` of a stated text."""
    return Evidence(
        page=stated.page,
        start=stated.start + start,
        end=stated.start + end,
        raw=stated.text[start:end],
        value=value,
        maker="rule:context",
        score=SCORE,
    )


def _recipient(document: Document, language: str) -> Evidence | None:
    """The stated beneficiary, else the one country that the stated zone names."""
    named = _place(document, "beneficiary")
    if named is not None and named.text[:1].isupper() and len(named.text) <= _LONGEST_NAME:
        return _evidence(named, 0, len(named.text), party_value(named.text, language))
    zone = _place(document, "zone")
    hits = find_countries(zone.text, language) if zone is not None else []
    if zone is None or len({hit.country for hit in hits}) != 1:
        return None
    start, end = hits[0].start, hits[0].end
    return _evidence(zone, start, end, party_value(zone.text[start:end], language))


def _head(document: Document) -> Stated | None:
    """The first page's text above the second numbered heading: title block and identification."""
    if not document.headings or not document.pages:
        return None
    page = document.pages[0]
    second = (h.start for h in document.headings if h.page == page.number and _SECOND.match(h.text))
    end = min(next(second, len(page.text)), _LONGEST_HEAD)
    return Stated(text=page.text[:end], page=page.number, start=0, end=end) if end else None


def _fund(document: Document, language: str) -> Evidence | None:
    """The first fund that the stated instrument, the title or the document's head names."""
    funds = load_funds()
    for stated in (_place(document, "fund"), _place(document, "title"), _head(document)):
        if stated is None:
            continue
        hits = [h for h in find_funds(stated.text, language) if funds[h.id].kind != "project"]
        if hits:
            start, end = hits[0].start, hits[0].end
            return _evidence(stated, start, end, fund_value(stated.text[start:end], language))
    return None


def document_context(document: Document, language: str) -> dict[str, Evidence]:
    """Return the fields that a document's stated texts give to entries that do not say their own.

    A stated text counts only where its offsets hold in the page's text.
    """
    found = {"recipient": _recipient(document, language), "fund": _fund(document, language)}
    pages = {page.number: page.text for page in document.pages}
    return {
        name: evidence
        for name, evidence in found.items()
        if evidence is not None
        and pages.get(evidence.page, "")[evidence.start : evidence.end] == evidence.raw
    }
