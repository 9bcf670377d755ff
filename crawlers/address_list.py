"""The list of addresses that a user keeps: one a line, with words that say what to do with it.

A line is an address, then words: `+files` takes along the files that the page links, `+7` asks
again every seven nights. `#` begins a comment, at the begin of a line or after a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import RecordError, SettingsError
from crawlers.known_sites import document_key, hosts_of, plain_address

FILES = "+files"
_COMMENT = re.compile(r"(?:^|\s)#.*")
_NIGHTS = re.compile(r"\+([1-9]\d{0,3})")


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address of the list: `files` takes linked files along, `nights` is its own rhythm."""

    url: str
    key: str
    files: bool = False
    nights: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddressList:
    """The addresses of a list by document, and a sentence for each line that is none."""

    addresses: tuple[Address, ...]
    problems: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the list names, with and without `www.`."""
        named = (host for address in self.addresses for host in hosts_of(address.url))
        return tuple(dict.fromkeys(named))


def read_list(path: Path) -> AddressList:
    """Read a list from its file. Raises `SettingsError` where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise SettingsError(
            f"The list of addresses {path} cannot be read ({cause}): write one address a line into"
            " it, or name another file under [sources.addresses.options] in materiel.toml."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The list of addresses {path} is no text in UTF-8: save it so.") from (
            error
        )
    return parse_addresses(text)


def parse_addresses(text: str) -> AddressList:
    """Read the text of a list; an address that is named twice counts once, with all its words."""
    found: dict[str, Address] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        first, *words = _COMMENT.sub("", line).split() or [""]
        if not first:
            continue
        address = read_address(first)
        if address is None:
            problems.append(f"Line {number} of the list is no http address: {first!r}.")
            continue
        problems += [
            f"Line {number} of the list has a word that is neither +files nor + with a number of"
            f" nights: {word!r}."
            for word in words
            if not _is_word(word)
        ]
        found[address.key] = _with_words(found.get(address.key, address), words)
    return AddressList(addresses=tuple(found.values()), problems=tuple(problems))


def read_address(text: str) -> Address | None:
    """Return the address that a text is, None where it is no http address.

    >>> read_address("ftp://x.eu/"), read_address("https://x.eu/a#b").url
    (None, 'https://x.eu/a')
    """
    try:
        url = plain_address(text)
        known = urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname
        return Address(url=url, key=document_key(url)) if known else None
    except (RecordError, ValueError):
        return None


def _is_word(word: str) -> bool:
    return word == FILES or bool(_NIGHTS.fullmatch(word))


def _with_words(address: Address, words: Iterable[str]) -> Address:
    for word in words:
        if word == FILES:
            address = replace(address, files=True)
        elif nights := _NIGHTS.fullmatch(word):
            address = replace(address, nights=int(nights[1]))
    return address
