"""Patterns that find listed names in running text, whatever the line breaks inside them."""

import re
from collections.abc import Iterable

_GAP = r"\s+"
_APOSTROPHE = "['’‘]"


def name_pattern(name: str) -> str:
    """A regular expression for `name` with any white space, apostrophe and hyphen in it.

    A hyphen may be followed by the line break that it stands at.
    """
    escaped = re.escape(" ".join(name.split()))
    escaped = re.sub("['’‘]", _APOSTROPHE, escaped.replace(r"\ ", _GAP))
    return re.sub(r"\\-|[‐‑–]", r"[-‐‑–]\\s?", escaped)


def any_of(names: Iterable[str]) -> str:
    """An alternation of the names, the longest first; it matches nothing when there are none."""
    patterns = [name_pattern(name) for name in sorted(set(names), key=lambda n: (-len(n), n))]
    return f"(?:{'|'.join(patterns)})" if patterns else r"(?!)"


def squeeze(name: str) -> str:
    """The key of a found name: one space for white space, straight quotes and hyphens."""
    plain = re.sub(r"[-‐‑–]\s?", "-", name.replace("’", "'").replace("‘", "'"))
    return " ".join(plain.split())
