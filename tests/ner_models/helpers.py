"""Small documents for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence

from core.records import Cell, Document, Method, Page, Stated, Table


def document(text: str, language: str = "en", **more: object) -> Document:
    """A document of one page, rendered where it is a notice."""
    method: Method = "rendered" if "notice" in more else "text"
    page = Page(number=1, text=text, method=method)
    return Document(
        sha256="ab" * 32,
        media_type="text/plain",
        kind="text",
        extractor="test",
        language=language,
        pages=(page,),
        **more,  # type: ignore[arg-type]
    )


def table_document(
    rows: Sequence[Sequence[str]],
    *,
    header: Sequence[str],
    before: str = "",
    currency: str | None = None,
    language: str = "en",
) -> Document:
    """A document of one page with a table whose cells are parted by tabs."""
    text = before
    laid: list[tuple[Cell, ...]] = []
    for row in (header, *rows):
        cells = []
        for place, value in enumerate(row):
            text += "\t" if place else ""
            cells.append(Cell(value, len(text), len(text) + len(value)))
            text += value
        text += "\n"
        laid.append(tuple(cells))
    table = Table(page=1, number=1, rows=tuple(laid[1:]), header=tuple(header), currency=currency)
    return document(text, language, tables=(table,))


class NoticeText:
    """Grows the page of a notice and remembers where each stated text stands."""

    def __init__(self) -> None:
        self.text = ""

    def state(self, caption: str, value: str) -> Stated:
        """Add a line and return the value's place."""
        self.text += f"{caption}: "
        start = len(self.text)
        self.text += value + "\n"
        return Stated(text=value, page=1, start=start, end=start + len(value))
