"""Fragments of Europa Component Library markup, versions 4 and 5, as the sources use them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from html import escape

from demo.world import Download, Publication, download_path

_MONTHS = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
_SHORT = {"September": "Sept"}
LANGUAGES = {"en": "English", "fr": "français"}


def long_date(day: dt.date) -> str:
    """Write a date as the sites do: `14 May 2024`."""
    return f"{day.day} {_MONTHS[day.month]} {day.year}"


def short_date(day: dt.date) -> str:
    """Write a date in the short form: `7 Sept 2026`."""
    month = _MONTHS[day.month]
    return f"{day.day} {_SHORT.get(month, month[:3])} {day.year}"


def size_text(size: int, kind: str) -> str:
    """Write a size in bytes as file blocks do: `1.27 MB - PDF`."""
    number, unit = (size / 1e6, "MB") if size >= 1e6 else (size / 1e3, "KB")
    return f"{number:.2f} {unit} - {kind.upper()}"


def document(*, title: str, site_name: str, body: str, base: str, path: str, node: int) -> str:
    """Wrap a page body in the frame that all pages share."""
    return f"""<!DOCTYPE html>
<html lang="en" dir="ltr">
<head><meta charset="utf-8"><title>{escape(title)} - {escape(site_name)}</title>
<link rel="canonical" href="{base}{path}">
<link rel="shortlink" href="{base}/node/{node}"></head>
<body>
<header class="ecl-site-header"><a class="ecl-link" href="/index_en">{escape(site_name)}</a>
<form class="ecl-search-form" action="/search/" method="get"><input name="q"></form>
<a class="ecl-link" href="/search/?q=documents">Search</a></header>
{body}
<footer class="ecl-site-footer"><a class="ecl-link" href="/admin/">Log in</a></footer>
</body></html>
"""


def page_header(title: str, metas: Iterable[str] = (), description: str = "") -> str:
    """Return the page header with its meta items."""
    items = "".join(f'<li class="ecl-page-header__meta-item">{escape(m)}</li>' for m in metas)
    meta = f'<ul class="ecl-page-header__meta">{items}</ul>' if items else ""
    intro = f'<p class="ecl-page-header__description">{escape(description)}</p>'
    return f"""<div class="ecl-page-header"><div class="ecl-container">{meta}
 <h1 class="ecl-page-header__title">{escape(title)}</h1>{intro if description else ""}
</div></div>"""


def description_list(fields: Mapping[str, str]) -> str:
    """Return a horizontal description list."""
    rows = "".join(
        f'<dt class="ecl-description-list__term">{escape(term)}</dt>'
        f'<dd class="ecl-description-list__definition">{escape(said)}</dd>\n'
        for term, said in fields.items()
    )
    return f'<dl class="ecl-description-list ecl-description-list--horizontal">\n{rows}</dl>'


def list_item(publication: Publication, base: str) -> str:
    """Return a list item in the publication's markup variant."""
    item = {"A": _item_a, "B": _item_b, "C": _item_c, "ecl5": _item_ecl5}[publication.markup]
    return f'<article class="ecl-content-item">\n{item(publication, base)}\n</article>'


def _block(meta: str, title: str, rest: str = "") -> str:
    return f"""<div class="ecl-content-block ecl-content-item__content-block"
 data-ecl-content-block>
{meta}<div class="ecl-content-block__title">{title}</div>
{rest}</div>"""


def _item_a(publication: Publication, _base: str) -> str:
    day = publication.published
    meta = f"""<ul class="ecl-content-block__primary-meta-container">
<li class="ecl-content-block__primary-meta-item">{escape(publication.type)}</li>
<li class="ecl-content-block__primary-meta-item"><time datetime="{day}T12:00:00Z">{
        long_date(day)
    }</time></li></ul>
"""
    title = f"""<a href="{publication.path}" class="ecl-link ecl-link--standalone"
 data-ecl-title-link><span>{escape(publication.title)}</span></a>"""
    rest = f"""<div class="ecl-content-block__description"><p>{
        escape(publication.summary)
    }</p></div>
<div class="ecl-content-block__list-container">{
        description_list({"Country": publication.country})
    }</div>"""
    return _block(meta, title, rest)


