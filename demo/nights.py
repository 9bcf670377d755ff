"""What a crawl of the replica should find on each of its nights: the table that tests go by.

Nothing of it is written down twice. Each site says to which documents it leads on a night
(`documents`), and is asked for each of them as a client would ask; what it answers is compared with
what it answered on the nights before.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from demo.build import DEFAULT_FOLDER, build
from demo.exchange import Change, Held, Request, Response, SiteOfNight
from demo.server import sites_of
from demo.world import NIGHTS

Outcome = Literal["new", "changed", "unchanged", "gone", "moved", "returned"]
_GONE = {404, 410}
_MOVED = {301, 308}
_FOR_NOW = {302, 303, 307}
_HOPS = 5


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a night brings of a document.

    `change` is what reading says of a `changed` one. A `hidden` change comes with the validators
    of the version before, so that a conditional request is answered 304 and only a full one shows
    it. `location` is the address to which a `moved` one has gone.
    """

    outcome: Outcome
    change: Change | None = None
    hidden: bool = False
    location: str | None = None


@dataclass(frozen=True, kw_only=True)
class Had:
    """What is known of a document from the nights before; `here` says whether the last had it."""

    target: str
    digest: str
    validators: tuple[str | None, ...]
    here: bool = True


Table = dict[str, dict[str, Expected]]


def expected(base_urls: Mapping[str, str], folder: Path = DEFAULT_FOLDER) -> dict[int, Table]:
    """Return what is expected by night, source and document key.

    `base_urls` are the addresses of the sites that are to be in the table, as of a running
    `Replica`: keys and pages hold them. `folder` is the one in which the replica is built.
    """
    nights: dict[int, Table] = {}
    had: dict[str, dict[str, Had]] = {name: {} for name in base_urls}
    for night in NIGHTS:
        sites = sites_of(build(folder, night), night)
        nights[night] = {
            name: compare_site(sites[name], base_url, had[name])
            for name, base_url in base_urls.items()
        }
    return nights


def compare_site(site: SiteOfNight, base_url: str, had: dict[str, Had]) -> dict[str, Expected]:
    """Return a site's part of a night's table, and bring `had` up to that night.

    Raises ValueError where the site leads to something that cannot be had and never could, or in a
    circle.
    """
    held = site.documents(base_url)
    missed = {key: Held(target=h.target) for key, h in had.items() if key not in held and h.here}
    found = {}
    for key, document in (held | missed).items():
        # an address to which the site leads may have its detours; one it left has moved
        followed = _FOR_NOW | _MOVED if key in held else _FOR_NOW
        answer = _ask(site, base_url, document.target, followed)
        found[key] = _compare(had.get(key), answer, document)
        if answer.status == 200:
            had[key] = _had(answer, document.target)
        else:
            had[key] = replace(had[key], here=False)
    return found


def _ask(site: SiteOfNight, base_url: str, target: str, followed: set[int]) -> Response:
    """Ask as a client does, which follows redirects with these statuses within the site."""
    for _ in range(_HOPS):
        answer = _get(site, base_url, target)
        if answer.status not in followed:
            return answer
        target = answer.headers["Location"].removeprefix(base_url)
    raise ValueError(f"The replica leads to {target} in a circle.")


def _get(site: SiteOfNight, base_url: str, target: str) -> Response:
    path, _, query = target.partition("?")
    return site(Request(method="GET", path=unquote(path), query=query, base_url=base_url))


def _had(answer: Response, target: str) -> Had:
    return Had(
        target=target,
        digest=hashlib.sha256(answer.body).hexdigest(),
        validators=(answer.headers.get("ETag"), answer.headers.get("Last-Modified")),
    )


def _compare(before: Had | None, answer: Response, held: Held) -> Expected:
    if answer.status == 200:
        return _here(before, _had(answer, held.target), held.change)
    if before is None or answer.status not in _GONE | _MOVED:
        raise ValueError(f"The replica leads to {held.target}, which answers {answer.status}.")
    if answer.status in _GONE:
        return Expected(outcome="gone")
    return Expected(outcome="moved", location=answer.headers["Location"])


def _here(before: Had | None, now: Had, change: Change | None) -> Expected:
    if before is None:
        return Expected(outcome="new")
    same = before.digest == now.digest
    if same:
        return Expected(outcome="unchanged" if before.here else "returned")
    hidden = before.validators == now.validators and any(now.validators)
    return Expected(outcome="changed", change=change or "text", hidden=hidden)
