"""Builds a silver corpus: texts of notices with what the notices' own fields say of them.

`python -m operate.silver FOLDER OUT.jsonl [GOLD.jsonl ...]` reads every notice of a folder and
writes passages in the form of annotated ones: a buyer or winner that a field names and a text
repeats is marked in the text, as are sums that a field states and goods of the codes. Notices
that an annotated file names, and texts that share eight words in a row with one, are left out.
The corpus is built, not committed; `ner_models.training` does not read it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import extract
from core.errors import MaterielError
from core.languages import language_code
from core.records import Label, Notice, Party, Stated
from core.text import fold
from ner_models.evaluate import read_gold
from ner_models.lexicon import find_goods
from vocabulary.amounts import find_amounts
from vocabulary.taxonomy import load_taxonomy

RUN = 8
"""Words in a row that no silver text shares with an annotated one."""

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_SHORTEST_NAME = 4

Span = tuple[int, int, Label]


@dataclass(frozen=True)
class Measure:
    """What is kept out: the stems of annotated notices' files, their numbers, and their words."""

    stems: frozenset[str]
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Measure:
        """Read annotated files."""
        rows = [row for path in paths for row in read_gold(path)]
        stems = frozenset(Path(str(row.get("source", ""))).stem for row in rows)
        return cls(stems, frozenset(run for row in rows for run in runs(str(row["text"]))))

    def names(self, path: Path, notice: Notice) -> bool:
        """Is this notice one of the annotated ones, by its file's name or its number?"""
        return path.stem in self.stems or self.has_number(notice.number or "")

    def has_number(self, name: str) -> bool:
        """Is a notice of this number one of the annotated ones?"""
        number = _numbers(name)
        return any(number <= _numbers(stem) for stem in self.stems) if number else False

    def shares(self, text: str) -> bool:
        """Does a text share a run of words with an annotated one, or is it all in one?"""
        return not self.runs.isdisjoint(runs(text))


def _numbers(name: str) -> set[int]:
    """The numbers in `536656-2019` or `2024-OJS048-00140913`, whatever their order."""
    return {int(digits) for digits in _DIGITS.findall(name)}


def runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of eight folded words of a text; a shorter text is one run."""
    words = _WORD.findall(fold(text))
    last = max(1, len(words) - RUN + 1)
    return {tuple(words[place : place + RUN]) for place in range(last)}


def project(notice: Notice, stated: Stated, language: str) -> list[Span]:
    """Return the places in a stated text that other fields of the notice explain."""
    text = stated.text
    winners = [party for award in notice.awards for party in award.winners]
    spans: list[Span] = []
    spans += ((s, e, "SUPPLIER") for s, e in _named(text, winners))
    spans += ((s, e, "AMOUNT") for s, e in _sums(notice, text, language))
    taxonomy = load_taxonomy()
    families = {kind.family for code in _codes(notice) if (kind := taxonomy.by_cpv(code))}
    goods = [
        hit
        for hit in find_goods(text, language)
        if hit.detail and taxonomy.type(hit.detail).family in families
    ]
    spans += ((hit.start, hit.end, "EQUIPMENT") for hit in goods)
    if goods:
        spans += ((s, e, "RECIPIENT") for s, e in _named(text, notice.buyers))
    return _apart(spans)


def _codes(notice: Notice) -> list[str]:
    return [*notice.cpv, *(code for lot in notice.lots for code in lot.cpv)]


def _named(text: str, parties: Sequence[Party]) -> Iterator[tuple[int, int]]:
    for name in {party.name.text for party in parties}:
        words = r"\s+".join(re.escape(word) for word in name.split())
        if len(name) >= _SHORTEST_NAME and words:
            pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
            yield from (match.span() for match in pattern.finditer(text))


def _sums(notice: Notice, text: str, language: str) -> Iterator[tuple[int, int]]:
    groups = [notice.values, *(lot.values for lot in notice.lots)]
    groups += [award.values for award in notice.awards]
    stated = {(float(value.amount), value.currency) for group in groups for value in group}
    for amount in find_amounts(text, language):
        if (float(amount.minimum), amount.currency) in stated:
            yield amount.start, amount.end


def _apart(spans: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or kept[-1][1] <= span[0]:
            kept.append(span)
    return kept


def _texts(notice: Notice) -> list[Stated]:
    own = [notice.title, notice.description]
    own += [text for lot in notice.lots for text in (lot.title, lot.description)]
    return [text for text in own if text is not None and text.text.strip()]


def build(folder: Path, measure: Measure) -> Iterator[dict[str, Any]]:
    """Yield the silver passages of a folder of notices, files in order, each text once."""
    seen: set[str] = set()
    for path in sorted(folder.rglob("*.xml")):
        try:
            read = extract.read(path.read_bytes(), sha256="0" * 64, name=path.name)
        except MaterielError:
            continue
        notice = read.document.notice
        if notice is None or measure.names(path, notice):
            continue
        language = language_code(notice.language) or "en"
        for number, stated in enumerate(_texts(notice)):
            if fold(stated.text) in seen or measure.shares(stated.text):
                continue
            seen.add(fold(stated.text))
            yield {
                "id": f"{path.stem}-{number}",
                "source": path.name,
                "lang": language,
                "text": stated.text,
                "spans": [
                    {"start": start, "end": end, "label": label}
                    for start, end, label in project(notice, stated, language)
                ],
                "entries": [],
            }


def main(arguments: Sequence[str]) -> None:
    """Write the silver corpus of a folder and say how many passages it has."""
    folder, target, *gold = map(Path, arguments)
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for row in build(folder, Measure.of(gold)):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    sys.stderr.write(f"{count} passages written to {target}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
