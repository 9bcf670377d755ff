"""`python -m operate.taking REQUEST`: one `add` in a process of its own, for the web pages.

The request is JSON; so is the answer on standard output. Standard input holds nothing: the process
ends when it is closed, that is, when the one that asked ends.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from core.errors import MaterielError, OutputLocked
from core.settings import Settings


class Request(msgspec.Struct, frozen=True):
    """What to take in, and under which settings."""

    path: str
    settings: Settings


class Answer(msgspec.Struct, frozen=True):
    """The report of `add`, or one sentence on why there is none; `locked`: a run is at work."""

    report: dict[str, Any] = {}
    failed: str | None = None
    locked: bool = False


def asked_for(settings: Settings, path: Path) -> str:
    """Return the request to take in `path`, as this module's argument."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    whole = {
        "path": str(path.resolve()),
        "settings": {**values, "output": settings.output.resolve()},
    }
    return msgspec.json.encode(whole, enc_hook=_plain).decode()


def main(request: str) -> None:
    """Do what a request asks for and print the answer."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    asked = msgspec.json.decode(request, type=Request, dec_hook=_built)
    from operate.commands import run_add  # noqa: PLC0415 - readers take a while to import

    try:
        answer = Answer(report=run_add(asked.settings, [asked.path], quiet=True))
    except OutputLocked as error:
        answer = Answer(failed=str(error), locked=True)
    except MaterielError as error:
        answer = Answer(failed=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer, enc_hook=str))
    sys.stdout.flush()


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(1)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _built(kind: type, value: Any) -> Any:
    return kind(value)


if __name__ == "__main__":
    main(sys.argv[1])
