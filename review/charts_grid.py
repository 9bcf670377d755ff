"""Lines of paired bars below heads that they share: what was reviewed beside what is pending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from review.charts_canvas import Canvas, width_of

WIDE = 620  # from here on names stand beside the bars, else above
SMALL = 11.0


@dataclass(frozen=True)
class Pair:
    """A reviewed and a pending number; they are never added up."""

    reviewed: Decimal | int = 0
    pending: Decimal | int = 0


@dataclass(frozen=True)
class Line:
    """One line of bars, a cell for each head, with their totals; a rest does not set the scale."""

    name: str
    cells: Sequence[Pair]
    total: Pair
    rest: bool = False


@dataclass(frozen=True)
class Head:
    """The name of a column, a short form for where there is little room, and whether it is a rest.

    A rest is what is left over of many; it does not set the scale.
    """

    name: str
    short: str
    rest: bool = False


@dataclass(frozen=True)
class Grid:
    """Lines of paired bars below heads that they share; each section has a scale of its own."""

    heads: Sequence[Head]
    sections: Sequence[tuple[str, Sequence[Line]]]
    say: Callable[[Decimal | int], str]
    paired: bool
    words: tuple[str, str] = (
        "reviewed: accepted or corrected",
        "pending: not confirmed by a person",
    )


def line_of(
    name: str, cells: Mapping[str, Pair], heads: Sequence[str], *, rest: bool = False
) -> Line:
    """Return a line with a cell for each head, its totals beside it."""
    whole = [cells.get(head, Pair()) for head in heads]
    total = Pair(sum(c.reviewed for c in whole), sum(c.pending for c in whole))
    return Line(name, whole, total, rest)


def folded(lines: Sequence[Line], most: int, rest: str) -> list[Line]:
    """Return the heaviest lines, and the others as one."""
    ranked = sorted(
        (line for line in lines if line.name != rest),
        key=lambda line: (-line.total.reviewed, -line.total.pending, line.name),
    )
    others = [line for line in lines if line.name == rest] + ranked[most:]
    if len(others) < 2:
        return [*ranked[:most], *others]
    cells = [
        Pair(sum(c.reviewed for c in column), sum(c.pending for c in column))
        for column in zip(*(line.cells for line in others), strict=True)
    ]
    total = Pair(sum(o.total.reviewed for o in others), sum(o.total.pending for o in others))
    return [*ranked[:most], Line(rest, cells, total, rest=True)]


def draw_grid(canvas: Canvas, grid: Grid, top: float = 0.0) -> None:
    """Draw a grid from `top` on: what its bars mean, its sections, what its short forms mean."""
    top = _legend(canvas, grid, top)
    notes: dict[str, None] = {}
    for title, lines in grid.sections:
        section = _Section(canvas, grid)
        top = section.draw(title, lines, top)
        notes.update(section.notes)
    for note in notes:
        canvas.text(8, top + 8, note, size=SMALL, color=canvas.palette.faint,
                    room=canvas.width - 16)  # fmt: skip
        top += 15


def _legend(canvas: Canvas, grid: Grid, top: float) -> float:
    x, y = 8.0, top + 15
    for reviewed, words in zip((True, False), grid.words, strict=True):
        if reviewed or grid.paired:
            room = width_of(words, SMALL) + 34
            if x > 8 and x + room > canvas.width:
                x, y = 8.0, y + 18
            canvas.bar(x, y - 10, 12, 12, reviewed=reviewed)
            canvas.text(x + 18, y, words, size=SMALL, color=canvas.palette.faint)
            x += room
    return y + 8


class _Section:
    """Lines below one row of heads. Where it is narrow, a name stands over its bars."""

    def __init__(self, canvas: Canvas, grid: Grid) -> None:
        self.canvas, self.grid = canvas, grid
        self.wide = wide = canvas.width >= WIDE
        self.notes: dict[str, None] = {}
        self.total = 62.0
        totals = self.total * (2 if grid.paired else 1)
        self.left = min(270.0, canvas.width * 0.26) if wide else 8.0
        self.right = canvas.width - 8 - (totals if wide else 0)
        self.cell = (self.right - self.left) / max(len(grid.heads), 1)
        self.bar = min(self.cell * (0.38 if grid.paired else 0.6), 30.0)
        self.tall = 24.0 if wide else 20.0
        self.scale, self.step = 1.0, 40.0

    def draw(self, title: str, lines: Sequence[Line], top: float) -> float:
        """Draw a section; return where it ends."""
        y = self._heads(title, top)
        self.scale = self._scale(lines)
        both = any(cell.reviewed and cell.pending for line in lines for cell in line.cells)
        self.step = 42.0 if not self.wide else 52.0 if both and self.grid.paired else 40.0
        for line in lines:
            y = self._line(line, y)
        return y + 6

    def _scale(self, lines: Sequence[Line]) -> float:
        """Return the number that the highest bar stands for: the greatest that is no rest."""
        cells = [
            (line.rest or head.rest, float(max(cell.reviewed, cell.pending)))
            for line in lines
            for head, cell in zip(self.grid.heads, line.cells, strict=True)
        ]
        single = max((number for rest, number in cells if not rest), default=0.0)
        return single or max((number for _, number in cells), default=0.0) or 1.0

    def _heads(self, title: str, top: float) -> float:
        y = top + 16
        if title:
            self.canvas.text(8, y, title, bold=True, room=(self.left if self.wide else 9_999) - 12)
            y += 0 if self.wide else 17
        for place, head in enumerate(self.grid.heads):
            fits = width_of(head.name, SMALL) <= self.cell - 8
            if not fits and head.short.startswith("n."):
                self.notes[f"{head.short}: {head.name}"] = None
            self.canvas.text(
                self._middle(place), y, head.name if fits else head.short,
                size=SMALL if fits else 10.0, anchor="middle", room=self.cell,
                color=self.canvas.palette.faint,
            )  # fmt: skip
        if self.wide:
            self.canvas.text(self.canvas.width - 8, y, "in all", size=SMALL, anchor="end",
                             color=self.canvas.palette.faint)  # fmt: skip
        return y + 6

    def _middle(self, place: int) -> float:
        return self.left + (place + 0.5) * self.cell

    def _line(self, line: Line, top: float) -> float:
        base = top + self.step
        self.canvas.line((8, base, self.canvas.width - 8, base))
        said = [(line.total.reviewed, True), (line.total.pending, False)]
        shown = said if self.grid.paired else said[:1]
        y = base - 6.0 if self.wide else top + 14
        end = self.canvas.width - 8.0
        for number, reviewed in reversed(shown):
            words = self.grid.say(number)
            color = None if reviewed else self.canvas.palette.pending
            self.canvas.text(end, y, words, anchor="end", bold=reviewed and bool(number),
                             color=color if number else self.canvas.palette.faint)  # fmt: skip
            end -= self.total
        room = self.left - 16 if self.wide else end - 8
        self.canvas.text(8, y, line.name, room=room)
        for place, cell in enumerate(line.cells):
            self._pair(line, place, cell, base)
        return base + (2 if self.wide else 4)

    def _pair(self, line: Line, place: int, cell: Pair, base: float) -> None:
        """Draw the bars of a cell; a bar that is too high for the scale is cut, with a gap."""
        middle = self._middle(place)
        sides: list[tuple[Decimal | int, bool, float]] = [
            (cell.reviewed, True, middle - (self.bar + 0.5 if self.grid.paired else self.bar / 2)),
            (cell.pending, False, middle + 0.5),
        ]
        drawn = [side for side in sides if side[0] and (side[1] or self.grid.paired)]
        top = base
        for number, reviewed, left in drawn:
            words = f"{line.name}, {self.grid.heads[place].name}: {self.grid.say(number)}"
            state = f" {'reviewed' if reviewed else 'pending'}" if self.grid.paired else ""
            high = self.tall * float(number) / self.scale
            told = words + state
            if high > self.tall * 1.02:
                self.canvas.bar(left, base - self.tall, self.bar, 3, reviewed=reviewed, told=told)
                high = self.tall - 6
                top = min(top, base - self.tall)
                self.notes["A bar with a gap is longer than drawn."] = None
            high = max(high, 1.5)
            self.canvas.bar(left, base - high, self.bar, high, reviewed=reviewed, told=told)
            top = min(top, base - high)
        if self.wide:
            self._say(drawn, middle, top - 3)

    def _say(self, drawn: Sequence[tuple[Decimal | int, bool, float]], x: float, y: float) -> None:
        """Write the numbers of a cell over its bars, each on a line of its own."""
        if len(drawn) == 1:
            x = drawn[0][2] + self.bar / 2
        for number, reviewed, _ in reversed(drawn):
            color = None if reviewed else self.canvas.palette.pending
            self.canvas.text(x, y, self.grid.say(number), size=10.0, anchor="middle",
                             bold=reviewed, color=color, room=self.cell + 6)  # fmt: skip
            y -= 11
