"""Who is asking, and whether they may: sessions, roles, hosts, tokens, failed sign-ins."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from datasette.utils.asgi import Request
from itsdangerous import BadSignature

from review.site import Site
from store.reviewing.reviewers import Reviewer, reviewer_named

Audience = Literal["anyone", "visitor", "reviewer", "administrator"]
COOKIE = "materiel"
TOKEN_HEADER = "x-materiel-token"  # noqa: S105 - the name of a header
_NAMESPACE = "session"
_LASTS = 30 * 24 * 3600  # seconds that a session lasts
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_TRIES, _WINDOW = 10, 600.0  # failed sign-ins that one address may have within these seconds
_TRIES_OF_ALL = 100


@dataclass(frozen=True)
class Visit:
    """One request: who it is from (None: a visitor) and the session that it came with."""

    site: Site
    request: Request
    reviewer: Reviewer | None = None
    session: str = ""

    @property
    def name(self) -> str:
        """The reviewer's name; empty for a visitor."""
        return self.reviewer.name if self.reviewer else ""

    @property
    def published_only(self) -> bool:
        """Whether only accepted and corrected entries may be shown."""
        return self.reviewer is None

    @property
    def token(self) -> str:
        """What forms of this session carry."""
        return self.site.token(self.session)


@dataclass
class Attempts:
    """Failed sign-ins of late, by address."""

    failed: dict[str, deque[float]] = field(default_factory=dict)

    def too_many(self, address: str) -> bool:
        """Tell whether an address, or all together, failed too often of late."""
        begin = time.monotonic() - _WINDOW
        for name in list(self.failed):
            while self.failed[name] and self.failed[name][0] < begin:
                self.failed[name].popleft()
            if not self.failed[name]:
                del self.failed[name]
        own = len(self.failed.get(address, ()))
        return own >= _TRIES or sum(map(len, self.failed.values())) >= _TRIES_OF_ALL

    def note(self, address: str) -> None:
        """Note a failed sign-in."""
        self.failed.setdefault(address, deque()).append(time.monotonic())


async def visit_of(site: Site, request: Request) -> Visit:
    """Return who a request is from; a removed reviewer is a visitor at once."""
    session = request.cookies.get(COOKIE, "")
    name = _name_in(site, session)
    if name is None:
        return Visit(site, request)
    reviewer = await site.read(lambda store: reviewer_named(store, name))
    return Visit(site, request, reviewer, session) if reviewer else Visit(site, request)


def new_session(site: Site, name: str) -> str:
    """Return the signed value of a new session's cookie."""
    told = {"name": name, "at": int(time.time()), "id": secrets.token_hex(8)}
    return str(site.datasette.sign(told, _NAMESPACE))


def _name_in(site: Site, session: str) -> str | None:
    try:
        told: Any = site.datasette.unsign(session, _NAMESPACE)
    except BadSignature:
        return None
    if not isinstance(told, dict) or time.time() - told["at"] > _LASTS:
        return None
    return str(told["name"])


def known_host(site: Site, host: str) -> bool:
    """Tell whether a Host header names this app: loopback, or the address that it is served at.

    A name of somebody else's that leads to loopback would otherwise make their pages our own.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name in _LOCAL or name == (urlsplit(site.options.address).hostname or "")


def allowed(audience: Audience, visit: Visit) -> bool:
    """Tell whether a visit may see what is meant for an audience."""
    match audience:
        case "anyone":
            return True
        case "visitor":
            return visit.reviewer is not None or visit.site.options.publish
        case "reviewer":
            return visit.reviewer is not None
        case "administrator":
            return visit.reviewer is not None and visit.reviewer.role == "administrator"


def own_origin(visit: Visit) -> bool:
    """Tell whether a request says that it comes from one of our own pages."""
    origin = visit.request.headers.get("origin", "")
    own = {f"{visit.request.scheme}://{visit.request.host}"}
    if visit.site.options.address:
        parts = urlsplit(visit.site.options.address)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return origin in own


def token_matches(visit: Visit, given: str) -> bool:
    """Tell whether a form's token is the one of its session."""
    return bool(visit.session) and hmac.compare_digest(given.encode(), visit.token.encode())
