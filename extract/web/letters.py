"""What letters between people and authorities say of the people, so that it can be left out.

Left out are greetings, closings with the signature below them, quoted headers of mail, mail
addresses, and names wherever they stand: those that the page names as authors, that greetings
and signatures show, and that follow a title ("Ms ...") or a word for a person ("my colleague ...").
What looks like a name and is that of an office stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from core.text import fold, one_line
from extract.letter_words import AFTER_SIGNATURE, CAPITAL, CLOSING, GREETING, TITLE
from extract.mail.people import NAME, People, is_person
from extract.person_names import GROUPS

# Thanks close a letter only where a name stands below them.
_THANKS = re.compile(
    r"[>\s]*(?:(?:many |with )?thanks|thank you|merci|vielen dank|gracias|grazie)\b.{0,60}$",
    re.IGNORECASE,
)
# Prose ends a signature.
_PROSE = 120
_AFTER_GREETING = re.compile(r"[,:!]")
_LONGEST_GREETING = 60  # characters of one without a comma
_LONGEST_NAME = 5  # words of one that a sentence follows
_SIGNATURE = 15  # lines at most
_QUOTED = re.compile(r"\s*>")
_TITLED = re.compile(rf"\b{TITLE}\.? (?P<name>{CAPITAL}(?: {CAPITAL}){{0,2}})")
_NAMED = re.compile(
    r"(?i:\b(?:colleagues?|contact person|case handler|assistant|signed by"
    r"|(?:for the )?attention of|attn\.?:?|kollegin|kollege|collègue|colega))"
    rf",? (?P<name>{CAPITAL}(?: {CAPITAL}){{1,2}})"
)
_PREFIX = re.compile(
    r"^(?:on behalf of|p\.? ?p\.?|for|i\. ?a\.|im auftrag|pour|por|signed:?|\(?e?-?signed\)?:?)\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’'\-]*")
_LEAST_SURNAME = 4
_MOST_NAMES = 500  # of a correspondence; more make a trap
_NAME_LINES = 2  # of a signature, before the post, the address and the telephone


class Letters:
    """The people of a correspondence; `removed` counts what was left out because of them.

    `authors` are names that the page gives for writers, `requesters` those of its users;
    `offices` are names of authorities, which stay.
    """

    def __init__(
        self, requesters: Iterable[str], authors: Iterable[str], offices: Iterable[str]
    ) -> None:
        self.removed = 0
        self._offices = {fold(office) for office in offices}
        users = [one_line(name) for name in requesters if len(name.strip()) > 2]
        self._names: set[str] = set(users[:_MOST_NAMES])
        self._surnames: set[str] = set()
        for name in [*self._names, *authors]:
            self._add(name)
        self._pattern: re.Pattern[str] | None = None

    def learn(self, paragraphs: Sequence[str]) -> None:
        """Learn the names that a letter's greeting, signature and titles show."""
        self._pattern = None
        lines = _lines(paragraphs)
        for line in lines:
            greeting = GREETING.match(line)
            if greeting:
                self._add(re.split(r"[,;:!]", greeting["whom"])[0])
            for found in (*_TITLED.finditer(line), *_NAMED.finditer(line)):
                self._add_titled(found["name"])
        for line in _signatories(lines):
            self._add(re.split(r"[,;|(]", line)[0])

    def _add(self, said: str) -> None:
        """Add what may be a person's name in full; an office's is left alone."""
        titled = _TITLED.search(said)
        if titled:
            self._add_titled(titled["name"])
            return
        words = _WORD.findall(said)
        if not _is_name(words) or self._is_office(words) or len(self._names) >= _MOST_NAMES:
            return
        self._names.add(" ".join(words))
        if len(words) == 2:
            self._surnames |= {word for word in words if word.isupper()} or {words[-1]}

    def _add_titled(self, name: str) -> None:
        words = _WORD.findall(name)
        if words and not self._is_office(words) and len(self._names) < _MOST_NAMES:
            self._names.add(" ".join(words))
            self._surnames.add(words[-1])

    def _is_office(self, words: Sequence[str]) -> bool:
        name = fold(" ".join(words))
        return bool(set(name.split()) & GROUPS) or any(name in office for office in self._offices)

    def clean(self, paragraphs: Sequence[str]) -> list[str]:
        """Return a letter's paragraphs without its people; what is left empty is left out."""
        people = People([], [])
        kept: list[str] = []
        signed = _signed(_lines(paragraphs))
        at = 0
        for paragraph in paragraphs:
            lines = paragraph.split("\n")
            stay = [line for n, line in enumerate(lines, start=at) if n not in signed]
            self.removed += len(lines) - len(stay)
            at += len(lines)
            # several at once: headers of quoted mail are told by the lines that follow them
            kept.append("\n".join(self._ungreeted(line) for line in stay))
        text = people.clean("\n\n".join(kept))
        self.removed += people.removed
        cleaned = self.nameless(text).split("\n\n")
        return [whole for part in cleaned if (whole := _without_blank_lines(part))]

    def _ungreeted(self, line: str) -> str:
        """Return a line without the greeting that it begins with; what follows stays."""
        greeting = GREETING.match(line)
        if greeting is None:
            return line
        end = _AFTER_GREETING.search(line, greeting.start("whom"))
        whom = line[greeting.start("whom") : end.start() if end else None].split()
        rest = line[end.end() :].strip() if end else ""
        if rest and not (len(whom) <= _LONGEST_NAME and all(w[0].isupper() for w in whom)):
            return line  # a sentence that begins with such a word
        if end is None and len(line) > _LONGEST_GREETING:
            return line
        self.removed += 1
        # `Madame, Monsieur,` greets twice
        return self._ungreeted(rest) if GREETING.match(rest) else f"{greeting['mark']}{rest}"

    def nameless(self, text: str) -> str:
        """Return a text with each known or titled name replaced by a mark."""
        if self._pattern is None:
            self._pattern = _pattern(self._names, self._surnames)
        for pattern in (_TITLED, _NAMED):
            text = pattern.sub(self._masked, text)
        if self._pattern is not None:
            text, count = self._pattern.subn(NAME, text)
            self.removed += count
        return text

    def _masked(self, found: re.Match[str]) -> str:
        if self._is_office(_WORD.findall(found["name"])):
            return found[0]
        self.removed += 1
        return found[0].replace(found["name"], NAME)


