"""A site of many small pages, made on the fly: lists, publication pages, one file on each.

`python -m bench.crawl.site PAGES` serves it on loopback and prints its address.
"""

from __future__ import annotations

import http.server
import re
import sys
import uuid

PER_LIST = 20
_SPACE = uuid.UUID("4d0c6a6e-54e4-4d38-8a50-0f6f3c1c6a11")
_NUMBER = re.compile(r"/publications/paper-(\d+)_en")
_FILE = re.compile(r"/document/download/([0-9a-f-]{36})_en")


def file_path(number: int) -> str:
    """Return the address of the file of publication `number`."""
    return f"/document/download/{uuid.uuid5(_SPACE, str(number))}_en?filename=paper-{number}.pdf"


def list_page(page: int, publications: int) -> str:
    """Return page `page`, from 0, of the list of so many publications."""
    first = page * PER_LIST
    items = "".join(
        f'<article class="ecl-content-item"><div class="ecl-content-block__title">'
        f'<a class="ecl-link" data-ecl-title-link href="/publications/paper-{n}_en">Paper {n}</a>'
        f"</div></article>"
        for n in range(first, min(first + PER_LIST, publications))
    )
    more = first + PER_LIST < publications
    pager = (
        f'<li class="ecl-pagination__item ecl-pagination__item--next"><a href="?page={page + 1}">'
        "Next</a></li>"
    )
    return f"<html><main><h1>Library</h1>{items}<ul>{pager if more else ''}</ul></main></html>"


def publication(number: int) -> str:
    """Return the page of a publication; some kB, as real ones have around their few words."""
    filler = f"<p>Paragraph on paper {number} and what it pays for.</p>" * 60
    return (
        f'<html><main><h1 class="ecl-page-header__title">Paper {number}</h1>{filler}'
        f'<div class="ecl-file"><div class="ecl-file__title">Annex {number}</div>'
        f'<a class="ecl-file__download" href="{file_path(number)}">Download</a></div></main></html>'
    )


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    publications = 0

    def do_GET(self) -> None:
        """Answer one request."""
        path, _, query = self.path.partition("?")
        kind = "text/html; charset=utf-8"
        if path == "/library_en":
            page = int(query.partition("page=")[2] or 0)
            body = list_page(page, self.publications).encode()
        elif found := _NUMBER.fullmatch(path):
            body = publication(int(found[1])).encode()
        elif found := _FILE.fullmatch(path):
            body, kind = b"%PDF-1.4 " + found[1].encode() * 50, "application/pdf"
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    _Handler.publications = int(sys.argv[1])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
