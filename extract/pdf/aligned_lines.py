"""Lines of placed words, the rules between them, and the columns that lines have in common."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import numpy as np

from core.records import Box
from extract.pdf.words import PlacedWord

# Widths are in ems, that is in multiples of the font size. A word space is 0.2 to 0.35 em wide,
# in justified text up to 0.8.
_WIDE = 1.0  # a gap that parts two cells whatever stands around it
_LOOSE = 0.45  # a gap that parts two cells where other lines have wide gaps at the same place
_WIDE_BETWEEN_FIGURES = 0.55  # figures are not justified, and groups of digits stand closer
_STRETCH = 2.2  # times a line's usual word space, that justification may have stretched
SLACK = 0.3  # what text may stick out of its column; columns are no nearer to each other
_SUPPORT = 0.4  # of the lines that have text on both sides of a corridor: wide gaps there
FULL = 0.7  # of a table's width: a rule that long belongs to all of it
_THIN = 3.0  # points; thicker rectangles are shading, and pieces of one rule lie this close
_FAR = 1e6  # points; what lies farther off is not on any page
# Limits that no table comes near; they keep absurd pages cheap.
_BINS = 4000  # places told apart across a page
_LINES = 4000  # lines that columns are found by
_BOXES = 20_000  # ruling objects; a page with more of them, or with more rules, is a drawing
_RULES = 1000

_FIGURE = re.compile(r"[-+−–(<>~≤≥±€$£]*\d[\d.,:/'’%‰€$£)*+−–-]*")
_LEADER = re.compile(r"(?:[^.…·_]|\.(?!\.))*[.…·_]{4,}|[.…·]+")  # dots, to the next cell
_LETTERS = re.compile(r"[^\W\d_]")
_UNITS = re.compile(
    r"\b(?:eur|euros?|usd|gbp|chf|mio|mrd|million|billion|bn|mn|m|k|km|kg|pp|st|nd|rd|th)\b\.?",
    re.IGNORECASE,
)
_CURRENCIES = frozenset(["€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF"])
_AFTER = frozenset(["%", "‰", "%)", ")", "€", "*", "**", "***"])
# What stands in a cell of figures where there is none, and the marks of a yes-or-no column.
_STAND_IN = re.compile(
    r"[-–—−]{1,2}|:|\.{2,3}|[…*x✓✔•●]|n\.?/?a\.?|n\.d\.|p\.m\.|s\.o\.|k\.a\.|\([:–-]\)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Chunk:
    """Words of one line without a wide gap between them; `pieces` are its parts by loose gaps."""

    words: list[PlacedWord]
    pieces: list[Chunk] = field(default_factory=list)
    x0: float = field(init=False)
    x1: float = field(init=False)

    def __post_init__(self) -> None:
        # dots that lead to the next cell do not count as its text
        inked = [word.x1 for word in self.words[1:] if not _LEADER.fullmatch(word.text)]
        self.x0 = self.words[0].x0
        self.x1 = max([self.words[0].x1, *inked])

    @property
    def text(self) -> str:
        """The words, parted by blanks."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class TextLine:
    """A line of words, in chunks."""

    words: list[PlacedWord]
    chunks: list[Chunk]
    x0: float
    top: float
    x1: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        """The height of the line's middle."""
        return (self.top + self.bottom) / 2

    @property
    def is_prose(self) -> bool:
        """Whether this can be a line of running text: many words and no wide gap."""
        return len(self.chunks) == 1 and len(self.words) >= 8


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: its place across its direction, and from where to where it runs."""

    at: float
    start: float
    end: float

    def covers(self, start: float, end: float) -> float:
        """Return the share of a stretch that the rule runs along."""
        return max(0.0, min(self.end, end) - max(self.start, start)) / max(end - start, 0.1)


@dataclass(frozen=True)
class Rules:
    """The rules of a page, pieces of one rule joined, in order of their places."""

    across: list[Rule]
    down: list[Rule]

    def between(self, top: float, bottom: float) -> list[Rule]:
        """Return the horizontal rules from one height to another."""
        first = bisect_left(self.across, top, key=lambda rule: rule.at)
        return self.across[first : bisect_right(self.across, bottom, key=lambda rule: rule.at)]

    def full(self, top: float, bottom: float, x0: float, x1: float) -> int:
        """Return how many rules between two heights run along most of a width."""
        return sum(rule.covers(x0, x1) > FULL for rule in self.between(top, bottom))


@dataclass(frozen=True, slots=True)
class Column:
    """Where the text of a column lies."""

    x0: float
    x1: float


def is_value(text: str) -> bool:
    """Tell whether a cell holds a figure (with its unit, if any) or stands in for one."""
    if _STAND_IN.fullmatch(text):
        return True
    bare = _UNITS.sub("", text)
    digits = sum(map(str.isdigit, bare))
    return digits > 0 and len(_LETTERS.findall(bare)) <= digits / 3


def _groups_digits(left: str, right: str) -> bool:
    """Tell whether a blank stands between groups of three digits: `1 649 692`."""
    head, tail = left.lstrip("-+−–(€$£"), re.split(r"[.,%)*]", right)[0]
    return head.isdigit() and len(head) <= 3 and tail.isdigit() and len(tail) == 3


def _chunks(words: list[PlacedWord], em: float, down: Sequence[Rule]) -> list[Chunk]:
    """Return a line's words parted at wide gaps, each part with its pieces by loose gaps."""
    spaces = sorted(gap for a, b in pairwise(words) if 0 < (gap := b.x0 - a.x1) < _WIDE * em)
    # one or two spaces may themselves be gaps between cells and tell nothing of justification
    stretched = _STRETCH * spaces[len(spaces) // 2] if len(spaces) >= 3 else 0.0
    groups = [[[words[0]]]]
    for left, right in pairwise(words):
        gap = right.x0 - left.x1
        figures = bool(_FIGURE.fullmatch(left.text) and _FIGURE.fullmatch(right.text))
        least = _WIDE_BETWEEN_FIGURES * em if figures else max(_WIDE * em, stretched)
        led = _LEADER.fullmatch(left.text) and not _LEADER.fullmatch(right.text)
        grouped = gap < 0.5 * em and _groups_digits(left.text, right.text)
        if gap >= least or led or any(left.x1 - 1 <= r.at <= right.x0 + 1 for r in down):
            groups.append([[right]])
        elif gap >= max(_LOOSE * em, 0.7 * stretched) and not grouped:
            groups[-1].append([right])
        else:
            groups[-1][-1].append(right)
    return [Chunk([w for piece in g for w in piece], list(map(Chunk, g))) for g in groups]


def _is_usable(word: PlacedWord) -> bool:
    finite = all(-_FAR < at < _FAR for at in (word.x0, word.top, word.x1, word.bottom))
    return finite and word.x0 <= word.x1 and word.top <= word.bottom and bool(word.text.strip())


def text_line(words: Sequence[PlacedWord], rules: Rules) -> TextLine | None:
    """Return a line of words with its chunks; None where no word can be used."""
    usable = sorted(filter(_is_usable, words), key=lambda word: word.x0)
    if not usable:
        return None
    sizes = [w.size if math.isfinite(w.size) and w.size > 0 else w.bottom - w.top for w in usable]
    em = min(max(median(sizes), 1.0), 200.0)
    top, bottom = median(w.top for w in usable), median(w.bottom for w in usable)
    down = [rule for rule in rules.down if rule.start <= (top + bottom) / 2 <= rule.end]
    chunks = _chunks(usable, em, down)
    x1 = max(chunk.x1 for chunk in chunks)
    return TextLine(usable, chunks, usable[0].x0, top, x1, bottom, em)


def _joined(rules: list[Rule]) -> list[Rule]:
    """Return rules in order, with the pieces of one rule made one."""
    done: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.at), rule.start)):
        last = done[-1] if done else None
        if last and abs(last.at - rule.at) < 1.5 and rule.start <= last.end + _THIN:
            done[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            done.append(rule)
    return sorted(done, key=lambda rule: rule.at) if len(done) <= _RULES else []


def page_rules(boxes: Sequence[Box]) -> Rules:
    """Tell horizontal from vertical rules; shading and points are left out."""
    across: list[Rule] = []
    down: list[Rule] = []
    for box in boxes if len(boxes) <= _BOXES else ():
        if not all(math.isfinite(place) and abs(place) < _FAR for place in box):
            continue
        (x0, x1), (top, bottom) = sorted((box[0], box[2])), sorted((box[1], box[3]))
        if bottom - top <= _THIN < x1 - x0:
            across.append(Rule((top + bottom) / 2, x0, x1))
        elif x1 - x0 <= _THIN < bottom - top:
            down.append(Rule((x0 + x1) / 2, top, bottom))
    return Rules(_joined(across), _joined(down))


def without_underlines(rules: Rules, lines: Sequence[TextLine]) -> Rules:
    """Return the rules without those that run, close under it, from one word's start to an end."""

    def underlines(rule: Rule, words: Sequence[PlacedWord]) -> bool:
        starts = any(abs(word.x0 - rule.start) < 1 for word in words)
        return starts and any(abs(word.x1 - rule.end) < 1 for word in words)

    kept = []
    for rule in rules.across:
        first = bisect_left(lines, rule.at - 2, key=lambda line: line.bottom)
        last = bisect_right(lines, rule.at + 6, key=lambda line: line.bottom)
        over = [line for line in lines[first:last] if rule.at >= line.middle]
        if not any(underlines(rule, chunk.words) for line in over for chunk in line.chunks):
            kept.append(rule)
    return Rules(kept, rules.down)


def place(chunk: Chunk, columns: Sequence[Column], slack: float) -> tuple[int, int]:
    """Return the first and the last column that a chunk lies in; the nearest where in none."""
    first = bisect_right(columns, chunk.x0 + slack, key=lambda column: column.x1)
    last = bisect_left(columns, chunk.x1 - slack, key=lambda column: column.x0) - 1
    if first <= last:
        return first, last
    middle = (chunk.x0 + chunk.x1) / 2
    near = min(
        range(len(columns)),
        key=lambda index: max(columns[index].x0 - middle, middle - columns[index].x1, 0.0),
    )
    return near, near


def _inked(chunks: Sequence[Chunk], spared: int) -> list[Column]:
    """Return the stretches of the page's width that more than `spared` chunks cover."""
    start, end = min(chunk.x0 for chunk in chunks), max(chunk.x1 for chunk in chunks)
    step = max(0.5, (end - start) / _BINS)
    change = np.zeros(int((end - start) / step) + 3, dtype=np.int64)
    for chunk in chunks:
        change[int((chunk.x0 - start) / step)] += 1
        change[int((chunk.x1 - start) / step) + 1] -= 1
    covered = (np.cumsum(change) > spared).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], covered, [0])))).tolist()
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Column(start + a * step, start + b * step) for a, b in pairs]


