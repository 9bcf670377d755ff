"""Pages read from their picture: text, boxes, turns, slopes, blackened boxes, ruling lines."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from extract.ocr import (
    MAX_PIXELS,
    OcrFault,
    OcrPage,
    available,
    best_scale,
    read_page,
)
from extract.ocr import engine as engines
from extract.ocr.blackened import without_black
from extract.ocr.grain import without_grain
from extract.ocr.rules import find_rules
from extract.ocr.tilt import find_skew, text_ink
from extract.ocr.turn import Box, Grey, Turn, levelled, quartered
from tests.extract.ocr_pages import (
    ENGLISH,
    FRENCH,
    HEIGHT,
    SCALE,
    WIDTH,
    laid,
    rendered,
    right_characters,
    table_page,
    text_page,
)

REAL = Path(__file__).resolve().parents[3] / "shared/data/pdf/frontex"
COLUMNS = (40.0, 160.0, 260.0, 380.0)
ROWS = (
    ("Item", "Number", "Price in EUR"),
    ("Patrol boat", "4", "1,250,000"),
    ("Thermal camera", "7", "86,400"),
    ("Radio", "9", "1,115"),
)


def needs(*languages: str) -> pytest.MarkDecorator:
    asked = available(languages)
    return pytest.mark.skipif(bool(asked.missing), reason=asked.advice)


def page_of(pixels: Grey, *languages: str) -> OcrPage:
    page = read_page(pixels, scale=SCALE, languages=languages or ("en",))
    assert page is not None
    assert len(page.upright.boxes) == len(page.words)
    high, wide = (side / SCALE for side in pixels.shape)
    for word in page.words:
        assert 0 <= word.x0 < word.x1 <= wide
        assert 0 <= word.top < word.bottom <= high
        assert 0 <= word.confidence <= 1
    assert [word.line for word in page.words] == sorted(word.line for word in page.words)
    return page


def overlap(one: Box, two: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    both = max(wide, 0.0) * max(high, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return both / (sum(areas) - both)


def ink_box(pixels: Grey) -> Box:
    """The box in points around everything dark."""
    rows, columns = np.nonzero(pixels < 128)
    return (
        columns.min() / SCALE,
        rows.min() / SCALE,
        (columns.max() + 1) / SCALE,
        (rows.max() + 1) / SCALE,
    )


@pytest.mark.parametrize(
    ("language", "lines", "font"),
    [
        pytest.param("en", ENGLISH, "Helvetica", marks=needs("en")),
        pytest.param("en", ENGLISH, "Times-Roman", marks=needs("en")),
        pytest.param("fr", FRENCH, "Helvetica", marks=needs("fr")),
        pytest.param("fr", FRENCH, "Times-Roman", marks=needs("fr")),
    ],
)
def test_clean_pages_are_read(language: str, lines: tuple[str, ...], font: str) -> None:
    page = page_of(text_page(lines, font=font), language)
    assert right_characters(lines, page.text) >= 0.99
    assert (page.rotation, page.skew, page.complete) == (0, 0.0, True)
    assert len(page.text.splitlines()) == len(lines)
    assert page.confidence > 0.9
    assert page.upright.boxes == tuple(word.box for word in page.words)
    assert page.rules == ()


@needs("en")
@pytest.mark.parametrize(
    ("rotation", "skew"),
    [(0, -3.0), (0, 1.2), (90, 0.0), (90, 2.4), (180, 0.0), (180, -0.5), (270, 0.0), (270, 1.2)],
)
def test_turned_and_sloping_pages(rotation: int, skew: float) -> None:
    def word_alone(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(310, 30, "Harbour")

    text = np.minimum(text_page(ENGLISH), rendered(word_alone))
    page = page_of(laid(text, rotation=rotation, skew=skew))
    assert page.rotation == rotation
    assert page.skew == pytest.approx(skew, abs=0.1)
    assert right_characters((*ENGLISH, "Harbour"), page.text) >= 0.99
    truth = ink_box(laid(rendered(word_alone), rotation=rotation, skew=skew))
    (word,) = [word for word in page.words if word.text == "Harbour"]
    assert overlap(word.box, truth) > 0.75
    assert word == page.words[-1]
    assert page.upright.boxes[-1][3] - page.upright.boxes[-1][1] < 12


@needs("en")
def test_blackened_boxes_give_no_words_and_spoil_none() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(40, 250, "The vessel was sighted at")
        canvas.rect(172, 246, 60, 13, fill=1)
        canvas.drawString(235, 250, "by the aircraft of")
        canvas.rect(40, 200, 340, 30, fill=1)
        canvas.rect(40, 160, 6, 12, fill=1)
        canvas.drawString(50, 162, "and was lost")

    page = page_of(rendered(draw))
    assert page.text.split() == [
        *("The", "vessel", "was", "sighted", "at", "by", "the", "aircraft", "of"),
        *("and", "was", "lost"),
    ]


@needs("en")
@pytest.mark.parametrize(("paper", "ink"), [(110, 10), (0, 255)])
def test_dark_paper_is_read(paper: int, ink: int) -> None:
    grey = text_page(ENGLISH).astype(np.float64) / 255
    page = page_of((ink + (paper - ink) * grey).astype(np.uint8))
    assert right_characters(ENGLISH, page.text) >= 0.98


@needs("en")
def test_light_letters_on_a_dark_ground_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 240, 340, 18, fill=1)
        canvas.setFillGray(1)
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(50, 245, "Quantity")
        canvas.drawString(200, 245, "Delivered")
        canvas.setFillGray(0)
        canvas.drawString(50, 220, "38")
        canvas.drawString(200, 220, "September 2021")

    assert {"Quantity", "Delivered", "38", "2021"} <= set(page_of(rendered(draw)).text.split())


def test_large_letters_are_no_blackened_boxes() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 60)
        canvas.drawString(40, 150, "EMIL")

    pixels = rendered(draw)
    clean, black = without_black(pixels, SCALE)
    assert clean is pixels
    assert not black.mask.any()


@pytest.mark.parametrize("grey", [0.0, 0.8])
def test_ruling_lines_of_a_table(grey: float) -> None:
    rules = find_rules(table_page(ROWS, COLUMNS, grey=grey), SCALE)
    level = [rule for rule in rules if rule[1] == rule[3]]
    upright = [rule for rule in rules if rule[0] == rule[2]]
    assert len(rules) == len(level) + len(upright) == 5 + 4
    for rule, row in zip(sorted(level, key=lambda r: r[1]), range(5), strict=True):
        want = (COLUMNS[0], 40.0 + 20 * row, COLUMNS[-1], 40.0 + 20 * row)
        assert [side / SCALE for side in rule] == pytest.approx(want, abs=1.0)
    for rule, column in zip(sorted(upright), COLUMNS, strict=True):
        want = (column, 40.0, column, 120.0)
        assert [side / SCALE for side in rule] == pytest.approx(want, abs=1.0)


def test_text_and_boxes_have_no_ruling_lines() -> None:
    def box(canvas: Canvas) -> None:
        canvas.rect(60, 40, 200, 40, fill=1)

    page = np.minimum(text_page(ENGLISH), rendered(box))
    assert find_rules(page, SCALE) == []


def test_a_rule_goes_on_under_a_blackened_box() -> None:
    def box(canvas: Canvas) -> None:
        canvas.rect(170, HEIGHT - 78, 60, 16, fill=1)

    page = np.minimum(table_page(ROWS, COLUMNS), rendered(box))
    clean, black = without_black(page, SCALE)
    assert len(find_rules(clean, SCALE, black.share)) == 9


@needs("en")
@pytest.mark.parametrize(("rotation", "skew"), [(0, 0.0), (90, 0.0), (0, 2.0), (270, -1.5)])
def test_ruled_tables_are_read_row_by_row(rotation: int, skew: float) -> None:
    pixels = np.minimum(
        table_page(ROWS, COLUMNS),
        np.roll(text_page(ENGLISH[:5]), round(110 * SCALE), axis=0),
    )
    page = page_of(laid(pixels, rotation=rotation, skew=skew))
    assert page.rotation == rotation
    assert page.skew == pytest.approx(skew, abs=0.1)
    lines = page.text.splitlines()
    assert lines[: len(ROWS) * 3] == [cell for row in ROWS for cell in row]
    level = [rule for rule in page.upright.rules if rule[1] == rule[3]]
    assert (len(level), len(page.upright.rules)) == (5, 9)
    assert len({round(b[1] - a[1]) for a, b in pairwise(level)}) == 1
    assert page.rules == tuple(page.to_page(rule) for rule in page.upright.rules)


@given(
    st.integers(0, 3),
    st.floats(-9, 9),
    st.integers(20, 180),
    st.integers(20, 280),
)
def test_boxes_find_the_way_back(quarters: int, skew: float, x: int, y: int) -> None:
    pixels = np.full((300, 200), 255, np.uint8)
    pixels[y - 2 : y + 3, x - 2 : x + 3] = 0
    upright = levelled(quartered(pixels, quarters), skew)
    rows, columns = np.nonzero(upright < 128)
    turn = Turn(200, 300, quarters, skew)
    assert turn.upright_size == pytest.approx(upright.shape[::-1], abs=2)
    middle = (columns.mean() + 0.5, rows.mean() + 0.5)
    back = turn.to_page((*middle, *middle))
    assert back == pytest.approx((x + 0.5, y + 0.5, x + 0.5, y + 0.5), abs=1.6)


@pytest.mark.parametrize("skew", [-9.0, -2.5, -0.6, 0.0, 0.3, 4.4])
def test_the_slope_of_a_page(skew: float) -> None:
    ink, _ = text_ink(laid(text_page(ENGLISH), skew=skew), SCALE)
    assert find_skew(ink) == pytest.approx(skew, abs=0.1)


@needs("en")
def test_a_blank_page_has_no_words() -> None:
    page = page_of(np.full((600, 400), 255, np.uint8))
    assert (page.words, page.rules, page.text, page.confidence) == ((), (), "", 0.0)
    black = page_of(np.zeros((600, 400), np.uint8))
    assert black.words == ()


@needs("en")
@pytest.mark.parametrize(("grain", "specks"), [(40.0, 0.0), (8.0, 0.015)])
def test_grainy_scans_are_read(grain: float, specks: float) -> None:
    chance = np.random.default_rng(7)
    clean = text_page(ENGLISH)
    pixels = np.clip(clean * 0.8 + 25 + chance.normal(0, grain, clean.shape), 0, 255)
    pixels[chance.random(clean.shape) < specks] = 0
    scan = pixels.astype(np.uint8)
    assert without_grain(clean) is clean
    assert without_grain(scan) is not scan
    assert right_characters(ENGLISH, page_of(scan).text) >= 0.98


@needs("en")
@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 2), (40, 40)])
def test_the_smallest_pictures(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    for pixels in (noise, np.zeros(shape, np.uint8)):
        assert read_page(pixels, scale=SCALE, languages=["en"]) is not None


@needs("en")
def test_a_picture_over_the_limit_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = text_page(ENGLISH)
    monkeypatch.setattr("extract.ocr.page.MAX_PIXELS", pixels.size // 2)
    page = page_of(pixels)
    assert right_characters(ENGLISH, page.text) > 0.9
    assert page.upright.width == pytest.approx(WIDTH, abs=1)


@needs("en")
def test_a_page_that_takes_too_long_says_that_it_is_not_complete() -> None:
    pixels = text_page(ENGLISH)
    page = read_page(pixels, scale=SCALE, languages=["en"], seconds=0.01)
    assert page is not None
    assert not page.complete
    assert page_of(pixels).complete


def test_large_pages_are_drawn_within_the_limit() -> None:
    assert best_scale(595, 842) == pytest.approx(300 / 72)
    assert best_scale(5000, 7000) ** 2 * 5000 * 7000 == pytest.approx(MAX_PIXELS)
    assert best_scale(0, 0) == pytest.approx(300 / 72)


@pytest.mark.parametrize(
    ("pixels", "scale"),
    [
        (np.zeros((4, 4, 3), np.uint8), 1.0),
        (np.zeros((4, 4), np.float64), 1.0),
        (np.zeros((0, 4), np.uint8), 1.0),
        (np.zeros((4, 4), np.uint8), 0.0),
    ],
)
def test_what_is_no_picture_is_refused(pixels: Grey, scale: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        read_page(pixels, scale=scale, languages=["en"])


@needs("en")
def test_one_engine_and_one_thread() -> None:
    page_of(text_page(ENGLISH[:1]))
    assert engines.engine(["en"]) is engines.engine(["en", "xx"])
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("threads are counted on Linux")
    before = len(list(tasks.iterdir()))
    page_of(text_page(ENGLISH[:1]))
    assert len(list(tasks.iterdir())) == before
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only folder for Tesseract's data is empty."""
    monkeypatch.setattr(engines, "_FOLDERS", ())
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "none"))
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    return tmp_path


