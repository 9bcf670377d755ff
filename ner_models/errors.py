"""Lists what the tagger gets wrong on annotated passages, by label, with the words around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.records import LABELS
from core.text import one_line
from ner_models.evaluate import Place, matched_by_overlap, read_gold, tagged

Fault = Literal["missed", "spurious", "border"]
FAULTS: tuple[Fault, ...] = ("missed", "spurious", "border")
_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Error:
    """A span that is missed, spurious, or right but for its borders (`found` beside `there`)."""

    label: str
    fault: Fault
    passage: str
    before: str
    there: str
    found: str
    after: str

    def line(self) -> str:
        """Return the error as one line to read."""
        what = (
            f"{self.there} -> {self.found}" if self.fault == "border" else self.found + self.there
        )
        return f"  {self.passage:<12} ...{self.before} [{what}] {self.after}..."


def errors_of(row: Mapping[str, Any], found: Mapping[str, Sequence[Place]]) -> Iterator[Error]:
    """Yield what is wrong of the found places, by label, in one annotated passage."""
    text, name = str(row["text"]), str(row.get("id", "-"))

    def error(label: str, fault: Fault, there: Place | None, got: Place | None) -> Error:
        start, end = there or got or (0, 0)
        return Error(
            label,
            fault,
            name,
            one_line(text[max(0, start - _WIDTH) : start]),
            one_line(text[slice(*there)]) if there else "",
            one_line(text[slice(*got)]) if got else "",
            one_line(text[end : end + _WIDTH]),
        )

    for label in LABELS:
        there = [(s["start"], s["end"]) for s in row["spans"] if s["label"] == label]
        got = list(found.get(label, ()))
        pairs = matched_by_overlap(there, got)
        for gold, node in zip(there, pairs, strict=True):
            if node < 0:
                yield error(label, "missed", gold, None)
            elif got[node] != gold:
                yield error(label, "border", gold, got[node])
        for node, place in enumerate(got):
            if node not in pairs:
                yield error(label, "spurious", None, place)


def find_errors(paths: Iterable[Path]) -> list[Error]:
    """Tag annotated files and return all errors, passages in order."""
    errors: list[Error] = []
    for path in paths:
        for row in read_gold(path):
            places: dict[str, list[Place]] = {}
            for mention in tagged(row).mentions:
                places.setdefault(mention.label, []).append((mention.start, mention.end))
            errors += errors_of(row, places)
    return errors


def render_errors(errors: Sequence[Error]) -> str:
    """Return the errors as text: by label, missed ones first, then spurious, then borders."""
    lines = []
    for label in LABELS:
        for fault in FAULTS:
            chosen = [e for e in errors if e.label == label and e.fault == fault]
            if chosen:
                lines += [f"{label} {fault}: {len(chosen)}", *(e.line() for e in chosen), ""]
    return "\n".join(lines)
