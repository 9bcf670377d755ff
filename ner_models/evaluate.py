"""Measures the tagger against annotated passages: spans by label, entries by field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import MaterielError
from core.records import LABELS, Proposal, Tagging
from ner_models import tag_text
from ner_models.calibration import Judged, calibration, render_calibration
from ner_models.matching import heaviest_pairs, most_pairs

ENTRY_FIELDS = ("equipment", "quantity", "amount", "recipient", "supplier", "fund")
Place = tuple[int, int]
Entry = Mapping[str, Place]


class BadGold(MaterielError):
    """Raised by ner_models.evaluate for a file that is no annotated passages."""


@dataclass
class Count:
    """Right ones, proposed ones and those there are."""

    right: int = 0
    proposed: int = 0
    there: int = 0

    def add(self, right: int, proposed: int, there: int) -> None:
        """Count some more."""
        self.right += right
        self.proposed += proposed
        self.there += there

    def figures(self) -> dict[str, float | int] | None:
        """Precision, recall, F1 and how many there are; None for nothing there, nothing found."""
        if not self.proposed and not self.there:
            return None
        p = self.right / self.proposed if self.proposed else 0.0
        r = self.right / self.there if self.there else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        return {"p": round(p, 4), "r": round(r, 4), "f": round(f, 4), "n": self.there}


def _counts() -> dict[str, Count]:
    return {label: Count() for label in LABELS}


@dataclass
class Score:
    """The counts of some passages."""

    strict: dict[str, Count] = field(default_factory=_counts)
    overlap: dict[str, Count] = field(default_factory=_counts)
    fields: Count = field(default_factory=Count)
    entries: Count = field(default_factory=Count)
    by_field: dict[str, Count] = field(
        default_factory=lambda: {name: Count() for name in ENTRY_FIELDS}
    )
    judged: list[Judged] = field(default_factory=list)

    def spans(self) -> dict[str, Any]:
        """The span figures by label, and of all labels together under `ALL`."""
        return {
            "strict": _by_label(self.strict),
            "overlap": _by_label(self.overlap),
        }

    def entry_figures(self) -> dict[str, Any]:
        """The figures of the entries."""
        return {
            "fields": self.fields.figures(),
            "strict": self.entries.figures(),
            "by_field": {name: count.figures() for name, count in self.by_field.items()},
        }


def _by_label(counts: Mapping[str, Count]) -> dict[str, Any]:
    return {label: count.figures() for label, count in counts.items()}


def _overlap(a: Place, b: Place) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def matched_by_overlap(there: Sequence[Place], found: Sequence[Place]) -> list[int]:
    """Match annotated places with found ones that they touch, one to one, so that the most match.

    Returns for each annotated place the number of its found one, -1 for none.
    """
    edges = [[j for j, p in enumerate(found) if _overlap(g, p)] for g in there]
    return most_pairs(edges, len(found))


def score_spans(
    score: Score, gold: Sequence[tuple[int, int, str]], found: Sequence[tuple[int, int, str]]
) -> None:
    """Count the spans of one passage, strictly and by overlap (matched so that the most match)."""
    for label in LABELS:
        there = [(s, e) for s, e, name in gold if name == label]
        proposed = [(s, e) for s, e, name in found if name == label]
        exact = len(set(there) & set(proposed))
        score.strict[label].add(exact, len(proposed), len(there))
        matched = sum(node >= 0 for node in matched_by_overlap(there, proposed))
        score.overlap[label].add(matched, len(proposed), len(there))


def _agreement(gold: Entry, found: Entry) -> int:
    return sum(_agrees(gold, found, name) for name in ENTRY_FIELDS)


def _agrees(gold: Entry, found: Entry, name: str) -> bool:
    return name in gold and name in found and _overlap(gold[name], found[name])


def _may_match(gold: Entry, found: Entry) -> bool:
    if "equipment" in gold or "equipment" in found:
        return _agrees(gold, found, "equipment")
    return _agrees(gold, found, "recipient") or _agrees(gold, found, "amount")


def score_entries(
    score: Score, gold: Sequence[Entry], found: Sequence[Entry], said: Sequence[float] = ()
) -> None:
    """Count the entries of one passage, matched one to one so that the most fields agree.

    `said`: the scores of the found ones, to be held against which of them match.
    """
    weights = [[float(_agreement(g, f)) if _may_match(g, f) else None for f in found] for g in gold]
    pairs = heaviest_pairs(weights) if found else [-1] * len(gold)
    whole = 0
    for name in ENTRY_FIELDS:
        right = sum(_agrees(g, found[j], name) for g, j in zip(gold, pairs, strict=True) if j >= 0)
        counts = (right, sum(name in f for f in found), sum(name in g for g in gold))
        score.by_field[name].add(*counts)
        score.fields.add(*counts)
    score.judged += [(p, place in pairs) for place, p in enumerate(said)]
    for g, j in zip(gold, pairs, strict=True):
        whole += j >= 0 and set(g) == set(found[j]) and _agreement(g, found[j]) == len(g)
    score.entries.add(whole, len(found), len(gold))


def proposed_entry(proposal: Proposal) -> dict[str, Place]:
    """Return the places of a proposal's fields, of those that annotated entries have."""
    evidence = proposal.evidence()
    return {
        name: (evidence[name].start, evidence[name].end)
        for name in ENTRY_FIELDS
        if name in evidence
    }


