"""Lists, pages and data of Alaveteli: old and new markup, and bytes of any kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.request_data import find_references, latest, parse_data
from crawlers.requests import (
    Attachment,
    RequestRow,
    attachment_key,
    is_attachment,
    is_wait,
    parse_request,
    parse_requests,
    request_address,
    request_slug,
    says_hidden,
)

SITE = "https://access.invented.example"
PAGES = Path(__file__).parent / "pages"


def body(name: str) -> bytes:
    return (PAGES / f"{name}.html").read_bytes()


def test_list_gives_rows_of_both_markups_and_what_it_could_not_read() -> None:
    page = parse_requests(body("requests_list"), f"{SITE}/list")
    assert page.rows == (
        RequestRow(
            url=f"{SITE}/request/patrol_boats_2025",
            title="Patrol boats 2025",
            state="partially_successful",
            date="2026-04-02",
            message="incoming-812",
        ),
        RequestRow(
            url=f"{SITE}/request/drones_en_mer",
            title="Drones en mer",
            state="waiting_response_very_overdue",
            date="2026-03-07",
            message="outgoing-77",
        ),
        RequestRow(url=f"{SITE}/request/radars", title="Radars", state="lost_in_space"),
    )
    assert (page.next_url, page.total) == (f"{SITE}/list?page=2", 1204)
    assert not page.says_empty
    assert page.left == (
        "list item without a link to a request: No link here",
        "state on a list: lost_in_space",
    )


def test_rows_name_nobody() -> None:
    said = repr(parse_requests(body("requests_list"), f"{SITE}/list"))
    assert not any(name in said for name in ("Valmont", "Lund", "valmont"))


@pytest.mark.parametrize(
    ("heading", "says_empty"),
    [
        ('<h2 class="foi_results">No requests found</h2>', True),
        ('<h2 class="foi_results">About 0 FOI requests found</h2>', True),
        ("<h2>Welcome</h2>", False),
    ],
)
def test_list_without_rows_says_so_or_was_not_understood(heading: str, says_empty: bool) -> None:
    page = parse_requests(f"<html><body>{heading}</body></html>".encode(), f"{SITE}/list")
    assert (page.rows, page.next_url) == ((), None)
    assert page.says_empty is says_empty


def test_new_page() -> None:
    page = parse_request(body("request_new"), f"{SITE}/request/patrol_boats_2025")
    assert (page.title, page.state, page.body) == (
        "Patrol boats 2025",
        "partially_successful",
        "Coast Desk",
    )
    assert page.dates == {"outgoing-801": "2026-03-01", "incoming-812": "2026-04-02"}
    contract, signature = page.attachments
    assert contract == Attachment(
        url=f"{SITE}/request/patrol_boats_2025/response/812/attach/4/Contract%20Redacted.pdf.pdf",
        message=812,
        part=4,
        name="Contract Redacted.pdf.pdf",
        size=1536 * 1024,
    )
    assert (contract.is_signature, signature.is_signature) == (False, True)
    assert page.references == ("GestDem 2026/123", "Ares(2026)3258814", "PAD-2026-00031")
    assert (page.number, page.hidden) == (None, 1)
    assert page.left == (
        "part of a correspondence: oddity-9",
        "attachment without a link: a new kind of thing",
    )
    assert not page.is_empty


def test_old_page_has_numbers_in_addresses_and_dates_in_words() -> None:
    page = parse_request(body("request_old"), f"{SITE}/fr/request/drones_en_mer")
    assert (page.title, page.state) == ("Drones en mer", "waiting_response_very_overdue")
    assert page.body == "Sea Desk"
    assert page.dates == {"outgoing-77": "2026-03-07", "incoming-78": "2026-03-09"}
    assert page.number == 6664
    file = page.attachments[0]
    assert file.url == f"{SITE}/request/6664/response/78/attach/3/lettre.pdf"
    assert (file.name, file.part, file.message) == ("lettre.pdf", 3, 78)
    assert attachment_key("asktheeu", 6664, file) == "asktheeu:6664/78/3"
    assert page.left == ()


def test_page_of_another_kind_is_empty() -> None:
    assert parse_request(b"<html><body><h1>Hello</h1></body></html>", SITE).is_empty


@pytest.mark.parametrize(
    ("name", "size", "is_signature"),
    [
        ("image001.png", 4096, True),
        ("image003.jpg", None, True),
        ("logo.gif", 2000, True),
        ("Outlook-abc12.png", 9000, True),
        ("image001.png", 900_000, False),
        ("radar image.png", 4096, False),
        ("image001.pdf", 4096, False),
        ("Map.png", None, False),
    ],
)
def test_signature_is_told_by_name_and_size(
    name: str,
    size: int | None,
    is_signature: bool,
) -> None:
    file = Attachment(url=SITE, message=1, part=1, name=name, size=size)
    assert file.is_signature is is_signature


def data(**said: Any) -> bytes:
    event = {"id": 1, "event_type": "sent", "created_at": "2026-03-01T10:00:00.123+01:00"}
    base = {
        "id": 9,
        "url_title": "patrol_boats_2025",
        "title": "Patrol  boats 2025",
        "created_at": "2026-03-01T10:00:00.123+01:00",
        "updated_at": "2026-03-05T10:00:00Z",
        "described_state": "successful",
        "public_body": {"name": "Coast Desk", "url_name": "coast_desk"},
        "user": {"name": "Ines Valmont"},
        "info_request_events": [
            event | {"outgoing_message_id": 801},
            event | {"event_type": "response", "incoming_message_id": 812},
        ],
    }
    return json.dumps(base | said).encode()


def test_data() -> None:
    read = parse_data(data())
    assert read is not None
    assert (read.number, read.slug, read.title) == (9, "patrol_boats_2025", "Patrol boats 2025")
    assert (read.state, read.created, read.body) == ("successful", "2026-03-01", "Coast Desk")
    assert read.changed == "2026-03-05T10:00:00Z"
    assert read.messages == {"outgoing-801", "incoming-812"}
    assert read.left == ()
    assert "Valmont" not in repr(read)


def test_an_event_may_be_later_than_the_time_of_the_request() -> None:
    late = [{"event_type": "edit_attachment", "created_at": "2026-04-01T00:30:00+02:00"}]
    read = parse_data(data(info_request_events=late))
    assert read is not None
    assert read.changed == "2026-03-31T22:30:00Z"


def test_an_answer_that_nobody_has_described_is_a_state_of_its_own() -> None:
    read = parse_data(data(awaiting_description=True))
    assert read is not None
    assert read.state == "waiting_classification"


def test_what_data_say_that_nobody_knows_is_left() -> None:
    events = [{"event_type": "teleported"}, {"event_type": "sent"}]
    read = parse_data(data(described_state="lost", mood="good", info_request_events=events))
    assert read is not None
    assert read.left == (
        "field of a request: mood",
        "state of a request: lost",
        "event of a request: teleported",
    )


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"\xff\xfe",
        data(id=0),
        data(id="9"),
        data(id=True),
        data(url_title="a/b"),
        data(url_title=None),
        b"[" * 100_000,
    ],
)
def test_what_is_no_data_is_none(said: bytes) -> None:
    assert parse_data(said) is None


@given(st.binary(max_size=2000))
def test_no_bytes_break_a_parser(said: bytes) -> None:
    assert parse_requests(said, f"{SITE}/list") is not None
    assert parse_request(said, f"{SITE}/request/a") is not None
    parse_data(said)
    says_hidden(said)


PIECES = st.sampled_from(
    [
        '<div class="request_listing">', '<span class="head">', '<a href="', "/request/x", "http://[",
        "/request/9/response/8/attach/7/f.pdf", "/response/", "/attach/", "html/", '">', "</a>",
        '<div class="incoming correspondence" id="incoming-9">', '<time datetime="', "2026-13-45",
        '<h2 class="foi_results">', "9" * 30, '<li class="attachment">', "\x00", "&#0;", "</div>",
        '<p id="request_status" class="icon_successful">', '<div class="attachments">', " 4K ",
        '<a class="next_page" href="', "January 99, 2026", "Ares(2026)1234567", "<!--", "<script>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
def test_no_markup_breaks_a_parser(pieces: list[str]) -> None:
    said = "".join(pieces).encode()
    rows = parse_requests(said, f"{SITE}/list").rows
    assert all(request_slug(row.url) for row in rows)
    page = parse_request(said, f"{SITE}/request/a")
    assert all(is_attachment(file.url) for file in page.attachments)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "url_title", "updated_at", "info_request_events", "public_body"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_breaks_its_parser(said: Any) -> None:
    parse_data(json.dumps({"id": 3, "url_title": "x", "info_request_events": said}).encode())
    parse_data(json.dumps(said).encode())


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("/en/request/a#incoming-1", "/request/a"),
        ("/pt_BR/request/a", "/request/a"),
        ("/request/a?locale=de&unfold=1", "/request/a"),
        ("/fr/list/successful?page=3", "/list/successful?page=3"),
        (
            "/en/request/7/response/8/attach/2/a.pdf?cookie_passthrough=1",
            "/request/7/response/8/attach/2/a.pdf",
        ),
        ("/request/en", "/request/en"),
        ("/en/help/contact", "/en/help/contact"),
    ],
)
def test_language_is_no_part_of_an_address(url: str, plain: str) -> None:
    assert request_address(SITE + url) == SITE + plain


def test_addresses_of_files_and_of_waiting() -> None:
    assert is_attachment(f"{SITE}/request/a/response/8/attach/2/a.pdf")
    assert not is_attachment(f"{SITE}/request/a/response/8")
    assert is_wait(f"{SITE}/attachments/abc--def/wait?referer=%2Frequest")
    assert not is_wait(f"{SITE}/request/wait")


def test_references_are_found_once_in_their_usual_form() -> None:
    text = (
        "Gestdem No 2019/1782; ref. Ares (2019)3258814, GESTDEM 2019/1782."
        " PAD\u20112020\u201100012. EASE 2023/4411, C(2019)3258814,"
        " SQUARES(2019)1234567, Release 2023/1"
    )
    assert find_references(text) == (
        "GestDem 2019/1782",
        "Ares(2019)3258814",
        "PAD-2020-00012",
        "EASE 2023/4411",
    )


def test_latest_needs_times() -> None:
    assert latest([]) is None
    assert latest(["soon", "9999-12-31T23:59:59-14:00"]) is None
