"""The web app: Datasette hosts it, our plugin brings the pages."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from core.errors import StoreError, UsageError
from review import plugin
from review.site import Options, Services, Site, secret_of
from store.database import Store

_ABOUT = {
    "title": "Materiel",
    "description": "Candidate entries with the page they rest on. Nothing here is verified until "
    "its state says accepted or corrected.",
}


def build_app(options: Options, services: Services) -> Datasette:
    """Return the Datasette application for a database of this program.

    Raises `StoreError` where there is no database, and what `Store.open` raises.
    """
    path = options.database
    if not path.is_file():
        raise StoreError(f"There is no database {path}; run `add`, `crawl` or `demo` first.")
    Store.open(path).close()  # brings an older one up; refuses a newer or damaged one
    if not pm.is_registered(plugin):
        pm.register(plugin, name="materiel-review")
    secret = secret_of(path.parent)
    settings: dict[str, Any] = {
        "default_allow_sql": False,
        "allow_download": False,
        "allow_facet": False,
        "suggest_facets": False,
    }
    app = Datasette([str(path)], settings=settings, metadata=_ABOUT, secret=secret)
    app.materiel = Site(options, app, secret, services)
    return app


def listen(port: int) -> socket.socket:
    """Return a socket on a port of loopback; raise `UsageError` where the port is taken."""
    waiting = socket.socket()
    waiting.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        waiting.bind(("127.0.0.1", port))
    except OSError as error:
        waiting.close()
        raise UsageError(f"Port {port} is taken; choose another with --port.") from error
    return waiting


def serve(app: Datasette, waiting: socket.socket) -> None:
    """Serve the pages on a bound socket until interrupted."""
    config = uvicorn.Config(app.app(), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[waiting])
