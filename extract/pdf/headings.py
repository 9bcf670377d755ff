"""Headings of a PDF, told by size, boldness and numbering against the document's own body text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.records import Heading, Page
from core.text import fold, one_line
from extract.pdf.layout import Line

_NUMBERED = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|(annex|annexe|chapter|section)\b", re.IGNORECASE
)
_LARGER = 1.15  # times the body size
_LONGEST = 200
_LONGEST_BOLD = 110
_MOST_REPEATS = 2  # a line on more pages than this is a running head
_MAX_LEVEL = 6


@dataclass(frozen=True)
class PageLine:
    """A line and the page it stands on."""

    page: int
    line: Line


def body_size(lines: Sequence[PageLine]) -> float:
    """Return the size that most characters of the document have."""
    sizes: Counter[float] = Counter()
    for each in lines:
        sizes[each.line.size] += len(each.line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _key(text: str) -> str:
    return re.sub(r"\d+", "", fold(text))


def _repeated(lines: Sequence[PageLine]) -> set[str]:
    pages: dict[str, set[int]] = {}
    for each in lines:
        pages.setdefault(_key(each.line.text), set()).add(each.page)
    return {key for key, on in pages.items() if len(on) > _MOST_REPEATS}


def _is_heading(line: Line, body: float) -> bool:
    text = line.text
    if len(text) > _LONGEST or sum(c.isalpha() for c in text) < 3 or text.endswith((";", ",", ":")):
        return False
    if line.size >= body * _LARGER:
        return True
    if not line.bold or line.size < body * 0.95:
        return False
    return bool(_NUMBERED.match(text)) or (
        len(text) <= _LONGEST_BOLD and text[0].isupper() and not text.endswith(".")
    )


def _joins(last: list[PageLine], each: PageLine) -> bool:
    """Tell whether a line goes on with a heading that did not fit on one line."""
    before = last[-1]
    gap = each.line.box[1] - before.line.box[3]
    return (
        each.page == before.page
        and each.line.size == before.line.size
        and each.line.bold == before.line.bold
        and gap < 0.8 * each.line.size
        and each.line.start == before.line.end + 1
        and not _NUMBERED.match(each.line.text)
    )


def _level(first: Line, sizes: list[float]) -> int:
    numbered = _NUMBERED.match(first.text)
    if numbered and numbered[1]:
        return min(_MAX_LEVEL, numbered[1].count(".") + 1)
    larger = sum(1 for size in sizes if size > first.size)
    return min(_MAX_LEVEL, larger + 1)


def find_headings(lines: Sequence[PageLine], pages: Sequence[Page]) -> tuple[Heading, ...]:
    """Return the headings in reading order; level 1 is the highest.

    Numbering gives the level where there is any, the rank of the size among the headings' sizes
    otherwise. Lines in tables and running heads are none.
    """
    outside = [each for each in lines if not each.line.in_table]
    body = body_size(outside)
    running = _repeated(outside)
    groups: list[list[PageLine]] = []
    for each in outside:
        if not _is_heading(each.line, body) or _key(each.line.text) in running:
            continue
        if groups and _joins(groups[-1], each):
            groups[-1].append(each)
        else:
            groups.append([each])
    sizes = sorted({group[0].line.size for group in groups}, reverse=True)
    texts = {page.number: page.text for page in pages}
    return tuple(
        Heading(
            page=group[0].page,
            start=group[0].line.start,
            end=group[-1].line.end,
            level=_level(group[0].line, sizes),
            text=one_line(texts[group[0].page][group[0].line.start : group[-1].line.end]),
        )
        for group in groups
    )
