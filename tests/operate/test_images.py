"""Pictures of pages: drawn in a child, kept, drawn again when lost; faults are sentences."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from core.archive import Archive
from core.errors import DamagedDocument
from core.settings import Settings
from operate.images import draw_images, image_path
from tests.extract.files import drawn_pdf, sha, text_pdf


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(output=tmp_path, workers=1)


def test_pages_are_drawn_at_144_dots_and_kept(settings: Settings) -> None:
    data = text_pdf(["First page"], ["Second page"])
    Archive(settings.archive).put(data)
    first, second = draw_images(settings, sha(data), [1, 2], name="a.pdf")
    with Image.open(first) as image:
        assert image.size == (1191, 1684)  # A4, 595.3 by 841.9 points, doubled
        assert min(image.convert("L").tobytes()) < 100
    assert second == image_path(settings, sha(data), 2)
    first.write_bytes(b"kept")
    assert draw_images(settings, sha(data), [1], name="a.pdf")[0].read_bytes() == b"kept"


def test_what_a_page_hides_is_hidden_on_its_picture(settings: Settings) -> None:

    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "SECRET")
        canvas.rect(95, 690, 120, 24, stroke=0, fill=1)

    data = drawn_pdf(draw)
    Archive(settings.archive).put(data)
    (path,) = draw_images(settings, sha(data), [1], name="a.pdf")
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        box = image.convert("L").crop((195, 260, 420, 295))
    assert set(box.tobytes()) == {0}


@pytest.mark.parametrize(("data", "page"), [(b"%PDF-1.4 nothing", 1), (text_pdf(["One"]), 7)])
def test_what_cannot_be_drawn_is_said_in_one_sentence(
    settings: Settings, data: bytes, page: int
) -> None:
    Archive(settings.archive).put(data)
    with pytest.raises(DamagedDocument, match=r"a\.pdf"):
        draw_images(settings, sha(data), [page], name="a.pdf")
    assert not image_path(settings, sha(data), page).exists()
