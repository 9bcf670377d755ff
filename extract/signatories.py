"""Where the names stand of people who sign letters, or whom letters greet or name as contacts.

A name is taken for one only near the words that letters have there: below a closing formula, beside
a mark such as "(signed)", behind "Contact person:", in a greeting. A name that is left standing
does less harm than a firm or a ship that is taken for a person.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.records import Page, Word
from extract.letter_words import (
    AFTER_SIGNATURE,
    ATTENTION,
    BEHALF_WORDS,
    BRACKETED,
    CLOSING,
    CLOSING_WORDS,
    CONTACT,
    GREETING,
    GREETING_WORDS,
    ON_BEHALF,
    POST,
    PROXY,
    SIGNED,
    SIGNED_WORDS,
)
from extract.person_names import Name, find_name, is_function

_OPENING = CLOSING_WORDS | GREETING_WORDS | SIGNED_WORDS | BEHALF_WORDS
_FIRST_WORD = re.compile(r"^[^\w\n]{0,9}([^\W\d_]+)", re.MULTILINE)
_LABELS = (
    "contact", "kontakt", "case ", "suivi", "ansprech", "bearbeiter", "behandeld", "persoan",
    "sprawę", "osob", "за конт", "yhteys", "kapcsolat", "επικοιν", "attention", "attn", "hd.",
    "atención", "attenti",
)  # fmt: skip
_LINES = 7  # of a signature in which names are looked for
_NEAR = 3  # lines below or above a mark in which they are
_HIGH = 9  # lines above a mark, empty ones among them
_PROSE = 100  # characters of a line that is no part of a signature
_SENTENCE = 3  # lines that a closing formula may have
_SHORT = 40  # characters of a closing line that is no such sentence
_GREETING = 60  # characters of the people whom a letter greets
_MOST = 20_000  # closings, marks or labels of a page; more make a trap
_PARAGRAPH = 20_000  # characters of a line that labels of contacts are looked for in
_GAP = 1.5  # of a line's height between two columns
_PARTED = re.compile(r"\t| {3,}")
_AND = re.compile(r"[,;/&]| (?:and|und|et|e|y|en|och|og|i|și|и|και) ")
_STAMP = re.compile(r"on\b.{0,12}\d")  # of an electronic signature
_GREETING_END = re.compile(r"[,:;!]")
# These greet, and begin sentences as well.
_BARE = {
    "madame", "monsieur", "mesdames", "messieurs", "señor", "señora", "caro", "cara", "beste",
    "hyvä",
}  # fmt: skip
_ARTICLE = re.compile(r"(?:the|le|la|l['’]|der|die|el|il|lo|de|het|o|a|ο|η)\b", re.IGNORECASE)


@dataclass
class _Sheet:
    """A page, where its lines begin, and the places of names on it."""

    page: Page
    starts: array[int] = field(default_factory=lambda: array("Q", [0]))
    spans: dict[tuple[int, int], Name] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts.extend(found.end() for found in re.finditer("\n", self.page.text))

    def line(self, at: int) -> int:
        """Return the number of the line that an offset stands on, from 0."""
        return bisect_right(self.starts, at) - 1

    def ends(self, number: int) -> tuple[int, int]:
        """Return where a line begins and ends."""
        last = number + 1 == len(self.starts)
        end = len(self.page.text) if last else self.starts[number + 1] - 1
        return self.starts[number], end

    def text(self, number: int) -> str:
        """Return a line."""
        start, end = self.ends(number)
        return self.page.text[start:end]

    def parts(self, number: int) -> list[tuple[int, str]]:
        """Return the parts of a line that stand side by side, each with its offset."""
        start, end = self.ends(number)
        cuts = [start, *_gaps(self.page.words, start, end), end]
        found = []
        for left, right in pairwise(cuts):
            at = left
            for part in _PARTED.split(self.page.text[left:right]):
                place = self.page.text.index(part, at) if part else at
                found.append((place, part))
                at = place + len(part)
        return [(at, part) for at, part in found if part.strip()]

    def names(self, number: int) -> list[tuple[int, Name]]:
        """Return the names on a line's parts, each with the offset of its part."""
        found = []
        for at, part in self.parts(number):
            lead = len(part) - len(part.lstrip())
            mark = BRACKETED.match(part, lead) or PROXY.match(part, lead)
            skip = mark.end() if mark else lead
            name = find_name(part[skip:])
            if name:
                found.append((at + skip, name))
        return found

    def take(self, found: Iterable[tuple[int, Name]]) -> bool:
        """Note names, each with the offset that its places count from; say whether there are."""
        any_found = False
        for at, name in found:
            self.spans[at + name.start, at + name.end] = name
            any_found = True
        return any_found

    def below(self, number: int, most: int) -> Iterator[int]:
        """Yield the lines of a signature below a line."""
        for at in range(number + 1, len(self.starts)):
            text = self.text(at).strip()
            if not text:
                continue
            if most == 0 or len(text) > _PROSE or AFTER_SIGNATURE.match(text) or _greets(text):
                return
            most -= 1
            yield at


