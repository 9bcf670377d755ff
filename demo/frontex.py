"""The Frontex register of the replica: a listing by tag, a dialog for each document, its files.

Pages of the listing count from 0, and 0 and 1 are the same. The markup follows what is reported of
the real register and is our own besides.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from demo.build import Site
from demo.exchange import Held, Request, Response, content, not_found, page
from demo.shelf import Piece, answer, piece, tables, truth_documents, truth_entries

ROBOTS = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n"
DIALOG = "/wp-content/themes/template/templates/cards/1/dialog.php"
CARD = "2722"
TAGS = {409: "Serious Incident Reports", 377: "Annual reports", 412: "Technical equipment"}
LANGUAGES = {"en": "English", "fr": "French"}
FOLLOWED = 409  # the tag that the card of the source names
PAGE_SIZE = 3
_TAG = "form-fields[document-tag][0]"
_PAGED = "form-fields[paged]"
_UPLOADS = "/wp-content/uploads/"


@dataclass(frozen=True, kw_only=True)
class Post:
    """A document of the register: `number` is its post id."""

    number: int
    slug: str
    title: str
    published: dt.date
    language: str
    tags: tuple[int, ...]
    files: tuple[tuple[str, Piece], ...]

    @property
    def permalink(self) -> str:
        """The path of the document's page."""
        return f"/document/{self.slug}/"

    @property
    def dialog(self) -> str:
        """The path and query of its dialog."""
        return f"{DIALOG}?card-post-id={CARD}&document-post-id={self.number}"

    def key(self, file: Piece) -> str:
        """Return the document key of one of its files."""
        own = f"frontex:{self.number}"
        return own if len(self.files) == 1 else f"{own}/{file.filename}"


class FrontexSite:
    """Answers requests as the register, as it is on a night."""

    def __init__(self, _built: Site, night: int) -> None:
        posts = sorted(load_posts(night), key=lambda p: p.number, reverse=True)
        self._posts = {post.number: post for post in posts}
        self._files = {_UPLOADS + file.filename: file for post in posts for _, file in post.files}

    def documents(self, base_url: str) -> dict[str, Held]:  # noqa: ARG002 - as all sites have it
        """Return the dialogs and files to which the listing of the followed tag leads."""
        held = {}
        for post in self._posts.values():
            if FOLLOWED in post.tags:
                held[f"frontex:{post.number}/entry"] = Held(target=post.dialog)
                for _, file in post.files:
                    target = _UPLOADS + file.filename
                    held[post.key(file)] = Held(target=target, change=file.change)
        return held

    def __call__(self, request: Request) -> Response:
        """Answer one request; what the site does not have is a 404."""
        if request.method not in {"GET", "HEAD"}:
            return page("Method not allowed", status=405)
        if request.path == "/robots.txt":
            return content(ROBOTS.encode(), "text/plain; charset=UTF-8")
        if request.path == "/":
            return self._listing(request)
        if request.path == DIALOG:
            return self._dialog(request)
        if request.path in self._files:
            return answer(self._files[request.path])
        return self._page(request)

    def _listing(self, request: Request) -> Response:
        tag = request.parameter(_TAG)
        chosen = [p for p in self._posts.values() if not tag or tag in map(str, p.tags)]
        asked = request.parameter(_PAGED) or "0"
        number = max(1, int(asked) if asked.isdecimal() else 0)
        shown = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        cards = "\n".join(_card(post) for post in shown)
        nothing = "" if chosen else "<p>No documents match your search.</p>"
        body = f"""<div class="register-grid">
{cards}{nothing}</div>
{_pager(number, (len(chosen) + PAGE_SIZE - 1) // PAGE_SIZE, tag)}"""
        return _frame("Public register of documents", body)

    def _dialog(self, request: Request) -> Response:
        asked = request.parameter("document-post-id") or ""
        post = self._posts.get(int(asked)) if re.fullmatch(r"\d{1,9}", asked) else None
        if post is None or request.parameter("card-post-id") != CARD:
            return not_found()
        formats = ", ".join(dict.fromkeys(file.kind.upper() for _, file in post.files))
        options = "".join(
            f'<option value="{request.base_url}{_UPLOADS}{file.filename}">{escape(label)}</option>'
            for label, file in post.files
        )
        tags = "".join(
            f'<a class="tag" href="{request.base_url}/?form-fields%5Bdocument-tag%5D%5B0%5D={tag}">'
            f"{escape(TAGS[tag])}</a>"
            for tag in post.tags
        )
        return page(f"""<div class="dialog-card" data-document="{post.number}">
{_pair("Title", escape(post.title), "text")}
{_pair("Publication date", f"{post.published:%d.%m.%Y}", "publish-date text")}
{_pair("Language", LANGUAGES[post.language], "card-terms-with-commas text")}
{_pair("Document format", formats, "card-terms-with-commas text")}
<div class="row"><div class="title">Tags</div><div class="tags">{tags}</div></div>
<div class="row"><div class="title">Download</div><select class="download">
<option value="">Choose a file</option>{options}</select></div>
<a class="permalink" href="{request.base_url}{post.permalink}">Link to this document</a>
</div>
""")

    def _page(self, request: Request) -> Response:
        found = [post for post in self._posts.values() if post.permalink == request.path]
        return _frame(found[0].title, "") if found else not_found()


def load_posts(night: int) -> Iterator[Post]:
    """Yield the documents of the register on a night."""
    for table in tables("frontex", night):
        language, day = table["language"], table["published"]
        yield Post(
            number=table["post"],
            slug=table["slug"],
            title=table["title"],
            published=day,
            language=language,
            tags=tuple(table["tags"]),
            files=tuple(
                (
                    file["label"],
                    piece({"title": table["title"]} | file, night, language=language, day=day),
                )
                for file in table["file"]
            ),
        )


def register_truth(night: int) -> dict[str, list[dict[str, Any]]]:
    """Return the documents and entries of the register that a crawl reaches, for `truth.json`."""
    offered = [
        (post, file)
        for post in load_posts(night)
        if FOLLOWED in post.tags
        for _, file in post.files
    ]
    return {
        "documents": [
            record
            for post, file in offered
            for record in truth_documents(file, post.key(file), "frontex", post.permalink)
        ],
        "entries": [
            record
            for post, file in offered
            for record in truth_entries(file, post.key(file), "frontex")
        ],
    }


def _frame(title: str, body: str) -> Response:
    return page(f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title></head>
<body class="home page"><header><a href="/">Register</a> <a href="/about-prd/">About</a></header>
<main><h1>{escape(title)}</h1>
{body}
</main></body></html>
""")


def _card(post: Post) -> str:
    return f"""<article class="register-card"><span class="date">{post.published:%d.%m.%Y}</span>
<button type="button" class="open-dialog"
 data-dialog="{escape(post.dialog).replace("&amp;", "&#038;")}">{escape(post.title)}</button>
</article>"""


def _pair(title: str, text: str, kind: str) -> str:
    return (
        f'<div class="row"><div class="title">{title}</div><div class="{kind}">{text}</div></div>'
    )


def _pager(current: int, last: int, tag: str | None) -> str:
    chosen = f"form-fields%5Bdocument-tag%5D%5B0%5D={escape(tag)}&#038;" if tag else ""
    links = "".join(
        f'<a class="page" href="/?{chosen}form-fields%5Bpaged%5D={number}">{number}</a>'
        for number in range(1, last + 1)
        if number != current
    )
    return f'<nav class="pages">{links}</nav>' if last > 1 else ""
