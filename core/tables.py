"""What rows of tables are, as far as their first cell tells: reading and tagging need it alike."""

from __future__ import annotations

import re

from core.text import fold

_TOTAL_ROW = re.compile(
    r"\s*(?:sub ?-?total|grand total|total|sous-total|summe|gesamt|zwischensumme|subtotale|totale"
    r"|suma|importe total)(?!\w)"
)


def is_total_row(first: str) -> bool:
    """Tell whether a row that begins with this cell adds up others.

    >>> is_total_row("Sub-total 1"), is_total_row("Patrol boats")
    (True, False)
    """
    return bool(_TOTAL_ROW.match(fold(first)))
