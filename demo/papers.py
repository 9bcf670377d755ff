"""The body of a paper: from the short notation of the content files to blocks and entries.

One block a line group: ``= title``, ``== subtitle``, ``# heading``, ``## subheading``,
``:: label | text`` (a row of the identification table), ``* bullet``, ``> lead`` (a paragraph whose
marks hold for the list or table after it), ``|| [30,10,60] head | head`` (header row with column
widths in per cent), ``| cell | cell``, ``|= cell | cell`` (total row), ``@name`` (shared passage),
``---`` (page break); other lines up to a blank one are a paragraph. ``[^note]`` is a footnote.
"""

import functools
import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from demo.marks import Entry, Mark, find_marks, has_entry, read_entries
from demo.world import CONTENT, Paper

_PREFIXES = {
    "== ": "subtitle",
    "= ": "title",
    "## ": "subheading",
    "# ": "heading",
    ":: ": "identification",
    "* ": "bullet",
    "> ": "lead",
    "|| ": "head",
    "|= ": "total",
    "| ": "row",
    "---": "break",
}
_WIDTHS = re.compile(r"^\[([\d,]+)\]\s*")
_CURRENCY = re.compile(r"\(([A-Z]{3})\)")


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block: `text` with marks (cells joined by " | " in rows), and what was said before it."""

    kind: str
    text: str
    lead: tuple[Mark, ...] = ()
    currency: str | None = None

    @property
    def cells(self) -> list[str]:
        """The cells of a table row."""
        return [cell.strip() for cell in _WIDTHS.sub("", self.text).split("|")]

    @property
    def widths(self) -> list[float]:
        """Column widths of a header row as shares of 1; equal where none are given."""
        match = _WIDTHS.match(self.text)
        if not match:
            return [1 / len(self.cells)] * len(self.cells)
        return [int(width) / 100 for width in match[1].split(",")]

    @property
    def states_entries(self) -> bool:
        """Say whether the block states a transfer (a lead only introduces them)."""
        return self.kind not in {"lead", "head"} and has_entry(self.text)


def read_blocks(paper: Paper) -> list[Block]:
    """Return a paper's blocks in order, each with the lead and currency that hold for it."""
    blocks = []
    lead: tuple[Mark, ...] = ()
    currency: str | None = None
    for block in _raw_blocks(paper.body, paper.language):
        if block.kind == "lead":
            lead, currency = tuple(find_marks(block.text)), None
        elif block.kind == "head":
            found = _CURRENCY.search(block.text)
            currency = found[1] if found else None
        elif block.kind not in {"bullet", "row", "total"}:
            lead, currency = (), None
        blocks.append(replace(block, lead=lead, currency=currency))
    return blocks


def paper_entries(paper: Paper) -> list[tuple[int, Entry]]:
    """Return the entries of a paper, each with the index of the block that states it."""
    entries = []
    for index, block in enumerate(read_blocks(paper)):
        if block.states_entries:
            defaults = {"currency": block.currency or paper.currency}
            defaults |= {"fund": paper.fund} if paper.fund else {}
            found = read_entries(block.text, lead=block.lead, defaults=defaults)
            entries += [(index, entry) for entry in found]
    return entries


def _raw_blocks(body: str, language: str) -> Iterator[Block]:
    for marked, lines in itertools.groupby(body.strip().splitlines(), key=_is_marked):
        if marked:
            for line in lines:
                yield from _marked_line(line, language)
        else:
            for blank, group in itertools.groupby(lines, key=lambda line: not line.strip()):
                if not blank:
                    yield Block(kind="paragraph", text=" ".join(line.strip() for line in group))


def _is_marked(line: str) -> bool:
    return line.startswith(("@", *_PREFIXES))


def _marked_line(line: str, language: str) -> Iterator[Block]:
    if line.startswith("@"):
        yield from _raw_blocks(_shared(language)[line[1:].strip()], language)
        return
    prefix, kind = next((p, k) for p, k in _PREFIXES.items() if line.startswith(p))
    yield Block(kind=kind, text=line.removeprefix(prefix).strip())


@functools.cache
def _shared(language: str) -> dict[str, str]:
    path = CONTENT / "shared" / f"{language}.toml"
    passages: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return passages
