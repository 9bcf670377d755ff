"""How much room there is on the disk, and for how many nights it will do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from operate.lines import size

LITTLE = 2 * 10**9  # bytes that a night may well need
NONE = 200 * 10**6  # bytes that a run needs at least
NIGHTS = 30  # for which the disk should have room


@dataclass(frozen=True)
class Room:
    """Bytes that are free, and bytes that a night took on average (0: not known)."""

    free: int
    growth: float

    @property
    def low(self) -> bool:
        """Whether somebody should do something about it."""
        return self.free < LITTLE or (self.growth > 0 and self.free / self.growth < NIGHTS)

    @property
    def none(self) -> bool:
        """Whether a run can do nothing with it."""
        return self.free < NONE

    def words(self) -> str:
        """Say how much room there is."""
        if self.growth <= 0:
            return f"{size(self.free)} are free"
        nights = min(int(self.free / self.growth), 9_999)
        return f"{size(self.free)} are free, room for {nights} nights like the last ones"


def room(folder: Path, growth: float) -> Room:
    """Return the room on the disk of a folder, or of the one in which it will be made."""
    return Room(shutil.disk_usage(existing(folder)).free, growth)


def existing(path: Path) -> Path:
    """Return a path, or the nearest folder above it that there is."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())
