"""Candidate entries of a document: drafts from notice, tables and text, with their evidence."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from typing import Any

from core.keys import normal_quote
from core.records import Document, Evidence, Page, Proposal, Stage, Table
from core.text import one_line
from ner_models.calibration import calibrated
from ner_models.context import document_context
from ner_models.dates import SentenceDates
from ner_models.joining import Draft, join
from ner_models.linker import Weights
from ner_models.mentions import Marked
from ner_models.notices import NoticeFound, read_notice
from ner_models.sections import LEAST, Sections
from ner_models.segments import unit_span, unit_starts
from ner_models.spans import Span
from ner_models.stages import stage_of
from ner_models.tables import TableFound, read_table
from ner_models.values import value_of

_LONGEST_QUOTE = 600


class Builder:
    """Collects the mentions and proposals of one document, page by page.

    Equal anchors are counted over the document, in order.
    """

    def __init__(self, document: Document, weights: Weights, language: str) -> None:
        self.document = document
        self._context = {} if document.notice else document_context(document, language)
        self._sections = Sections(document.headings)
        self.weights = weights
        self.proposals: list[Proposal] = []
        self._ordinals: dict[str, int] = {}
        self._tables: dict[int, list[Table]] = {}
        for table in document.tables:
            self._tables.setdefault(table.page, []).append(table)

    def page(self, page: Page, marked: Marked) -> Marked:
        """Add the proposals of a page; return its spans with those that fields and cells state."""
        if self.document.notice is not None and page.number == 1:
            return self._notice(page, marked)
        tables = [
            found
            for table in self._tables.get(page.number, [])
            if (found := read_table(table, marked)) is not None
        ]
        whole = with_tables(marked, tables)
        drafts = self._weighed(page, join(page.text, _outside(whole.spans, tables), self.weights))
        for found in tables:
            _caption_recipient(found, whole.spans)
            drafts += found.drafts
        drafts.sort(key=lambda draft: (draft.anchor.start, draft.anchor.end))
        _share(drafts, page.number)
        rows = {place: date for found in tables for place, date in found.dates.items()}
        self._add(page, whole, drafts, None, SentenceDates(page.number, whole, rows))
        return whole

    def _weighed(self, page: Page, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the likely drafts of running text, each with the score that its section leaves
        it, scaled to what such scores have meant."""
        scale = self.weights.get("calibration", {})
        kept = []
        for draft in drafts:
            bare = "equipment" in draft.fields and not {"quantity", "amount"} & set(draft.fields)
            weight = self._sections.weight(page.number, draft.anchor.start, bare=bare)
            score = draft.likelihood * weight
            if not self._sections or score >= LEAST:
                kept.append(replace(draft, score=calibrated(score, scale), scaled=True))
        return kept

    def _notice(self, page: Page, marked: Marked) -> Marked:
        if self.document.notice is None:
            return marked
        found = read_notice(self.document.notice, marked, self.weights)
        whole = with_stated(marked, found)
        self._add(page, whole, found.drafts, found.stages, found.dates)
        return whole

    def _add(
        self,
        page: Page,
        marked: Marked,
        drafts: Sequence[Draft],
        stages: Sequence[Stage] | None,
        dates: Sequence[Evidence | None] | SentenceDates,
    ) -> None:
        starts = unit_starts(page.text)
        # many entries may rest on one long unit, whose words are read once
        quoted = cache(lambda low, high: one_line(page.text[low:high]))
        for number, draft in enumerate(drafts):
            low, high = draft.place or unit_span(starts, page.text, draft.anchor.start)
            quote = quoted(low, high)
            stage = stages[number] if stages else stage_of(quote)
            date = dates.between(low, high) if isinstance(dates, SentenceDates) else dates[number]
            self.proposals.append(self._proposal(page, marked, draft, quote, stage, date=date))

    def _proposal(
        self,
        page: Page,
        marked: Marked,
        draft: Draft,
        quote: str,
        stage: Stage,
        *,
        date: Evidence | None,
    ) -> Proposal:
        evidence = {name: _evidence(page, marked, s) for name, s in draft.fields.items()}
        anchor = anchor_of(evidence)
        if "equipment" in evidence:
            evidence = {**self._context, **evidence}
        self._ordinals[anchor] = self._ordinals.get(anchor, 0) + 1
        values = {name: _value(found) for name, found in evidence.items()}
        return Proposal(
            anchor=anchor,
            ordinal=self._ordinals[anchor],
            page=page.number,
            quote=quote[:_LONGEST_QUOTE],
            date=date,
            equipment_type=values.get("equipment", {}).get("type"),
            equipment_family=values.get("equipment", {}).get("family"),
            recipient_country=values.get("recipient", {}).get("country"),
            amount_kind=values.get("amount", {}).get("kind") or "unknown",
            amount_group=draft.group,
            amount_scope=draft.scope,
            stage=stage,
            # what the document's head adds says nothing of whether the transfer is one
            score=round(draft.likelihood, 3),
            **evidence,
        )


