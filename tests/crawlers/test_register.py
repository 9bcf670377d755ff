"""Pages of a register in the reported form, and what must come out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.register import (
    DIALOG,
    Entry,
    RegisterFile,
    language_of,
    listing_url,
    page_at,
    page_number,
    parse_dialog,
    parse_listing,
)

BASE = "https://register.invented.example/"
SAMPLE = Path(__file__).parents[3] / "shared" / "markup" / "frontex_prd.html"


def dialog_of(post: str, card: str = "2722", path: str = DIALOG) -> str:
    return f"{BASE.rstrip('/')}{path}?card-post-id={card}&document-post-id={post}"


def pair(title: str, text: str, kind: str = "text") -> str:
    return f'<div><div class="title">{title}</div><div class="{kind}">{text}</div></div>'


@pytest.mark.parametrize(
    "link",
    [
        f'<a href="#" data-url="{DIALOG}?card-post-id=2722&amp;document-post-id=7">x</a>',
        f"<button data-x='{DIALOG}?card-post-id=2722&#038;document-post-id=7'>x</button>",
        f'<a href="{dialog_of("7")}">x</a>',
        f'<a href="{DIALOG.lstrip("/")}?document-post-id=7&card-post-id=2722">x</a>',
        f'<i data-a="{{&quot;u&quot;:&quot;{DIALOG}?card-post-id=2722&document-post-id=7&quot;}}">',
        "<script>open('" + DIALOG.replace("/", "\\/") + "?card-post-id=2722&document-post-id=7')",
        '<a href="/?card-post-id=2722&document-post-id=7">x</a>',
        '<div data-card="card-post-id=2722"></div><a href="?document-post-id=7">x</a>',
    ],
)
def test_dialogs_are_found_wherever_their_address_stands(link: str) -> None:
    found = parse_listing(f"<html><body>{link}</body></html>".encode(), BASE)
    assert found.entries == (Entry(post_id="7", dialog_url=dialog_of("7")),)
    assert found.left == ()


def test_the_site_may_move_its_dialog_and_change_its_card() -> None:
    body = b'<a data-u="/wp/new/fragment.php?card-post-id=31&document-post-id=8">x</a>'
    found = parse_listing(body, BASE)
    assert found.entries[0].dialog_url == dialog_of("8", "31", "/wp/new/fragment.php")


def test_a_listing_names_each_document_once_and_the_last_page() -> None:
    links = "".join(f'<a data-u="{dialog_of(post)}">x</a>' for post in ("7", "8", "7"))
    pages = "".join(f'<a href="{listing_url(BASE, "409", n)}">{n}</a>' for n in (2, 11, 3))
    found = parse_listing((links + pages).encode(), BASE)
    assert [entry.post_id for entry in found.entries] == ["7", "8"]
    assert (found.last, found.says_empty) == (11, False)


def test_a_document_whose_dialog_has_no_address_is_left() -> None:
    found = parse_listing(b'<a href="?document-post-id=7">x</a>', BASE)
    assert (found.entries, found.left) == ((), ("document 7 without a card-post-id",))


def test_an_empty_listing_says_so_and_a_changed_one_does_not() -> None:
    empty = parse_listing(b"<p>No documents match your search.</p>", BASE)
    changed = parse_listing(b"<main><div data-id='7'>Report</div></main>", BASE)
    assert (empty.entries, empty.says_empty) == ((), True)
    assert (changed.entries, changed.says_empty, changed.last) == ((), False, None)


def test_pages_of_a_listing_count_from_zero() -> None:
    first = listing_url(BASE, "409")
    assert first == (f"{BASE}?form-fields%5Bdocument-tag%5D%5B0%5D=409&form-fields%5Bpaged%5D=0")
    assert page_number(first) == 0
    assert page_number(page_at(first, 12)) == 12
    assert page_at(first, 1) == listing_url(BASE, "409", 1)
    assert page_number(BASE) == 0


def test_a_dialog_says_everything_once() -> None:
    body = "".join(
        [
            pair("Title", "A  report\non boats"),
            '<div class="publish-date text">05.03.2024</div>',
            pair("Language:", "EN", "card-terms-with-commas text"),
            pair("Document format", "PDF", "card-terms-with-commas text"),
            '<a href="/?form-fields%5Bdocument-tag%5D%5B0%5D=409">Incidents</a>',
            '<a href="/?form-fields[document-tag][0]=5">Boats</a>',
            '<a href="/document/a-report-on-boats/">Link</a>',
            '<select><option value="">Choose</option>',
            f'<option value="{BASE}wp-content/uploads/report.pdf">EN</option>',
            '<option value="/wp-content/uploads/annexes.ZIP">Annexes</option></select>',
            '<a href="/wp-content/uploads/report.pdf">again</a>',
        ]
    )
    found = parse_dialog(body.encode(), dialog_of("7"))
    assert (found.title, found.published, found.language) == (
        "A report on boats",
        "2024-03-05",
        "en",
    )
    assert found.tags == ("Incidents", "Boats")
    assert found.permalink == f"{BASE}document/a-report-on-boats/"
    assert found.files == (
        RegisterFile(url=f"{BASE}wp-content/uploads/report.pdf", name="report.pdf", label="EN"),
        RegisterFile(
            url=f"{BASE}wp-content/uploads/annexes.ZIP", name="annexes.ZIP", label="Annexes"
        ),
    )
    assert (found.left, found.is_empty) == ((), False)


def test_what_a_dialog_says_besides_is_left() -> None:
    body = (
        pair("Title", "T")
        + pair("Classification", "Limited")
        + pair("Language", "Klingon")
        + '<div class="publish-date text">soon</div><option value="/document/x/">X</option>'
        + '<div class="title">Pages</div><p>12</p><div class="title">Languages</div>'
    )
    assert set(parse_dialog(body.encode(), BASE).left) == {
        "dialog label: Classification",
        "dialog label without a text: Pages",
        "dialog label without a text: Languages",
        "date that cannot be read: soon",
        "language: Klingon",
        "option without a file: /document/x/",
    }


def test_files_of_one_name_keep_their_folder() -> None:
    options = "".join(
        f'<option value="/wp-content/uploads/{folder}/a.pdf">x</option>' for folder in (1, 2)
    )
    found = parse_dialog(options.encode(), BASE)
    assert [file.name for file in found.files] == ["1/a.pdf", "2/a.pdf"]


def test_another_page_is_an_empty_dialog() -> None:
    assert parse_dialog(b"<h1>Just a page</h1>", BASE).is_empty
    assert parse_dialog(b"", BASE).is_empty


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("EN", "en"),
        ("french", "fr"),
        (" German ", "de"),
        ("XX", None),
        ("EN, FR", None),
        ("", None),
    ],
)
def test_languages(said: str, language: str | None) -> None:
    assert language_of(said) == language


@pytest.mark.skipif(not SAMPLE.exists(), reason="the folder of sample markup is not at hand")
def test_the_sample_of_the_real_form() -> None:
    body = SAMPLE.read_bytes()
    listing, dialog = parse_listing(body, BASE), parse_dialog(body, BASE)
    assert [entry.post_id for entry in listing.entries] == ["31415"]
    assert listing.last == 2
    assert (dialog.title, dialog.published) == ("Invented report 2024", "2024-03-05")
    assert len(dialog.files) == 2
    assert dialog.left == ()


PIECES = st.sampled_from(
    [
        b"document-post-id=", b"card-post-id=", b"7", b"99999999999999999999", b"&amp;", b'"',
        b"<option value=", b"http://[", b"//[::", b":x/", b".pdf", b'<div class="title">',
        b'<div class="text">', b"Title", b"Language", b"</div>", b"<a href='", b"document-tag",
        b"/document/a/", b"'>", b"form-fields[paged]=", b"\x00", b"\xff\xfe", b"publish-date text",
    ]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)))
def test_no_bytes_break_the_parsers(body: bytes) -> None:
    listing = parse_listing(body, BASE)
    assert all(entry.dialog_url.startswith(BASE) for entry in listing.entries)
    dialog = parse_dialog(body, dialog_of("1"))
    assert len({file.url for file in dialog.files}) == len(dialog.files)
    assert len({file.name for file in dialog.files}) == len(dialog.files)
