"""Serves the replica: one port of the loopback address per site, with a log of every request."""

import contextlib
import email.utils
import http.server
import select
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from core.errors import MaterielError
from demo.addresses import AddressesSite
from demo.alaveteli import AlaveteliSite
from demo.build import DEFAULT_FOLDER, Site, build
from demo.exchange import Request, Respond, Response, SiteOfNight, conditional
from demo.faults import Faults
from demo.frontex import FrontexSite
from demo.intpa import IntpaSite
from demo.site import EuropaSite
from demo.ted_api import TedSite
from demo.world import day_of

_IDLE_SECONDS = 30


def sites_of(built: Site, night: int) -> dict[str, SiteOfNight]:
    """Return the sites of a built replica by name, as they are on a night."""
    return {
        "eutf": EuropaSite("eutf", built),
        "enlargement": EuropaSite("enlargement", built),
        "ted": TedSite(built, night),
        "asktheeu": AlaveteliSite(built, night),
        "frontex": FrontexSite(built, night),
        "intpa": IntpaSite(built, night),
        "addresses": AddressesSite(built, night),
    }


class PortTaken(MaterielError):
    """Raised when the replica cannot listen on a port that was asked for."""


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One answered request: `path` with its query, header names in lower case."""

    site: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]


class RequestLog:
    """What was asked of the replica, in order; safe to read while it serves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logged: list[Logged] = []

    def append(self, logged: Logged) -> None:
        """Add an answered request."""
        with self._lock:
            self._logged.append(logged)

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._logged.clear()

    def of(self, site: str, prefix: str = "/") -> list[Logged]:
        """Return a site's requests whose path begins with `prefix`."""
        return [logged for logged in self if logged.site == site and logged.path.startswith(prefix)]

    def __iter__(self) -> Iterator[Logged]:
        with self._lock:
            return iter(self._logged.copy())

    def __len__(self) -> int:
        with self._lock:
            return len(self._logged)


class _Server(http.server.ThreadingHTTPServer):
    """One site's server; it knows its open connections, so that closing leaves no thread."""

    daemon_threads = True
    request_queue_size = 128  # the default of 5 makes a burst of clients wait a second

    def __init__(self, name: str, respond: Respond, replica: "Replica", port: int) -> None:
        self.name, self.respond, self.replica = name, respond, replica
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        with self._open_lock:
            for connection in self._open:
                # one that its client has left already cannot be shut down
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up before the end of its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    """Turns a socket's request into a `Request` and writes the site's `Response`."""

    protocol_version = "HTTP/1.1"
    server_version = "Replica"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True  # headers and body go in two writes; do not wait between them
    server: _Server

    def _handle(self) -> None:
        request = self._read()
        response = self.server.replica.answer(self.server.name, self.server.respond, request)
        if response.status:
            self._write(request, response)
        if response.stalls:
            self._wait_until_left()
        if response.stalls or not response.status:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names are http.server's

    def _read(self) -> Request:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            path=unquote(path),
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            base_url=self.server.replica.base_urls[self.server.name],
        )

    def _write(self, request: Request, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            length = len(response.body) if response.length is None else response.length
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if request.method == "HEAD" or response.status == 304:
            return
        self._write_body(response)
        if response.cut_after is not None or response.length is not None:
            self.wfile.flush()
            self.close_connection = True

    def _write_body(self, response: Response) -> None:
        body = response.body[: response.cut_after]
        if not response.pace:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self._has_left(response.pace):
                return

    def _has_left(self, seconds: float | None) -> bool:
        """Wait so long, or for ever, and say whether the client hung up meanwhile."""
        return bool(select.select([self.connection], [], [], seconds)[0])

    def _wait_until_left(self) -> None:
        self.wfile.flush()
        self._has_left(None)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the replica keeps its own log."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header's value."""
        return email.utils.formatdate(timestamp, usegmt=True)


class Replica:
    """A running replica, as a context manager.

    `folder` keeps built files between runs; `ports` fixes ports by site name, the others are free
    ones; `night` is one of 1 to 5 and can be set while it runs. `base_urls` holds the sites'
    addresses by name, `requests` the log, `faults` the faults that are on, and may be changed while
    it runs.
    """

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        *,
        ports: Mapping[str, int] | None = None,
        night: int = 1,
    ) -> None:
        self.requests = RequestLog()
        self.faults = Faults()
        self.base_urls: dict[str, str] = {}
        self._folder = folder
        self._ports = ports or {}
        self._night = night
        self._servers: list[tuple[_Server, threading.Thread]] = []

    def __enter__(self) -> Self:
        for name, respond in self._sites().items():
            self._start(name, respond, self._ports.get(name, 0))
        return self

    @property
    def night(self) -> int:
        """The night on which the replica is; setting it changes the sites and nothing else."""
        return self._night

    @night.setter
    def night(self, night: int) -> None:
        day_of(night)
        self._night = night
        sites = self._sites()
        for server, _ in self._servers:
            server.respond = sites[server.name]

    def _sites(self) -> dict[str, SiteOfNight]:
        return sites_of(build(self._folder, self._night), self._night)

    def _start(self, name: str, respond: Respond, port: int) -> None:
        try:
            server = _Server(name, respond, self, port)
        except OSError as error:
            self._stop()
            raise PortTaken(
                f"The replica cannot serve {name!r} on port {port}: {error.strerror}; "
                "choose another port."
            ) from error
        self.base_urls[name] = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self._servers.append((server, thread))
        thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for server, thread in self._servers:
            server.shutdown()
            thread.join()
            server.hang_up()
            server.server_close()
        self._servers.clear()

    def answer(self, site: str, respond: Respond, request: Request) -> Response:
        """Answer a request for a site through the fault that is on, if any, and log it."""
        fault = self.faults.take(site, request.target)
        response = fault(request, respond) if fault else respond(request)
        response = conditional(request, response)
        self.requests.append(
            Logged(
                site=site,
                method=request.method,
                path=request.target,
                status=response.status,
                headers=request.headers,
            )
        )
        return response
