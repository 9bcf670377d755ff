"""References to the exceptions that withheld text rests on: Article 4 of Regulation 1049/2001."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.records import Page, Stated

_PART = r"\s*\(\s*\d\s*\)(?:\s*\(\s*[a-c]\s*\))?"
_INDENT = r"(?:,?\s*(?:\w+\s+)?(?:indent|tiret|gedankenstrich|guion|trattino))?"
_ACT = r"(?:\s+(?:\S+\s+){1,8}?1049/2001)?"
_EXEMPTION = re.compile(
    rf"(?<!\w)art(?:icle|ikel|ículo|icolo|\.)?\s*4{_PART}{_INDENT}{_ACT}", re.IGNORECASE
)
_NUMBER = "1049/2001"


def find_exemptions(pages: Sequence[Page]) -> tuple[Stated, ...]:
    """Return where pages refer to an exception of Regulation (EC) No 1049/2001, in order.

    On a page without blackened places a bare `Article 4(1)(a)` may be one of any act: there only
    references count that name the regulation, or all of them where the document names it.
    """
    named = any(_NUMBER in page.text for page in pages)
    return tuple(
        Stated(text=match[0], page=page.number, start=match.start(), end=match.end())
        for page in pages
        for match in _EXEMPTION.finditer(page.text)
        if named or page.redacted_area > 0
    )