def _greets(line: str) -> bool:
    found = GREETING.match(line)
    return bool(found) and line.rstrip().endswith((",", ":", "!"))


def _gaps(words: Sequence[Word], start: int, end: int) -> Iterator[int]:
    """Yield the offsets between `start` and `end` of words that a wide gap parts from the last."""
    first = bisect_left(words, start, key=lambda word: word.start)
    last = bisect_left(words, end, key=lambda word: word.start)
    for left, right in pairwise(words[first:last]):
        if right.x0 - left.x1 > _GAP * max(right.bottom - right.top, 1.0):
            yield right.start


def _signature(sheet: _Sheet, lines: Sequence[int], *, near: bool) -> bool:
    """Take the names of a signature; say whether there are any.

    Until one is found, the shape of a name is enough on the first line (where it is `near` what
    announces it), and below marks and "The President"; elsewhere a name must be sure.
    """
    found = False
    for place, number in enumerate(lines):
        names = sheet.names(number)
        sure = [one for one in names if one[1].sure]
        if found or not (sure or near):
            found = sheet.take(sure) or found
        elif names and not (not sure and _names_firm(sheet, lines[place + 1 :])):
            found = sheet.take(names)
        elif not names:
            near = _announces(sheet.text(number), near=near)
    return found


def _names_firm(sheet: _Sheet, below: Sequence[int]) -> bool:
    """Say whether a name that is not sure is a firm's, as that of a person stands below it."""
    if not below:
        return False
    names = sheet.names(below[0])
    post = len(below) > 1 and is_function(sheet.text(below[1]))
    return any(name.sure or post for _, name in names)


def _announces(line: str, *, near: bool) -> bool:
    """Say whether a name may stand below a line of a signature that has none."""
    plain = line.strip()
    if BRACKETED.fullmatch(plain) or PROXY.fullmatch(plain) or not any(map(str.isalnum, plain)):
        return near
    if ON_BEHALF.match(plain):
        return True
    return is_function(plain) and bool(plain.endswith(",") or _ARTICLE.match(plain))


def _closing(sheet: _Sheet, number: int) -> None:
    line = sheet.text(number)
    closing = CLOSING.match(line)
    if closing is None or len(line) > 2 * _PROSE:
        return
    behind = re.match(r"[ \t]*[,.!:]?[ \t]*", line[closing.end() :])
    skip = closing.end() + (behind.end() if behind else 0)
    name = find_name(line[skip:])
    if name and sheet.take([(sheet.starts[number] + skip, name)]):
        return
    _titled(sheet, number, 0, len(line))
    last = number
    if len(line) > _SHORT:  # a sentence, which may go on
        ends = range(number, min(number + _SENTENCE, len(sheet.starts)))
        last = next((at for at in ends if sheet.text(at).rstrip().endswith((".", ","))), number)
    _signature(sheet, list(sheet.below(last, _LINES)), near=True)


def _greeting(sheet: _Sheet, number: int, word: str) -> None:
    line = sheet.text(number)
    greeting = GREETING.match(line)
    if greeting is None:
        return
    start = greeting.start("whom")
    end = _GREETING_END.search(line, start)
    stop = end.start() if end else len(line)
    bare = word in _BARE
    if stop - start > _GREETING or (bare and (end is None or line[end.end() :].strip())):
        return
    _titled(sheet, number, len(line) - len(line.lstrip("> \t")) if bare else start, stop)


def _titled(sheet: _Sheet, number: int, start: int, stop: int) -> None:
    """Take the names that are sure in a part of a line that speaks to people."""
    for skip, part in _pieces(sheet.text(number), start, stop):
        name = find_name(part, greeted=True)
        if name and name.sure:
            sheet.take([(sheet.starts[number] + skip, name)])


