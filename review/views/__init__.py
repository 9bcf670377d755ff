"""The pages: each module answers for one part and lists its routes."""

from __future__ import annotations

from collections.abc import Sequence

from review.routes import Route
from review.views import (
    document,
    entry,
    files,
    overview,
    pages,
    party,
    queue,
    search,
    sign_in,
    start,
    upload,
    watches,
)

_MODULES = (
    sign_in,
    files,
    queue,
    pages,
    overview,
    document,
    entry,
    search,
    start,
    party,
    watches,
    upload,
)


def all_routes() -> Sequence[Route]:
    """Return the routes of all parts; the first that matches a path answers."""
    return [route for module in _MODULES for route in module.ROUTES]
