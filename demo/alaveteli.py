"""The replica's access-to-documents site: lists, requests, their data, their attachments.

It behaves as the software Alaveteli does where a crawler can stumble: files that are not ready are
redirected to themselves or to a page to wait on, names that are wrong lead to the message, hidden
files are a page, numbers and languages in addresses are redirected away.
"""

import functools
import hashlib
import json
import re
import struct
import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from demo import alaveteli_pages as pages
from demo.alaveteli_world import (
    BODIES,
    SOURCE,
    Attachment,
    Message,
    Request,
    all_files,
    load_requests,
)
from demo.build import Site
from demo.exchange import Held, Response, content, json_response, not_found, page, redirect
from demo.exchange import Request as Asked
from demo.papers import paper_entries

ROBOTS = """# Requests and the files in them are for everybody. Search results, feeds, forms and
# whole correspondences cost the server much and are not for robots.
User-agent: *
Disallow: */annotate/*
Disallow: */feed/*
Disallow: */profile/*
Disallow: */search/*
Disallow: */similar/*
Disallow: */track/*
Disallow: */upload/*
Disallow: */request/*/download*
Disallow: */request/*/feed
Disallow: */request/*/response/*
Allow: */request/*/response/*/attach/*
"""
PAGE_SIZE = 4
LAST_PAGE = 20  # of any list, as the software has it
_LOCALE = re.compile(r"/(en|fr|de|es)(/.*)")
_ATTACHED = re.compile(r"/request/([^/]+)/response/(\d+)/attach/(html/)?(\d+)/([^/]+)")
_FORBIDDEN = re.compile(
    r"/(?:search|feed|track|similar|profile|annotate|upload)/|/(?:feed|download)$"
)
_WAITS = {"self": 1, "wait": 2}  # how often a file is not ready
_STATES = {"successful": ("successful", "partially_successful"), "unsuccessful": ("rejected",)}
_NEVER_ASKED = ("cepol", "eeas", "frontex", "satcen")  # bodies that the card names
_STATES |= {"awaiting": ("waiting_response",)}


