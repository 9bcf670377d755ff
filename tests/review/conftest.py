"""A running web app over a small real store: real PDFs, read and tagged, behind a real server."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from core.settings import Settings
from operate.commands import run_add
from operate.reviewing import Desk
from review.app import build_app
from review.site import Options, Site
from store.database import Store
from store.reviewing.reviewers import Role, add_reviewer, new_sign_in
from tests.store.papers import draw

GOODS = (
    "patrol boats", "pick-up trucks", "night vision goggles", "thermal cameras", "drones",
    "radio sets", "ambulances", "bulletproof vests", "fingerprint scanners", "laptops",
    "radars", "generators",
)  # fmt: skip
LANDS = ("Libya", "Tunisia", "Niger", "Morocco")


def paper(land: str) -> bytes:
    """Return a PDF that tells of a dozen deliveries to one country."""
    lines = [f"Action document for {land} under the EU Emergency Trust Fund for Africa"]
    for number, goods in enumerate(GOODS, 2):
        lines.append(f"{number} {goods} for the Coast Guard of {land} at EUR {number * 90} 000.")
    return draw(lines)


@dataclass
class Web:
    """A running app: where it listens, and the store behind it."""

    settings: Settings
    address: str
    site: Site

    def link(self, name: str, role: Role = "reviewer") -> str:
        """Return a link that signs a reviewer in once."""
        with Store.open(self.settings.database) as store:
            add_reviewer(store, name, role)
            return f"{self.address}/sign-in/{new_sign_in(store, name)}"

    @contextmanager
    def client(self, name: str | None = None, role: Role = "reviewer") -> Iterator[httpx.Client]:
        """Give a client that is signed in as a reviewer, or a visitor's."""
        own = {"origin": self.address}
        with httpx.Client(base_url=self.address, timeout=60, headers=own) as client:
            if name is not None:
                token = self.link(name, role).rpartition("/")[2]
                answer = client.post("/sign-in", data={"link": token})
                assert answer.status_code == 303, answer.text
                client.headers["x-materiel-token"] = self.site.token(client.cookies["materiel"])
            yield client

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Return what a query finds."""
        with Store.open(self.settings.database, readonly=True) as store:
            return [tuple(row) for row in store.rows(sql, values)]


@contextmanager
def serving(
    settings: Settings, *, publish: bool = False, second_share: float = 0.1
) -> Iterator[Web]:
    """Serve the store of an output folder on a port of loopback while the body runs."""
    options = Options(
        database=settings.database,
        publish=publish,
        second_share=second_share,
        uploads=settings.output / "uploads",
    )
    with Desk(settings) as desk, socket.create_server(("127.0.0.1", 0)) as waiting:
        app = build_app(options, desk)
        server = uvicorn.Server(uvicorn.Config(app.app(), log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [waiting]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield Web(settings, f"http://127.0.0.1:{waiting.getsockname()[1]}", app.materiel)
        finally:
            server.should_exit = True
            thread.join(30)
            for database in app.databases.values():
                database.close()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An output folder with four PDFs, read and tagged; some fifty entries wait in it."""
    folder = tmp_path_factory.mktemp("stock")
    papers = folder / "papers"
    papers.mkdir()
    for land in LANDS:
        (papers / f"{land}.pdf").write_bytes(paper(land))
    settings = Settings(output=folder / "output", workers=1)
    run_add(settings, [str(papers)], quiet=True)
    return settings


@pytest.fixture
def web(stock: Settings, tmp_path: Path) -> Iterator[Web]:
    """A running app over a copy of the stock, so that tests leave each other alone."""
    shutil.copytree(stock.output, tmp_path / "output")
    with serving(replace(stock, output=tmp_path / "output")) as running:
        yield running
