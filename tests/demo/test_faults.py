"""Each fault does to a plain client what it says."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo import faults
from demo.build import Site
from demo.exchange import Fault
from demo.server import Replica
from demo.world import download_path
from tests.demo.conftest import Answer, Ask

LIST = "/our-programmes_en"
PAGE = "/our-programmes/maritime-surveillance-and-rescue-libya-second-phase_en"


@pytest.fixture
def target(built: Site) -> str:
    """The address of a file."""
    return download_path(built.world.publications[0].downloads[0])


@contextmanager
def connected(replica: Replica, target: str) -> Iterator[socket.socket]:
    """Send a request over a socket of its own, whose reads give up after a third of a second."""
    address = urlsplit(replica.base_urls["eutf"])
    with socket.create_connection((str(address.hostname), address.port or 0), 0.3) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        yield connection


def read_on(connection: socket.socket) -> tuple[bytes, bool]:
    """Read until the server closes, or is silent; say whether it closed."""
    got = b""
    while True:
        try:
            block = connection.recv(65536)
        except TimeoutError:
            return got, False
        if not block:
            return got, True
        got += block


def titles(text: str) -> list[str]:
    """The titles of a list page's rows."""
    return re.findall(r"data-ecl-title-link>.*?<span[^>]*>(.*?)</span>", text, re.DOTALL)


def onward(text: str) -> list[str]:
    """Where the pager's `next` leads."""
    return re.findall(r'item--next"><a href="([^"]*)"', text)


