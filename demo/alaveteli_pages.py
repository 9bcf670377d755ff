"""Web pages of the replica's access-to-documents site, in the markup of two releases."""

import datetime as dt
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import quote

from demo.alaveteli_world import Attachment, Message, Request

SITE_NAME = "AskTheBorder"
_STATES = {
    "waiting_response": "Awaiting response",
    "successful": "Successful",
    "partially_successful": "Partially successful",
    "rejected": "Refused",
}
_SENTENCES = {
    "waiting_response": "The authority is <strong>awaiting</strong> its time to answer.",
    "successful": "The request was <strong>successful</strong>.",
    "partially_successful": "The request was <strong>partially successful</strong>.",
    "rejected": "The request was <strong>refused</strong>.",
}


def document(title: str, inner: str, *, language: str = "en", links: str = "") -> str:
    """Return a whole page with the site's menus around it."""
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>
{links}</head><body>
<header id="banner"><a href="/">{SITE_NAME}</a>
<nav><ul><li><a href="/new">Make a request</a></li><li><a href="/list/successful">Browse</a></li>
<li><a href="/body/list/all">View authorities</a></li></ul></nav>
<form action="/search" method="get"><input type="text" name="query"><button>Search</button></form>
</header>
<main id="content">
{inner}
</main>
<footer><ul><li><a href="/help/contact">Contact {SITE_NAME}</a></li>
<li><a href="/help/privacy">Privacy and cookies</a></li></ul></footer>
</body></html>
"""


def listing(
    requests: Sequence[Request], *, heading: str, total: int, number: int, pages: int, path: str
) -> str:
    """Return a page of a list of requests; `number` counts from 1."""
    items = "\n".join(_item(request) for request in requests)
    found = f"About {total} FOI requests found" if total else "No requests found"
    inner = f"""<h1>{escape(heading)}</h1>
<h2 class="foi_results">{found}</h2>
<div class="results_section"><div class="results_block">
{items}
</div>
{_pager(number, pages, path)}</div>"""
    feed = f'<link rel="alternate" type="application/atom+xml" href="/feed{path}">'
    return document(f"{heading} - {SITE_NAME}", inner, links=feed)


def _pager(number: int, pages: int, path: str) -> str:
    if pages < 2:
        return ""
    numbers = " ".join(
        f'<em class="current">{n}</em>' if n == number else f'<a href="{path}?page={n}">{n}</a>'
        for n in range(1, pages + 1)
    )
    last = number >= pages
    onward = (
        '<span class="next_page disabled">Next</span>'
        if last
        else f'<a class="next_page" rel="next" href="{path}?page={number + 1}">Next</a>'
    )
    return f'<div class="pagination">{numbers} {onward}</div>'


def _item(request: Request) -> str:
    last = request.messages[-1]
    body = f'<a href="/body/{request.body}">{escape(request.body_name)}</a>'
    person = f'<a href="/user/{request.user}">{escape(request.requester)}</a>'
    what = "Request sent to" if last.direction == "outgoing" else "Response by"
    words = f"{what} {body} by {person}" if what.startswith("Req") else f"{what} {body} to {person}"
    prefix = "/en" if request.markup == "old" else ""
    href = f"{prefix}/request/{request.slug}#{last.name}"
    excerpt = escape(" ".join(last.text.split())[:120])
    line = f"<i class='icon-standalone icon_{request.state}'></i>"
    state = f"<p>{line}<strong>{_STATES[request.state]}</strong></p>"
    if request.markup == "old":
        label = f"<strong>{_STATES[request.state]}.</strong>"
        state = f'<span class="bottomline icon_{request.state}">{label}</span>'
    return f"""<div class="request_listing"><div class="request_left">
<span class="head"><a href="{href}">{escape(request.title)}</a></span>
<div class="requester">{words} on {_time(last.at)}.</div>
{state}</div>
<div class="request_right"><span class="desc">{excerpt}</span></div></div>"""


def _time(at: dt.datetime) -> str:
    said = f"{at:%B %d, %Y}"
    return f'<time datetime="{at.isoformat()}" title="{at:%Y-%m-%d %H:%M:%S %z}">{said}</time>'


def request_page(request: Request, size: Callable[[Attachment], int]) -> str:
    """Return a request's page; `size` gives an attachment's bytes."""
    old = request.markup == "old"
    inner = _old(request, size) if old else _new(request, size)
    links = f"""<link rel="alternate" type="application/json" href="/request/{request.slug}.json">
<link rel="alternate" type="application/atom+xml" href="/request/{request.slug}/feed">"""
    title = f"{request.title} - a Freedom of Information request to {request.body_name}"
    return document(f"{title} - {SITE_NAME}", inner + _sidebar(request), links=links)


def _people(request: Request) -> str:
    return (
        f'<a href="/user/{request.user}">{escape(request.requester)}</a> made this access to'
        f' information request to <a href="/body/{request.body}">{escape(request.body_name)}</a>'
    )


def _new(request: Request, size: Callable[[Attachment], int]) -> str:
    classes = f"request-status-message request-status-message--{request.state}"
    messages = "\n".join(_new_message(request, message, size) for message in request.messages)
    return f"""<div class="request-header"><div class="row"><h1>{escape(request.title)}</h1>
