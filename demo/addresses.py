"""The site of single addresses of the replica: a decision, a case file with annexes, a news page.

They are in the style of three sites of the real world, and lie on one here. `address_list` is the
list that a user would keep of them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

from demo.build import Site
from demo.ecl import long_date
from demo.exchange import Held, Request, Response, content, not_found, page
from demo.marks import strip_marks
from demo.shelf import Piece, answer, piece, tables

ROBOTS = "User-agent: *\nDisallow: /search\n"
WORDS = {"decision": "", "case": " +files +7", "news": " +3"}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that the list names: `style` is decision, case or news; `facts` stand on top."""

    path: str
    style: str
    title: str
    published: dt.date
    facts: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    files: tuple[tuple[str, Piece], ...]


class AddressesSite:
    """Answers requests as the site of single addresses, as it is on a night."""

    def __init__(self, _built: Site, night: int) -> None:
        self._pages = {found.path: found for found in load_pages(night)}
        self._files = {
            unquote(path): file for found in self._pages.values() for path, file in found.files
        }

    def documents(self, base_url: str) -> dict[str, Held]:
        """Return the pages of the list and the files that the case file links, by document key."""
        pages = {f"url:{base_url}{path}": Held(target=path) for path in self._pages}
        return pages | {
            f"url:{base_url}{path}": Held(target=path, change=file.change)
            for found in self._pages.values()
            if "+files" in WORDS[found.style]
            for path, file in found.files
        }

    def __call__(self, request: Request) -> Response:
        """Answer one request; what the site does not have is a 404."""
        if request.method not in {"GET", "HEAD"}:
            return page("Method not allowed", status=405)
        if request.path == "/robots.txt":
            return content(ROBOTS.encode(), "text/plain; charset=UTF-8")
        if unquote(request.path) in self._files:
            return answer(self._files[unquote(request.path)])
        if request.path in self._pages:
            return _PAGES[self._pages[request.path].style](self._pages[request.path])
        return not_found()


def address_list(base_url: str) -> str:
    """Return the text of a list of the site's addresses, those of all nights."""
    found = {p.path: p for night in (1, 2) for p in load_pages(night)}
    lines = [f"{base_url}{path}{WORDS[p.style]}" for path, p in found.items()]
    return "\n".join(
        ["# What we watch; words after an address say what to do with it.", *lines, ""]
    )


def load_pages(night: int) -> Iterator[Page]:
    """Yield the pages of a night."""
    for table in tables("addresses", night):
        day = table["published"]
        yield Page(
            path=table["path"],
            style=table["style"],
            title=table["title"],
            published=day,
            facts=tuple(table.get("facts", {}).items()),
            text=tuple(strip_marks(table["text"]).strip().split("\n\n")),
            files=tuple(
                (file["path"], piece(file, night, language="en", day=day)) for file in table["file"]
            ),
        )


def _frame(title: str, site: str, body: str) -> Response:
    return page(f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {site}</title></head>
<body><header><a href="/">{site}</a> <a href="/search">Search</a></header>
{body}
<footer><a href="/contact">Contact</a></footer></body></html>
""")


def _paragraphs(found: Page) -> str:
    return "\n".join(f"<p>{escape(text)}</p>" for text in found.text)


def _weekday(day: dt.date) -> str:
    """Write a date as decisions do: `Monday | 28 November 2022`."""
    return f"{day:%A} | {long_date(day)}"


def _decision(found: Page) -> Response:
    facts = " - ".join(f"{label} {said}" for label, said in found.facts)
    return _frame(
        found.title,
        "Office of the Ombudsman",
        f"""<main class="decision"><h1>{escape(found.title)}</h1>
<p class="case-line">{escape(facts)} - Decision on {_weekday(found.published)}</p>
<div class="text">
{_paragraphs(found)}
</div><p><a href="#" class="export">Export to PDF</a></p></main>""",
    )


def _case(found: Page) -> Response:
    facts = "".join(
        f"<div>{label}: <span>{escape(said)}</span></div>" for label, said in found.facts
    )
    links = "".join(
        f'<li><a href="{escape(path)}">{escape(file.title)}</a></li>' for path, file in found.files
    )
    return _frame(
        found.title,
        "Watching the Borders",
        f"""<main><article><h1>{escape(found.title)}</h1>
<time datetime="{found.published}">{long_date(found.published)}</time>{facts}
{_paragraphs(found)}
<h2>Documents</h2><ul class="attachments">{links}</ul></article></main>""",
    )


def _news(found: Page) -> Response:
    links = "".join(
        f'<p><a href="{escape(path)}">{escape(file.title)}</a></p>' for path, file in found.files
    )
    return _frame(
        found.title,
        "Press corner",
        f"""<main><span class="type">Press release</span>
<span class="date">{long_date(found.published)}</span><h1>{escape(found.title)}</h1>
{_paragraphs(found)}
{links}</main>""",
    )


_PAGES = {"decision": _decision, "case": _case, "news": _news}