@pytest.mark.parametrize("after", [0, 50])
def test_a_stall_sends_the_headers_and_no_more(replica: Replica, target: str, after: int) -> None:
    replica.faults.set("eutf", target, faults.stalled(after))
    with connected(replica, target) as connection:
        got, closed = read_on(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert (len(body), closed) == (after, False)
    assert int(re.search(rb"Content-Length: (\d+)", head)[1]) > after  # type: ignore[index]


def test_silence_and_closing(replica: Replica, target: str) -> None:
    replica.faults.set("eutf", target, faults.silent())
    with connected(replica, target) as connection:
        assert read_on(connection) == (b"", False)
    replica.faults.set("eutf", target, faults.closed())
    with connected(replica, target) as connection:
        assert read_on(connection) == (b"", True)
    assert [logged.status for logged in replica.requests] == [0, 0]


def test_a_stalled_answer_ends_with_its_client_or_with_the_replica(
    built: Site, site_folder: Path
) -> None:
    before, opened = threading.active_count(), ExitStack()
    with Replica(site_folder) as replica:
        replica.faults.set("eutf", LIST, faults.silent())
        with connected(replica, LIST):
            pass
        deadline = time.monotonic() + 5
        while threading.active_count() > before + len(replica.base_urls):
            assert time.monotonic() < deadline, "the thread of the client that left is there yet"
            time.sleep(0.01)
        left = opened.enter_context(connected(replica, LIST))
        while len(replica.requests) < 2:
            assert time.monotonic() < deadline, "the second client's request did not arrive"
            time.sleep(0.01)
    assert read_on(left) == (b"", True)
    opened.close()


def test_a_slow_drip(replica: Replica) -> None:
    replica.faults.set("eutf", LIST, faults.dripping(0.05))
    with connected(replica, LIST) as connection:
        start = time.monotonic()
        got = b""
        while len(got.partition(b"\r\n\r\n")[2]) < 5:
            got += connection.recv(1)
        assert 0.15 < time.monotonic() - start < 5
    assert got.endswith(b"<!DOC")


@pytest.mark.parametrize("by", [100, -100])
def test_lying_lengths(replica: Replica, ask: Ask, target: str, by: int) -> None:
    whole = ask("eutf", target).body
    replica.faults.set("eutf", target, faults.wrong_length(by))
    with connected(replica, target) as connection:
        got, closed = read_on(connection)
    assert (got.partition(b"\r\n\r\n")[2], closed) == (whole, True)
    if by > 0:
        with pytest.raises(http.client.IncompleteRead) as caught:
            ask("eutf", target)
        assert caught.value.partial == whole
    else:
        assert ask("eutf", target).body == whole[:by]


def test_gzip_bomb(replica: Replica, ask: Ask, target: str) -> None:
    replica.faults.set("eutf", target, faults.gzip_bomb())
    answer = ask("eutf", target)
    assert answer.headers["content-encoding"] == "gzip"
    assert 900_000 < len(answer.body) < 1_100_000
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert unpacker.decompress(answer.body, 2**24) == bytes(2**24)
    assert len(answer.body) - len(unpacker.unconsumed_tail) < 20_000
    # to unpack all of it takes seconds; the last four bytes are the size (RFC 1952, 2.3.1)
    assert int.from_bytes(answer.body[-4:], "little") == 2**30


def test_gzip_that_is_none_and_one_that_is(replica: Replica, ask: Ask, target: str) -> None:
    whole = ask("eutf", target).body
    replica.faults.set("eutf", target, faults.false_gzip())
    answer = ask("eutf", target)
    assert (answer.headers["content-encoding"], answer.body) == ("gzip", whole)
    replica.faults.set("eutf", target, faults.packed())
    assert gzip.decompress(ask("eutf", target).body) == whole


@pytest.mark.parametrize("what", list(faults.private_addresses(80)))
def test_redirects_to_where_nobody_may_be_led(
    replica: Replica, ask: Ask, target: str, what: str
) -> None:
    port = urlsplit(replica.base_urls["ted"]).port
    address = faults.private_addresses(port or 0)[what]
    replica.faults.set("eutf", target, faults.redirected(address))
    answer = ask("eutf", target)
    assert (answer.status, answer.headers["location"]) == (302, address)
    assert len(replica.requests.of("ted")) == 0


def test_redirect_on_the_site_itself(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", "/robots.txt", faults.redirected("/robots-new.txt", 301))
    answer = ask("eutf", "/robots.txt")
    assert answer.status == 301
    assert answer.headers["location"] == f"{replica.base_urls['eutf']}/robots-new.txt"


def test_wrong_content_types(replica: Replica, ask: Ask, target: str) -> None:
    replica.faults.set("eutf", target, faults.relabelled("text/html; charset=UTF-8"))
    answer = ask("eutf", target)
    assert (answer.headers["content-type"], answer.body[:5]) == (
        "text/html; charset=UTF-8",
        b"%PDF-",
    )
    replica.faults.set("eutf", target, faults.error_page())
    answer = ask("eutf", target)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert "An error occurred" in answer.text


def test_robots_missing_broken_and_unavailable(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", "/robots.txt", faults.broken_robots())
    answer = ask("eutf", "/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()
    for code in (404, 503):
        replica.faults.set("eutf", "/robots.txt", faults.status(code))
        assert ask("eutf", "/robots.txt").status == code


@pytest.mark.parametrize(
    ("wall", "status", "header", "says"),
    [
        ("aws", 202, ("x-amzn-waf-action", "challenge"), ""),
        ("aws-captcha", 405, ("x-amzn-waf-action", "captcha"), "Human Verification"),
        ("cloudflare", 403, ("cf-mitigated", "challenge"), "Just a moment..."),
        ("cloudflare-200", 200, ("cf-mitigated", None), "Just a moment..."),
    ],
)
def test_shapes_of_bot_walls(
    replica: Replica,
    ask: Ask,
    wall: faults.Wall,
    status: int,
    header: tuple[str, str | None],
    says: str,
) -> None:
    replica.faults.set("eutf", PAGE, faults.challenge(wall))
    answer = ask("eutf", PAGE)
    assert (answer.status, answer.headers.get(header[0])) == (status, header[1])
    assert re.findall("<title>(.*)</title>", answer.text) == ([says] if says else [])


def test_changed_markup(replica: Replica, ask: Ask) -> None:
    healthy = ask("eutf", LIST).text
    replica.faults.set("eutf", "/", faults.changed_markup())
    changed = ask("eutf", LIST).text
    assert "ecl-content-item" in healthy
    assert "ecl-" not in changed
    assert changed.replace("eds6-", "ecl-") == healthy


def test_a_list_without_its_items(replica: Replica, ask: Ask) -> None:
    assert len(titles(ask("eutf", LIST).text)) == 5
    replica.faults.set("eutf", LIST, faults.list_without_items())
    text = ask("eutf", LIST).text
    assert "<article" not in text
    assert "Showing results 1 to 5" in text
    assert onward(text) == ["?page=1"]


@pytest.mark.parametrize(
    ("token", "form"),
    [
        ("jsessionid", r";jsessionid=[0-9A-F]{32}"),
        ("CFID", r"[?&]CFID=\d+&CFTOKEN=\d+"),
        ("PHPSESSID", r"[?&]PHPSESSID=[0-9a-f]{26}"),
        ("sid", r"[?&]sid=[0-9a-f]{16}"),
    ],
)
def test_sessions_in_links(replica: Replica, ask: Ask, token: faults.Token, form: str) -> None:
    def links(answer: Answer) -> list[str]:
        found = re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', answer.text)
        local = [unescape(link).removeprefix(replica.base_urls["eutf"]) for link in found]
        return [link for link in local if link.startswith(("/our", "/document", "?"))]

    def without(link: str) -> str:
        link = re.sub(form, "", link).replace("_en&", "_en?")
        return LIST + link if link[0] in "?&" else link

    plain = {target: links(ask("eutf", target)) for target in (LIST, PAGE)}
    whole = ask("eutf", plain[PAGE][0]).body
    replica.faults.set("eutf", "/", faults.session_tokens(token))
    first, second = links(ask("eutf", LIST)), links(ask("eutf", LIST))
    assert not set(first) & set(second)
    assert all(re.search(form, link) for link in first)
    targets = [LIST + link if link[0] == "?" else link for link in plain[LIST]]
    assert [without(link) for link in first] == targets
    page = next(link for link in first if without(link) == PAGE)
    (file, *_) = links(ask("eutf", page))
    assert re.search(form, file)
    assert without(file) == plain[PAGE][0]
    assert ask("eutf", file).body == whole


def test_links_that_never_end(replica: Replica, ask: Ask) -> None:
    replica.faults.set("eutf", "/", faults.endless_links())
    first, second = (
        set(re.findall(r'href="(/our-programmes/[^"]*)"', ask("eutf", LIST).text)) for _ in "12"
    )
    assert len(first) == len(second) > 0
    assert not first & second
    for link in first:
        answer = ask("eutf", link)
        assert answer.status == 302
        there = answer.headers["location"].removeprefix(replica.base_urls["eutf"])
        assert there == link.partition("?")[0]
        assert ask("eutf", there).status == 200


def test_pages_that_never_end(replica: Replica, ask: Ask) -> None:
    first, last = (titles(ask("eutf", f"{LIST}?page={n}").text) for n in (0, 1))
    replica.faults.set("eutf", LIST, faults.endless_pages())
    answers = {n: ask("eutf", f"{LIST}?page={n}").text for n in (0, 1, 2, 30)}
    assert [titles(text) for text in answers.values()] == [first, last, last, last]
    assert [onward(text) for text in answers.values()] == [[f"?page={n + 1}"] for n in answers]


@pytest.mark.parametrize(
    ("fault", "pages"),
    [(faults.duplicate_pages, [0, 0, 1, 1]), (faults.one_based_pages, [0, 1])],
)
def test_pages_counted_otherwise(
    replica: Replica, ask: Ask, fault: Callable[[], Fault], pages: list[int]
) -> None:
    healthy = [titles(ask("eutf", f"{LIST}?page={n}").text) for n in (0, 1)]
    replica.faults.set("eutf", LIST, fault())
    shown, following = [], ["" if fault is faults.one_based_pages else "?page=0"]
    while following:
        text = ask("eutf", LIST + following[0]).text
        shown.append(titles(text))
        following = onward(text)
    assert shown == [healthy[n] for n in pages]
    assert titles(ask("eutf", f"{LIST}?page=1").text) == healthy[0]


def test_a_page_in_another_encoding_than_it_says(replica: Replica, ask: Ask) -> None:
    page = "/our-programmes/appui-a-la-gestion-des-frontieres-au-niger_en"
    healthy = ask("eutf", page)
    replica.faults.set("eutf", page, faults.wrong_encoding())
    answer = ask("eutf", page)
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    assert "à la gestion intégrée" in healthy.text
    assert answer.body.decode("cp1252") == healthy.text
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


def test_an_enormous_header(replica: Replica, target: str) -> None:
    replica.faults.set("eutf", target, faults.huge_header(300_000))
    with connected(replica, target) as connection:
        got, _ = read_on(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) == len("X-Debug: ") + 300_000
    assert body.startswith(b"%PDF-")
