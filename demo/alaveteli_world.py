"""Invented requests for access to documents, read from `content/asktheeu/*.toml`.

A message or file may name the `nights` on which it is there, a request `version`s with the `night`
from which its state is another. A file's body is marked as in `papers.py`; one of the same part on
later nights replaces it and says by `change` what reading then finds. On the nights in `missing` a
file is linked and cannot be had.
"""

import datetime as dt
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from demo.exchange import Change
from demo.world import CONTENT, NIGHTS, Paper, day_of, on_night

SOURCE = "asktheeu"
BODIES = {
    "border_logistics_office": "European Border Logistics Office",
    "external_supply_service": "External Supply Service",
    "border_training_institute": "European Border Training Institute",
}
Trap = Literal["wait", "self"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of an answer. Without a paper it is a picture of a signature, or `hidden`.

    `trap` is how the site keeps it back at first; `missing` says that it is linked tonight and
    cannot be had; `file` names its bytes in the built folder.
    """

    part: int
    name: str
    file: str
    paper: Paper | None = None
    trap: Trap | None = None
    hidden: bool = False
    missing: bool = False
    change: Change | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message of the correspondence, with its files."""

    number: int
    direction: Literal["incoming", "outgoing"]
    at: dt.datetime
    author: str
    text: str
    files: tuple[Attachment, ...] = ()

    @property
    def name(self) -> str:
        """The id of the message on pages."""
        return f"{self.direction}-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as of a night; `changed` is the time that its data give as that of their change."""

    number: int
    slug: str
    title: str
    body: str
    state: str
    requester: str
    markup: Literal["new", "old"]
    messages: tuple[Message, ...]
    changed: dt.datetime
    change: Change | None = None

    @property
    def key(self) -> str:
        """The document key of the correspondence."""
        return f"{SOURCE}:{self.number}"

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"/request/{self.slug}"

    @property
    def body_name(self) -> str:
        """The name of the authority that was asked."""
        return BODIES[self.body]

    @property
    def user(self) -> str:
        """The requester as addresses name them."""
        return "_".join(self.requester.lower().split())

    def files(self) -> Iterator[tuple[Message, Attachment]]:
        """Yield the attachments with their messages."""
        for message in self.messages:
            for file in message.files:
                yield message, file

    def documents(self) -> Iterator[tuple[str, Message, Attachment]]:
        """Yield the attachments that can be had, with their document keys."""
        for message, file in self.files():
            if file.paper is not None and not file.hidden:
                yield f"{self.key}/{message.number}/{file.part}", message, file


@functools.cache
def load_requests(night: int = 1) -> tuple[Request, ...]:
    """Read the requests as of a night, newest event first.

    Raises KeyError or TypeError where a field is missing or unknown, and for an unknown night.
    """
    day_of(night)
    tables = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((CONTENT / SOURCE).glob("*.toml"))
    ]
    requests = [_request(table, night) for table in tables if on_night(table, night)]
    return tuple(sorted(requests, key=lambda r: (r.messages[-1].at, r.number), reverse=True))


def all_files() -> dict[str, Paper]:
    """Return the papers of all nights by the name of their file in the built folder."""
    return {
        file.file: file.paper
        for night in NIGHTS
        for request in load_requests(night)
        for _, _, file in request.documents()
        if file.paper is not None
    }


def _request(table: dict[str, Any], night: int) -> Request:
    values = {k: v for k, v in table.items() if k not in {"message", "nights", "version"}}
    messages = [m for m in table["message"] if on_night(m, night)]
    due = [version for version in table.get("version", ()) if version["night"] <= night]
    for version in due:
        values |= {k: v for k, v in version.items() if k != "night"}
    built = tuple(_message(message, night) for message in messages)
    later = any("nights" in m for m in messages) or bool(due)
    return Request(
        **{"markup": "new"} | values,
        messages=built,
        changed=max([message.at for message in built] + list(_edits(messages, night))),
        change="text" if later else None,
    )


def _edits(messages: list[dict[str, Any]], night: int) -> Iterator[dt.datetime]:
    """Yield when files of the messages were replaced."""
    for message in messages:
        for file in message.get("file", ()):
            if "change" in file and on_night(file, night):
                day = day_of(min(file["nights"]))
                yield dt.datetime.combine(day, dt.time(8), dt.UTC)


def _message(table: dict[str, Any], night: int) -> Message:
    files = [f for f in table.get("file", ()) if on_night(f, night)]
    values = {k: v for k, v in table.items() if k not in {"file", "id", "nights"}}
    number = table["id"]
    return Message(
        **values, number=number, files=tuple(_attachment(number, file, night) for file in files)
    )


def _attachment(message: int, table: dict[str, Any], night: int) -> Attachment:
    first = min(table.get("nights", NIGHTS))
    paper = None
    if "body" in table:
        said = {name: table[name] for name in ("title", "language", "header", "body")}
        paper = Paper(**said)
    kept = {name: table[name] for name in ("trap", "hidden", "change") if name in table}
    return Attachment(
        part=table["part"],
        name=table["name"],
        file=f"{message}-{table['part']}-{first}.pdf",
        paper=paper,
        missing=night in table.get("missing", ()),
        **kept,
    )
