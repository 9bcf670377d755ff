"""The rule on redactions as entries feel it: what rested on blackened text is not shown any more.

The entry stays, with its state and its decisions; only what it said goes out of its row, so that no
list, search or export can bring it up. It comes back from the reading when the text does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from core.text import fold
from store.versions import WITHDRAWN, Redaction

_QUOTES = ("equipment", "recipient", "supplier", "fund")
_BLANK = """
UPDATE entries SET text_withdrawn = 1, equipment = NULL, equipment_type = NULL,
  equipment_family = NULL, quantity = NULL, amount_min = NULL, amount_max = NULL, currency = NULL,
  amount_eur = NULL, eur_rate = NULL, eur_rate_date = NULL, eur_source = NULL,
  amount_kind = 'unknown', amount_group = NULL, amount_scope = 'own', recipient = NULL,
  recipient_country = NULL, supplier = NULL, fund = NULL, date = NULL, stage = 'unknown', quote = ''
WHERE key = ?
"""


class ShownText:
    """What a reader may see of a document: the text of a reading, nothing where it is withdrawn."""

    def __init__(self, connection: sqlite3.Connection, reading_id: int | None) -> None:
        self._connection = connection
        self._reading_id = reading_id

    @cached_property
    def _text(self) -> str:
        rows = self._connection.execute(
            "SELECT text FROM pages WHERE reading_id = ? ORDER BY number", (self._reading_id,)
        )
        return fold(" ".join(row["text"] for row in rows))

    def has(self, quote: str) -> bool:
        """Tell whether a quote stands in it, whatever its line breaks, case and accents."""
        return fold(quote) in self._text


def withdraw_texts(connection: sqlite3.Connection, document_id: int, shown: ShownText) -> None:
    """Empty the rows of entries that rest on withdrawn text which `shown` does not have."""
    rows = connection.execute(
        "SELECT e.key, e.quote, e.equipment, e.recipient, e.supplier, e.fund FROM entries e"  # noqa: S608 - a constant
        " JOIN versions v ON v.id = e.version_id WHERE e.document_id = ? AND e.still_proposed = 0"
        f" AND e.text_withdrawn = 0 AND {WITHDRAWN}",
        (document_id,),
    ).fetchall()
    for row in rows:
        evidence = connection.execute(
            "SELECT raw FROM entry_evidence WHERE entry_key = ?", (row["key"],)
        ).fetchall()
        quotes = [row["quote"], *(row[name] for name in _QUOTES), *(x["raw"] for x in evidence)]
        if not all(shown.has(quote) for quote in quotes if quote):
            connection.execute(_BLANK, (row["key"],))
            connection.execute("DELETE FROM entry_evidence WHERE entry_key = ?", (row["key"],))


def outlives(fields: Mapping[str, Any], page: int, redaction: Redaction, shown: ShownText) -> bool:
    """Tell whether a correction that was made before a redaction may still be shown.

    It may not on a page that was blackened, nor where its words stand nowhere any more: a reviewer
    may have written down what is black now.
    """
    if page in redaction.pages:
        return False
    return all(shown.has(str(fields[name])) for name in _QUOTES if fields.get(name))
