"""Progress for people: a bar on a terminal, a plain line now and then elsewhere, or nothing."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from tqdm import tqdm

from operate.logs import is_logging, tell

_LINE_EVERY = 250  # documents between two plain lines


class Progress:
    """Shows how far a stage is; `quiet` for `--json` and tests."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.quiet = quiet
        self.bar: tqdm[Any] | None = None
        self.count = 0
        self.title = ""

    def start(self, title: str, total: int) -> None:
        """Begin a stage of `total` documents."""
        self.done()
        self.title, self.count = title, 0
        if not self.quiet and not is_logging() and self.stream.isatty():
            self.bar = tqdm(total=total, desc=title, unit="doc", file=self.stream, leave=False)

    def step(self, total: int) -> None:
        """One more document of `total` is done."""
        self.count += 1
        if self.bar is not None:
            self.bar.update()
        elif self.count % _LINE_EVERY == 0:
            if is_logging():
                tell(f"{self.title}: {self.count} of {total}", done=self.count, of=total)
            elif not self.quiet:
                print(f"{self.title}: {self.count} of {total}", file=self.stream)

    def done(self) -> None:
        """End the stage."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