def _divides(left: float, right: float, lines: Sequence[TextLine], *, boxed: bool) -> bool:
    """Tell whether the white from `left` to `right` divides columns.

    It must be wide in many of the lines that have text on both sides. Where rules box the
    columns in (`boxed`), white without a rule divides them only if it does so in most lines.
    """
    both = wide = 0
    for line in lines:
        if line.x0 < left and line.x1 > right:
            both += 1
            after = bisect_left(line.chunks, left, key=lambda chunk: chunk.x0)
            wide += after < len(line.chunks) and line.chunks[after - 1].x1 <= right
    em = median(line.size for line in lines)
    if right - left < SLACK * em or wide < max(1.0, _SUPPORT * both):
        return False
    if boxed:
        return wide >= 0.6 * len(lines)
    # in a column of one text a line, a single gap lies within a cell
    return wide > 1 or len(lines) < 5 or right - left > 3 * em


def _columns(lines: Sequence[TextLine], rules: Rules) -> list[Column]:
    pieces = [piece for line in lines for chunk in line.chunks for piece in chunk.pieces]
    top, bottom = lines[0].middle, lines[-1].middle
    x0, x1 = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    down = [r.at for r in rules.down if r.covers(top, bottom) > 0.5 and x0 < r.at < x1]
    columns: list[Column] = []
    spared = int(0.06 * len(lines))
    runs = _inked(pieces, spared)
    # a column with few texts lies in the white between the others
    every = _inked(pieces, 0) if spared else []
    few = [x for x in every if all(x.x1 < run.x0 or x.x0 > run.x1 for run in runs)]
    for run in sorted(runs + few, key=lambda run: run.x0):
        left = columns[-1].x1 if columns else -_FAR
        ruled = any(left - 1 <= at <= run.x0 + 1 for at in down)
        if not columns or ruled or _divides(left, run.x0, lines, boxed=len(down) > 1):
            columns.append(run)
        else:
            columns[-1] = Column(columns[-1].x0, run.x1)
    return columns


