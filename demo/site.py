"""The Europa sites of the replica: lists, programme and publication pages, feeds and files."""

import calendar
import datetime as dt
import email.utils
import re
from dataclasses import replace
from html import escape
from urllib.parse import quote

from demo import ecl
from demo.build import Site
from demo.exchange import Held, Request, Response, content, not_found, page, redirect
from demo.world import Departed, Download, Publication, download_path

ROBOTS = """# Pages for people who keep the site, and endless search results, are not for crawlers.
User-agent: *
Disallow: /admin/
Disallow: /search/
"""
MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}
_PAGE_SIZE = {"eutf": 5, "enlargement": 4, "intpa": 2}
_LIST_PATH = {
    "eutf": "/our-programmes_en",
    "enlargement": "/library_en",
    "intpa": "/publications_en",
}
_LIST_NODE = {"eutf": 12, "enlargement": 3436, "intpa": 61}
_LIST_TITLE = {"eutf": "Our programmes", "enlargement": "Library", "intpa": "Publications"}
_SITE_NAME = {
    "eutf": "EU Emergency Trust Fund for Africa",
    "enlargement": "Enlargement and Eastern Neighbourhood",
    "intpa": "International Partnerships",
}
_DEPARTMENT = {
    "enlargement": "Directorate-General for Enlargement and Eastern Neighbourhood",
    "intpa": "Directorate-General for International Partnerships",
}
_DOWNLOAD = re.compile(r"/document/download/([0-9a-f-]{36}_[a-z]{2})")
_COUNTRY = re.compile(r"/where-we-work/regions-countries/([a-z-]+)/([a-z-]+)_en")
_FACET = re.compile(r"country_country:([A-Z]{3})")
FEED_LENGTH = 30


