"""Passages that reviewers decided on, read for training (`operate.corrections` writes them).

What was accepted or corrected is taken as it stands. What was rejected teaches that there is no
transfer where the reason says so; with another reason nothing follows for the tagger, and the
passage is left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ner_models.corpus import Annotation, Passage
from ner_models.evaluate import BadGold, read_gold
from ner_models.joining import FIELDS

NEGATIVE = frozenset({"not_equipment", "boilerplate"})
"""Reasons for which a rejected entry is no transfer; a duplicate or a wrong sum is one."""
_JUDGEMENTS = ("accepted", "corrected", "rejected")


@dataclass
class Corrections:
    """The passages to train on, how many there are of each judgement, and why others are not."""

    passages: list[Passage] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)

    def sentence(self) -> str:
        """Return what was taken in and what was left out, in one sentence."""
        taken = ", ".join(f"{self.taken[name]} {name}" for name in _JUDGEMENTS)
        left = ", ".join(f"{count} rejected as {name}" for name, count in sorted(self.left.items()))
        return f"from review: {taken}" + (f"; not used: {left}" if left else "")


def read_corrections(paths: Sequence[Path]) -> Corrections:
    """Read files of decided passages; raises `BadGold` naming file and line of a fault."""
    found = Corrections()
    for path in paths:
        for number, row in enumerate(read_gold(path), 1):
            if row.get("judgement") not in _JUDGEMENTS:
                raise BadGold(f"{path}, passage {number}: it says no judgement.")
            try:
                reason = _useless(row)
                passage = None if reason else _passage(row, path, number)
            except (KeyError, TypeError, ValueError) as error:
                raise BadGold(f"{path}, passage {number}: this is no decided passage.") from error
            if passage is None:
                found.left[str(reason)] += 1
            else:
                found.passages.append(passage)
                found.taken[row["judgement"]] += 1
    return found


def _useless(row: Mapping[str, Any]) -> str | None:
    """Return the first reason for which a rejected entry tells the tagger nothing."""
    reasons = [one.get("reason") or "no reason" for one in row.get("rejected", ())]
    return next((reason for reason in reasons if reason not in NEGATIVE), None)


def _passage(row: Mapping[str, Any], path: Path, line: int) -> Passage:
    numbers: dict[tuple[int, int, str], list[int]] = {}
    for number, entry in enumerate(row["entries"], 1):
        for label, name in FIELDS.items():
            if name in entry["at"]:
                start, end = entry["at"][name]
                numbers.setdefault((start, end, label), []).append(number)
    spans = tuple(
        Annotation(
            span["start"],
            span["end"],
            span["label"],
            tuple(numbers.get((span["start"], span["end"], span["label"]), ())),
        )
        for span in row["spans"]
    )
    return Passage(path.name, line, row["lang"], "review", row["text"], spans)
