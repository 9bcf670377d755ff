"""The project's own annotated passages: reads the inline markup of `corpus/*.txt`.

A passage starts with `## <lang> <genre>`; `[text]{LABEL}` or `[text]{LABEL 1,2}` marks a span
and the transfers (entries) that it belongs to. Labels: EQ QT AM RC SU FU.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import MaterielError
from core.records import Label

FOLDER = Path(__file__).parent / "corpus"
LABELS: dict[str, Label] = {
    "EQ": "EQUIPMENT",
    "QT": "QUANTITY",
    "AM": "AMOUNT",
    "RC": "RECIPIENT",
    "SU": "SUPPLIER",
    "FU": "FUND",
}
GENRES = frozenset(
    {
        "action_document",
        "annex_table",
        "supply_tender",
        "award_notice",
        "press_release",
        "access_reply",
        "parliamentary_answer",
        "audit",
        "ngo_report",
        "minutes",
    }
)
_HEADER = re.compile(r"^## (?P<lang>[a-z]{2}) (?P<genre>[a-z_]+)[ \t]*$", re.MULTILINE)
_SPAN = re.compile(r"\[(?P<text>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\{(?P<mark>[^{}\n]*)\}")
_MARK = re.compile(r"(?P<label>[A-Z]{2})(?: (?P<numbers>\d+(?:, ?\d+)*))?")


class CorpusFault(MaterielError):
    """Raised by ner_models.corpus for markup that breaks the format, with file and line."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A marked span of a passage and the numbers of the transfers that it belongs to."""

    start: int
    end: int
    label: Label
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """An annotated text; offsets of its spans are code points, end exclusive."""

    source: str
    line: int
    language: str
    genre: str
    text: str
    spans: tuple[Annotation, ...]


def parse(content: str, source: str) -> list[Passage]:
    """Return the passages of a file's content; raises `CorpusFault` for the first fault."""
    headers = list(_HEADER.finditer(content))
    first = headers[0].start() if headers else len(content)
    if content[:first].strip():
        raise CorpusFault(f"{source}, line 1: text stands before the first header.")
    passages = []
    for place, header in enumerate(headers):
        end = headers[place + 1].start() if place + 1 < len(headers) else len(content)
        line = content.count("\n", 0, header.start()) + 1
        if header["genre"] not in GENRES:
            raise CorpusFault(f"{source}, line {line}: there is no genre {header['genre']!r}.")
        body = content[header.end() + 1 : end].rstrip()
        text, spans = _body(body, source, line + 1)
        passages.append(Passage(source, line, header["lang"], header["genre"], text, tuple(spans)))
    return passages


def _body(body: str, source: str, line: int) -> tuple[str, list[Annotation]]:
    parts: list[str] = []
    spans: list[Annotation] = []
    length = last = 0
    for match in _SPAN.finditer(body):
        at = f"{source}, line {line + body.count(chr(10), 0, match.start())}"
        before, inner = body[last : match.start()], match["text"]
        _no_rest(before, at)
        start = length + len(before)
        spans.append(_annotation(inner, match["mark"], start, at))
        parts += [before, inner]
        length = start + len(inner)
        last = match.end()
    _no_rest(body[last:], f"{source}, line {line + body.count(chr(10), 0, last)}")
    text = "".join([*parts, body[last:]])
    _check_entries(spans, f"{source}, line {line}")
    return text, spans


def _no_rest(text: str, at: str) -> None:
    if "]{" in text or re.search(r"^##", text, re.MULTILINE):
        raise CorpusFault(f"{at}: markup near here is not closed or not opened.")


def _annotation(inner: str, mark: str, start: int, at: str) -> Annotation:
    found = _MARK.fullmatch(mark)
    if found is None or found["label"] not in LABELS:
        raise CorpusFault(f"{at}: {{{mark}}} is no label with numbers.")
    if not inner or inner != inner.strip():
        raise CorpusFault(f"{at}: the span [{inner}] is empty or has white space at its ends.")
    numbers = tuple(int(n) for n in found["numbers"].split(",")) if found["numbers"] else ()
    return Annotation(start, start + len(inner), LABELS[found["label"]], numbers)


def _check_entries(spans: list[Annotation], at: str) -> None:
    seen: set[tuple[int, str]] = set()
    for span in spans:
        for number in span.entries:
            if (number, span.label) in seen:
                raise CorpusFault(f"{at}: entry {number} has two spans of {span.label}.")
            seen.add((number, span.label))


def read_corpus(folder: Path = FOLDER) -> list[Passage]:
    """Return all passages of a folder, files in order of their names."""
    return [passage for path in sorted(folder.glob("*.txt")) for passage in _read(path)]


def _read(path: Path) -> Iterator[Passage]:
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CorpusFault(f"{path.name}: the file is not UTF-8 ({error}).") from error
    yield from parse(content, path.name)