class EuropaSite:
    """Answers requests as one of the sites `eutf`, `enlargement` and `intpa`."""

    def __init__(self, name: str, built: Site) -> None:
        self.name = name
        self._built = built
        self._publications = built.world.of_site(name)
        self._pages = {p.path: p for p in self._publications if p.markup != "C"}
        self._downloads = {d.name: d for p in self._publications for d in p.downloads}
        self._departed = {n: d for n, d in built.world.departed.items() if d.site == name}

    def documents(self, base_url: str) -> dict[str, Held]:
        """Return the pages and files to which the list leads tonight, by document key."""
        pages = {f"url:{base_url}{path}": Held(target=path) for path in self._pages}
        return pages | {
            download.key: Held(target=download_path(download), change=download.change)
            for download in self._downloads.values()
        }

    def __call__(self, request: Request) -> Response:
        """Answer one request; what the site does not have is a 404."""
        if request.method not in {"GET", "HEAD"}:
            return page("Method not allowed", status=405)
        list_path = _LIST_PATH[self.name]
        fixed = {
            "/robots.txt": self._robots,
            list_path: self._list,
            f"/node/{_LIST_NODE[self.name]}/rss_en": self._feed,
            "/index_en": self._front,
        }
        if request.path in fixed:
            return fixed[request.path](request)
        if request.path in self._pages:
            return self._publication(self._pages[request.path], request)
        return self._download(request) or self._country(request) or self._old(request)

    def _robots(self, _request: Request) -> Response:
        return content(ROBOTS.encode(), "text/plain; charset=UTF-8")

    def _front(self, request: Request) -> Response:
        link = f'<main><p><a href="{_LIST_PATH[self.name]}">{_LIST_TITLE[self.name]}</a></p></main>'
        return self._frame(request, _SITE_NAME[self.name], link, node=1)

    def _frame(self, request: Request, title: str, body: str, *, node: int) -> Response:
        return page(
            ecl.document(
                title=title,
                site_name=_SITE_NAME[self.name],
                body=body,
                base=request.base_url,
                path=request.path,
                node=node,
            )
        )

    def _chosen(self, request: Request) -> list[Publication]:
        match = _FACET.fullmatch(request.parameter("f[0]") or "")
        return [p for p in self._publications if not match or p.country_code == match[1]]

    def _list(self, request: Request) -> Response:
        chosen, size = self._chosen(request), _PAGE_SIZE[self.name]
        number = request.parameter("page") or "0"
        current = int(number) if number.isdecimal() else 0
        shown = chosen[current * size : (current + 1) * size]
        facet = request.parameter("f[0]")
        parts = [
            self._facets(),
            self._counter(len(chosen), current * size, len(shown)),
            *(ecl.list_item(p, request.base_url) for p in shown),
            ecl.pager(
                current,
                max(0, (len(chosen) - 1) // size),
                request.path,
                f"f%5B0%5D={quote(facet, safe='')}" if facet else "",
            ),
            '<div class="field--name-extra-field-oe-list-page-rss-linknodeoe-list-page">'
            f'<a href="/node/{_LIST_NODE[self.name]}/rss_en">RSS</a></div>',
        ]
        inner = "\n".join(parts)
        body = f"""{ecl.page_header(_LIST_TITLE[self.name])}
<main class="ecl-u-pb-xl" id="main-content">
{inner}
</main>"""
        return self._frame(request, _LIST_TITLE[self.name], body, node=_LIST_NODE[self.name])

    def _facets(self) -> str:
        countries = sorted({(p.country, p.country_code) for p in self._publications})
        options = "".join(
            f'<option value="country_country:{code}">{escape(name)}</option>'
            for name, code in countries
        )
        return f"""<form method="get" action="{_LIST_PATH[self.name]}">
<select name="f[0]">{options}</select></form>"""

    def _counter(self, total: int, start: int, shown: int) -> str:
        what = "Programmes" if self.name == "eutf" else "Documents"
        text = f"Showing results {start + 1} to {start + shown}" if shown else "No results"
        return f"""<h4 class="ecl-u-type-heading-4"><span>{what} ({total})</span>
<span>{text}</span></h4>"""

    def _feed(self, request: Request) -> Response:
        chosen = sorted(self._chosen(request), key=lambda p: p.changed, reverse=True)
        items = "".join(_feed_item(p, request.base_url) for p in chosen[:FEED_LENGTH])
        newest = max(p.changed for p in self._publications)
        feed = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>{escape(_LIST_TITLE[self.name])}</title>
<link>{request.base_url}{_LIST_PATH[self.name]}</link>
<description>{escape(_SITE_NAME[self.name])}</description>
<language>en</language>
<copyright>© European Union, 1995-{newest.year}</copyright>
{items}</channel></rss>
"""
        return content(feed.encode(), "application/rss+xml; charset=UTF-8")

    def _publication(self, publication: Publication, request: Request) -> Response:
        if self.name == "eutf":
            body = self._programme_body(publication)
        else:
            body = self._publication_body(publication)
        return self._frame(request, publication.title, body, node=publication.node)

    def _programme_body(self, publication: Publication) -> str:
        header = ecl.page_header(publication.title, [publication.type, publication.country])
        return f"""{header}
<main id="main-content"><p>{escape(publication.summary)}</p>
{ecl.description_list(publication.fields)}
<h2 class="ecl-u-type-heading-2" id="documents">Documents</h2>
{self._file_blocks(publication)}
</main>"""

    def _publication_body(self, publication: Publication) -> str:
        day = ecl.long_date(publication.published)
        header = ecl.page_header(publication.title, [publication.type, day], publication.summary)
        details = dict(publication.fields) | {
            "Publication date": day,
            "Related department": _DEPARTMENT[self.name],
            "Country": publication.country,
        }
        first = publication.downloads[0]
        old = f"/system/files/{publication.published:%Y-%m}/{first.filename}"
        return f"""{header}
<main id="main-content"><div class="ecl-row ecl-u-mt-l"><div class="ecl-col-l-3">
<nav class="ecl-inpage-navigation"></nav></div><div class="ecl-col-l-9">
<div><h2 class="ecl-u-type-heading-2" id="details">Details</h2>
{ecl.description_list(details)}</div>
<div><h2 class="ecl-u-type-heading-2" id="files">Files</h2>
{self._file_blocks(publication)}</div>
<p>Old style link: <a href="{escape(old)}">{escape(first.title)}</a></p>
</div></div></main>"""

    def _file_blocks(self, publication: Publication) -> str:
        by_uuid: dict[str, list[tuple[Download, int]]] = {}
        for download in publication.downloads:
            sized = (download, self._built.size(download.name))
            by_uuid.setdefault(download.uuid, []).append(sized)
        return "\n".join(
            ecl.file_block(versions, publication.markup) for versions in by_uuid.values()
        )

    def _download(self, request: Request) -> Response | None:
        match = _DOWNLOAD.fullmatch(request.path)
        if not match:
            return None
        if match[1] in self._departed:
            return _left(self._departed[match[1]], request)
        if match[1] not in self._downloads:
            return None
        download = self._downloads[match[1]]
        kind, modified = MEDIA_TYPES[download.kind], _noon(download.modified)
        answer = content(self._built.body(download.tagged), kind, modified=modified)
        named = {"Content-Disposition": f'inline; filename="{download.filename}"'}
        return replace(
            answer, headers={**answer.headers, **named}, body=self._built.body(download.body)
        )

    def _country(self, request: Request) -> Response | None:
        match = _COUNTRY.fullmatch(request.path)
        here = [p for p in self._publications if match and _place(p) == (match[1], match[2])]
        if not here:
            return None
        header = ecl.page_header(here[0].country, ["Region and Country", here[0].region])
        items = "\n".join(ecl.list_item(p, request.base_url) for p in here)
        count = f"{len(here)} programme{'s' if len(here) > 1 else ''}"
        body = f"""{header}
<main id="main-content"><p>{count}</p><h2>National programmes</h2>
{items}
</main>"""
        return self._frame(request, here[0].country, body, node=here[0].node + 5000)

    def _old(self, request: Request) -> Response:
        for publication in self._publications:
            folder = f"/system/files/{publication.published:%Y-%m}/"
            for download in publication.downloads:
                if request.path == folder + download.filename:
                    return redirect(request.base_url + download_path(download))
        return not_found()


def _left(departed: Departed, request: Request) -> Response:
    if departed.status == 301:
        return redirect(request.base_url + departed.location)
    return page("<!DOCTYPE html><html><body>This file was removed.</body></html>", status=410)


def _place(publication: Publication) -> tuple[str, str]:
    region = "-".join(word for word in publication.region.lower().split() if word != "of")
    return region, publication.country.lower().replace(" ", "-")


def _noon(day: dt.date) -> float:
    return calendar.timegm((day.year, day.month, day.day, 12, 0, 0))


def _feed_item(publication: Publication, base: str) -> str:
    link = escape(base + publication.path)
    return f"""<item><title>{escape(publication.title)}</title>
<atom:id>{base}/node/{publication.node}</atom:id><link>{link}</link>
<guid isPermaLink="true">{link}</guid>
<description>{escape(publication.summary)}</description>
<pubDate>{email.utils.formatdate(_noon(publication.changed), usegmt=True)}</pubDate></item>
"""
