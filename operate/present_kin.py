"""What else an entry's record shows: the same file elsewhere, and what may be the same delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SETTLED = {
    "same": "the same delivery",
    "different": "another delivery",
    None: "perhaps the same delivery",
}


def kin_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each copy of an entry, the decision offered, and each pair it is in."""
    for copy in record.get("copies", []):
        yield f"  the same file: {copy['document']}, entry {copy['entry']} ({copy['state']})"
    if offered := record.get("offered"):
        yield (
            f"  decided there: {offered['state']} by {offered['reviewer']} at"
            f" {offered['decided_at']}, on entry {offered['entry']}"
        )
    for pair in record.get("pairs", []):
        other = pair["entries"][1]
        yield (
            f"  {_SETTLED[pair['verdict']]}: entry {other['entry']} in {other['document']}, page"
            f" {other['page']}"
        )
