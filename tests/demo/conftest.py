"""The built replica, a running one, and a plain HTTP client on loopback."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo.build import Site, build
from demo.server import Replica


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the client got; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replica")


@pytest.fixture(scope="session")
def built(site_folder: Path) -> Site:
    return build(site_folder)


@pytest.fixture
def replica(built: Site, site_folder: Path) -> Iterator[Replica]:
    with Replica(site_folder) as running:
        yield running


@pytest.fixture
def ask(replica: Replica) -> Ask:
    """Ask a site of the running replica, without following redirects."""

    def ask(
        site: str,
        target: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        address = urlsplit(replica.base_urls[site])
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            got = connection.getresponse()
            seen = {name.lower(): value for name, value in got.getheaders()}
            return Answer(status=got.status, headers=seen, body=got.read())
        finally:
            connection.close()

    return ask


@pytest.fixture
def search(ask: Ask) -> Ask:
    """Post a body to the Search API, with defaults that find everything."""

    def search(**asked: Any) -> Answer:
        defaults = {"query": "SORT BY publication-date", "fields": ["ND"], "scope": "ALL"}
        body = json.dumps(defaults | asked).encode()
        return ask("ted", "/v3/notices/search", method="POST", body=body)

    return search
