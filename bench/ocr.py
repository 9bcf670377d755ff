"""Reading pages from their picture, beside one plain call of Tesseract on the same picture.

`python -m bench.ocr [--truth FILE] [FOLDER]`: drawn pages in English and French, turned and
sloping ones, and the pages without text of the PDFs in FOLDER (by default
../shared/data/pdf/frontex). FILE holds lines that a person typed off such pages: file name, page
and words, parted by tabs; the share of their words that are read right is printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from extract.ocr import OcrPage, available, best_scale, read_page
from extract.ocr.engine import data_folder
from extract.ocr.turn import Grey
from tests.extract.ocr_pages import ENGLISH, FRENCH, SCALE, laid, right_characters, text_page

RUNS = 5
FEW_WORDS = 5  # a page with fewer in its text layer is read from its picture
DRAWN = (("en", ENGLISH, "eng"), ("fr", FRENCH, "fra"))
LAID = ((90, 0.0), (180, 0.0), (270, 0.0), (0, 2.0))


def bare(name: str) -> Callable[[Grey, float], str]:
    """Return one plain call of Tesseract, its data loaded before."""
    tesserocr: Any = import_module("tesserocr")
    api = tesserocr.PyTessBaseAPI(
        path=str(data_folder()), lang=name, variables={"debug_file": os.devnull}
    )

    def read(pixels: Grey, scale: float) -> str:
        high, wide = pixels.shape
        api.SetImageBytes(pixels.tobytes(), wide, high, 1, wide)
        api.SetSourceResolution(round(scale * 72))
        return str(api.GetUTF8Text())

    return read


def seconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def compared(plain: Callable[[], object], ours: Callable[[], object]) -> str:
    """Return medians of plain call and ours, taken in turn, and their ratio."""
    plain(), ours()
    pairs = [(seconds(plain), seconds(ours)) for _ in range(RUNS)]
    one, two = (statistics.median(part) for part in zip(*pairs, strict=True))
    return f"bare {one:5.2f} s, here {two:5.2f} s, ratio {two / one:4.2f}"


def page_of(pixels: Grey, scale: float, language: str) -> OcrPage:
    """Return the page read; the caller has made sure that it can be."""
    page = read_page(pixels, scale=scale, languages=[language])
    if page is None:
        raise RuntimeError(available([language]).advice)
    return page


def drawn_pages() -> None:
    """Print share of characters right and time of drawn A4 pages, straight and laid askew."""
    for language, lines, name in DRAWN:
        whole = lines * 6
        pixels, read = text_page(whole, width=595, height=842), bare(name)
        page = page_of(pixels, SCALE, language)
        ratio = compared(partial(read, pixels, SCALE), partial(page_of, pixels, SCALE, language))
        right = right_characters(whole, page.text)
        alone = right_characters(whole, read(pixels, SCALE))
        print(f"{language} straight: {right:.4f} right (bare {alone:.4f}), {ratio}")
        for rotation, skew in LAID:
            askew = laid(pixels, rotation=rotation, skew=skew)
            begin = time.process_time()
            page = page_of(askew, SCALE, language)
            took = time.process_time() - begin
            right = right_characters(whole, page.text)
            print(
                f"{language} turned {rotation:3}, sloping {skew}: {right:.4f} right, found "
                f"{page.rotation:3} and {page.skew}, {took:.2f} s"
            )


def textless_pages(folder: Path) -> Iterator[tuple[str, int, Grey, float]]:
    """Yield file name, page number, picture and scale of the pages without a text layer."""
    for path in sorted(folder.glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            for number in range(len(document)):
                page = document[number]
                if len(page.get_textpage().get_text_range().split()) < FEW_WORDS:
                    scale = best_scale(*page.get_size())
                    pixels = np.array(page.render(scale=scale, grayscale=True).to_numpy())
                    yield path.name, number + 1, pixels.squeeze(), scale


def right_words(line: str, text: str) -> tuple[int, int]:
    """Return how many words of a line stand in its order at the best place of a text, of how many.

    Quotation marks count as one kind.
    """
    marks = str.maketrans("“”’‘", "\"\"''")
    words, read = line.translate(marks).split(), text.translate(marks).split()
    best = 0
    for begin in range(max(1, len(read) - len(words) + 1)):
        part = read[begin : begin + len(words) + 2]
        blocks = SequenceMatcher(None, words, part, autojunk=False).get_matching_blocks()
        best = max(best, sum(block.size for block in blocks))
    return best, len(words)


def typed_lines(path: Path | None) -> dict[tuple[str, int], list[str]]:
    """Return the typed lines of each file and page."""
    found: dict[tuple[str, int], list[str]] = {}
    for row in path.read_text(encoding="utf-8").splitlines() if path else ():
        name, page, line = row.split("\t")
        found.setdefault((name, int(page)), []).append(line)
    return found


def real_pages(folder: Path, truth: Path | None) -> None:
    """Print time and words right of the pages without text in a folder."""
    typed, read = typed_lines(truth), bare("eng")
    got = want = alone = 0
    for name, number, pixels, scale in textless_pages(folder):
        page = page_of(pixels, scale, "en")
        ratio = compared(partial(read, pixels, scale), partial(page_of, pixels, scale, "en"))
        print(f"{name[:40]} page {number}: {len(page.words)} words, {ratio}")
        plain = read(pixels, scale)
        for line in typed.get((name, number), []):
            right, words = right_words(line, page.text)
            got, want, alone = got + right, want + words, alone + right_words(line, plain)[0]
            if right < words:
                print(f"    {right} of {words}: {line}")
    if want:
        print(f"typed lines: {got / want:.4f} of {want} words right (bare {alone / want:.4f})")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--truth", type=Path)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/data/pdf/frontex"))
    options = parser.parse_args()
    asked = available([language for language, _, _ in DRAWN])
    if asked.missing:
        sys.exit(f"Skipped. {asked.advice}")
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores, median of {RUNS}")
    drawn_pages()
    if options.folder.is_dir():
        real_pages(options.folder, options.truth)
    else:
        print(f"Skipped: there is no folder {options.folder}.")


if __name__ == "__main__":
    main()
