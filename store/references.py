"""References that documents name each other by, in one writing each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.keys import notice_number

_DASH = r"\s?[-‐‑–]\s?"
# Each pattern with how its parts are put together again. A bare `123/2024` is none: courts, laws
# and minutes are numbered so too.
_PATTERNS = (
    # programmes of the trust fund for Africa: T05-EUTF-NOA-LY-03, with parts 03.2 or 03-01
    (re.compile(
        rf"\bT(\d\d){_DASH}EUTF{_DASH}([A-Z]{{3}}){_DASH}([A-Z]{{2,3}}){_DASH}(\d\d)"
    ),
     "T{}-EUTF-{}-{}-{}"),
    # decisions of the Commission: C(2025)5935, C(2025) 5935 final
    (re.compile(r"\bC\s?\((\d{4})\)\s?(\d{2,5})\b"), "C({}){}"),
    # documents registered by the Commission: Ares(2026)9120417
    (re.compile(r"\bAres\s?\((\d{4})\)\s?(\d{5,8})\b", re.IGNORECASE), "Ares({}){}"),
    # contracts and decisions: ENPI/2013/024-746, IFS/2019/411-123, NDICI-GEO-NEAR/2022/ACT-60609
    (re.compile(r"\b(\d{4})\s?/\s?(\d{3})\s?[-‐‑–]\s?(\d{3})\b"), "{}/{}-{}"),
    (re.compile(r"\b(ACT|JAD|CTR)\s?[-‐‑–]\s?(\d{5,6})\b"), "{}-{}"),
    # tenders outside the Union: EuropeAid/140123/DH/SUP/XK
    (re.compile(r"\bEuropeAid\s?/\s?(\d{6})\b", re.IGNORECASE), "EuropeAid/{}"),
)  # fmt: skip
# The Official Journal's writing of a notice: 2023/S 012-345678, the last number being the notice's
_JOURNAL = re.compile(r"\b(\d{4})\s?/\s?S\s?\d{1,3}\s?[-‐‑–]\s?(\d{3,8})\b")
_MOST = 40  # references of a text: a list of programmes says nothing of one delivery


def references_in(text: str) -> frozenset[str]:
    """Return the references that a text names, none of a text that names very many.

    >>> sorted(references_in("under C(2025) 5935 final and T05 - EUTF - NOA - LY - 03.1"))
    ['C(2025)5935', 'T05-EUTF-NOA-LY-03']
    >>> references_in("notice 2023/S 012-045678")
    frozenset({'ted:45678-2023'})
    """
    found = frozenset(_found(text))
    return found if len(found) <= _MOST else frozenset()


def _found(text: str) -> Iterator[str]:
    for pattern, form in _PATTERNS:
        for match in pattern.finditer(text):
            yield form.format(*match.groups())
    for match in _JOURNAL.finditer(text):
        yield f"ted:{int(match[2])}-{match[1]}"


def notice_reference(number: str | None) -> str | None:
    """Return how a notice is named by its publication number, None for what is none.

    >>> notice_reference("00288410-2024")
    'ted:288410-2024'
    """
    normal = notice_number(number or "")
    return f"ted:{normal}" if normal else None
