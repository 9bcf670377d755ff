"""What a message says of the people who wrote and received it, so that it can be left out.

Names and addresses of senders and recipients are not kept: the lines of headers, those that mail
programs quote in an answer, signatures below the usual mark, all mail addresses, and wherever
else the names of the header stand in full. A first name in a salutation cannot be told from
other words and stays. Kept is the domain of a public body (`PUBLIC`), and no other domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.text import fold, one_line
from extract.person_names import OFFICE

# Institutions and agencies of the EU, governments, international organisations, armed forces.
PUBLIC = re.compile(
    r"(?:^|\.)(?:europa\.eu|eib\.org|coe\.int|int|gov|mil|(?:gov|gob|gouv|gv|gub|mil|police)\.[a-z]{2}"
    r"|gouv\.fr|bund\.de|admin\.ch|overheid\.nl|minbuza\.nl|fgov\.be|gov\.[a-z]{2}\.[a-z]{2})$"
)
NAME = "[name]"
ADDRESS = "[address]"

_ADDRESS = re.compile(r"(?:mailto:)?[\w.+\-/=']{1,80}@(?:[\w\-]{1,63}\.){1,6}[a-zA-Z]{2,24}")
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
_PEOPLE_LINE = re.compile(
    r"[>\s*]*(from|to|cc|bcc|reply-to|von|an|de|à|para|da|a|od|do|van|aan|fra|från|till|til)[\s*]*+:",
    re.IGNORECASE,
)
_SENDER_LINE = re.compile(r"[>\s*]*(from|von|de|da|od|van|fra|från)[\s*]*+:", re.IGNORECASE)
_FACT_LINE = re.compile(
    r"[>\s*]*(sent|date|subject|gesendet|datum|betreff|envoyé|objet|enviado|fecha|asunto|inviato"
    r"|data|oggetto|verzonden|onderwerp|temat|wysłano)[\s*]*+(?:el\b[\s*]*+)?:",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"[>\s]*(on|am|le|el|il|op)\b.{0,300}(wrote|schrieb.{0,80}|a écrit|escribió|ha scritto"
    r"|schreef.{0,80})\s*:\s*$",
    re.IGNORECASE,
)
_QUOTED_HEADER = 30  # lines that the quoted header of a message may have
_SIGNATURE = 15  # lines that a signature has at most
_LONGEST_QUOTE = 500


def is_person(name: str, address: str) -> bool:
    """Tell the name of a person from that of an office, as far as name and address show it.

    >>> is_person("Doe, Jane", ""), is_person("Jane Doe", "jane.doe@x.eu")
    (True, True)
    >>> is_person("Press Office", "press@x.eu")
    False
    """
    words = [fold(word) for word in _WORD.findall(_bare(name))]
    parts = {part for word in words for part in word.split("-")}
    if not 2 <= len(words) <= 5 or OFFICE & parts:
        return False
    local = re.sub(r"[^a-z]", "", fold(address.partition("@")[0]))
    return "," in name or any(len(part) > 2 and part in local for part in parts)


def _bare(name: str) -> str:
    return re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name)


class People:
    """The people of one message; `removed` counts what was left out because of them."""

    def __init__(
        self, sender: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]
    ) -> None:
        """`sender` and `others` are names and addresses as the header has them."""
        senders = list(sender)
        everyone = [*senders, *others]
        self.removed = 0
        self.sender_domains = _domains(address for _, address in senders)
        self.recipient_domains = _domains(address for _, address in everyone[len(senders) :])
        names = {one_line(_bare(name)) for name, address in everyone if is_person(name, address)}
        self._names = _pattern(names)

    def clean(self, text: str) -> str:
        """Return a text without lines of quoted headers, signatures, addresses and names."""
        lines = self._lines(text.split("\n"))
        kept, addresses = _ADDRESS.subn(ADDRESS, "\n".join(lines))
        self.removed += addresses
        if self._names is not None:
            kept, names = self._names.subn(NAME, kept)
            self.removed += names
        return kept

    def _lines(self, lines: Sequence[str]) -> list[str]:
        gone: set[int] = set()
        for at, line in enumerate(lines):
            if at in gone:
                continue
            if _SENDER_LINE.match(line):
                gone |= _quoted_header(lines, at)
            elif line.rstrip() in {"--", "> --"}:
                gone |= _signature(lines, at)
            elif len(line) < _LONGEST_QUOTE and _QUOTE.match(line):
                gone.add(at)
        self.removed += len(gone)
        return [line for at, line in enumerate(lines) if at not in gone]


def _quoted_header(lines: Sequence[str], start: int) -> set[int]:
    """Return the lines with people of a quoted header that begins at `start`, if it is one."""
    end = start
    for at in range(start + 1, min(start + _QUOTED_HEADER, len(lines))):
        if _FACT_LINE.match(lines[at]):
            end = at
        elif not lines[at].strip():
            break
    if end == start:
        return set()
    while end + 1 < len(lines) and _PEOPLE_LINE.match(lines[end + 1]):
        end += 1
    return {at for at in range(start, end + 1) if not _FACT_LINE.match(lines[at])}


def _signature(lines: Sequence[str], start: int) -> set[int]:
    end = start
    while end + 1 < len(lines) and end - start < _SIGNATURE:
        if _SENDER_LINE.match(lines[end + 1]) or _QUOTE.match(lines[end + 1][:_LONGEST_QUOTE]):
            break
        end += 1
    return set(range(start, end + 1))


def _domains(addresses: Iterable[str]) -> tuple[str, ...]:
    domains = (address.rpartition("@")[2].strip(" <>.").lower() for address in addresses)
    return tuple(dict.fromkeys(domain for domain in domains if PUBLIC.search(domain)))


def _escaped(word: str) -> str:
    return re.sub("['’]", "['’]", re.escape(word))


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of names in both orders, `Doe, Jane` and `Jane Doe`."""
    forms: set[str] = set()
    for name in names:
        words = _WORD.findall(name)
        for order in (words, [words[-1], *words[:-1]], [*words[1:], words[0]]):
            forms.add(r"[\s,.\-]{1,3}".join(map(_escaped, order)))
    if not forms:
        return None
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", re.IGNORECASE)