<p class="request-header__subtitle">{_people(request)}</p>
<div class="request-status"><div id="request_status" class="{classes}">
<i class="icon-standalone icon_{request.state}"></i><p>{_SENTENCES[request.state]}</p></div></div>
</div></div>
<div id="left_column" class="left_column">
{messages}
</div>"""


def _new_message(request: Request, message: Message, size: Callable[[Attachment], int]) -> str:
    files = "".join(_new_file(request, message, file, size) for file in message.files)
    count = f'<div class="attachments__header"><h3>{len(message.files)} Attachments</h3></div>'
    block = f'<ul class="list-of-attachments">{files}</ul>'
    attached = f'<div class="attachments">{count}{block}</div>' if files else ""
    return f"""<div class="{message.direction} correspondence normal" id="{message.name}">
<div class="correspondence__header">
<span class="correspondence__header__author">{escape(message.author)}</span>
<a class="correspondence__header__date" href="#{message.name}">{_time(message.at)}</a></div>
<div class="correspondence_text">{attached}<div>{_paragraphs(message.text)}</div></div>
<div class="correspondence__footer"><a href="{request.path}#{message.name}">Link to this</a>
<a href="/request/{request.number}/report/new">Report</a></div></div>"""


def _new_file(
    request: Request, message: Message, file: Attachment, size: Callable[[Attachment], int]
) -> str:
    path = file_path(f"/request/{request.slug}", message, file)
    view = file_path(f"/request/{request.slug}", message, file, html=True)
    link = f"{path}?cookie_passthrough=1"
    view_link = f'<a href="{view}">View</a>' if file.paper is not None else ""
    return f"""<li class="attachment" id="attachment-{message.number}{file.part}">
<a href="{link}"><img class="attachment__image" alt="Attachment" src="/assets/icon.png"></a>
<p class="attachment__name">{escape(file.name)}</p>
<p class="attachment__meta">{_size(file, size)} {view_link}
<a href="{link}">Download</a></p></li>"""


def _old(request: Request, size: Callable[[Attachment], int]) -> str:
    messages = "\n".join(_old_message(request, message, size) for message in request.messages)
    return f"""<div id="left_column" class="left_column"><h1>{escape(request.title)}</h1>
<div class="request_icon_line"><p class="subtitle">{_people(request)}</p></div>
<p id="request_status" class="request_icon_line icon_{request.state}">
{_SENTENCES[request.state]}</p>
{messages}
<h2>Things to do with this request</h2><ul><li><a href="/en/annotate/request/{request.slug}">Add an
annotation</a></li></ul></div>"""


def _old_message(request: Request, message: Message, size: Callable[[Attachment], int]) -> str:
    files = "".join(_old_file(request, message, file, size) for file in message.files)
    attached = f'<div class="attachments"><hr class="top"><ul>{files}</ul></div>' if files else ""
    return f"""<div class="{message.direction} correspondence" id="{message.name}">
<h2>From: {escape(message.author)}<br>
<a href="#{message.name}">{_time(message.at)}</a></h2>
<div class="correspondence_text">{attached}{_paragraphs(message.text)}</div>
<p class="event_actions"><a href="/en/request/{request.slug}#{message.name}">Link to this</a></p>
</div>"""


def _old_file(
    request: Request, message: Message, file: Attachment, size: Callable[[Attachment], int]
) -> str:
    path = file_path(f"/en/request/{request.number}", message, file)
    view = file_path(f"/en/request/{request.number}", message, file, html=True)
    return f"""<li class="attachment"><a href="{path}"><img class="attachment_image"
alt="Attachment" src="/images/icon.png"></a>
<p><strong>{escape(file.name)}</strong><br>{_size(file, size)}
<a href="{path}">Download</a> <a href="{view}">View as HTML</a></p></li>"""


def _size(file: Attachment, size: Callable[[Attachment], int]) -> str:
    return f"{max(1, size(file) // 1024)}K"


def _paragraphs(text: str) -> str:
    blocks = text.strip().split("\n\n")
    return "".join(
        f"<p>{escape(block, quote=False)}</p>".replace("\n", "<br>\n") for block in blocks
    )


def _sidebar(request: Request) -> str:
    return f"""<div id="right_column"><h2>Follow this request</h2>
<a href="/en/track/request/{request.slug}">Follow</a>
<a href="/request/{request.slug}/download">Download a zip file of all correspondence</a>
<h2>More similar requests</h2><a href="/similar/request/{request.slug}">More similar requests</a>
<p>Requests like this were also made by <a href="/profile/{request.user}">others</a>.</p></div>"""


def file_path(base: str, message: Message, file: Attachment, *, html: bool = False) -> str:
    """Return the path of an attachment, or of its view as a web page, below a request's."""
    view, ending = ("html/", ".html") if html else ("", "")
    return f"{base}/response/{message.number}/attach/{view}{file.part}/{quote(file.name)}{ending}"


def wait_page() -> str:
    """Return the page that asks people to wait while a file is prepared."""
    return document(
        "Please wait", "<h1>This file is being prepared</h1><p>It opens here when it is ready.</p>"
    )


def hidden_page() -> str:
    """Return the page that stands in place of an attachment that the site hides."""
    inner = """<h1>This attachment has been hidden</h1>
<p>It was taken from public view by the people who run this site.</p>"""
    return document("Hidden", f'<div class="hidden_correspondence">{inner}</div>')
