"""Saved pages, written after the rules of the component library, and what must come out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.pages import (
    FileLink,
    Row,
    file_language,
    find_reference,
    is_file,
    page_language,
    parse_landing,
    parse_list,
)

PAGES = Path(__file__).parent / "pages"
BASE = "https://dg.invented.europa.eu"


def page(name: str) -> bytes:
    return (PAGES / f"{name}.html").read_bytes()


def test_list_of_version_4() -> None:
    found = parse_list(page("list_ecl4"), f"{BASE}/library_en?page=1")
    assert found.rows == (
        Row(
            url=f"{BASE}/publications/plan-q-2031_en",
            title="Plan for Country Q 2031",
            kind="Annual action plan",
            published="2031-02-03",
            fields=(("Country", "Country Q"), ("Colour of the cover", "Blue; Red")),
        ),
        Row(url=f"{BASE}/publications/second_en", title="Second", published="2030-09-07"),
        Row(
            url=f"{BASE}/document/download/0A1B2C3D-1111-4222-8333-444455556666_fr"
            "?filename=C_2031_77_annexe.pdf",
            title="Annexe 3",
        ),
        Row(url=f"{BASE}/publications/card_en", title="Card", kind="Report"),
    )
    assert found.next_url == f"{BASE}/library_en?page=2"
    assert (found.total, found.says_empty) == (13, False)
    assert found.left == ("list meta: Top secret", "list item without a link: No link here")


def test_list_of_version_5() -> None:
    found = parse_list(page("list_ecl5"), f"{BASE}/library_en")
    assert found.rows == (
        Row(url=f"{BASE}/publications/third_en", title="Third", published="2032-08-20"),
    )
    assert found.next_url == f"{BASE}/library_en?f%5B0%5D=country_country%3AQQA&page=1"
    assert (found.total, found.left) == (None, ())


def test_empty_list_says_so_and_changed_one_does_not() -> None:
    empty = parse_list(page("list_empty"), f"{BASE}/library_en")
    changed = parse_list(page("list_changed"), f"{BASE}/library_en")
    assert (empty.rows, empty.says_empty, empty.total) == ((), True, 0)
    assert (changed.rows, changed.says_empty, changed.total) == ((), False, None)


def test_publication_of_version_4() -> None:
    found = parse_landing(page("publication_ecl4"), f"{BASE}/publications/plan-q-2031_en")
    assert (found.title, found.kind) == ("Plan for Country Q 2031", "Annual action plan")
    assert (found.published, found.language) == ("2031-05-14", "en")
    assert found.fields == (
        ("Identification", "C(2031) 1234 final, ISBN 000"),
        ("Publication date", "15 May 2031"),
        ("Related departments", "DG X"),
    )
    download = f"{BASE}/document/download/"
    annex = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
    assert found.files == (
        FileLink(
            url=f"{download}{annex}_en?filename=annex-1.pdf",
            title="Annex 1 - Action document",
            language="en",
        ),
        FileLink(
            url=f"{download}{annex}_fr?filename=annexe-1.pdf",
            title="Annex 1 - Action document",
            language="fr",
        ),
        FileLink(
            url=f"{download}99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee_en"
            "?filename=aap-2031-c2031-88-part-1_en.zip",
            title="Bundle",
            language="en",
            published="2031-06-03",
        ),
        FileLink(
            url=f"{BASE}/system/files/2021-03/old-file_de.PDF", title="old file", language="de"
        ),
    )
    assert found.left == ("file block without a file: Broken block",)


def test_publication_of_version_5() -> None:
    found = parse_landing(page("publication_ecl5"), f"{BASE}/publications/third_en")
    assert [(f.title, f.language, f.published) for f in found.files] == [
        ("Annex 2", "en", "2032-08-20"),
        ("Annex 2", "de", "2032-08-20"),
    ]
    assert (found.title, found.kind, found.left) == ("Third", None, ())


def test_programme_keeps_every_field() -> None:
    found = parse_landing(page("programme"), f"{BASE}/our-programmes/border_en")
    assert found.fields == (
        ("Reference", "T05-EUTF-NOA-QQ-01"),
        ("Total cost", "EUR 15 000 000"),
        ("EUTF contribution", "€10,000,000.00"),
        ("Shoe size", "43"),
    )
    assert f"{BASE}/where-we-work/regions-countries/north-of-africa/country-l_en" in found.links
    assert len(found.files) == 1
    assert not found.is_empty


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\xff\xfe\x00", b"<main><p>Moved</p>"])
def test_page_without_anything_is_empty(body: bytes) -> None:
    assert parse_landing(body, f"{BASE}/x_en").is_empty
    assert parse_list(body, f"{BASE}/x_en").rows == ()


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Action document T05-EUTF-NOA-LY-04", "T05-EUTF-NOA-LY-04"),
        ("t05-eutf-sah-reg-08-02.pdf", "T05-EUTF-SAH-REG-08-02"),
        ("C(2024) 1234 final", "C(2024)1234"),
        ("C_2025_5935_F1_ANNEX_I.PDF", "C(2025)5935"),
        ("aap-2026-c2026-2542-part-1_en.zip", "C(2026)2542"),
        ("mip-2021-c2021-9376-mali-annex_fr.pdf", "C(2021)9376"),
        ("Annex 3 of 2024", None),
        ("vac2024-12 sheet", None),
    ],
)
def test_reference(text: str, reference: str | None) -> None:
    assert find_reference(text) == reference


@pytest.mark.parametrize(
    ("path", "file", "of_file", "of_page"),
    [
        ("/document/download/0a1b2c3d-1111-4222-8333-444455556666_fr", True, "fr", "fr"),
        ("/system/files/2020-01/annex_DE.pdf", True, "de", None),
        ("/system/files/2020-01/annex.PDF", True, None, None),
        ("/publications/plan_en", False, "en", "en"),
        ("/publications/plan", False, None, None),
    ],
)
def test_address(path: str, file: bool, of_file: str | None, of_page: str | None) -> None:
    url = BASE + path + "?filename=x.pdf"
    assert (is_file(url), file_language(url), page_language(url)) == (file, of_file, of_page)


@given(st.binary(max_size=400), st.integers(0, 4000), st.integers(0, 4000))
def test_damaged_page_is_read_or_left(noise: bytes, start: int, length: int) -> None:
    body = page("publication_ecl4")
    damaged = body[:start] + noise + body[start + length :]
    landing = parse_landing(damaged, f"{BASE}/x_en")
    keys = [file.url.partition("?")[0] for file in landing.files]
    assert len(keys) == len(set(keys))
    assert all(row.url for row in parse_list(damaged, f"{BASE}/x_en").rows)


def test_a_control_character_among_a_link_s_attributes_does_no_harm() -> None:
    body = page("publication_ecl4")
    damaged = body.replace(b"<a ", b"<a \x01 ")
    assert damaged != body
    assert parse_landing(damaged, f"{BASE}/x_en").files == parse_landing(body, f"{BASE}/x_en").files
