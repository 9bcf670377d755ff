"""Pictures of pages, the files themselves, and what pages load."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from datasette.utils.asgi import Response

from core.errors import UnknownKey
from review.access import Visit
from review.reading import look
from review.routes import Form, Route
from review.web import CACHED
from store.database import Store
from store.published import may_show

_A_DAY, _A_YEAR = "86400", "31536000"  # seconds
# A content is shown by any document of it that is not hidden; a redaction that came later withdraws
# it.
_SHOWN = """
SELECT c.media_type FROM contents c WHERE c.sha256 = ?1
  AND EXISTS (SELECT 1 FROM versions v WHERE v.sha256 = c.sha256
    AND v.document_id NOT IN (SELECT id FROM hidden_documents))
  AND c.sha256 NOT IN (SELECT sha256 FROM withdrawn_contents)
"""


async def image(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the picture of a page."""
    sha256, number = groups["sha256"], int(groups["page"])
    await look(visit, lambda store: _media_type(visit, store, sha256, pictures=True))
    path = await visit.site.elsewhere(lambda: visit.site.services.image(sha256, number))
    data = await visit.site.elsewhere(path.read_bytes)
    return Response(data, content_type="image/png", headers={CACHED: _A_DAY})


async def original(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return a file as it was fetched, to be saved and not opened here."""
    sha256 = groups["sha256"]
    media_type = await look(visit, lambda store: _media_type(visit, store, sha256, pictures=False))
    path: Path = await visit.site.elsewhere(lambda: visit.site.services.file(sha256))
    data = await visit.site.elsewhere(path.read_bytes)
    name = f"{sha256[:16]}{mimetypes.guess_extension(media_type) or '.bin'}"
    return Response(
        data,
        content_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _media_type(visit: Visit, store: Store, sha256: str, *, pictures: bool) -> str:
    """Return a content's type; raise `UnknownKey` where the visit may not have it or its pages."""
    if visit.published_only and not may_show(store, sha256)[pictures]:
        raise UnknownKey("There is no such file that may be shown.")
    rows = store.rows(_SHOWN, (sha256,))
    if not rows:
        raise UnknownKey("There is no such file that may be shown.")
    return str(rows[0]["media_type"] or "").partition(";")[0]


async def static(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return a style sheet or a script; its address changes with its bytes."""
    found = visit.site.static.get(groups["name"])
    if found is None:
        raise UnknownKey("There is no such file.")
    kind = mimetypes.guess_type(groups["name"])[0] or "application/octet-stream"
    return Response(found[0], content_type=kind, headers={CACHED: _A_YEAR})


ROUTES = (
    Route(r"/static/(?P<name>[\w.-]+)$", static, "anyone"),
    Route(r"/image/(?P<sha256>[0-9a-f]{64})/(?P<page>[1-9]\d{0,5})\.png$", image, "visitor"),
    Route(r"/file/(?P<sha256>[0-9a-f]{64})$", original, "visitor"),
)
