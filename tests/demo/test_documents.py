"""The drawn files: they open, hold what truth.json quotes where it says, and look like the real."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pytest

from demo.build import Site
from demo.exchange import Request
from demo.layout import draw
from demo.server import sites_of
from demo.truth import truth


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def _bodies(built: Site) -> Iterator[tuple[str, str | None, bytes]]:
    """Yield every PDF of all sites with its document's key and its name in the archive, if any."""
    for site in sites_of(built, 1).values():
        for key, document in site.documents("http://127.0.0.1").items():
            path, _, query = document.target.partition("?")
            body = site(Request(method="GET", path=path, query=query)).body
            if body.startswith(b"%PDF"):
                yield key, None, body
            elif body.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(body)) as archive:
                    for name in archive.namelist():
                        yield key, name, archive.read(name)


class _Page:
    """The text of a page, and of each cell of its tables, in one line each."""

    def __init__(self, page: Any) -> None:
        self.text = _flat(page.extract_text())
        self.rows = [
            [_flat(cell or "") for cell in row] for table in page.extract_tables() for row in table
        ]

    def holds(self, quote: str) -> bool:
        cells = (cell for row in self.rows for cell in row)
        return _flat(quote) in self.text or any(_flat(quote) in cell for cell in cells)


@pytest.fixture(scope="module")
def pages(built: Site) -> dict[tuple[str, str | None], list[_Page]]:
    read = {}
    for key, member, body in _bodies(built):
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            read[key, member] = [_Page(page) for page in pdf.pages]
    return read


def _pdf_entries(built: Site) -> list[dict[str, Any]]:
    return [entry for entry in truth(built)["entries"] if entry["source"] != "ted"]


def test_every_quote_stands_on_its_page(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    entries = _pdf_entries(built)
    missing = [
        (entry["document_key"], entry["page"], entry["equipment"])
        for entry in entries
        if entry["equipment"]
        and not pages[entry["document_key"], entry["member"]][entry["page"] - 1].holds(
            entry["equipment"]
        )
    ]
    assert len(entries) > 100
    assert missing == []


def test_recipients_that_the_document_states_stand_in_it(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    for entry in _pdf_entries(built):
        document = pages[entry["document_key"], entry["member"]]
        for name in (entry["recipient"], entry["supplier"]):
            assert name is None or any(page.holds(name) for page in document), entry


def test_action_documents_have_two_to_six_pages(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    published = [*built.world.of_site("eutf"), *built.world.of_site("enlargement")]
    keys = {download.key for publication in published for download in publication.downloads}
    lengths = {len(document) for (key, _), document in pages.items() if key in keys}
    assert len(keys) > 20
    assert lengths <= {2, 3, 4, 5, 6}


def test_a_budget_table_runs_over_a_page_end_and_repeats_its_header(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    first = built.world.publications[0].downloads[0]
    heads = [
        number
        for number, page in enumerate(pages[first.key, None], start=1)
        if any(row[0] == "Item" and row[-1] == "Beneficiary" for row in page.rows)
    ]
    assert heads == [3, 4]


def test_identification_table_is_ruled(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    first = built.world.publications[0].downloads[0]
    rows = dict(row for row in pages[first.key, None][0].rows if len(row) == 2)
    assert rows["Total cost"] == (
        "Total estimated cost: EUR 46 300 000 "
        "Total amount drawn from the Trust Fund: EUR 42 223 927"
    )


def test_footnotes_stand_below_the_text_of_their_page(
    built: Site, pages: dict[tuple[str, str | None], list[_Page]]
) -> None:
    first = built.world.publications[0].downloads[0]
    text = pages[first.key, None][0].text
    assert text.endswith(
        "1 Figures of the national authorities, rounded; they include all departure countries. 1"
    )


def test_drawing_again_gives_the_same_bytes(built: Site) -> None:
    _, paper = built.world.publications[0].downloads[0].papers[0]
    assert draw(paper) == draw(paper)
    assert draw(paper)[0] == built.file(built.world.publications[0].downloads[0].name)


def test_a_translation_shares_the_uuid(built: Site) -> None:
    serbia = next(p for p in built.world.publications if p.country == "Serbia")
    english, french = serbia.downloads
    assert english.uuid == french.uuid
    assert (english.language, french.language) == ("en", "fr")
    assert built.file(english.name) != built.file(french.name)
