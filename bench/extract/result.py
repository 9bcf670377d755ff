"""What a measurement hands to the command: figures by name, a table, and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """The figures of one measurement.

    `figures` are held against the floors; their names begin with the measurement's. `lines` are
    printed; `losses` are the places to look at, the worst first; `skipped` says in one sentence
    why nothing was measured.
    """

    name: str
    figures: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    skipped: str = ""

    def note(self, name: str, value: float) -> None:
        """Keep a figure under this measurement's name."""
        self.figures[f"{self.name}.{name}"] = round(value, 5)


def columns(head: Sequence[str], rows: Iterable[Sequence[str | float]]) -> list[str]:
    """Return a table as lines: the first column to the left, figures to the right."""
    body = [list(head), *([_shown(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in body) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in body
    ]


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def mean(values: Iterable[float]) -> float:
    """Return the mean; 1.0 where there is nothing to be wrong about."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else 1.0
