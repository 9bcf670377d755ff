"""The log of a command on standard error, for journald, a file or a collector: text or JSON lines.

Without `--log` a command says only what a person at a terminal wants to see.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import signal
import sys
from types import FrameType
from typing import Any, Literal, TextIO

import click

from operate.lines import line

LOGGER = logging.getLogger("materiel")
Form = Literal["json", "text"]
_LONGEST = 2_000  # characters of a message


class _Lines(logging.Formatter):
    """One line for each record; its named values stand behind the message."""

    def format(self, record: logging.LogRecord) -> str:
        values = " ".join(f"{name}={value}" for name, value in _values(record).items())
        message = line(record.getMessage(), _LONGEST)
        return f"{_time(record)} {record.levelname} {message}{f' ({values})' if values else ''}"


class _Json(logging.Formatter):
    """One JSON object for each record: `time`, `level`, `message`, and its named values."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **_values(record),
        }
        return json.dumps(told, ensure_ascii=True, default=str)


def _time(record: logging.LogRecord) -> str:
    moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _values(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "told", {})


def log_as(form: Form | None, stream: TextIO | None = None) -> None:
    """Send the log to standard error in a form; None ends it. The last call holds."""
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
    LOGGER.propagate = False
    LOGGER.disabled = form is None
    if form is not None:
        handler = logging.StreamHandler(stream or sys.stderr)
        handler.setFormatter(_Json() if form == "json" else _Lines())
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)


def chosen_log() -> Form | None:
    """Return the form that `--log` named."""
    if not is_logging():
        return None
    return "json" if isinstance(LOGGER.handlers[0].formatter, _Json) else "text"


def is_logging() -> bool:
    """Tell whether `--log` was given."""
    return bool(LOGGER.handlers) and not LOGGER.disabled


def complain(sentence: str) -> None:
    """Tell a person, or the log where there is one, why the command ends."""
    if is_logging():
        LOGGER.error("%s", sentence)
    else:
        click.echo(sentence, err=True)


def stop_when_told() -> None:
    """Let SIGTERM end the command as Ctrl-C does: children stopped, the run marked as stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def tell(message: str, *, level: int = logging.INFO, **values: Any) -> None:
    """Write a line into the log, where there is one, with named values that programs can read."""
    if is_logging():
        LOGGER.log(level, "%s", message, extra={"told": values})
