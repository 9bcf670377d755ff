"""The charts are plain, well-formed SVG that shows the numbers of their tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from review.charts import draw
from review.charts_canvas import DARK, LIGHT, fitted, plain, width_of
from store.overview_records import (
    AmountRow,
    Chart,
    FamilyRow,
    ProgressRow,
    SourceRow,
    StageRow,
)

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "defs", "pattern", "rect", "path", "line", "text"}
ATTRIBUTES = {
    "width", "height", "viewBox", "role", "aria-labelledby", "id", "x", "y", "x1", "x2", "y1",
    "y2", "d", "transform", "fill", "stroke", "stroke-width", "font-size", "font-family",
    "font-weight", "text-anchor", "patternUnits", "patternTransform",
}  # fmt: skip
YEARS = ("before 2016", "2020", "2022")
HOSTILE = (
    "<script>alert(1)</script>",
    "]]><svg onload='x'>&amp;\"",
    "\u202egnp.exe\u2066 \u200bzero\x00\x1b[31m\ud800",
    "x" * 10_000,
    "' style='fill:url(http://evil.example/)",
    "مركبات إسعاف 車両 🚑",
    "'; DROP TABLE entries; --",
)


def amounts(names: Sequence[str] = ("Fund A", "Fund B"), **more: Any) -> Chart[AmountRow]:
    """Return a chart of amounts: 1.2 M EUR reviewed and 3.4 bn EUR pending for each fund."""
    rows = [
        AmountRow(kind=kind, fund=name, year=year, reviewed=Decimal(1_200_000),
                  reviewed_amounts=2, reviewed_no_rate=0, pending=Decimal(3_400_000_000),
                  pending_amounts=5, pending_no_rate=1)
        for kind in ("award", "budget") for name in names for year in YEARS
    ]  # fmt: skip
    return _chart("amounts", AmountRow, rows, **more)


def families(names: Sequence[str] = ("Vehicles",), **more: Any) -> Chart[FamilyRow]:
    """Return a chart of families."""
    rows = [
        FamilyRow(family=name, country=country, code=code, reviewed=number, pending=7)
        for name in names
        for country, code, number in (("Libya", "LY", 40), ("not stated", "", 0),
                                      ("other countries", "", 4_100))
    ]  # fmt: skip
    return _chart("families", FamilyRow, rows, **more)


def deliveries(names: Sequence[str] = ("2020-01", "2020-02"), **more: Any) -> Chart[StageRow]:
    """Return a chart of deliveries."""
    rows = [
        StageRow(stage=stage, period=name, reviewed=3, pending=5)
        for stage in ("delivered", "unknown") for name in (*names, "no date")
    ]  # fmt: skip
    return _chart("deliveries", StageRow, rows, **more)


def progress(names: Sequence[str] = ("2025-03",), **more: Any) -> Chart[ProgressRow]:
    """Return a chart of progress."""
    rows = [ProgressRow(period=name, accepted=5, corrected=2, rejected=1) for name in names]
    now = ProgressRow(period=ProgressRow.NOW, accepted=5, corrected=2, rejected=1, pending=1_992,
                      reopened=0, share=0.004)  # fmt: skip
    return _chart("progress", ProgressRow, [*rows, now], **more)


def sources(names: Sequence[str] = ("TED",), **more: Any) -> Chart[SourceRow]:
    """Return a chart of sources, every other one in need."""
    rows = [
        SourceRow(source=f"s{n}", title=name, state="ok" if n % 2 else "unreachable", listed=12,
                  confirmed=11, fetched=3, minimum=10, maximum=99, last_good="2025-03-01",
                  days=n, well=bool(n % 2), states=("ok", "interrupted", "nothing_new", "ok"))
        for n, name in enumerate(names)
    ]  # fmt: skip
    return _chart("sources", SourceRow, rows, **more)


def _chart(name: str, kind: type[Any], rows: Sequence[Any], **more: Any) -> Chart[Any]:
    made: Chart[Any] = Chart(
        id=name, title=f"The {name}", says="What it says.", caveats=("Beware.",), kind=kind,
        records=tuple(rows),
    )  # fmt: skip
    return replace(made, **more)


ALL = (amounts, families, deliveries, progress, sources)


def texts(svg: str) -> list[str]:
    """Return the texts that can be read in a picture."""
    return [element.text or "" for element in fromstring(svg).iter(f"{SVG}text")]


def bars(svg: str) -> dict[str, tuple[float, str]]:
    """Return the height and the fill of each bar, by what is told of it."""
    return {
        title: (float(element.get("height") or 0), element.get("fill") or "")
        for element in fromstring(svg).iter(f"{SVG}rect")
        if (title := element.findtext(f"{SVG}title"))
    }


def check(svg: str, width: int) -> None:
    """Check that a picture is plain: known elements and attributes, nothing from elsewhere."""
    root = fromstring(svg)
    assert root.get("width") == str(width)
    assert root.get("role") == "img"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS, element.tag
        assert set(element.attrib) <= ATTRIBUTES, element.attrib
        for name, value in element.attrib.items():
            assert "//" not in value, (name, value)
            for address in re.findall(r"url\(([^)]*)\)", value):
                assert address.removeprefix("#") in ids, (name, value)
    height = float(root.get("height") or 0)
    for element in root.iter(f"{SVG}text"):
        assert 0 <= float(element.get("x") or -1) <= width
        assert 0 <= float(element.get("y") or -1) <= height
    for element in root.iter(f"{SVG}rect"):
        assert float(element.get("height") or -1) > 0
        assert float(element.get("width") or -1) > 0


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("width", [320, 374, 720, 1440])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("published", [False, True])
def test_a_picture_is_plain_svg(make: Any, width: int, dark: bool, published: bool) -> None:
    chart = make(published=published)
    svg = draw(chart, width=width, dark=dark)
    check(svg, width)
    assert svg == draw(make(published=published), width=width, dark=dark)
    root = fromstring(svg)
    assert [e.text for e in root.findall(f"{SVG}title")] == [chart.title]
    assert [e.text for e in root.findall(f"{SVG}desc")] == ["What it says. Beware."]
    used, other = (DARK, LIGHT) if dark else (LIGHT, DARK)
    assert used.text in svg
    assert other.text not in svg
    if published:
        assert not any(
            re.search("pending|reject|reopen", text, re.IGNORECASE) for text in texts(svg)
        )


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("width", [374, 1440])
@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_names_are_text_and_cut(make: Any, width: int, label: str) -> None:
    chart = make((label, "Plain"), title=label, says=label, caveats=(label,))
    svg = draw(chart, width=width)
    check(svg, width)
    assert len(svg) < 60_000
    for character in "\u202e\u2066\u200b\x00\x1b\ud800":
        assert character not in svg
    assert all(len(text) < 300 for text in texts(svg))


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("width", [374, 1440])
def test_without_numbers_it_says_that_there_is_nothing_yet(make: Any, width: int) -> None:
    svg = draw(make(records=()), width=width)
    check(svg, width)
    assert texts(svg) == ["Nothing yet", "What it says."]


@pytest.mark.parametrize("width", [374, 1440])
def test_amounts_say_reviewed_and_pending_apart_and_kinds_too(width: int) -> None:
    found = texts(draw(amounts(), width=width))
    assert [text for text in found if text in ("Awards", "Budgets")] == ["Awards", "Budgets"]
    assert found.count("3.6 M") == 4  # two funds of two kinds, three years each
    assert found.count("10 bn") == 4
    assert not any("reviewed and pending" in text for text in found)
    assert found.count("1.2 M") == (12 if width > 1000 else 0)
    # the year without amounts has its place too
    assert [text for text in found if text in ("2020", "2021", "2022")][:3] == [
        "2020",
        "2021",
        "2022",
    ]


def test_many_names_are_summed_as_others() -> None:
    svg = draw(amounts([f"Fund {n:02}" for n in range(13)]), width=1440)
    found = texts(svg)
    assert found.count("other funds") == 2
    assert sum(text.startswith("Fund") for text in found) == 10
    assert "29 M" in found  # 8 of 13 funds, 3.6 M EUR each
    assert "A bar with a gap is longer than drawn." in found


def test_a_rest_does_not_press_the_others_flat() -> None:
    svg = draw(families(), width=1440)
    heights = bars(svg)
    assert heights["Vehicles, Libya: 40 reviewed"][0] == 24
    assert max(height for height, _ in heights.values()) == 24


def test_bars_are_as_high_as_their_numbers() -> None:
    svg = draw(deliveries(), width=1440)
    heights = bars(svg)
    high, solid = heights["Delivered, 2020-01: 3 reviewed"]
    higher, hatched = heights["Delivered, 2020-01: 5 pending"]
    assert high == pytest.approx(24 * 3 / 5, abs=0.1)
    assert higher == 23  # its outline lies around it
    assert solid == LIGHT.reviewed
    assert hatched.startswith("url(#chart-deliveries-")


def test_sources_in_need_are_named_in_words() -> None:
    found = texts(draw(sources([f"Source {n}" for n in range(15)]), width=1440))
    assert found.count("unreachable") == 6
    assert found.count("11 of at least 10") == 6
    assert "well yesterday" in found
    assert found[-1] == "and 3 more, which are better off"


def test_progress_gives_numbers_and_shares() -> None:
    found = texts(draw(progress(), width=720))
    for words in ("5 (under 1 %)", "1,992 (99 %)", "0 (0 %)", "Decided in each period"):
        assert any(words in text for text in found), words
    assert "1,992 (100 %)" not in found


@pytest.mark.parametrize(("asked", "given"), [(-5, 320), (0, 320), (10**9, 1600), (720, 720)])
def test_widths_are_held_in_bounds(asked: int, given: int) -> None:
    check(draw(amounts(), width=asked), given)


def test_two_pictures_in_one_page_share_no_id() -> None:
    ids = [
        element.get("id")
        for make in ALL
        for element in fromstring(draw(make())).iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids)) > 10


def test_names_are_cut_to_their_room() -> None:
    for name in HOSTILE:
        assert width_of(fitted(name, 12, 100), 12) <= 100
    assert plain("x" * 10_000, 50) == "x" * 49 + "…"
    assert fitted("short", 12, 100) == "short"
    assert fitted("anything", 12, 1) == ""
