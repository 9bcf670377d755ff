"""Blanks that do not part words."""

from __future__ import annotations

from collections import defaultdict

from extract.pdf.source import Thing


def without_stray_blanks(chars: list[Thing]) -> list[Thing]:
    """Return the characters without blanks that lie on top of a letter or figure.

    Spreadsheets pad currency cells with blanks up to and over the first figure; read as they
    stand, `60,600.00` becomes `6 0,600.00`.
    """
    lines: dict[int, list[Thing]] = defaultdict(list)
    for char in chars:
        lines[round(char["top"])].append(char)
    stray: set[int] = set()
    for line in lines.values():
        if any(char["text"] == " " for char in line):
            stray |= _stray(line)
    return [char for char in chars if id(char) not in stray] if stray else chars


def _stray(line: list[Thing]) -> set[int]:
    found: set[int] = set()
    ink: Thing | None = None
    for char in sorted(line, key=lambda thing: (thing["x0"], thing["text"] == " ")):
        if char["text"] != " ":
            ink = char
        elif ink is not None and (char["x0"] + char["x1"]) / 2 < ink["x1"]:
            found.add(id(char))
    return found
