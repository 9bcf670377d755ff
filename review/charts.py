"""The charts of the overview as SVG, drawn on the server for a given width and mode.

Each shows what the table beside it says, in less detail: solid bars are reviewed, hatched ones
pending, never one upon the other. Where there is room, the number stands over its bar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from review.charts_canvas import DARK, LIGHT, Canvas, width_of
from review.charts_grid import SMALL, WIDE, Grid, Head, Line, Pair, draw_grid, folded, line_of
from store.overview_amounts import OTHER, WORDS
from store.overview_deliveries import OTHER_COUNTRIES, OTHER_FAMILIES
from store.overview_records import (
    AmountRow,
    Chart,
    FamilyRow,
    ProgressRow,
    SourceRow,
    StageRow,
)
from store.overview_sources import GOOD, RUNS
from store.overview_words import NO_COUNTRY, NO_DATE, NO_FAMILY, human, percent

NARROWEST, WIDEST = 320, 1600
_LINES = 12  # of a picture of amounts, shared by the kinds
_SOURCES = 12  # that are drawn, those in need first
_STAGES = {
    "delivered": "Delivered",
    "awarded": "Awarded",
    "tendered": "Tendered",
    "planned": "Planned",
    "unknown": "Stage not known",
}
_STATES = {
    "accepted": "Accepted",
    "corrected": "Corrected",
    "rejected": "Rejected",
    "reopened": "Reopened",
    "pending": "Pending",
}
_CRAWLS = {
    "ok": "full",
    "nothing_new": "hollow",
    "interrupted": "dash",
}


def draw(chart: Chart[Any], *, width: int = 720, dark: bool = False) -> str:
    """Return a chart as one `<svg>` element, `width` pixels wide and as high as it needs.

    It can be served by itself as `image/svg+xml` or stand in a page. Widths are held between 320
    and 1600 pixels. The same chart gives the same text.
    """
    canvas = Canvas(
        width=min(max(width, NARROWEST), WIDEST),
        name=f"chart-{chart.id}",
        title=chart.title,
        description=" ".join((chart.says, *chart.caveats)),
        palette=DARK if dark else LIGHT,
    )
    if chart.records:
        _DRAWN[chart.kind](canvas, chart)
    else:
        _nothing(canvas, chart)
    return canvas.svg()


def _nothing(canvas: Canvas, chart: Chart[Any]) -> None:
    middle = canvas.width / 2
    canvas.line((8, 8, canvas.width - 8, 8))
    canvas.text(middle, 44, "Nothing yet", anchor="middle", bold=True, size=16)
    canvas.text(middle, 68, chart.says, anchor="middle", room=canvas.width - 24,
                color=canvas.palette.faint)  # fmt: skip
    canvas.line((8, 88, canvas.width - 8, 88))


def _amounts(canvas: Canvas, chart: Chart[AmountRow]) -> None:
    years = _ordered_periods(row.year for row in chart.records)
    by_kind: defaultdict[str, dict[str, dict[str, Pair]]] = defaultdict(dict)
    for row in chart.records:
        by_kind[row.kind].setdefault(row.fund, {})[row.year] = Pair(row.reviewed, row.pending)
    most = max(2, _LINES // len(by_kind) - 1)
    sections = []
    for kind, funds in by_kind.items():
        lines = folded(
            [line_of(name, cells, years, rest=name == OTHER) for name, cells in funds.items()],
            most,
            OTHER,
        )
        sections.append((WORDS[kind], [line for line in lines if any(_numbers(line))]))
    draw_grid(canvas, Grid(
        heads=_period_heads(years),
        sections=[section for section in sections if section[1]],
        say=human,
        paired=not chart.published,
        words=("reviewed, EUR", "pending, EUR: not confirmed by a person"),
    ))  # fmt: skip


def _families(canvas: Canvas, chart: Chart[FamilyRow]) -> None:
    countries = list(dict.fromkeys((row.country, row.code) for row in chart.records))
    last = (NO_COUNTRY, OTHER_COUNTRIES)
    weights: defaultdict[str, int] = defaultdict(int)
    for row in chart.records:
        weights[row.country] += row.reviewed * 10**6 + row.pending
    countries.sort(key=lambda c: (last.index(c[0]) + 1 if c[0] in last else 0, -weights[c[0]]))
    table: defaultdict[str, dict[str, Pair]] = defaultdict(dict)
    for row in chart.records:
        table[row.family][row.country] = Pair(row.reviewed, row.pending)
    names = [name for name, _ in countries]
    short = {NO_COUNTRY: "n. s.", OTHER_COUNTRIES: "other"}
    draw_grid(canvas, Grid(
        heads=[
            Head(name, short.get(name, code), rest=name in (NO_COUNTRY, OTHER_COUNTRIES))
            for name, code in countries
        ],
        sections=[("", [
            line_of(family, cells, names, rest=family in (NO_FAMILY, OTHER_FAMILIES))
            for family, cells in table.items()
        ])],
        say=human,
        paired=not chart.published,
    ))  # fmt: skip


def _deliveries(canvas: Canvas, chart: Chart[StageRow]) -> None:
    labels = _ordered_periods(row.period for row in chart.records)
    table: defaultdict[str, dict[str, Pair]] = defaultdict(dict)
    for row in chart.records:
        table[row.stage][row.period] = Pair(row.reviewed, row.pending)
    draw_grid(canvas, Grid(
        heads=_period_heads(labels),
        sections=[("", [
            line_of(_STAGES[stage], cells, labels, rest=stage == "unknown")
            for stage, cells in table.items()
        ])],
        say=human,
        paired=not chart.published,
    ))  # fmt: skip


def _progress(canvas: Canvas, chart: Chart[ProgressRow]) -> None:
    *periods, now = chart.records
    states = [c.name for c in chart.columns if c.name in _STATES]
    numbers = {state: getattr(now, state) or 0 for state in _STATES if state in states}
    whole = sum(numbers.values())
    top = 6.0
    name, number = 80.0, 118.0
    longest = canvas.width - name - number - 24
    for state, count in numbers.items():
        share = f"{count:,} ({percent(count, whole)})"
        canvas.text(8, top + 15, _STATES[state], room=name)
        reviewed = state not in ("pending", "reopened")
        if count:
            size = max(longest * count / max(numbers.values()), 2)
            canvas.bar(name + 8, top + 3, size, 16, reviewed=reviewed, told=f"{state}: {share}")
        canvas.text(canvas.width - 8, top + 15, share, anchor="end", bold=reviewed)
        top += 24
    if not periods:
        return
    labels = [row.period for row in periods]
    lines = [
        line_of(_STATES[state], {row.period: Pair(getattr(row, state)) for row in periods}, labels)
        for state in ("accepted", "corrected", "rejected") if state in states
    ]  # fmt: skip
    grid = Grid(
        heads=_period_heads(labels),
        sections=[("Decided in each period", lines)],
        say=human,
        paired=False,
        words=("decided entries", ""),
    )
    draw_grid(canvas, grid, top + 8)


def _ordered_periods(labels: Any) -> list[str]:
    """Return the periods in their order, with those between in which there is nothing."""
    found = set(labels)
    plain = sorted(label for label in found if label[:1].isdigit())
    if plain and all(len(label) == 4 for label in plain):
        plain = [f"{year:04}" for year in range(int(plain[0]), int(plain[-1]) + 1)]
    before = sorted(label for label in found if label.startswith("before"))
    after = sorted(label for label in found if label.startswith("after"))
    return [*before, *plain, *after, *([NO_DATE] if NO_DATE in found else [])]


def _period_heads(labels: Sequence[str]) -> list[Head]:
    return [Head(label, _short_period(label), rest=not label[:1].isdigit()) for label in labels]


def _short_period(label: str) -> str:
    """Return a short form of a period.

    >>> [_short_period(x) for x in ("2024", "2024-05", "before 2016", "no date", "2024-05-01")]
    ['’24', '05/24', '<’16', 'n. d.', '01/05']
    """
    if label == NO_DATE:
        return "n. d."
    word, _, date = label.rpartition(" ")
    sign = {"before": "<", "after": ">"}.get(word, "")
    year, *rest = date.split("-")
    if len(rest) == 2:
        return f"{sign}{rest[1]}/{rest[0]}"
    return f"{sign}{rest[0]}/{year[2:]}" if rest else f"{sign}’{year[2:]}"


def _numbers(line: Line) -> list[Decimal | int]:
    return [line.total.reviewed, line.total.pending]


def _sources(canvas: Canvas, chart: Chart[SourceRow]) -> None:
    top = _crawl_legend(canvas)
    wide = canvas.width >= WIDE
    for row in chart.records[:_SOURCES]:
        _source(canvas, row, top, wide=wide)
        top += 34 if wide else 56
        canvas.line((8, top - 8, canvas.width - 8, top - 8))
    left = len(chart.records) - _SOURCES
    if left > 0:
        canvas.text(8, top + 8, f"and {left} more, which are better off", size=SMALL,
                    color=canvas.palette.faint)  # fmt: skip


def _crawl_legend(canvas: Canvas) -> float:
    x, y = 14.0, 14.0
    for kind, words in (("full", "went well"), ("hollow", "nothing new"), ("cross", "failed"),
                        ("dash", "interrupted")):  # fmt: skip
        room = width_of(words, SMALL) + 26
        if x + room > canvas.width:
            x, y = 14.0, y + 18
        canvas.mark(x, y - 4, kind)
        canvas.text(x + 10, y, words, size=SMALL, color=canvas.palette.faint)
        x += room
    return y + 12


def _source(canvas: Canvas, row: SourceRow, top: float, *, wide: bool) -> None:
    """Draw a source: its name, its last crawls with the newest at the right, what it gave."""
    alarm = None if row.well else canvas.palette.alarm
    last = "never well" if row.days is None else _ago(row.days)
    given = _given(row)
    step = 14.0
    if wide:
        name, marks = canvas.width * 0.34, canvas.width * 0.34 + 20
        canvas.text(8, top + 16, row.title, room=name - 8, bold=not row.well)
        base = top + 12
        after = marks + RUNS * step + 12
        canvas.text(after, top + 16, given, room=canvas.width - after - 120, color=alarm,
                    bold=not row.well)  # fmt: skip
        canvas.text(canvas.width - 8, top + 16, last, anchor="end")
    else:
        room = canvas.width - 24 - width_of(last, 12)
        canvas.text(8, top + 12, row.title, room=room, bold=not row.well)
        canvas.text(canvas.width - 8, top + 12, last, anchor="end")
        marks, base = 14.0, top + 30
        after = marks + RUNS * step + 4
        canvas.text(after, top + 34, given, room=canvas.width - after - 8, color=alarm,
                    size=SMALL, bold=not row.well)  # fmt: skip
    start = marks + (RUNS - len(row.states)) * step
    for place, state in enumerate(row.states):
        canvas.mark(start + place * step, base, _CRAWLS.get(state, "cross"), state)


def _given(row: SourceRow) -> str:
    if row.state not in GOOD:
        return row.state.replace("_", " ")
    number = min(row.listed, row.confirmed)
    return f"{number:,} of at least {row.minimum:,}" if row.minimum else f"{number:,} documents"


def _ago(days: int) -> str:
    return {0: "well today", 1: "well yesterday"}.get(days, f"well {days:,} days ago")


_DRAWN: dict[type, Callable[[Canvas, Chart[Any]], None]] = {
    AmountRow: _amounts,
    FamilyRow: _families,
    StageRow: _deliveries,
    ProgressRow: _progress,
    SourceRow: _sources,
}
# The names that pages may ask for, in the order in which they are shown.
NAMES = ("amounts", "families", "deliveries", "progress", "sources")
