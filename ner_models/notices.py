"""Entries of a procurement notice: what its fields state, joined lot by lot with the goods that
its titles and descriptions name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from core.keys import normal_quote
from core.records import Award, Evidence, Label, Lot, Notice, Party, Stage, Stated, Value
from ner_models.dates import SentenceDates, concluded_date
from ner_models.joining import FIELDS, Draft, best
from ner_models.linker import Weights
from ner_models.logistic import probability
from ner_models.mentions import Marked
from ner_models.scene import Scene
from ner_models.segments import unit_span
from ner_models.spans import Span
from ner_models.values import equipment_value, fund_value
from vocabulary.amounts import decimal_text
from vocabulary.countries import country_of
from vocabulary.taxonomy import load_taxonomy

_STAGES: dict[str, Stage] = {
    "planning": "planned",
    "competition": "tendered",
    "result": "awarded",
    "dir-awa-pre": "awarded",
    "cont-modif": "awarded",
}
_KINDS = {"estimate": "estimate", "award": "award", "ceiling": "ceiling"}
_LEAST = 0.1
_SUPPLIES_FLOOR = 0.25
_SERVICES_FLOOR = 0.6
"""In a notice for supplies goods need less evidence that they are what is bought; in one for
services or works they need more, and to be of a known type. Supplies with none of that kind have
those named first, unless they are hardly any (`_LEAST`)."""

_MOST_WINNERS = 6


@dataclass
class NoticeFound:
    """What a notice gives: drafts, stated spans that are mentions too, and their values.

    `stages` and `dates` are those of the drafts, in their order.
    """

    drafts: list[Draft] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    values: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    dates: list[Evidence | None] = field(default_factory=list)


@dataclass(frozen=True)
class _Subject:
    """A lot, or the notice as a whole: its texts, codes, sums, funds and awards."""

    texts: tuple[Stated, ...]
    cpv: tuple[str, ...]
    values: tuple[Value, ...]
    funds: tuple[Stated, ...]
    awards: tuple[Award, ...]
    scope_total: bool = False


def _there(stated: Stated | None) -> bool:
    return stated is not None and stated.page == 1 and 0 <= stated.start < stated.end


def _texts(*stated: Stated | None) -> tuple[Stated, ...]:
    return tuple(text for text in stated if text is not None and _there(text))


def _awards_of(notice: Notice, lot: Lot) -> tuple[Award, ...]:
    mine = tuple(award for award in notice.awards if lot.number in award.lots)
    if mine or len(notice.lots) > 1:
        return mine
    return notice.awards


def subjects(notice: Notice) -> list[_Subject]:
    """Return what the notice buys, lot by lot; the whole where it has no lots."""
    made = []
    for lot in notice.lots:
        own = lot.values or (notice.values if len(notice.lots) == 1 else ())
        titles = tuple(award.title for award in _awards_of(notice, lot))
        texts = _texts(lot.title, lot.description, *titles)
        cpv = lot.cpv or notice.cpv
        made.append(_Subject(texts, cpv, own, lot.funds, _awards_of(notice, lot)))
    return made


def _whole(notice: Notice) -> _Subject:
    titles = tuple(award.title for award in notice.awards)
    texts = _texts(notice.title, notice.description, *titles)
    funds = tuple(fund for lot in notice.lots for fund in lot.funds)
    several = len(notice.lots) > 1
    values = notice.values or (notice.lots[0].values if len(notice.lots) == 1 else ())
    return _Subject(texts, notice.cpv, values, funds, notice.awards, several)


def read_notice(notice: Notice, marked: Marked, weights: Weights) -> NoticeFound:
    """Return the entries that a notice states on its one page.

    The buyer receives what a lot buys (unless its text names another body), the winner of the
    lot's award supplies it, and the award's or else the lot's value is the sum.
    """
    reader = _Reader(notice, marked, weights, Scene(marked.text, marked.spans))
    for subject in subjects(notice):
        reader.subject(subject)
    if not reader.found.drafts:
        reader.subject(_whole(notice), by_code=True)
    return reader.found


class _Reader:
    def __init__(self, notice: Notice, marked: Marked, weights: Weights, scene: Scene) -> None:
        self.notice, self.marked, self.weights, self.scene = notice, marked, weights, scene
        self.found = NoticeFound()
        self._seen: set[tuple[int, int]] = set()
        self._places: list[tuple[int, int]] = []
        self._dates = SentenceDates(1, marked)
        self._goods = scene.by_label.get("EQUIPMENT", [])
        self._starts = [span.start for span in self._goods]

    def subject(self, subject: _Subject, *, by_code: bool = False) -> None:
        """Add the entries of a lot, once for each text however often lots share it."""
        texts = [t for t in subject.texts if (t.start, t.end) not in self._seen]
        self._seen.update((t.start, t.end) for t in texts)
        self._places = [(text.start, text.end) for text in subject.texts]
        goods = self._items(texts)
        if not goods and by_code:
            goods = self._by_code(subject)
        if not goods:
            return
        stage = self._stage(subject)
        for span, score in goods:
            for draft in self._drafts(subject, span, score):
                draft.scope = self._scope(draft, subject, len(goods))
                self.found.drafts.append(draft)
                self.found.stages.append(stage)
                self.found.dates.append(self._date(subject, draft))

    def _date(self, subject: _Subject, draft: Draft) -> Evidence | None:
        """The day on which the supplier's award was concluded, else what the goods' sentence says.

        The deadline for tenders stands nowhere on a notice's page, so no entry rests on it.
        """
        text = self.marked.text
        won = draft.fields.get("supplier")
        name = text[won.start : won.end] if won is not None else None
        awards = [a for a in subject.awards if name in (None, *(w.name.text for w in a.winners))]
        stated = concluded_date(text, awards)
        if stated is not None:
            return stated
        at = draft.anchor.start
        low, high = unit_span(self.scene.units, text, at)
        first, last = next(((a, b) for a, b in self._places if a <= at < b), (low, high))
        return self._dates.between(max(low, first), min(high, last))

    def _scope(self, draft: Draft, subject: _Subject, goods: int) -> Any:
        if "amount" not in draft.fields or draft.fields["amount"].maker != "stated":
            return draft.scope
        draft.group = f"stated:{draft.fields['amount'].start}"
        if subject.scope_total:
            return "total"
        return "shared" if goods > 1 else "own"

    def _stage(self, subject: _Subject) -> Stage:
        if any(award.winners for award in subject.awards):
            return "awarded"
        return _STAGES.get(self.notice.type, "unknown")

    def _items(self, texts: Sequence[Stated]) -> list[tuple[Span, float]]:
        """The goods bought by these texts, each kind once, the writing with a number first."""
        supplies = self.notice.nature == "supplies"
        floor = _SUPPLIES_FLOOR if supplies else _SERVICES_FLOOR
        scored = [
            (span, probability(self.weights["goods"], self.scene.anchor_features(span)))
            for text in texts
            for span in self._within(text)
            if supplies or self._known(span)
        ]
        sure = [pair for pair in scored if pair[1] >= floor]
        if not sure and supplies:
            sure = [pair for pair in scored[:1] if pair[1] >= _LEAST]
        chosen: dict[str, tuple[Span, float]] = {}
        for span, score in sure:
            key = self._kind(span)
            if key not in chosen or (self._count(span) and not self._count(chosen[key][0])):
                chosen[key] = (span, score)
        return sorted(chosen.values(), key=lambda pair: pair[0].start)

    def _known(self, span: Span) -> str | None:
        """The type of goods, None where the taxonomy knows none."""
        raw = self.marked.text[span.start : span.end]
        known: str | None = equipment_value(raw, self.marked.language)["type"]
        return known

    def _kind(self, span: Span) -> str:
        return self._known(span) or normal_quote(self.marked.text[span.start : span.end])

    def _within(self, text: Stated) -> Iterator[Span]:
        place = bisect_left(self._starts, text.start)
        while place < len(self._goods) and self._goods[place].end <= text.end:
            yield self._goods[place]
            place += 1

    def _count(self, span: Span) -> Span | None:
        return self._linked(span, "QUANTITY").get("quantity")

    def _by_code(self, subject: _Subject) -> list[tuple[Span, float]]:
        """The title itself as goods where supplies of a known CPV name none that was marked."""
        kinds = [k for code in subject.cpv if (k := load_taxonomy().by_cpv(code)) is not None]
        if self.notice.nature != "supplies" or not subject.texts or not kinds:
            return []
        title = subject.texts[0]
        if title.end - title.start > 200:
            return []
        value = {"type": kinds[0].id, "family": kinds[0].family}
        self.found.values.setdefault((title.start, title.end), value)
        return [(Span(title.start, title.end, "EQUIPMENT", "rule:cpv", 0.4), 0.4)]

    def _drafts(self, subject: _Subject, span: Span, score: float) -> list[Draft]:
        fields: dict[str, Span] = {"equipment": span}
        fields |= self._linked(span, "QUANTITY") | self._parties(subject, span)
        value = self._value(subject)
        if value is not None:
            fields["amount"] = value
        else:
            fields |= self._linked(span, "AMOUNT")
        draft = Draft(fields, score)
        winners = [w for award in subject.awards for w in award.winners if _there(w.name)]
        unique = list({w.name.text: w for w in winners}.values())[:_MOST_WINNERS]
        spans = [self._party(winner, "SUPPLIER") for winner in unique]
        return [draft.with_field("supplier", each) for each in spans] or [draft]

    def _linked(self, span: Span, label: Label) -> dict[str, Span]:
        """What the lot's own texts say of its goods."""
        if span.maker == "rule:cpv":
            return {}
        found = best(self.scene, self.weights, span, label, "goods", within=self._places)
        return {FIELDS[label]: found[0]} if found else {}

    def _parties(self, subject: _Subject, span: Span) -> dict[str, Span]:
        """The recipient that the text names, else the buyer; the fund stated, else named."""
        fields = self._linked(span, "RECIPIENT") | self._linked(span, "FUND")
        buyers = [buyer for buyer in self.notice.buyers if _there(buyer.name)]
        if "recipient" not in fields and buyers:
            fields["recipient"] = self._party(buyers[0], "RECIPIENT")
        funds = [fund for fund in subject.funds if _there(fund)]
        if funds:
            fields["fund"] = self._stated(funds[0], "FUND", None)
        return fields

    def _party(self, party: Party, label: Label) -> Span:
        country = party.country or country_of(party.name.text, self.marked.language)
        return self._stated(party.name, label, {"name": party.name.text, "country": country})

    def _stated(self, stated: Stated, label: Label, value: dict[str, Any] | None) -> Span:
        span = Span(stated.start, stated.end, label, "stated", 1.0)
        if value is None:
            value = fund_value(stated.text, self.marked.language)
        self.found.values[span.start, span.end] = value
        if span not in self.found.spans:
            self.found.spans.append(span)
        return span

    def _value(self, subject: _Subject) -> Span | None:
        """The award's value, else the lot's."""
        given = [v for award in subject.awards for v in award.values]
        for value in (*given, *subject.values):
            read = _amount(value)
            if read is not None and _there(value.at):
                return self._stated(value.at, "AMOUNT", read)
        return None


def _amount(value: Value) -> dict[str, Any] | None:
    try:
        number = Decimal(value.amount)
    except InvalidOperation:
        return None
    if not number.is_finite() or number <= 0:
        return None
    text = decimal_text(number)
    return {
        "min": text,
        "max": text,
        "currency": value.currency,
        "kind": _KINDS.get(value.kind, "unknown"),
        "readings": [text],
    }


def with_stated(marked: Marked, found: NoticeFound) -> Marked:
    """Return the marked page with the stated spans that entries rest on, instead of what they
    overlap."""
    kept = [s for s in marked.spans if not any(s.overlaps(o) for o in found.spans)]
    spans = sorted([*kept, *found.spans], key=lambda span: span.start)
    return replace(marked, spans=spans, values={**marked.values, **found.values})