def _symbols_joined(columns: list[Column], lines: Sequence[TextLine]) -> list[Column]:
    """Join a column of currency signs to the sums after it, one of marks (`%`) to those before."""
    joined: list[Column] = []
    start = None  # of signs whose sums come next
    for number, column in enumerate(columns):
        texts = {
            chunk.text
            for line in lines
            for chunk in line.chunks
            if chunk.x0 >= column.x0 - 1 and chunk.x1 <= column.x1 + 1
        }
        begin, start = column.x0 if start is None else start, None
        if texts and texts <= _CURRENCIES and number + 1 < len(columns):
            start = begin
        elif texts and texts <= _AFTER and joined:
            joined[-1] = Column(joined[-1].x0, column.x1)
        else:
            joined.append(Column(begin, column.x1))
    return joined


def _divides_closely(left: float, right: float, lines: list[list[PlacedWord]], em: float) -> bool:
    """Tell whether a narrow corridor, no wider than word spaces, divides a column.

    Such ones part dates or sums from the text beside them. Word spaces meet by chance in few
    lines, and in set phrases (`Article 1`) everywhere: several lines must have words on both
    sides, with straight edges or in nearly all lines, and one, usually the header, a wide gap.
    """
    middle = (left + right) / 2
    pairs = [(a, b) for words in lines for a, b in pairwise(words) if a.x1 <= middle <= b.x0]
    if right - left < 0.2 * em or len(pairs) < 3:
        return False
    wide = any(b.x0 - a.x1 >= _WIDE * em for a, b in pairs)
    varied = max(len({a.text for a, _ in pairs}), len({b.text for _, b in pairs}))
    straight = all(
        sum(abs(edge - median(edges)) <= SLACK * em for edge in edges) >= 0.75 * len(edges)
        for edges in ([a.x1 for a, _ in pairs], [b.x0 for _, b in pairs])
    )
    usual = len(pairs) >= 5 and len(pairs) >= 0.9 * len(lines)
    return wide and varied >= 0.5 * len(pairs) and (straight or usual)


