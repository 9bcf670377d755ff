"""The page of a document: its pages, versions, where it comes from, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from datasette.utils.asgi import Response

from core.errors import UnknownKey, UsageError
from review.access import Visit
from review.reading import cited, look, page_address, plain_title, web_link, with_query
from review.routes import Form, Route
from review.web import page
from store.database import Store
from store.diff import diff
from store.dossier import Dossier, PageView, as_text, dossier, page_view
from store.facets import places
from store.published import full_text, may_show
from store.sheets import Mark
from vocabulary.taxonomy import load_taxonomy

LABELS: Final = {
    "entry": "what entries rest on",
    "EQUIPMENT": "equipment",
    "QUANTITY": "quantity",
    "AMOUNT": "amount",
    "RECIPIENT": "recipient",
    "SUPPLIER": "supplier",
    "FUND": "fund",
}
CHANGES: Final = {
    "first": "first version",
    "metadata": "only what the file says of itself",
    "text": "text changed",
    "redaction": "text blackened",
    "replaced": "replaced by another text",
}
METHODS: Final = {
    "text": "text of the file",
    "ocr": "recognised from the picture: letters may be wrong",
    "rendered": "text of the page",
    "none": "no text could be read",
}
_MOST_OFF = 60
_NUMBER = r"[1-9]\d{0,5}"


@dataclass(frozen=True)
class _Asked:
    """What a reader wants of a page: which marks, text instead of the picture, a span, and the
    search that led here."""

    labels: frozenset[str] | None
    as_text: bool
    start: int
    end: int
    find: str
    off: tuple[str, ...]
    exact: bool

    def query(self, **changed: Any) -> dict[str, Any]:
        """Return it as a query, with some of it changed; what is usual is left out."""
        labels = changed.get("labels", self.labels)
        marks = None if labels is None else ".".join(sorted(labels)) or "none"
        text = changed.get("as_text", self.as_text)
        find = changed.get("find", self.find)
        search = {"q": find, "off": self.off, "exact": "1" if self.exact else None}
        return {"marks": marks, "as": "text" if text else None, **(search if find else {})}


def _asked(visit: Visit) -> _Asked:
    args = visit.request.args
    marks = args.get("marks")
    labels = None if marks is None else frozenset(marks.split(".")) & LABELS.keys()
    try:
        start, end = int(args.get("start") or 0), int(args.get("end") or 0)
    except ValueError as error:
        raise UsageError("A span has its start and its end as numbers.") from error
    return _Asked(
        labels,
        args.get("as") == "text",
        start,
        end,
        (args.get("q") or "").strip(),
        tuple(args.getlist("off")[:_MOST_OFF]),
        bool(args.get("exact")),
    )


async def show_document(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show a document, one of its versions, or a page of it."""
    key = groups["key"]
    version = int(groups["version"]) if "version" in groups else None
    number = int(groups["page"]) if "page" in groups else None
    asked = _asked(visit)

    def work(store: Store) -> dict[str, Any]:
        found = dossier(store, key, version)
        licensed, images = True, True
        if visit.published_only:
            licensed = full_text(store, found.document["id"])
            if found.version:
                readable, images = may_show(store, found.version["sha256"])
                licensed = licensed and readable
        view = _page(store, found, number, asked) if licensed else None
        if view is None and number is not None:
            raise UnknownKey(f"There is no page {number} of this document that may be shown.")
        return {
            "found": found,
            "view": view,
            "lit": _places(store, view, asked),
            "licensed": licensed,
            "images": images,
            "citation": cited(store, key),
        }

    told = await look(visit, work)
    found, view = told["found"], told["view"]
    drawn = view is not None and view.sheet.drawn
    if view is not None:
        searched = tuple(Mark(start, end, "found", "searched for") for start, end in told["lit"])
        view = replace(view, marks=tuple(sorted((*view.marks, *searched), key=_order)))
        if asked.as_text or not told["images"]:
            view = replace(view, sheet=as_text(view.sheet))
    newest = found.versions[-1]["number"] if found.versions else 1
    return page(
        visit,
        "document.html",
        **{**told, "view": view},
        frame=plain_title(found.document["title"], key),
        asked=asked,
        drawn=drawn and told["images"],
        newest=newest,
        labels=LABELS,
        changes=CHANGES,
        methods=METHODS,
        hit=_hit(view, asked),
        to_page=lambda n, **changed: with_query(
            page_address(key, found.version["number"], n), asked.query(**changed)
        ),
        span=page_address,
        toggled=lambda label: _toggled(asked, label),
        numbers=_near_pages(found, view),
        web_link=web_link,
        with_query=with_query,
        of_page=[e for e in found.entries if view and e["key"] in view.entries],
    )


