"""Pages without any entry, read by people; and entries that the machine missed."""

from __future__ import annotations

from typing import Any

import msgspec
from datasette.utils.asgi import Response

from core.errors import UsageError
from review.access import Visit
from review.routes import Form, Route
from review.views.panels import lists, spans_of
from review.web import address, as_json, page, see_other
from store.database import Store
from store.reviewing.adding import add_entry
from store.reviewing.audits import PageVerdict, page_to_check, recall, save_page_audit
from store.reviewing.marked import all_columns, span_of
from store.reviewing.sums import typed_sums
from store.sheets import reading_of, sheet_of


async def check(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show a page without entries, drawn by lot, and ask whether anything is missed on it."""

    def load(store: Store) -> dict[str, Any]:
        drawn = page_to_check(store, visit.name)
        told = {"recall": recall(store), "sheet": None, "document": None}
        if drawn is None:
            return told
        key, reading_id, number = drawn
        return {
            **told,
            "sheet": sheet_of(store, reading_id, number),
            "document": _document(store, key),
        }

    return page(visit, "page_check.html", **await visit.site.read(load))


async def answer(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Keep what a reviewer says of a page; where something is missed, go on to add it."""
    verdict = form.get("verdict", "")
    if verdict not in ("complete", "missed", "unsure"):
        raise UsageError("Say whether something is missed on the page.")
    kind: PageVerdict = verdict  # type: ignore[assignment]  # one of them, as was just seen
    sha256, number = groups["sha256"], int(groups["page"])
    note = form.get("note", "").strip() or None
    await visit.site.write(
        lambda store: save_page_audit(store, sha256, number, visit.name, kind, note)
    )
    if verdict == "missed":
        return see_other(f"{address('review', 'add', sha256, number)}?back=pages")
    return see_other("/review/pages")


async def empty(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show a page beside an empty form, to add an entry that the machine missed."""

    def load(store: Store) -> dict[str, Any]:
        sha256, number = groups["sha256"], int(groups["page"])
        reading_id, _ = reading_of(store, sha256)
        return {
            "sheet": sheet_of(store, reading_id, number),
            "document": _document(store, _holder(store, sha256)),
        }

    return page(visit, "add_entry.html", lists=lists(), **await visit.site.read(load))


async def add(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Add an entry from the text that was marked, and show it."""
    spans = spans_of(form)
    columns = typed_sums({n[2:]: v for n, v in form.items() if n.startswith("f.") and v.strip()})

    def write(store: Store) -> str:
        sha256, number = groups["sha256"], int(groups["page"])
        reading_id, _ = reading_of(store, sha256)
        key = _holder(store, sha256)
        note = form.get("note", "").strip() or None
        done = add_entry(
            store, key, number, reading_id, spans, columns, reviewer=visit.name, note=note
        )
        return done.entry

    key = await visit.site.write(write)
    return see_other(f"/review/entry/{key}")


async def marked(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the text of a selection on a page, and the fields that it could fill."""
    args = visit.request.args
    try:
        start, end = int(args.get("start") or ""), int(args.get("end") or "")
    except ValueError as error:
        raise UsageError("A selection has a start and an end.") from error

    def load(store: Store) -> dict[str, Any]:
        reading_id, language = reading_of(store, groups["sha256"])
        sheet = sheet_of(store, reading_id, int(groups["page"]))
        span = span_of(sheet, start, end)
        return {**msgspec.to_builtins(span), "columns": all_columns(span, sheet, language)}

    return as_json(await visit.site.read(load))


_SHOWN = "d.id NOT IN (SELECT id FROM hidden_documents)"


def _holder(store: Store, sha256: str) -> str:
    """Return the first document that shows a content now, or did."""
    return str(
        store.value(
            "SELECT d.key FROM versions v JOIN documents d ON d.id = v.document_id"  # noqa: S608 - a constant
            f" WHERE v.sha256 = ? AND {_SHOWN} ORDER BY d.shown_version_id = v.id DESC, d.id",
            (sha256,),
        )
    )


def _document(store: Store, key: str) -> dict[str, Any]:
    rows = store.rows(
        "SELECT d.key, titled(d.title, d.url) AS title, d.source, d.url, s.title AS source_title"
        " FROM documents d LEFT JOIN sources s ON s.id = d.source WHERE d.key = ?",
        (key,),
    )
    return dict(rows[0])


_PAGE = r"(?P<sha256>[0-9a-f]{64})/(?P<page>[1-9]\d{0,5})"
ROUTES = (
    Route(r"/review/pages$", check, "reviewer"),
    Route(rf"/review/pages/{_PAGE}$", answer, "reviewer", "POST"),
    Route(rf"/review/add/{_PAGE}$", empty, "reviewer"),
    Route(rf"/review/added/{_PAGE}$", add, "reviewer", "POST"),
    Route(rf"/review/text/{_PAGE}$", marked, "reviewer"),
)