def _item_b(publication: Publication, base: str) -> str:
    meta = f"""<div class="ecl-content-block__primary-meta-container">
<div class="ecl-content-block__primary-meta-item">{short_date(publication.published)}</div></div>
"""
    title = f"""<a href="{base}{publication.path}?prefLang=fr"
 class="ecl-link ecl-link--standalone" data-ecl-title-link>
 <span class="ecl-link__label">{escape(publication.title)}</span></a>"""
    rest = f'<div class="ecl-content-block__description">{escape(publication.summary)}</div>'
    return _block(meta, title, rest)


def _item_c(publication: Publication, _base: str) -> str:
    title = f"""<a class="ecl-link ecl-link--standalone" href="{escape(publication.path)}">{
        escape(publication.title)
    }</a>"""
    return _block("", title)


def _item_ecl5(publication: Publication, _base: str) -> str:
    day = publication.published
    meta = f"""<div class="ecl-content-block__primary-meta-container">
<div class="ecl-content-block__primary-meta-item"><time datetime="{day}T12:00:00Z">{
        long_date(day)
    }</time></div></div>
"""
    title = f"""<a class="ecl-link" href="{publication.path}" data-ecl-title-link>
<span class="ecl-link__label">{escape(publication.title)}</span></a>"""
    return _block(meta, title)


def pager(current: int, last: int, path: str, facet: str = "") -> str:
    """Return the pager of a list; page numbers are zero-based in addresses, one-based in labels."""
    if last == 0:
        return ""

    def href(number: int) -> str:
        return escape(f"{path}?{facet}&page={number}" if facet else f"?page={number}")

    def item(modifier: str, number: int, label: str, text: str) -> str:
        return f"""<li class="ecl-pagination__item{modifier}"><a href="{href(number)}"
 class="ecl-link ecl-pagination__link" aria-label="{label}">{text}</a></li>"""

    items = [
        _current_item(number)
        if number == current
        else item(
            " ecl-pagination__item--last" if number == last else "",
            number,
            f"Go to page {number + 1}",
            str(number + 1),
        )
        for number in range(last + 1)
    ]
    label = '<span class="ecl-link__label">{}</span>'
    if current > 0:
        modifier, text = " ecl-pagination__item--previous", label.format("Previous")
        items.insert(0, item(modifier, current - 1, "Go to previous page", text))
    if current < last:
        modifier, text = " ecl-pagination__item--next", label.format("Next")
        items.append(item(modifier, current + 1, "Go to next page", text))
    return f"""<nav class="ecl-pagination" aria-label="Pagination">
<ul class="ecl-pagination__list">{"".join(items)}</ul></nav>"""


def _current_item(number: int) -> str:
    return f"""<li class="ecl-pagination__item ecl-pagination__item--current">
<span class="ecl-pagination__text--summary" aria-current="true">{number + 1}</span>
<span class="ecl-pagination__text--full" aria-current="true">Page {number + 1}</span></li>"""


def file_block(versions: list[tuple[Download, int]], markup: str) -> str:
    """Return the block of a file: its versions by language with sizes, the original first."""
    if markup == "ecl5":
        return _file_ecl5(versions)
    download, size = versions[0]
    return _file_thumbnail(download, size) if download.kind == "zip" else _file_ecl4(versions)


