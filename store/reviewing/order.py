"""The order of the queue: what a new version touched, then what weighs most, then what is unsure.

`entries.place` holds it, smaller first: 0 to 1 reopened, 1 to 2 equipment of high value, 2 to 3 of
a rare type, 3 to 4 all others by their score. It is worked out for all entries at the end of a run,
as it depends on how many there are of a type.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from core.killpoints import killpoint

if TYPE_CHECKING:  # a migration places entries too, before there is a store
    from store.database import Store

HIGH_VALUE = 1_000_000  # euro
RARE = 5  # entries of one type, at most
_SLICE = 5_000  # rows that one short transaction looks at
# The rank of what is worth more comes first: 1 / (1 + millions) is below 1 and falls.
_PLACE = f"""
CASE
  WHEN state = 'reopened' THEN 1.0 / (1.001 + coalesce(amount_eur, 0) / {HIGH_VALUE})
  WHEN amount_eur >= {HIGH_VALUE} AND equipment IS NOT NULL
    THEN 1.0 + 1.0 / (1.0 + amount_eur / {HIGH_VALUE})
  WHEN equipment_type IS NOT NULL AND (SELECT count(*) FROM (SELECT 1 FROM entries o
    WHERE o.equipment_family = entries.equipment_family
      AND o.equipment_type = entries.equipment_type LIMIT {RARE + 1})) <= {RARE}
    THEN 2.0 + min(score, 0.999)
  ELSE 3.0 + min(score, 0.999)
END
"""  # noqa: S608 - numbers of this module
_UPDATE = f"""
UPDATE entries SET place = {_PLACE}
WHERE id > ? AND id <= ? AND state IN ('pending', 'reopened') AND place IS NOT {_PLACE}
"""  # noqa: S608


def place_entries(connection: sqlite3.Connection, first: int = 0, last: int = 2**62) -> None:
    """Work out the places of the waiting entries with ids above `first`, up to `last`."""
    connection.execute(_UPDATE, (first, last))


def refresh_places(store: Store) -> None:
    """Work out the places of all waiting entries, in transactions that keep nobody waiting."""
    highest = store.value("SELECT coalesce(max(id), 0) FROM entries")
    for first in range(0, highest, _SLICE):
        with store.transaction() as connection:
            place_entries(connection, first, first + _SLICE)
            killpoint("in-places")