def _is_name(words: Sequence[str]) -> bool:
    """Say whether words may be the name of a person in full."""
    small = {"de", "van", "von", "der", "di", "da", "le", "la"}
    if not 2 <= len(words) <= 4 or not all(w[0].isupper() or w in small for w in words):
        return False
    return is_person(f"{words[-1]}, {' '.join(words[:-1])}", "")


def _lines(paragraphs: Sequence[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in paragraph.split("\n")]


def _signed(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines of closings and of the signatures below them."""
    gone: set[int] = set()
    for at in range(len(lines)):
        if at not in gone and _closes(lines, at):
            gone |= {at, *_signature(lines, at)}
    return gone


def _closes(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if len(line) > _PROSE:
        return False
    if CLOSING.match(line):
        return True
    below = next(_bare_lines(lines, _signature(lines, at)), "")
    return bool(_THANKS.match(line)) and _is_name(_WORD.findall(below))


def _signature(lines: Sequence[str], closing: int) -> range:
    """Return the numbers of the lines of the signature below a closing."""
    quoted = bool(_QUOTED.match(lines[closing]))
    last = min(closing + 1 + _SIGNATURE, len(lines))
    for at in range(closing + 1, last):
        line = lines[at]
        if len(line) > _PROSE or AFTER_SIGNATURE.match(line.strip("> \t")):
            return range(closing + 1, at)
        if bool(_QUOTED.match(line)) != quoted:
            return range(closing + 1, at)
    return range(closing + 1, last)


def _bare_lines(lines: Sequence[str], numbers: Iterable[int]) -> Iterator[str]:
    bare = (lines[at].strip("> \t") for at in numbers)
    return (line for line in bare if line)


def _signatories(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of signatures on which names stand."""
    for at in range(len(lines)):
        if not _closes(lines, at):
            continue
        for number, line in enumerate(_bare_lines(lines, _signature(lines, at))):
            if number < _NAME_LINES or _PREFIX.match(line):
                yield _PREFIX.sub("", line)


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip().strip("> \t"))


def _pattern(names: Iterable[str], surnames: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of names in both orders, whatever their case, and of surnames as written."""
    forms: set[str] = set()
    for name in names:
        words = _WORD.findall(name) or [name]
        for order in (words, [words[-1], *words[:-1]], [*words[1:], words[0]]):
            forms.add(r"[\s,.\-]{1,3}".join(map(_escaped, order)))
    whole = "|".join(sorted(forms, key=lambda form: (-len(form), form)))
    alone = "|".join(
        form
        for name in sorted(surnames)
        if len(name) >= _LEAST_SURNAME
        for form in (_escaped(name), _escaped(name.upper()))
    )
    parts = [part for part in (f"(?i:{whole})" if whole else "", alone) if part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _escaped(word: str) -> str:
    return re.sub("['’]", "['’]", re.escape(word))
