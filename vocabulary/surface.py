"""How text is folded before words are looked up."""

import re

from core.text import fold as fold_accents

_SAME_LENGTH = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)
_LETTERS = str.maketrans(
    {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}
)
_GAPS = re.compile(r"[\s\-]+")


def surface(text: str) -> str:
    """Lower case, straight apostrophes and hyphens, plain spaces; as many code points as `text`.

    Offsets into the result are offsets into `text`. A letter whose lower case is longer than
    itself (the Turkish dotted capital I) stays as it is.

    >>> surface("L’Écran\\nTHERMIQUE")
    "l'écran thermique"
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_SAME_LENGTH)


def fold(text: str) -> str:
    """The key under which spellings of one word meet: no case, accents, hyphens, double spaces.

    >>> fold("Aéronefs  sans-équipage")
    'aeronefs sans equipage'
    """
    return _GAPS.sub(" ", fold_accents(surface(text).translate(_LETTERS))).strip()