def _split_closely(
    column: Column, limits: tuple[float, float], lines: Sequence[TextLine]
) -> list[Column]:
    inside = [[w for w in x.words if limits[0] <= w.x0 and w.x1 <= limits[1]] for x in lines]
    filled = [words for words in inside if words]
    if len(filled) < 5:
        return [column]
    em = median(line.size for line in lines)
    parts: list[Column] = []
    for run in _inked([Chunk([word]) for words in filled for word in words], 0):
        if parts and not _divides_closely(parts[-1].x1, run.x0, filled, em):
            parts[-1] = Column(parts[-1].x0, run.x1)
        else:
            parts.append(run)
    return parts


def columns_of(lines: Sequence[TextLine], rules: Rules) -> list[Column]:
    """Return the columns between the corridors of white that the lines leave free.

    The lines with the most cells show the columns; those with fewer count where they do not
    cross a corridor (headings over several columns and notes do). In long tables a few lines may
    cross one. A corridor must be wide in many of the lines, or have a vertical rule.
    """
    counts = sorted((len(x.chunks) for x in lines if len(x.chunks) > 1), reverse=True)
    if not counts:
        return []
    usual = counts[min(len(counts) - 1, max(1, len(counts) // 5))]  # of the fullest fifth
    core = [line for line in lines if len(line.chunks) >= usual][:_LINES]
    columns = _columns(core, rules)

    def fits(line: TextLine) -> bool:
        pieces = [piece for chunk in line.chunks for piece in chunk.pieces]
        spans = (place(piece, columns, SLACK * line.size) for piece in pieces)
        return all(first == last for first, last in spans)

    least = max(2, math.ceil(0.6 * usual))
    many = [line for line in lines[:_LINES] if len(line.chunks) >= least]
    many = [line for line in many if len(line.chunks) >= usual or fits(line)]
    columns = _symbols_joined(columns if many == core else _columns(many, rules), many)
    # each column with the white around it, where a header may stick out
    edges = [-_FAR, *((a.x1 + b.x0) / 2 for a, b in pairwise(columns)), _FAR]
    parts = zip(columns, pairwise(edges), strict=True)
    return [part for column, limits in parts for part in _split_closely(column, limits, many)]
