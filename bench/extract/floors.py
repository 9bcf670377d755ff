"""The floors that the figures are held against."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What one figure must be: at least `least`, at most `most`."""

    figure: str
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` for a floor that nothing can fall through."""
        if self.least is None and self.most is None:
            raise ValueError(f"The floor of {self.figure} has neither least nor most; add one.")

    def broken(self, value: float) -> str | None:
        """Return what is wrong with a value in one sentence, None where it holds."""
        if self.least is not None and value < self.least:
            return f"{self.figure} is {value:.4f} and must be at least {self.least}."
        if self.most is not None and value > self.most:
            return f"{self.figure} is {value:.4f} and must be at most {self.most}."
        return None


def read_floors(path: Path = FILE) -> list[Floor]:
    """Return the floors of a file. Raises `TypeError` for a key that no floor has."""
    return [Floor(**floor) for floor in tomllib.loads(path.read_text("utf-8"))["floor"]]


def broken(floors: Sequence[Floor], figures: Mapping[str, float]) -> Iterator[str]:
    """Yield a sentence for each floor that is not met.

    A figure that is absent breaks its floor where others of the same measurement are there: it was
    measured under another name, or got lost.
    """
    measured = {name.split(".")[0] for name in figures}
    for floor in floors:
        if floor.figure in figures:
            if sentence := floor.broken(figures[floor.figure]):
                yield sentence
        elif floor.figure.split(".")[0] in measured:
            yield f"{floor.figure} has a floor and was not measured."
