"""Faults of what pages show and link: paging, markup, sessions in links, encodings."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from demo.exchange import HTML, Fault, Request, Respond, Response, content

Token = Literal["jsessionid", "CFID", "PHPSESSID", "sid"]
_LINK = re.compile(rb'(<a\b[^>]*?\bhref=")(/[^"#]*|\?[^"#]*|http://127[^"#]*)(")')
_ITEM = re.compile(rb'<article class="ecl-content-item">.*?</article>\s*', re.DOTALL)
_NEXT = b"""<nav class="ecl-pagination"><ul class="ecl-pagination__list">
<li class="ecl-pagination__item ecl-pagination__item--next"><a href="?page=%d"
 class="ecl-link ecl-pagination__link">Next</a></li></ul></nav></main>"""
_PAGER = re.compile(rb'<nav class="ecl-pagination".*?</nav>', re.DOTALL)
# the ways in which applications of their time put a session into their links
_TOKENS: dict[Token, tuple[re.Pattern[str], str]] = {
    "jsessionid": (re.compile(r";jsessionid=[^/?]*"), ";jsessionid={0:032X}"),
    "CFID": (re.compile(r"[?&]CFID=\d+&CFTOKEN=\d+"), "CFID={0}&CFTOKEN={1}"),
    "PHPSESSID": (re.compile(r"[?&]PHPSESSID=[^&]*"), "PHPSESSID={0:026x}"),
    "sid": (re.compile(r"[?&]sid=[^&]*"), "sid={0:016x}"),
}


def wrong_encoding(encoding: str = "cp1252") -> Fault:
    """Serve a page in another encoding than the UTF-8 that it says."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        if not _is_page(answer):
            return answer
        return _changed(answer, answer.body.decode().encode(encoding, errors="replace"))

    return fault


def empty_list() -> Fault:
    """Answer a list page, or a search, without any item."""

    def fault(request: Request, site: Respond) -> Response:
        if request.method != "POST":
            return site(_with_page(request, "9999"))
        answer = site(request)
        emptied = json.loads(answer.body) | {"notices": [], "totalNoticeCount": 0}
        return replace(answer, body=json.dumps(emptied).encode())

    return fault


def stuck_paging() -> Fault:
    """Ignore `?page=`: the same rows for ever, with a pager that goes on."""

    def fault(request: Request, site: Respond) -> Response:
        first = site(_with_page(request, None))
        here = int(request.parameter("page") or "0")
        onward = first.body.replace(b'href="?page=1"', f'href="?page={here + 1}"'.encode())
        return content(onward, first.headers["Content-Type"])

    return fault


def endless_pages() -> Fault:
    """Serve the last page's rows for every `?page=` beyond it, with a pager that goes on."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        number = int(request.parameter("page") or "0")
        last = number
        while b"<article" not in answer.body and last:
            last -= 1
            answer = site(_with_page(request, str(last)))
        return _changed(answer, _paged(answer.body, number + 1))

    return fault


def duplicate_pages() -> Fault:
    """Show each page twice in a row: `?page=0` and `1` are the first, `2` and `3` the second."""

    def fault(request: Request, site: Respond) -> Response:
        number = int(request.parameter("page") or "0")
        answer = site(_with_page(request, str(number // 2)))
        goes_on = number % 2 == 0 or b"item--next" in answer.body
        onward = _paged(answer.body, number + 1) if goes_on else _PAGER.sub(b"", answer.body)
        return _changed(answer, onward)

    return fault


def one_based_pages() -> Fault:
    """Count pages from 1: the list and `?page=1` are the first, its pager leads to `?page=2`.

    `?page=0` is the first too.
    """

    def fault(request: Request, site: Respond) -> Response:
        number = max(1, int(request.parameter("page") or "1"))
        answer = site(_with_page(request, str(number - 1)))
        goes_on = b"item--next" in answer.body
        onward = _paged(answer.body, number + 1) if goes_on else _PAGER.sub(b"", answer.body)
        return _changed(answer, onward)

    return fault


def endless_links() -> Fault:
    """Give each link of each page an address never seen, which redirects to the one it stands for.

    Set it on `/`: it answers those addresses, too.
    """
    count = itertools.count(1)

    def fault(request: Request, site: Respond) -> Response:
        kept = [(k, v) for k, v in parse_qsl(request.query) if k != "visit"]
        if request.parameter("visit"):
            there = f"{request.path}?{urlencode(kept)}" if kept else request.path
            headers = {"Location": request.base_url + there, "Content-Type": HTML}
            return Response(status=302, headers=headers)
        return _relinked(site(request), lambda link: _joined(link, f"visit={next(count)}"))

    return fault


def session_tokens(token: Token) -> Fault:
    """Put a session into each link of each page, another one with each answer.

    Set it on `/`: it answers the addresses with a session, too.
    """
    pattern, form = _TOKENS[token]
    count = itertools.count(7_340_033)

    def fault(request: Request, site: Respond) -> Response:
        asked = pattern.sub("", request.target)
        path, _, query = asked.replace("&", "?", max(0, 1 - asked.count("?"))).partition("?")
        session = form.format(number := next(count), number * 31 % 10**8)
        return _relinked(
            site(replace(request, path=path, query=query)),
            lambda link: _with_session(link, session, request.path),
        )

    return fault


def _joined(link: str, parameter: str) -> str:
    return f"{link}{'&amp;' if '?' in link else '?'}{parameter.replace('&', '&amp;')}"


def _with_session(link: str, session: str, here: str) -> str:
    if session[0] != ";":
        return _joined(link, session)
    path, mark, query = link.partition("?")
    return f"{path or here.partition(';')[0]}{session}{mark}{query}"


def _relinked(answer: Response, write: Callable[[str], str]) -> Response:
    """Return a page with each link to its own site written anew; what is no page stays."""
    if not _is_page(answer):
        return answer
    body = _LINK.sub(lambda m: m[1] + write(m[2].decode()).encode() + m[3], answer.body)
    return _changed(answer, body)


def changed_markup() -> Fault:
    """Rename every class of a page, as after a new design: `ecl-` becomes `eds6-`."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return _changed(answer, answer.body.replace(b"ecl-", b"eds6-"))

    return fault


def list_without_items() -> Fault:
    """Leave the items out of a list page whose counter and pager still tell of them."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return _changed(answer, _ITEM.sub(b"", answer.body))

    return fault


def _is_page(answer: Response) -> bool:
    return answer.headers.get("Content-Type", "").startswith("text/html")


def _paged(body: bytes, onward: int) -> bytes:
    """Return a list page whose pager leads to `?page=<onward>` and nowhere else."""
    return _PAGER.sub(b"", body).replace(b"</main>", _NEXT % onward)


def _changed(answer: Response, body: bytes) -> Response:
    """Return an answer with another body and validators to match."""
    return content(body, answer.headers["Content-Type"], status=answer.status)


def _with_page(request: Request, number: str | None) -> Request:
    kept = [(k, v) for k, v in parse_qsl(request.query) if k != "page"]
    return replace(request, query=urlencode(kept + ([("page", number)] if number else [])))
