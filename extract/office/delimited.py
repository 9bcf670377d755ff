"""Tables as text (CSV, TSV) whatever parts their cells: comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import islice

from core.errors import DamagedDocument
from core.records import Reading
from extract.common import File
from extract.detect import Detected
from extract.encoding import charset_of, decode
from extract.office import sheets
from extract.page_text import PageText, rendered

# A comma comes last: where another mark parts every row alike, commas are those of decimals.
_DELIMITERS = "\t;|,"
_SAMPLE = 100  # rows that the delimiter is found in
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # what Excel writes before the first row
_ODD = "its quotes break the rules"
_ALIKE = 0.8  # of the rows of a sample, to call their number of cells the same


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    return [row for row in reader if any(cell.strip() for cell in row)]


def delimiter_of(text: str) -> str:
    """Return the mark that parts most rows into the same number of cells, at least two.

    >>> delimiter_of("a;b\\n1,5;2,5\\n"), delimiter_of("a,b\\n"), delimiter_of("one")
    (';', ',', ',')
    """
    sample = "\n".join(islice(text.splitlines(), _SAMPLE))
    best, best_share = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            counts = Counter(len(row) for row in _rows(sample, delimiter))
        except csv.Error:
            continue
        width, rows = max(counts.items(), key=lambda item: item[1], default=(0, 0))
        share = rows / max(counts.total(), 1)
        if width > 1 and share >= _ALIKE:
            return delimiter
        if width > 1 and share > best_share:
            best, best_share = delimiter, share
    return best


def read_csv(file: File, detected: Detected) -> Reading:
    """Read a table in text as a page: titles over the table, then the table.

    Quotes are taken off; what breaks the rules of quoting is read line by line, with an issue.
    Raises `DamagedDocument` where no encoding fits.
    """
    text = decode(file.data, charset_of(file.media_type))
    if text is None:
        raise DamagedDocument(f"{file.label} is no text in an encoding that is known.")
    text = text.lstrip("\ufeff").replace("\x00", "")
    stated = _SEP.match(text)
    delimiter = stated[1] if stated else delimiter_of(text)
    page = PageText(1)
    try:
        rows = _rows(text[stated.end() :] if stated else text, delimiter)
    except csv.Error as error:
        page.paragraph(text)
        long = "field limit" in str(error)
        cause = f"a cell has more than {csv.field_size_limit()} characters" if long else _ODD
        issue = file.issue("table_not_read", f"{file.label} is read as text: {cause}.", page=1)
        return rendered(file, detected, [page], issues=[issue])
    width = max((len(row) for row in rows), default=0)
    cells: list[list[str | None]] = [
        [*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in rows
    ]
    captions = sheets.caption_rows(cells) if width > 1 else 0
    for row in cells[:captions]:
        page.paragraph(next(cell for cell in row if cell))
    page.table(cells[captions:])
    return rendered(file, detected, [page])