def test_without_data_nothing_is_read_and_the_advice_says_why(no_data: Path) -> None:
    asked = available(["en", "fr"])
    assert (asked.languages, asked.missing) == ((), ("en", "fr"))
    assert "apt install tesseract-ocr tesseract-ocr-eng tesseract-ocr-fra" in asked.advice
    assert asked.advice.endswith(".")
    assert read_page(text_page(ENGLISH[:1]), scale=SCALE, languages=["en"]) is None


@needs("en")
def test_the_advice_names_only_what_is_missing(no_data: Path) -> None:
    folder = no_data / "tessdata"
    folder.mkdir()
    (folder / "fra.traineddata").write_bytes(b"")
    asked = available(["fr", "de", "fr", "tlh"])
    assert (asked.languages, asked.missing) == (("fr",), ("de", "tlh"))
    assert "tesseract-ocr-deu" in asked.advice
    assert "fra" not in asked.advice
    assert available(["fr"]).advice == ""
    assert "tlh" in available(["tlh"]).advice


def test_without_the_binding_the_advice_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    asked = available(["en"])
    assert asked.missing == ("en",)
    assert "package tesserocr" in asked.advice
    assert read_page(text_page(ENGLISH[:1]), scale=SCALE, languages=["en"]) is None


@needs("en")
def test_damaged_data_are_a_fault_with_advice(no_data: Path) -> None:
    (no_data / "eng.traineddata").write_bytes(b"no data of Tesseract")
    with pytest.raises(OcrFault, match="install them anew"):
        read_page(text_page(ENGLISH[:1]), scale=SCALE, languages=["en"])


@needs("en")
def test_a_real_page_whose_letters_are_curves() -> None:
    path = REAL / "PAD-2025-00419__12350-2021_NF3_red_dp_BG_3F_mp.pdf"
    if not path.is_file():
        pytest.skip("the real documents are not here")
    with pypdfium2.PdfDocument(path) as document:
        bitmap = document[0].render(scale=SCALE, grayscale=True)
        page = page_of(np.array(bitmap.to_numpy()).squeeze())
    lines = page.text.splitlines()
    for name, value in (("Dead persons", "7"), ("Missing persons", "9")):
        assert lines[lines.index(name) + 1] == value
    assert len(page.upright.rules) > 40
