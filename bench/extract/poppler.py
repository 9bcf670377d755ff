"""Texts and word boxes from poppler's `pdftotext`, the independent reader of this bench."""

from __future__ import annotations

import functools
import html
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.records import Box

_PAGE = re.compile(r"<page\b[^>]*>(.*?)</page>", re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
    re.DOTALL,
)


@dataclass(frozen=True)
class PlacedWord:
    """A word and its box in points from the top left of the page as shown."""

    text: str
    box: Box


def _run(path: Path, *options: str) -> str:
    command = ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8")


@functools.cache
def texts(path: Path) -> list[str]:
    """Return the text of each page in poppler's reading order."""
    # each page ends with a form feed, the last one too
    return _run(path).split("\f")[:-1]


@functools.cache
def words(path: Path) -> list[list[PlacedWord]]:
    """Return the words of each page with their boxes, relative to the crop box."""
    return parse_boxes(_run(path, "-bbox", "-cropbox"))


def parse_boxes(markup: str) -> list[list[PlacedWord]]:
    """Return the words of each page in the XHTML that `pdftotext -bbox` writes."""
    return [
        [_word(match) for match in _WORD.finditer(page.group(1))] for page in _PAGE.finditer(markup)
    ]


def _word(match: re.Match[str]) -> PlacedWord:
    x0, top, x1, bottom = (float(match.group(i)) for i in range(1, 5))
    return PlacedWord(html.unescape(match.group(5)), (x0, top, x1, bottom))