def _page(store: Store, found: Dossier, number: int | None, asked: _Asked) -> PageView | None:
    """Return the page that was asked for; where none was, the first, None where there is none."""
    if found.reading is None or not found.pages:
        return None
    return page_view(store, found, number or found.pages[0]["number"], asked.labels)


def _places(store: Store, view: PageView | None, asked: _Asked) -> list[tuple[int, int]]:
    """Return where the page has the words of the search that led to it."""
    if view is None or not asked.find:
        return []
    widen = load_taxonomy().expand
    return places(store, asked.find, view.sheet.text, widen, off=asked.off, exact=asked.exact)


def _order(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _hit(view: PageView | None, asked: _Asked) -> Mark | None:
    """Return the span that the address names, within the page's text."""
    if view is None or not 0 <= asked.start < min(asked.end, len(view.sheet.text)):
        return None
    return Mark(asked.start, min(asked.end, len(view.sheet.text)), "hit", "the place linked to")


def _toggled(asked: _Asked, label: str) -> frozenset[str] | None:
    on = frozenset(LABELS) if asked.labels is None else asked.labels
    changed = on ^ {label}
    return None if changed == frozenset(LABELS) else changed


def _near_pages(found: Dossier, view: PageView | None) -> list[int | None]:
    """Return the page numbers to link to: the first, the last, those near; None for a gap."""
    numbers = [one["number"] for one in found.pages]
    if view is None or len(numbers) < 2:
        return []
    at = numbers.index(view.sheet.number)
    near = sorted({0, len(numbers) - 1, *range(max(0, at - 3), min(len(numbers), at + 4))})
    shown: list[int | None] = []
    for before, place in zip([-1, *near], near, strict=False):
        if place > before + 1:
            shown.append(None)
        shown.append(numbers[place])
    return shown


async def show_diff(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show what changed between two versions, word by word; what is the same is folded."""
    key = groups["key"]
    before, after = (_number(visit.request.args.get(name)) for name in ("before", "after"))

    def work(store: Store) -> dict[str, Any]:
        found = dossier(store, key)
        if visit.published_only and not full_text(store, found.document["id"]):
            raise UnknownKey("The text of this document may not be shown here.")
        return {"found": found, "changed": diff(store, key, before, after)}

    told = await look(visit, work)
    return page(
        visit,
        "diff.html",
        **told,
        frame=plain_title(told["found"].document["title"], key),
        changes=CHANGES,
        span=page_address,
    )


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise UsageError("A version is named by its number.")
    return int(text)


_DOCUMENT = r"/document/(?P<key>[^/]+)"
ROUTES = (
    Route(rf"{_DOCUMENT}$", show_document, "visitor"),
    Route(rf"{_DOCUMENT}/diff$", show_diff, "visitor"),
    Route(rf"{_DOCUMENT}/version/(?P<version>{_NUMBER})$", show_document, "visitor"),
    Route(
        rf"{_DOCUMENT}/version/(?P<version>{_NUMBER})/page/(?P<page>{_NUMBER})$",
        show_document,
        "visitor",
    ),
)
