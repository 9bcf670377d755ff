"""What people read as a document's title: its own, or the name of the file taken in by hand."""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import unquote

from core.text import one_line

_FOLDERS = re.compile(r"[/\\]")


def titled(title: str | None, url: str) -> str | None:
    """Return a document's own title; else the name of a file that was taken in by hand.

    The name stands without the folders that it lay in: where it lay is nobody's business. Of a
    file inside an archive it is the member's name. None for a document of the web without a title.

    >>> titled(None, "file:///home/ana/Angebot%20Boote.pdf")
    'Angebot Boote.pdf'
    >>> titled(None, "file:///home/ana/offers.zip#2024/boats.pdf")
    'boats.pdf'
    """
    if title or not url.startswith("file:"):
        return title
    holder, _, member = url.partition("#")
    path = member or unquote(holder.removeprefix("file:"))
    return one_line(_FOLDERS.split(path)[-1]) or None


def know_titles(connection: sqlite3.Connection, *, names: bool = True) -> None:
    """Let the queries of a connection ask for `titled(d.title, d.url)`.

    Without `names` of files, which may say from whom one is, it is a document's own title alone.
    """
    say = titled if names else _own_title
    connection.create_function("titled", 2, say, deterministic=True)


def _own_title(title: str | None, url: str) -> str | None:  # noqa: ARG001 - a stand-in
    return title
