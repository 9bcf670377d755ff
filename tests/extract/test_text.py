"""Text, JSON, CSV, XML and web pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DocumentError
from extract.language import guess_language
from tests.extract.files import read

ARTICLE = "Überwachung: zwölf Drohnen für die Küstenwache, 1,5 Mio. €"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
def test_text_is_decoded_honestly(codec: str) -> None:
    document = read(ARTICLE.encode(codec), "a.txt").document
    assert document.pages[0].text == ARTICLE
    assert (document.kind, document.media_type) == ("text", "text/plain")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Προμήθεια δέκα οχημάτων για το λιμενικό σώμα και την αστυνομία της χώρας", "cp1253"),
        ("Доставка на десет автомобила за гранична полиция на страната", "cp1251"),
        ("Dostawa dziesięciu pojazdów dla straży granicznej i policji państwowej", "cp1250"),
    ],
)
def test_older_encodings(text: str, codec: str) -> None:
    assert read(text.encode(codec), "a.txt").document.pages[0].text == text


def test_line_ends_and_form_feeds() -> None:
    document = read(b"# Drones\r\n\r\nTen.\rEleven.\fSecond page", "a.md").document
    assert [page.text for page in document.pages] == ["# Drones\n\nTen.\nEleven.", "Second page"]
    assert (document.title, document.media_type) == ("Drones", "text/markdown")


def test_the_source_knows_the_language_better() -> None:
    assert read(ARTICLE.encode(), "a.txt").document.language == "de"
    assert read(ARTICLE.encode(), "a.txt", language="en").document.language == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The coast guard of the country received four patrol boats in June.", "en"),
        ("Le ministère de l'intérieur a reçu quatre vedettes pour la garde côtière.", "fr"),
        ("Patrol boats", None),
        ("1 234 567,00 EUR 12 345 678,00", None),
    ],
)
def test_language_is_guessed_from_enough_text(text: str, language: str | None) -> None:
    assert guess_language(text) == language


def test_other_xml_gives_its_text() -> None:
    document = read(b"<?xml version='1.0'?><a><b>One  two</b><!-- no --><c/>three</a>", "a.xml")
    assert document.document.pages[0].text == "One two\nthree"


@given(st.text(max_size=200))
def test_any_text_comes_back(text: str) -> None:
    try:
        document = read(text.encode(), "a.txt").document
    except DocumentError:
        return
    if document.kind == "text":
        plain = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        assert "\f".join(page.text for page in document.pages) == plain


PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Aide | Site</title>
<meta property="og:title" content="Quatre vedettes pour la Libye">
<meta property="article:published_time" content="2021-05-04T10:00:00Z"></head><body>
<nav><a href="/">Accueil</a></nav><main><article><h1>Quatre vedettes pour la Libye</h1>
<p>La Commission a remis quatre vedettes aux garde-côtes du pays, pour une valeur de
1,5 million d'euros, au titre du fonds fiduciaire.</p>
<p>Les bateaux servent à la surveillance des côtes, selon le ministère de l'intérieur.</p>
<table><tr><th>Bien</th><th>Nombre</th></tr><tr><td>Vedettes</td><td>4</td></tr></table>
</article></main><footer>Mentions</footer></body></html>"""


def test_a_web_page_gives_its_main_text() -> None:
    document = read(PAGE.encode(), "a.html").document
    (page,) = document.pages
    assert page.method == "rendered"
    assert "La Commission a remis quatre vedettes aux garde-côtes" in page.text
    assert "Vedettes" in page.text
    assert "Accueil" not in page.text
    assert (document.title, document.published, document.language) == (
        "Quatre vedettes pour la Libye",
        "2021-05-04",
        "fr",
    )


def test_a_web_page_without_text_is_an_issue() -> None:
    document = read(b"<html><head><title>Empty</title></head><body></body></html>", "a.html")
    assert document.document.pages[0].method == "none"
    assert [issue.code for issue in document.document.issues] == ["page_without_text"]
    assert document.document.title == "Empty"