def gold_entry(entry: Mapping[str, Any]) -> dict[str, Place]:
    """Return the places of an annotated entry's fields."""
    return {name: (int(at[0]), int(at[1])) for name, at in entry.get("at", {}).items()}


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read a file of annotated passages; raises `BadGold` naming file and line of a fault."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, spans = row["text"], row["spans"]
            faulty = [s for s in spans if not 0 <= s["start"] < s["end"] <= len(text)]
        except (ValueError, KeyError, TypeError) as error:
            raise BadGold(f"{path}, line {number}: this is no annotated passage.") from error
        if faulty or any(span["label"] not in LABELS for span in spans):
            raise BadGold(f"{path}, line {number}: a span lies outside the text or has no label.")
        rows.append(row)
    return rows


def tagged(row: Mapping[str, Any]) -> Tagging:
    """Tag an annotated passage in the language that it names."""
    return tag_text(str(row["text"]), row.get("lang"))


def score_rows(rows: Iterable[Mapping[str, Any]], scores: Sequence[Sequence[Score]]) -> None:
    """Tag passages and count each into its scores (`scores[i]` belong to row `i`)."""
    for row, targets in zip(rows, scores, strict=True):
        tagging = tagged(row)
        gold = [(s["start"], s["end"], s["label"]) for s in row["spans"]]
        found = [(m.start, m.end, str(m.label)) for m in tagging.mentions]
        there = [gold_entry(entry) for entry in row.get("entries", [])]
        proposed = [proposed_entry(proposal) for proposal in tagging.proposals]
        said = [proposal.score for proposal in tagging.proposals]
        for target in targets:
            score_spans(target, gold, found)
            score_entries(target, there, proposed, said)


def evaluate(paths: Sequence[Path | str]) -> dict[str, Any]:
    """Return the figures of annotated files as one JSON-ready object (`evaluate --json`)."""
    whole = Score()
    languages: dict[str, Score] = {}
    files: dict[str, Score] = {}
    for path in map(Path, paths):
        rows = read_gold(path)
        mine = files.setdefault(path.name, Score())
        targets = [
            [whole, mine, languages.setdefault(str(row.get("lang")), Score())] for row in rows
        ]
        score_rows(rows, targets)
    return {
        **whole.spans(),
        "languages": {name: score.spans() for name, score in sorted(languages.items())},
        "files": {
            name: {**score.spans(), "entries": score.entry_figures()}
            for name, score in files.items()
        },
        "entries": whole.entry_figures(),
        "calibration": calibration(whole.judged),
    }


def render(result: Mapping[str, Any]) -> str:
    """Return the figures as a readable table."""
    lines = [f"{'':12}{'strict F1':>10}{'overlap P':>11}{'R':>7}{'F1':>7}{'n':>6}"]
    for label in LABELS:
        strict, overlap = result["strict"][label], result["overlap"][label]
        if overlap is None:
            lines.append(f"{label:12}{'nothing to find, nothing found':>41}")
            continue
        lines.append(
            f"{label:12}{strict['f']:>10.3f}{overlap['p']:>11.3f}{overlap['r']:>7.3f}"
            f"{overlap['f']:>7.3f}{overlap['n']:>6}"
        )
    lines += _render_groups("overlap F1 by language", result["languages"])
    lines += _render_groups("overlap F1 by file", result["files"])
    lines += _render_entries(result["entries"])
    lines += render_calibration(result["calibration"])
    return "\n".join(lines)


def _f(figures: Mapping[str, Any] | None) -> str:
    return "   -  " if figures is None else f"{figures['f']:6.3f}"


def _render_groups(title: str, groups: Mapping[str, Any]) -> list[str]:
    lines = ["", f"{title:24}" + "".join(f"{label[:9]:>10}" for label in LABELS)]
    for name, group in groups.items():
        cells = "".join(f"{_f(group['overlap'][label]):>10}" for label in LABELS)
        lines.append(f"{name:24}{cells}")
    return lines


def _render_entries(entries: Mapping[str, Any]) -> list[str]:
    lines = ["", f"entries: fields {_f(entries['fields'])}  strict {_f(entries['strict'])}"]
    lines += [f"  {name:12}{_f(figures)}" for name, figures in entries["by_field"].items()]
    return lines
