"""The base of all records: frozen, checked when built, to and from JSON."""

from __future__ import annotations

from typing import Self

import msgspec

from core.errors import RecordError


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the records; `to_json` and `from_json` are exact inverses."""

    def to_json(self) -> bytes:
        """Return the record as one JSON object without line breaks."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Build the record from JSON; raise `RecordError` when it does not fit."""
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.MsgspecError as error:
            raise RecordError(f"This is no {cls.__name__} record: {error}.") from error


def need(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise `RecordError` with a message where a record would say what cannot be true."""
    if not condition:
        raise RecordError(message)