def _value(evidence: Evidence) -> Mapping[str, Any]:
    return evidence.value if isinstance(evidence.value, dict) else {}


def _evidence(page: Page, marked: Marked, span: Span) -> Evidence:
    value = value_of(span, marked)
    readings = value.get("readings", []) if value and span.label == "AMOUNT" else []
    return Evidence(
        page=page.number,
        start=span.start,
        end=span.end,
        raw=page.text[span.start : span.end],
        value=value,
        alternatives=tuple(readings[1:]),
        maker=span.maker,
        score=span.score,
    )


def anchor_of(evidence: Mapping[str, Evidence]) -> str:
    """Return what the entry's key rests on: the goods' quote, else recipient's and sum's."""
    if "equipment" in evidence:
        return normal_quote(evidence["equipment"].raw)
    parts = [evidence[name].raw for name in ("recipient", "amount") if name in evidence]
    return normal_quote(" ".join(parts))


def with_tables(marked: Marked, tables: Sequence[TableFound]) -> Marked:
    """Return the marked page with what table cells gave, instead of what that overlaps."""
    added = sorted({s for found in tables for s in found.spans}, key=lambda s: (s.start, -s.end))
    apart: list[Span] = []
    for span in added:
        if not apart or apart[-1].end <= span.start:
            apart.append(span)
    values: dict[tuple[int, int], dict[str, Any]] = {}
    for found in tables:
        values |= found.values
    return _instead(marked, apart, values)


def with_stated(marked: Marked, found: NoticeFound) -> Marked:
    """Return the marked page with the stated spans that entries rest on, instead of what they
    overlap."""
    return _instead(marked, sorted(found.spans, key=lambda span: span.start), found.values)


def _instead(
    marked: Marked, better: Sequence[Span], values: Mapping[tuple[int, int], dict[str, Any]]
) -> Marked:
    """Put better spans, in order, in the place of the marked ones that they overlap."""
    starts = [span.start for span in better]
    reached = list(accumulate((span.end for span in better), max, initial=0))
    kept = [s for s in marked.spans if reached[bisect_left(starts, s.end)] <= s.start]
    spans = sorted([*kept, *better], key=lambda span: span.start)
    return replace(marked, spans=spans, values={**marked.values, **values})


def _outside(spans: Sequence[Span], tables: Sequence[TableFound]) -> list[Span]:
    """The spans that stand in no table whose rows were read."""
    regions = sorted(found.region for found in tables)
    lows = [low for low, _ in regions]
    kept = []
    for span in spans:
        place = bisect_right(lows, span.start) - 1
        if place < 0 or regions[place][1] <= span.start:
            kept.append(span)
    return kept


_CAPTION = 300
_CAPTION_SCORE = 0.4


def _caption_recipient(found: TableFound, spans: Sequence[Span]) -> None:
    """Give rows without a recipient the one named in the lines right above their table."""
    low = found.region[0]
    first = bisect_left(spans, low - _CAPTION, key=lambda span: span.start)
    last = bisect_left(spans, low, key=lambda span: span.start)
    above = [s for s in spans[first:last] if s.label == "RECIPIENT" and s.end <= low]
    if not above:
        return
    named = replace(above[-1], score=min(above[-1].score, _CAPTION_SCORE))
    for draft in found.drafts:
        draft.fields.setdefault("recipient", named)


def _share(drafts: Sequence[Draft], page: int) -> None:
    """Mark the sums that several entries name: one group, counted once."""
    users: dict[Span, list[Draft]] = {}
    for draft in drafts:
        if "amount" in draft.fields:
            users.setdefault(draft.fields["amount"], []).append(draft)
    for amount, sharing in users.items():
        for draft in sharing:
            draft.group = f"p{page}:{amount.start}"
            if len(sharing) > 1 and draft.scope == "own":
                draft.scope = "shared"