class AlaveteliSite:
    """Answers requests as the site `asktheeu`, as it is on a night."""

    def __init__(self, built: Site, night: int = 1) -> None:
        self._folder = files_folder(built)
        self._requests = load_requests(night)
        self._by_slug = {request.slug: request for request in self._requests}
        self._by_number = {str(request.number): request for request in self._requests}
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def documents(self, base_url: str) -> dict[str, Held]:  # noqa: ARG002 - as all sites have it
        """Return the correspondences and attachments of tonight, by document key."""
        held: dict[str, Held] = {}
        for request in self._requests:
            held[request.key] = Held(target=request.path, change=request.change)
            for key, message, file in request.documents():
                linked = request.slug if request.markup == "new" else str(request.number)
                target = pages.file_path(f"/request/{linked}", message, file)
                held[key] = Held(target=target, change=file.change)
        return held

    def __call__(self, request: Asked) -> Response:
        """Answer one request; what the site does not have is a 404.

        A request without `base_url` did not come over the network: its files have no detours.
        """
        request = replace(request, path=unquote(request.path))
        if request.method not in {"GET", "HEAD"}:
            return page("Method not allowed", status=405)
        if request.path == "/robots.txt":
            return content(ROBOTS.encode(), "text/plain; charset=UTF-8")
        if localised := _LOCALE.fullmatch(request.path):
            return redirect(f"{request.base_url}{quote(localised[2])}?locale={localised[1]}")
        if attached := _ATTACHED.fullmatch(request.path):
            return self._attached(request, attached)
        if _FORBIDDEN.search(request.path):
            return page(pages.document("Not for robots", "<h1>Results</h1>"))
        return self._list(request) or self._request(request) or self._wait(request) or not_found()

    def _list(self, asked: Asked) -> Response | None:
        folder, _, name = asked.path.strip("/").partition("/")
        if folder == "list" and name in {"", *_STATES}:
            states = _STATES.get(name)
            chosen = [r for r in self._requests if states is None or r.state in states]
            heading = "Browse and search requests"
        elif folder == "body" and (name in BODIES or name in _NEVER_ASKED):
            chosen = [r for r in self._requests if r.body == name]
            heading = BODIES.get(name, "Requests to this authority")
        else:
            return None
        said = asked.parameter("page") or "1"
        number = int(said) if said.isdecimal() else 1
        count = max(1, -(-len(chosen) // PAGE_SIZE))
        if not 1 <= number <= min(count, LAST_PAGE):
            return None
        shown = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        path = asked.path.rstrip("/")
        return page(
            pages.listing(
                shown, heading=heading, total=len(chosen), number=number, pages=count, path=path
            )
        )

    def _request(self, asked: Asked) -> Response | None:
        folder, _, name = asked.path.strip("/").partition("/")
        if folder != "request":
            return None
        slug = name.removesuffix(".json")
        if slug in self._by_number:
            return redirect(f"{asked.base_url}{self._by_number[slug].path}")
        request = self._by_slug.get(slug)
        if request is None:
            return None
        if name.endswith(".json"):
            return json_response(request_data(request))
        return page(pages.request_page(request, self._size))

    def _size(self, file: Attachment) -> int:
        return len(self._bytes(file))

    def _bytes(self, file: Attachment) -> bytes:
        if file.paper is None:
            return picture()
        return (self._folder / file.file).read_bytes()

    def _attached(self, asked: Asked, match: re.Match[str]) -> Response:
        linked, message, html, part, name = match.groups()
        if linked in self._by_number and not asked.base_url:
            linked = self._by_number[linked].slug
        elif linked in self._by_number:
            path = asked.path.replace(f"/{linked}/", f"/{self._by_number[linked].slug}/", 1)
            return redirect(asked.base_url + quote(path))
        request = self._by_slug.get(linked)
        found = {(m.number, f.part): (m, f) for m, f in request.files()} if request else {}
        place = found.get((int(message), int(part)))
        if request is None or place is None:
            return not_found()
        if name.removesuffix(".html" if html else "") != place[1].name:
            anchor = f"{request.path}#incoming-{message}"
            return redirect(asked.base_url + anchor, status=303)
        if html:
            return page(pages.document(name, "<p>The file as a web page.</p>"))
        return self._file(asked, place[1])

    def _file(self, asked: Asked, file: Attachment) -> Response:
        if file.hidden:
            return page(pages.hidden_page(), status=403)
        if file.missing:
            return not_found()
        if trapped := self._trapped(asked, file):
            return trapped
        if file.paper is None:
            return content(self._bytes(file), "image/png")
        return content(self._bytes(file), "application/pdf")

    def _trapped(self, asked: Asked, file: Attachment) -> Response | None:
        """Send a client away while the file is prepared; who has a copy came after that."""
        if file.trap is None or not asked.base_url or "if-none-match" in asked.headers:
            return None
        with self._lock:
            self._asked[file.file] += 1
            if self._asked[file.file] > _WAITS[file.trap]:
                return None
        here = asked.base_url + quote(asked.path)
        if file.trap == "self":
            return redirect(here, status=302)
        signed = hashlib.sha256(file.file.encode()).hexdigest()[:24]
        wait = f"{asked.base_url}/attachments/{signed}/wait?referer={quote(here, safe='')}"
        return redirect(wait, status=302)

    def _wait(self, asked: Asked) -> Response | None:
        waits = re.fullmatch(r"/attachments/[0-9a-f]+/wait", asked.path)
        return page(pages.wait_page()) if waits else None


def request_data(request: Request) -> dict[str, Any]:
    """Return what the site states of a request in JSON: no texts, no files."""
    first = request.messages[0].at.isoformat()
    return {
        "id": request.number,
        "url_title": request.slug,
        "title": request.title,
        "created_at": first,
        "updated_at": request.changed.isoformat(),
        "described_state": request.state,
        "display_status": request.state.replace("_", " ").capitalize(),
        "awaiting_description": False,
        "prominence": "normal",
        "law_used": "eu",
        "tags": [],
        "user": {"id": request.number + 400, "url_name": request.user, "name": request.requester},
        "public_body": {
            "id": 10 + list(BODIES).index(request.body),
            "url_name": request.body,
            "name": request.body_name,
            "tags": [],
        },
        "info_request_events": [
            _event(number, message, request) for number, message in enumerate(request.messages)
        ],
    }


def _event(number: int, message: Message, request: Request) -> dict[str, Any]:
    incoming = message.direction == "incoming"
    return {
        "id": request.number * 10 + number,
        "event_type": "response" if incoming else ("followup_sent" if number else "sent"),
        "created_at": message.at.isoformat(),
        "described_state": request.state if incoming else None,
        "calculated_state": request.state if incoming else "waiting_response",
        "last_described_at": None,
        "incoming_message_id": message.number if incoming else None,
        "outgoing_message_id": None if incoming else message.number,
        "comment_id": None,
    }


@functools.cache
def picture() -> bytes:
    """Return a small picture, as mail programs add to signatures."""
    side = 16

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b"".join(b"\0" + b"\x20\x40\x80" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def files_folder(built: Site) -> Path:
    """Return the folder with the attachments of all nights, drawn where they are not there yet.

    Several processes may do this at once: each file is written aside and renamed.
    """
    folder = built.folder / SOURCE
    if not (folder / "index.json").exists():
        from demo.layout import draw  # noqa: PLC0415 - reportlab loads only to build

        folder.mkdir(exist_ok=True)
        index = {}
        for name, paper in all_files().items():
            body, index[name] = draw(paper)
            _write(folder / name, body)
        _write(folder / "index.json", json.dumps(index).encode())
    return folder


def _write(path: Path, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
        aside.write(body)
    Path(aside.name).rename(path)


def access_truth(built: Site) -> dict[str, list[dict[str, Any]]]:
    """Return the documents and entries of a built replica's night for `truth.json`."""
    night = built.world.night
    return {
        "documents": list(truth_documents(night)),
        "entries": list(truth_entries(built, night)),
    }


def truth_documents(night: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the attachments of a night as `truth.json` has documents."""
    for request in load_requests(night):
        for key, _, file in request.documents():
            if file.paper is not None:
                yield {
                    "key": key,
                    "member": None,
                    "source": SOURCE,
                    "language": file.paper.language,
                    "title": file.name,
                    "kind": "pdf",
                    "landing": request.path,
                }


def truth_entries(built: Site, night: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the entries that the attachments of a night state, as `truth.json` has them."""
    index = json.loads((files_folder(built) / "index.json").read_text(encoding="utf-8"))
    for request in load_requests(night):
        for key, _, file in request.documents():
            if file.paper is None:
                continue
            for block, entry in paper_entries(file.paper):
                place = {"document_key": key, "member": None, "source": SOURCE}
                yield place | {"page": index[file.file][str(block)]} | asdict(entry)
