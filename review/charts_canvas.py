"""What charts are drawn on: an SVG of plain shapes and text that any page may show.

Everything is a presentation attribute: there is no style sheet, no `style` attribute, no script, no
font file and no address, so that a strict Content-Security-Policy changes nothing. The background
is clear. What is reviewed is solid and dark, what is pending hatched and pale.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import drawsvg  # type: ignore[import-untyped]  # ships no types

FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
SIZE = 12.0
_LONGEST = 300  # characters of a name that is not drawn but told
_NARROW, _BROAD = "fijlrtI.,:;'’|!()[] ", "mwMW@%…"


@dataclass(frozen=True)
class Palette:
    """The colours of one mode, each legible on its background by lightness alone."""

    text: str
    faint: str
    line: str
    reviewed: str
    pending: str
    alarm: str


LIGHT = Palette("#1b1b1b", "#595959", "#c4c4c4", "#17508f", "#b3591b", "#a8071a")
DARK = Palette("#ececec", "#b4b4b4", "#565656", "#8cbcff", "#ffb273", "#ff8b8b")


def plain(text: str, most: int = _LONGEST) -> str:
    """Return a text on one line without what cannot be seen: control, direction and format marks.

    >>> plain("a\\u202e b\\x00\\n c", 100), plain("abcdef", 4)
    ('a b c', 'abc…')
    """
    seen = "".join(
        " " if c.isspace() else c for c in text[: most * 4] if c.isspace() or _visible(c)
    )
    line = " ".join(seen.split())
    cut = len(line) > most or (len(text) > most * 4 and len(line) >= most)
    return f"{line[: most - 1].rstrip()}…" if cut else line


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is in pixels, rather too much than too little."""
    return size * sum(map(_em, text))


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.95
    if character.isdigit():
        return 0.58
    return 0.7 if character.isupper() else 0.58


def fitted(text: str, size: float, room: float) -> str:
    """Return a text that takes no more room than there is, with an ellipsis where it is cut.

    >>> fitted("European Peace Facility", 12, 80)
    'European P…'
    """
    line = plain(text)
    if width_of(line, size) <= room:
        return line
    while line and width_of(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line.rstrip()}…" if line else ""


@dataclass
class Canvas:
    """Shapes and text in pixels from the top left; as high as what was drawn."""

    width: int
    name: str
    title: str
    description: str
    palette: Palette
    shapes: list[Any] = field(default_factory=list)
    height: float = 0.0

    def __post_init__(self) -> None:
        hatch = drawsvg.Pattern(5, 5, patternUnits="userSpaceOnUse", patternTransform="rotate(45)")
        hatch.append(drawsvg.Rectangle(0, 0, 1.8, 5, fill=self.palette.pending))
        self.hatch = hatch

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        room: float = 10_000.0,
        size: float = SIZE,
        anchor: str = "start",
        bold: bool = False,
        color: str | None = None,
    ) -> None:
        """Write a line with its base at `y`, cut to the room that there is; told whole if cut."""
        shown = fitted(words, size, room)
        if not shown:
            return
        weight = {"font_weight": "bold"} if bold else {}
        line = drawsvg.Text(
            shown, size, _round(x), _round(y), text_anchor=anchor,
            fill=color or self.palette.text, font_family=FONT, **weight,
        )  # fmt: skip
        if shown != plain(words):
            line = self._told(line, words)
        self._add(line, y + size * 0.4)

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        reviewed: bool,
        told: str = "",
    ) -> None:
        """Draw a bar from its top left corner, solid where reviewed, else hatched."""
        colors: dict[str, Any] = {"fill": self.palette.reviewed}
        if not reviewed:
            colors = {"fill": self.hatch, "stroke": self.palette.pending, "stroke_width": 1}
            x, y, width, height = x + 0.5, y + 0.5, max(width - 1, 0.5), max(height - 1, 0.5)
        size = [_round(number) for number in (x, y, width, height)]
        shape = drawsvg.Rectangle(*size, **colors)
        self._add(self._told(shape, told) if told else shape, y + height)

    def line(self, points: tuple[float, float, float, float], *, width: float = 1.0,
             color: str | None = None) -> None:  # fmt: skip
        """Draw a straight line from one point to another."""
        ends = [_round(number) for number in points]
        line = drawsvg.Line(*ends, stroke=color or self.palette.line, stroke_width=width)
        self._add(line, max(points[1], points[3]))

    def mark(self, x: float, y: float, kind: str, told: str = "") -> None:
        """Draw a mark around a point: `full` or `hollow` circle, `cross` or `dash`."""
        alarm, calm = self.palette.alarm, self.palette.reviewed
        paths: dict[str, dict[str, Any]] = {
            "full": {"d": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "fill": calm},
            "hollow": {"d": "M-3.3 0a3.3 3.3 0 1 0 6.6 0a3.3 3.3 0 1 0-6.6 0", "fill": "none",
                       "stroke": calm, "stroke_width": 1.4},
            "cross": {"d": "M-4-4L4 4M-4 4L4-4", "fill": "none", "stroke": alarm,
                      "stroke_width": 2.4},
            "dash": {"d": "M-4 0H4", "fill": "none", "stroke": self.palette.faint,
                     "stroke_width": 2},
        }  # fmt: skip
        shape = drawsvg.Path(transform=f"translate({_round(x)} {_round(y)})", **paths[kind])
        self._add(self._told(shape, told) if told else shape, y + 5)

    def svg(self) -> str:
        """Return the picture; the same for the same calls."""
        names = f"{self.name}-title {self.name}-desc"
        drawing = drawsvg.Drawing(
            self.width, int(self.height + 7), id_prefix=f"{self.name}-",
            role="img", aria_labelledby=names,
        )  # fmt: skip
        for tag, words in (("title", self.title), ("desc", self.description)):
            element = drawsvg.Raw(
                f'<{tag} id="{self.name}-{tag}">{_escaped(plain(words, 4000))}</{tag}>'
            )
            drawing.append(element)
        drawing.extend(self.shapes)
        return str(drawing.as_svg(header="", skip_js=True, skip_css=True))

    def _told(self, shape: Any, words: str) -> Any:
        shape.append_title(plain(words))
        return shape

    def _add(self, shape: Any, bottom: float) -> None:
        self.shapes.append(shape)
        self.height = max(self.height, bottom)


def _round(number: float) -> float:
    return round(number, 1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