def _pieces(line: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """Yield what commas and words for "and" part, with offsets."""
    at = start
    for mark in (*_AND.finditer(line, start, stop), None):
        end = mark.start() if mark else stop
        yield at, line[at:end]
        at = mark.end() if mark else stop


def _label(sheet: _Sheet, number: int) -> None:
    """Take the names beside and below a label: "Signature:", "Electronically signed by"."""
    line = sheet.text(number)
    skip = len(line) - len(line.lstrip())
    label = SIGNED.match(line, skip)
    if label is None:
        return
    said = label[0].strip()
    rest = line[label.end() :].strip()
    if not rest:
        below = list(sheet.below(number, _NEAR))
        _signature(sheet, below if said[0] in "[(" else below[:1], near=bool(label["by"]))
    elif not (line[skip].isupper() or line[skip] in "[(" or "." in said):
        return  # prose
    elif label["by"] or said.endswith((":", ".", ")", "]")):
        name = find_name(line[label.end() :])
        sheet.take([(sheet.starts[number] + label.end(), name)] if name else [])
    elif _STAMP.match(rest):
        _signature(sheet, _above(sheet, number), near=False)


def _above(sheet: _Sheet, number: int) -> list[int]:
    """Return the lines above a line on which those who signed may stand, the nearest first."""
    lines = range(number - 1, max(number - 1 - _HIGH, -1), -1)
    filled = [at for at in lines if sheet.text(at).strip()]
    return [at for at in filled[:_NEAR] if len(sheet.text(at)) <= _PROSE]


def _mark(sheet: _Sheet, number: int) -> None:
    """Take the names around a line's mark such as "(signed)"."""
    if sheet.take(sheet.names(number)):
        return
    if not _signature(sheet, list(sheet.below(number, _NEAR)), near=True):
        above = _above(sheet, number)
        near = bool(above) and above[0] == number - 1
        _signature(sheet, above, near=near)


def _behalf(sheet: _Sheet, number: int) -> None:
    """Take the names below "For the Commission": sure ones, or where a post stands beside them."""
    if not ON_BEHALF.match(sheet.text(number).strip()):
        return
    below = list(sheet.below(number, _NEAR))
    posts = [at for at in below[:2] if is_function(sheet.text(at))]
    _signature(sheet, below, near=bool(posts))


def _labelled(text: str) -> list[int]:
    """Return where words stand by which labels of contacts are told, or begin anywhere."""
    low = text.lower()
    found = [label for label in _LABELS if label in low]
    if found and len(low) != len(text):  # some capitals are two small letters
        return [at.start() for at in re.finditer(r"^", text, re.MULTILINE)]
    return [at.start() for label in found for at in re.finditer(re.escape(label), low)]


def _contact(sheet: _Sheet, number: int) -> None:
    """Take the names behind labels such as "Contact person:" and "For the attention of"."""
    line = sheet.text(number)
    at = sheet.starts[number]
    if len(line) > _PARAGRAPH:
        return
    for pattern, near in ((CONTACT, True), (ATTENTION, False)):
        for label in pattern.finditer(line):
            last = min(label.end() + _PROSE, len(line))
            column = _PARTED.search(line, label.end(), last)
            pieces = _pieces(line, label.end(), column.start() if column else last)
            for place, (skip, part) in enumerate(pieces):
                name = find_name(part)
                if name is None:
                    break
                if name.sure or (near and place == 0):
                    sheet.take([(at + skip, name)])


def _opening(sheet: _Sheet, number: int, word: str) -> None:
    """Take the names that a line announces by the word that it begins with."""
    if word in CLOSING_WORDS:
        _closing(sheet, number)
    if word in GREETING_WORDS:
        _greeting(sheet, number, word)
    if word in SIGNED_WORDS:
        _label(sheet, number)
    if word in BEHALF_WORDS:
        _behalf(sheet, number)


def find_signatories(page: Page) -> dict[tuple[int, int], Name]:
    """Return the names of signatories and contacts on a page, by their places in its text."""
    text = page.text
    openings = [
        (found.start(1), word)
        for found in _FIRST_WORD.finditer(text)
        if (word := found[1].lower()) in _OPENING
    ]
    marks = [found.start() for found in BRACKETED.finditer(text)]
    posts = [found.start() for found in POST.finditer(text) if is_function(found["post"])]
    labels = _labelled(text)
    if not (openings or marks or posts or labels):
        return {}
    sheet = _Sheet(page)
    for at, word in openings[:_MOST]:
        _opening(sheet, sheet.line(at), word)
    for number in sorted({sheet.line(at) for at in marks})[:_MOST]:
        _mark(sheet, number)
    for at in posts[:_MOST]:
        _signature(sheet, list(sheet.below(sheet.line(at), 1)), near=True)
    for number in sorted({sheet.line(at) for at in labels})[:_MOST]:
        _contact(sheet, number)
    return sheet.spans
