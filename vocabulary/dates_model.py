"""The record of a date, shared by the modules of the date grammar."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["day", "month", "quarter", "half", "year"]
Kind = Literal["delivery", "contract", "deadline", "document", "unknown"]


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a text: text[start:end] == raw, offsets in code points.

    `value` is as precise as the text and no more: `2021-05-17`, `2021-05`, `2021-Q2`, `2021-H1` (a
    half-year) or `2021`.  `readings` are the values that it may have, likelier first, so
    `readings[0] == value`; more than one asks for a decision.  `last` is set for a range whose
    first part borrows its month or year from its last (`17-19 May 2021`): `value` is where it
    begins, `last` where it ends, both of the same precision.  A range of two whole dates is two
    records.
    """

    start: int
    end: int
    raw: str
    value: str
    precision: Precision
    readings: tuple[str, ...]
    kind: Kind = "unknown"
    last: str | None = None

    @property
    def ambiguous(self) -> bool:
        """Whether a person has to choose between readings."""
        return len(self.readings) > 1
