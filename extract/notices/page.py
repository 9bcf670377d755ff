"""The readable page of a notice, grown line by line, with the place of every stated text."""

from __future__ import annotations

from lxml import etree

from core.records import Page, Stated
from extract.xml import address


class NoticePage:
    """Text with English captions; `state` remembers where a stated text stands."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._places: dict[str, tuple[int, int]] = {}

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def line(self, text: str) -> None:
        """Add a line that states no field."""
        self._add(text + "\n")

    def gap(self) -> None:
        """Add an empty line between sections."""
        if self._parts and self._parts[-1] != "\n":
            self._add("\n")

    def state(
        self, caption: str, text: str, element: etree._Element, *, suffix: str = ""
    ) -> Stated:
        """Add `caption: text` and return the text with its offsets and its path."""
        self._add(f"{caption}: ")
        start = self._length
        self._add(text)
        end = self._length
        self._add(suffix + "\n")
        self._places.setdefault(text, (start, end))
        return Stated(text=text, page=1, start=start, end=end, path=address(element))

    def state_once(self, caption: str, text: str, element: etree._Element) -> Stated:
        """Like `state`, but a text that stands on the page already is not written again.

        Lots often repeat the notice's own title and description word by word.
        """
        place = self._places.get(text)
        if place is None:
            return self.state(caption, text, element)
        return Stated(text=text, page=1, start=place[0], end=place[1], path=address(element))

    def finish(self) -> Page:
        """Return the page; offsets stay valid, only white space at the end is cut."""
        return Page(number=1, text="".join(self._parts).rstrip("\n"), method="rendered")
