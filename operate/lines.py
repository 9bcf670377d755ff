"""Texts of documents as one safe line each: for feeds, mails and terminals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.text import one_line
from operate.present import amount

# Characters that XML cannot hold, that end a line or act on a terminal, or that turn the direction
# of what follows, so that a title could forge the words behind it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_TITLE = 200  # characters


def line(text: str | None, most: int = _TITLE) -> str:
    """Return a text as one line of at most `most` characters that XML, a mail and a terminal can
    hold.

    >>> line("Boats\\n\\x00for\\u202e Libya")
    'Boats for Libya'
    """
    plain = one_line(_UNSAFE.sub(" ", text or ""))
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def title_of(row: Mapping[str, Any]) -> str:
    """Return a document's title, its key where it has none."""
    return line(row["title"]) or line(row["document"])


def web_address(row: Mapping[str, Any]) -> str | None:
    """Return where a document is found on the web; None for a file that was taken in by hand."""
    for address in (row["url"], row["landing_url"]):
        if address and _is_web(address):
            return line(address, 2_000)
    return None


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def pages_words(numbers: list[int], most: int = 12) -> str:
    """Return numbers of pages as a person writes them, nothing for none.

    >>> pages_words([3]), pages_words([1, 2, 5])
    ('page 3', 'pages 1, 2, 5')
    """
    if not numbers:
        return ""
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    listed = ", ".join(map(str, numbers[:most]))
    return f"page{'s' if len(numbers) > 1 else ''} {listed}{more}"


def entry_words(entry: Mapping[str, Any]) -> str:
    """Return an entry in one line: quantity, equipment, amount, recipient, and its state."""
    what = " ".join(str(x) for x in (entry["quantity"], entry["equipment"]) if x)
    parts = (what or entry["quote"], amount(dict(entry)), entry["recipient"])
    words = ", ".join(line(part, 120) for part in parts if part)
    return f"{words} ({state_words(entry['state'])})"


def state_words(state: str) -> str:
    """Say whether a person has judged an entry."""
    judged = {"accepted": "accepted by a reviewer", "corrected": "corrected by a reviewer"}
    return judged.get(state, "candidate, not reviewed")


def size(number: int) -> str:
    """Return a number of bytes as a person writes it, in decimal units.

    >>> size(0), size(1_500), size(2_000_000_000_000)
    ('0 B', '1.5 kB', '2.0 TB')
    """
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.95:
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