def _file_ecl4(versions: list[tuple[Download, int]]) -> str:
    download, size = versions[0]
    return f"""<div class="ecl-file" data-ecl-file data-ecl-auto-init="FileDownload">
<div class="ecl-file__container"><svg class="ecl-icon ecl-icon--2xl ecl-file__icon"></svg>
<div class="ecl-file__title" id="{download.name}">{escape(download.title)}</div></div>
<div class="ecl-file__footer"><div class="ecl-file__language">{LANGUAGES[download.language]}</div>
<div class="ecl-file__meta">({size_text(size, download.kind)})</div>
<a href="{escape(download_path(download))}"
 class="ecl-link ecl-link--standalone ecl-link--icon ecl-file__download" download
 data-untranslated-label="Download"><span class="ecl-link__label">Download</span></a></div>
{_translations(versions[1:])}</div>"""


def _translations(others: list[tuple[Download, int]]) -> str:
    if not others:
        return ""
    items = "".join(
        f"""<li class="ecl-file__translation-item"><div class="ecl-file__translation-info">
<div class="ecl-file__translation-title" lang="{other.language}">{LANGUAGES[other.language]}</div>
<div class="ecl-file__translation-meta">({size_text(size, other.kind)})</div></div>
<a href="{escape(download_path(other))}"
 class="ecl-link ecl-link--standalone ecl-file__translation-download">
<span class="ecl-link__label">Download</span></a></li>
"""
        for other, size in others
    )
    return f"""<div class="ecl-file__translation-container" data-ecl-file-translation-container>
<button class="ecl-button ecl-button--ghost ecl-file__translation-toggle" type="button"
 data-ecl-file-translation-toggle>Available translations ({len(others)})</button>
<ul class="ecl-file__translation-list">{items}
<li class="ecl-file__translation-item ecl-file__translation-description">Other languages may follow.
</li></ul></div>"""


def _file_thumbnail(download: Download, size: int) -> str:
    return f"""<div class="ecl-file ecl-file--thumbnail"><div class="ecl-file__container">
<div class="ecl-file__detail"><div class="ecl-file__detail-info"><div class="ecl-file__detail-meta">
<span class="ecl-file__detail-meta-item">{long_date(download.uploaded).upper()}</span></div>
<div class="ecl-file__title">{escape(download.title)}</div>
<div class="ecl-file__description">Archive of several files.</div></div></div>
<div class="ecl-file__info"><div class="ecl-file__language">{LANGUAGES[download.language]}</div>
<div class="ecl-file__meta">({size_text(size, download.kind)})</div></div>
<a class="ecl-link ecl-file__download" href="{escape(download_path(download))}">
<span class="ecl-link__label">Download</span></a></div></div>"""


def _file_ecl5(versions: list[tuple[Download, int]]) -> str:
    download, size = versions[0]
    others = "".join(
        f"""<li class="ecl-file__translation-item"><div class="ecl-file__translation-info">
<div class="ecl-file__translation-title" lang="{other.language}">{LANGUAGES[other.language]}
</div></div><div class="ecl-file__translation-action">
<a class="ecl-link" href="{escape(download_path(other))}">Download</a></div></li>"""
        for other, _ in versions[1:]
    )
    toggle = (
        "ecl-button ecl-file__translation-toggle" if others else "ecl-file__language--no-toggle"
    )
    tag = "button" if others else "div"
    listed = f"""<ul class="ecl-file__translation-list" data-ecl-file-translation-container>{
        others
    }</ul>"""
    return f"""<div class="ecl-file" data-ecl-file>
<div class="ecl-file__container"><div class="ecl-file__content"><div class="ecl-file__info">
<div class="ecl-file__primary-meta"><span class="ecl-file__primary-meta-item">{
        long_date(download.uploaded)
    }</span></div>
<div class="ecl-file__title" id="{download.name}">{escape(download.title)}</div></div></div></div>
<div class="ecl-file__footer"><{tag} class="{toggle}">{LANGUAGES[download.language]}</{tag}>
<div class="ecl-file__action"><a class="ecl-link ecl-link--standalone ecl-file__download"
 href="{escape(download_path(download))}"><span class="ecl-link__label">Download ({
        size_text(size, download.kind)
    })</span></a></div></div>
{listed if others else ""}</div>"""
