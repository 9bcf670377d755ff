"""Entries of a procurement notice: what its fields state, joined lot by lot with the goods that
its titles and descriptions name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property, partial
from typing import Any

from core.keys import normal_quote
from core.records import Award, Evidence, Label, Notice, Party, Stage, Stated, Value
from ner_models.dates import SentenceDates
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
from vocabulary.dates import find_dates
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
_CONCLUDED = re.compile(r"^Concluded: (?P<day>.+)$", re.MULTILINE)
_Sum = tuple[Value, dict[str, Any]]
"""A value of a notice with what it reads as."""


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


class _Places:
    """Stretches of the page (code points, end exclusive); a notice's texts are equal or apart."""

    def __init__(self, texts: Iterable[Stated]) -> None:
        self._places = sorted({(text.start, text.end) for text in texts})

    def holding(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the one that holds all from `start` to `end`, None where there is none."""
        at = bisect_right(self._places, start, key=lambda place: place[0]) - 1
        return self._places[at] if at >= 0 and end <= self._places[at][1] else None


class _ConcludedLines:
    """The lines of the page that say on which day an award was concluded."""

    def __init__(self, text: str) -> None:
        lines: dict[str, list[int]] = {}
        for line in _CONCLUDED.finditer(text):
            lines.setdefault(line["day"], []).append(line.start("day"))
        self._lines = {day: starts for day, starts in lines.items() if _is_date(day)}

    def day_of(self, awards: Sequence[Award]) -> Evidence | None:
        """Return the one day on which awards were concluded, where a line says it.

        A line in another place with the same day is not taken while there is one behind the
        title, winners and sums of the first award that has it.
        """
        dated = [award for award in awards if award.concluded]
        days = {award.concluded for award in dated}
        day = next(iter(days), None)
        if day is None or len(days) != 1 or day not in self._lines:
            return None
        starts = self._lines[day]
        behind = max((stated.end for stated in _stated_of(dated[0])), default=0)
        at = bisect_left(starts, behind)
        start = starts[at if at < len(starts) else 0]
        value = {"date": day, "kind": "contract"}
        return Evidence(page=1, start=start, end=start + len(day), raw=day, value=value)


class _Awards:
    """Awards that one or more lots share, and what all their entries take from them.

    `concluded` holds the day by the winner's name, and by None for all of the awards.
    """

    def __init__(self, awards: Sequence[Award], lines: _ConcludedLines) -> None:
        self.titles = _texts(*(award.title for award in awards))
        self.places = _Places(self.titles)
        self.won = any(award.winners for award in awards)
        self.sum = _first_sum(value for award in awards for value in award.values)
        named = [w for award in awards for w in award.winners if _there(w.name)]
        self.winners = list({w.name.text: w for w in named}.values())[:_MOST_WINNERS]
        by_winner: dict[str | None, list[Award]] = {None: list(awards)}
        for award in awards:
            for name in dict.fromkeys(winner.name.text for winner in award.winners):
                by_winner.setdefault(name, []).append(award)
        self.concluded = {name: lines.day_of(won) for name, won in by_winner.items()}


@dataclass(frozen=True)
class _Subject:
    """A lot, or the notice as a whole: its texts, codes, sums, funds and awards."""

    texts: tuple[Stated, ...]
    cpv: tuple[str, ...]
    values: tuple[Value, ...]
    funds: tuple[Stated, ...]
    awards: _Awards
    scope_total: bool = False

    @cached_property
    def _places(self) -> _Places:
        return _Places(self.texts)

    def holding(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place of the text that holds all from `start` to `end`."""
        return self._places.holding(start, end) or self.awards.places.holding(start, end)

    @property
    def sum(self) -> _Sum | None:
        """The award's value, else the lot's."""
        return self.awards.sum or _first_sum(self.values)


def _there(stated: Stated | None) -> bool:
    return stated is not None and stated.page == 1 and 0 <= stated.start < stated.end


def _texts(*stated: Stated | None) -> tuple[Stated, ...]:
    return tuple(text for text in stated if text is not None and _there(text))


def _stated_of(award: Award) -> Iterator[Stated]:
    if award.title is not None:
        yield award.title
    yield from (winner.name for winner in award.winners)
    yield from (value.at for value in award.values)


def _is_date(day: str) -> bool:
    return [date.value for date in find_dates(day, "en")] == [day]


def _subjects(notice: Notice, lines: _ConcludedLines) -> Iterator[_Subject]:
    """Yield what the notice buys, lot by lot; an award of no lot is that of the only one."""
    by_lot: dict[str, list[Award]] = {}
    for award in notice.awards:
        for number in dict.fromkeys(award.lots):
            by_lot.setdefault(number, []).append(award)
    awards = {number: _Awards(given, lines) for number, given in by_lot.items()}
    single = len(notice.lots) == 1
    others = _Awards(notice.awards if single else (), lines)
    for lot in notice.lots:
        yield _Subject(
            _texts(lot.title, lot.description),
            lot.cpv or notice.cpv,
            lot.values or (notice.values if single else ()),
            _texts(*lot.funds),
            awards.get(lot.number, others),
        )


def _whole(notice: Notice, lines: _ConcludedLines) -> _Subject:
    texts = _texts(notice.title, notice.description)
    funds = _texts(*(fund for lot in notice.lots for fund in lot.funds))
    several = len(notice.lots) > 1
    values = notice.values or (notice.lots[0].values if len(notice.lots) == 1 else ())
    return _Subject(texts, notice.cpv, values, funds, _Awards(notice.awards, lines), several)


def read_notice(notice: Notice, marked: Marked, weights: Weights) -> NoticeFound:
    """Return the entries that a notice states on its one page.

    The buyer receives what a lot buys (unless its text names another body), the winner of the
    lot's award supplies it, and the award's or else the lot's value is the sum. Time is linear in
    the number of lots and awards: what awards say is read once for all lots that share them.
    """
    reader = _Reader(notice, marked, weights, Scene(marked.text, marked.spans))
    lines = _ConcludedLines(marked.text)
    for subject in _subjects(notice, lines):
        reader.subject(subject)
    if not reader.found.drafts:
        reader.subject(_whole(notice, lines), by_code=True)
    return reader.found


class _Reader:
    def __init__(self, notice: Notice, marked: Marked, weights: Weights, scene: Scene) -> None:
        self.notice, self.marked, self.weights, self.scene = notice, marked, weights, scene
        self.found = NoticeFound()
        self._seen: set[tuple[int, int]] = set()
        self._titled: set[_Awards] = set()
        self._known_spans: set[Span] = set()
        self._equipment = cache(partial(equipment_value, language=marked.language))
        self._fund = cache(partial(fund_value, language=marked.language))
        self._country = cache(partial(country_of, language=marked.language))
        self._buyer = next((buyer for buyer in notice.buyers if _there(buyer.name)), None)
        self._dates = SentenceDates(1, marked)
        self._goods = scene.by_label.get("EQUIPMENT", [])
        self._starts = [span.start for span in self._goods]

    def subject(self, subject: _Subject, *, by_code: bool = False) -> None:
        """Add the entries of a lot, once for each text however often lots share it."""
        goods = self._items(subject)
        if not goods and by_code:
            goods = self._by_code(subject)
        if not goods:
            return
        stage, paid = self._stage(subject), subject.sum
        for span, score in goods:
            for draft in self._drafts(subject, span, score, paid):
                draft.scope = self._scope(draft, subject, len(goods))
                self.found.drafts.append(draft)
                self.found.stages.append(stage)
                self.found.dates.append(self._date(subject, draft))

    def _unread(self, subject: _Subject) -> list[tuple[int, int]]:
        """The places of a lot's texts that no lot before has, each once."""
        titles = () if subject.awards in self._titled else subject.awards.titles
        self._titled.add(subject.awards)
        places = dict.fromkeys((text.start, text.end) for text in (*subject.texts, *titles))
        unread = [place for place in places if place not in self._seen]
        self._seen.update(unread)
        return unread

    def _date(self, subject: _Subject, draft: Draft) -> Evidence | None:
        """The day on which the supplier's award was concluded, else what the goods' sentence says.

        The deadline for tenders stands nowhere on a notice's page, so no entry rests on it.
        """
        text = self.marked.text
        won = draft.fields.get("supplier")
        name = text[won.start : won.end] if won is not None else None
        stated = subject.awards.concluded.get(name)
        if stated is not None:
            return stated
        at = draft.anchor.start
        low, high = unit_span(self.scene.units, text, at)
        first, last = subject.holding(at, at + 1) or (low, high)
        return self._dates.between(max(low, first), min(high, last))

    def _scope(self, draft: Draft, subject: _Subject, goods: int) -> Any:
        if "amount" not in draft.fields or draft.fields["amount"].maker != "stated":
            return draft.scope
        draft.group = f"stated:{draft.fields['amount'].start}"
        if subject.scope_total:
            return "total"
        return "shared" if goods > 1 else "own"

    def _stage(self, subject: _Subject) -> Stage:
        if subject.awards.won:
            return "awarded"
        return _STAGES.get(self.notice.type, "unknown")

    def _items(self, subject: _Subject) -> list[tuple[Span, float]]:
        """The goods that a lot's texts buy, each kind once, the writing with a number first."""
        supplies = self.notice.nature == "supplies"
        floor = _SUPPLIES_FLOOR if supplies else _SERVICES_FLOOR
        scored = [
            (span, probability(self.weights["goods"], self.scene.anchor_features(span)))
            for text in self._unread(subject)
            for span in self._within(*text)
            if supplies or self._known(span)
        ]
        sure = [pair for pair in scored if pair[1] >= floor]
        if not sure and supplies:
            sure = [pair for pair in scored[:1] if pair[1] >= _LEAST]

        def counts(span: Span) -> bool:
            return bool(self._linked(subject, span, "QUANTITY"))

        chosen: dict[str, tuple[Span, float]] = {}
        for span, score in sure:
            key = self._kind(span)
            if key not in chosen or (counts(span) and not counts(chosen[key][0])):
                chosen[key] = (span, score)
        return sorted(chosen.values(), key=lambda pair: pair[0].start)

    def _known(self, span: Span) -> str | None:
        """The type of goods, None where the taxonomy knows none."""
        known: str | None = self._equipment(self.marked.text[span.start : span.end])["type"]
        return known

    def _kind(self, span: Span) -> str:
        return self._known(span) or normal_quote(self.marked.text[span.start : span.end])

    def _within(self, start: int, end: int) -> Iterator[Span]:
        place = bisect_left(self._starts, start)
        while place < len(self._goods) and self._goods[place].end <= end:
            yield self._goods[place]
            place += 1

    def _by_code(self, subject: _Subject) -> list[tuple[Span, float]]:
        """The title itself as goods where supplies of a known CPV name none that was marked."""
        kinds = [k for code in subject.cpv if (k := load_taxonomy().by_cpv(code)) is not None]
        texts = subject.texts or subject.awards.titles
        if self.notice.nature != "supplies" or not texts or not kinds:
            return []
        title = texts[0]
        if title.end - title.start > 200:
            return []
        value = {"type": kinds[0].id, "family": kinds[0].family}
        self.found.values.setdefault((title.start, title.end), value)
        return [(Span(title.start, title.end, "EQUIPMENT", "rule:cpv", 0.4), 0.4)]

    def _drafts(
        self, subject: _Subject, span: Span, score: float, paid: _Sum | None
    ) -> list[Draft]:
        fields: dict[str, Span] = {"equipment": span}
        fields |= self._linked(subject, span, "QUANTITY") | self._parties(subject, span)
        if paid is not None:
            value, read = paid
            fields["amount"] = self._stated(value.at, "AMOUNT", read)
        else:
            fields |= self._linked(subject, span, "AMOUNT")
        draft = Draft(fields, score)
        spans = [self._party(winner, "SUPPLIER") for winner in subject.awards.winners]
        return [draft.with_field("supplier", each) for each in spans] or [draft]

    def _linked(self, subject: _Subject, span: Span, label: Label) -> dict[str, Span]:
        """What the lot's own texts say of its goods."""
        if span.maker == "rule:cpv":
            return {}
        found = best(self.scene, self.weights, span, label, "goods", within=subject.holding)
        return {FIELDS[label]: found[0]} if found else {}

    def _parties(self, subject: _Subject, span: Span) -> dict[str, Span]:
        """The recipient that the text names, else the buyer; the fund stated, else named."""
        fields = self._linked(subject, span, "RECIPIENT") | self._linked(subject, span, "FUND")
        if "recipient" not in fields and self._buyer is not None:
            fields["recipient"] = self._party(self._buyer, "RECIPIENT")
        if subject.funds:
            fund = subject.funds[0]
            fields["fund"] = self._stated(fund, "FUND", self._fund(fund.text))
        return fields

    def _party(self, party: Party, label: Label) -> Span:
        country = party.country or self._country(party.name.text)
        return self._stated(party.name, label, {"name": party.name.text, "country": country})

    def _stated(self, stated: Stated, label: Label, value: dict[str, Any]) -> Span:
        span = Span(stated.start, stated.end, label, "stated", 1.0)
        self.found.values[span.start, span.end] = value
        if span not in self._known_spans:
            self._known_spans.add(span)
            self.found.spans.append(span)
        return span


def _first_sum(values: Iterable[Value]) -> _Sum | None:
    for value in values:
        read = _amount(value)
        if read is not None and _there(value.at):
            return value, read
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
