"""The readable page of a notice, grown line by line, with the place of every stated text."""

from __future__ import annotations

from functools import cache

from lxml import etree

from core.errors import HostileDocument
from core.records import Page, Stated

# Shorter paragraphs ("No", "a)", a heading) mean nothing without the one that they stand beside.
_SHORT = 40
# Parts of an eForms notice refer to each other, so that a few megabytes could make gigabytes:
# every tender may name one party of thousands. Real pages are shorter than their file.
_MOST = 10_000_000


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class Addresses:
    """XPaths of local names, with a position where siblings share the name.

    `/TED_EXPORT/FORM_SECTION/F03_2014/AWARD_CONTRACT[2]/TITLE`. The children of an element are
    counted once, or a notice of many lots would take time with the square of their number.
    """

    def __init__(self) -> None:
        self._steps: dict[etree._Element, dict[etree._Element, str]] = {}

    def of(self, element: etree._Element) -> str:
        """Return the path of an element; the parser holds its depth below 256."""
        steps: list[str] = []
        step: etree._Element | None = element
        while step is not None:
            parent = step.getparent()
            steps.append(_local(step.tag) if parent is None else self._below(parent)[step])
            step = parent
        return "/" + "/".join(reversed(steps))

    def _below(self, parent: etree._Element) -> dict[etree._Element, str]:
        steps = self._steps.get(parent)
        if steps is None:
            alike: dict[str, list[etree._Element]] = {}
            for child in parent:
                alike.setdefault(child.tag, []).append(child)
            steps = {}
            for children in alike.values():
                name = _local(children[0].tag)
                if len(children) == 1:
                    steps[children[0]] = name
                else:
                    steps |= {child: f"{name}[{at}]" for at, child in enumerate(children, 1)}
            self._steps[parent] = steps
        return steps


class NoticePage:
    """Text with English captions; `state` remembers where a stated text stands.

    `label` names the file where the page grows past all measure, `people` the contact persons and
    jurors that the notice names: running text must not say what its fields may not.
    """

    def __init__(self, label: str, people: frozenset[str] = frozenset()) -> None:
        self.people = people
        self._label = label
        self._parts: list[str] = []
        self._length = 0
        self._gapped = True
        self._places: dict[str, tuple[int, int]] = {}
        self._addresses = Addresses()
        self._lines: set[str] = set()

    @property
    def states(self) -> bool:
        """Whether any text of the notice itself stands on the page."""
        return bool(self._places)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        self._gapped = False
        if self._length > _MOST:
            raise HostileDocument(
                f"{self._label} unfolds to more than {_MOST:,} characters; it is not read."
            )

    def line(self, text: str) -> None:
        """Add a line that states no field of its own."""
        self._add(text + "\n")

    def gap(self) -> None:
        """Add an empty line between sections."""
        if not self._gapped:
            self._add("\n")
            self._gapped = True

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
        self._lines.update(text.split("\n"))
        return self._stated(text, start, end, element)

    def state_line(
        self, caption: str, *said: str | tuple[str, etree._Element]
    ) -> tuple[Stated, ...]:
        """Add one line of several parts; those with an element are returned with their offsets."""
        self._add(f"{caption}: ")
        found: list[Stated] = []
        for part in said:
            if isinstance(part, str):
                self._add(part)
                continue
            text, element = part
            start = self._length
            self._add(text)
            found.append(self._stated(text, start, self._length, element))
        self._add("\n")
        return tuple(found)

    def state_once(self, caption: str, text: str, element: etree._Element) -> Stated:
        """Like `state`, but a text that stands on the page already is not written again.

        Lots often repeat the notice's own title and description word by word.
        """
        place = self._places.get(text)
        if place is None:
            return self.state(caption, text, element)
        return self._stated(text, *place, element)

    def tell(self, caption: str, text: str) -> None:
        """Add `caption: text`, which states no field, without the lines that stand already.

        Lots repeat whole paragraphs; a short line is left out only with all that it stands in.
        """
        whole = f"{caption}: {text}"
        lines = text.split("\n")
        long = {line for line in lines if len(line) >= _SHORT}
        if whole in self._lines or self._lines.issuperset(long or lines):
            return
        fresh = [line for line in lines if line not in long or line not in self._lines]
        self._lines |= {whole, *long}
        self._add(f"{caption}: " + "\n".join(fresh) + "\n")

    def _stated(self, text: str, start: int, end: int, element: etree._Element) -> Stated:
        return Stated(text=text, page=1, start=start, end=end, path=self._addresses.of(element))

    def finish(self) -> Page:
        """Return the page; offsets stay valid, only white space at the end is cut."""
        return Page(number=1, text="".join(self._parts).rstrip("\n"), method="rendered")
