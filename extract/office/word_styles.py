"""What styles and numbering of a DOCX say of its paragraphs (ECMA-376, part 1, 17.7 and 17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from extract.office.numbering import MAX_LEVELS, Counters, Level, Style

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_DEEPEST = 6
_BODY_LEVEL = 9  # an outline level of 9 says that a paragraph is no heading
_LONGEST_CHAIN = 20  # styles are based on each other; a circle of them has no end
_STYLES: dict[str, Style] = {
    "decimal": "decimal", "decimalZero": "decimal", "lowerLetter": "letter",
    "upperLetter": "LETTER", "lowerRoman": "roman", "upperRoman": "ROMAN", "bullet": "bullet",
    "none": "none",
}  # fmt: skip


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return an attribute of the main namespace."""
    return None if element is None else element.get(f"{W}{name}")


def switched(properties: etree._Element | None, name: str) -> bool | None:
    """Return whether a property is on or off; None where it is not said."""
    found = None if properties is None else properties.find(f"{W}{name}")
    if found is None:
        return None
    return value(found) not in {"0", "false", "off", "none"}


def number(text: str | None, default: int = 0) -> int:
    """Return a whole number of at most nine digits, else the default."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


@dataclass(frozen=True)
class _Style:
    name: str
    based_on: str | None
    paragraph: etree._Element | None
    run: etree._Element | None


class Styles:
    """Heading levels, hidden and bold text, and the labels of numbered paragraphs."""

    def __init__(self, styles: etree._Element | None, numbering: etree._Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default: str | None = None
        self._counters = Counters()
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        self._linked: dict[tuple[str, str], int] = {}
        if styles is not None:
            self._read_styles(styles)
        if numbering is not None:
            self._read_numbering(numbering)

    def _read_styles(self, root: etree._Element) -> None:
        for style in root.iterfind(f"{W}style"):
            key = value(style, "styleId") or ""
            self._styles[key] = _Style(
                value(style.find(f"{W}name")) or "",
                value(style.find(f"{W}basedOn")),
                style.find(f"{W}pPr"),
                style.find(f"{W}rPr"),
            )
            if value(style, "type") == "paragraph" and value(style, "default") in {"1", "true"}:
                self._default = key

    def _read_numbering(self, root: etree._Element) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        for definition in root.iterfind(f"{W}abstractNum"):
            key = value(definition, "abstractNumId") or ""
            abstract[key] = dict(_levels(definition))
            for level in definition.iterfind(f"{W}lvl"):
                style = value(level.find(f"{W}pStyle"))
                if style:
                    self._linked[key, style] = number(value(level, "ilvl"))
        for instance in root.iterfind(f"{W}num"):
            key = value(instance.find(f"{W}abstractNumId")) or ""
            levels = dict(abstract.get(key, {}))
            for override in instance.iterfind(f"{W}lvlOverride"):
                levels.update(_levels(override))
            self._lists[value(instance, "numId") or ""] = (key, levels)

    def _chain(self, key: str | None) -> Iterator[_Style]:
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(key or "")
            if style is None:
                return
            yield style
            key = style.based_on

    def _paragraph_chain(self, properties: etree._Element | None) -> Iterator[_Style]:
        stated = None if properties is None else value(properties.find(f"{W}pStyle"))
        return self._chain(stated or self._default)

    def level(self, properties: etree._Element | None) -> int:
        """Return a paragraph's heading level, 0 where it is no heading."""
        direct = None if properties is None else properties.find(f"{W}outlineLvl")
        if direct is not None:
            outline = number(value(direct), _BODY_LEVEL)
            return min(outline + 1, _DEEPEST) if 0 <= outline < _BODY_LEVEL else 0
        for style in self._paragraph_chain(properties):
            named = _HEADING.fullmatch(style.name)
            if named:
                return min(int(named[1]), _DEEPEST)
            if style.name.lower() == "title":
                return 1
            lvl = None if style.paragraph is None else style.paragraph.find(f"{W}outlineLvl")
            if lvl is not None and 0 <= (outline := number(value(lvl), _BODY_LEVEL)) < _BODY_LEVEL:
                return min(outline + 1, _DEEPEST)
        return 0

    def says(self, name: str, run: etree._Element | None, paragraph: etree._Element | None) -> bool:
        """Tell whether a run has a property (`vanish`, `b`): its own, or its styles'."""
        own = switched(run, name)
        if own is not None:
            return own
        stated = None if run is None else value(run.find(f"{W}rStyle"))
        for style in (*self._chain(stated), *self._paragraph_chain(paragraph)):
            said = switched(style.run, name)
            if said is not None:
                return said
        return False

    def label(self, properties: etree._Element | None) -> tuple[str, int]:
        """Count a numbered paragraph on and return what stands before it, and its level from 1.

        Nothing and 0 for others.
        """
        found = None if properties is None else properties.find(f"{W}numPr")
        style_key = None if properties is None else value(properties.find(f"{W}pStyle"))
        if found is None:
            own = (style.paragraph for style in self._paragraph_chain(properties))
            numbered = (p.find(f"{W}numPr") for p in own if p is not None)
            found = next((element for element in numbered if element is not None), None)
        if found is None:
            return "", 0
        listed = self._lists.get(value(found.find(f"{W}numId")) or "")
        if listed is None:
            return "", 0
        key, levels = listed
        stated = value(found.find(f"{W}ilvl"))
        linked = self._linked.get((key, style_key or self._default or ""), 0)
        depth = number(stated) if stated else linked
        label = self._counters.label(key, depth, levels)
        return label, min(max(depth, 0), MAX_LEVELS - 1) + 1 if label else 0


def _levels(definition: etree._Element) -> Iterator[tuple[int, Level]]:
    for level in definition.iterfind(f"{W}lvl"):
        style = _STYLES.get(value(level.find(f"{W}numFmt")) or "decimal", "decimal")
        template = value(level.find(f"{W}lvlText")) or ""
        start = number(value(level.find(f"{W}start")), 1)
        yield number(value(level, "ilvl")), Level(style, template, start)
