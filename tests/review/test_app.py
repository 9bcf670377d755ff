"""The app itself: what it needs, and what it says where that is missing."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest

from core.errors import StoreError, UsageError
from core.settings import Settings
from operate.reviewing import Desk
from review.app import build_app, listen
from review.site import Options, secret_of
from store.database import Store
from tests.review.conftest import Web


def test_a_missing_database_is_said(tmp_path: Path) -> None:
    with (
        Desk(Settings(output=tmp_path)) as desk,
        pytest.raises(StoreError, match="run `add`"),
    ):
        build_app(Options(database=tmp_path / "materiel.db"), desk)


def test_a_taken_port_is_said() -> None:
    with listen(0) as first:
        first.listen()
        with pytest.raises(UsageError, match="choose another with --port"):
            listen(first.getsockname()[1])


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    made = secret_of(tmp_path / "output")
    assert secret_of(tmp_path / "output") == made
    assert len(made) == 64
    assert stat.S_IMODE((tmp_path / "output" / "review-secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["review-secret"]


def test_what_is_not_there_is_said_in_words(web: Web) -> None:
    with web.client("Ana") as client:
        for path, status in (
            ("/review/entry/0000000000000000", 404),
            ("/review?which=nothing", 400),
            ("/review?state=odd", 400),
            ("/review/more?after=x", 400),
            ("/image/" + "0" * 64 + "/1.png", 404),
        ):
            answer = client.get(path)
            assert answer.status_code == status, path
            assert "<h1>This cannot be shown</h1>" in answer.text
        told = client.get("/review/more?after=x", headers={"accept": "application/json"})
        assert told.json() == {"error": "This is no place in the queue; begin again from /review."}


def test_a_page_is_drawn_and_kept_by_the_browser(web: Web) -> None:
    ((sha256,),) = web.rows("SELECT sha256 FROM readings WHERE kind = 'pdf' LIMIT 1")
    with web.client("Ana") as client:
        answer = client.get(f"/image/{sha256}/1.png")
        assert answer.content.startswith(b"\x89PNG")
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(f"/image/{sha256}/99.png").status_code in (404, 500)
        body = client.get(f"/file/{sha256}")
        assert body.headers["content-disposition"].startswith("attachment")
        assert body.content.startswith(b"%PDF")


def test_a_hidden_document_is_nowhere(web: Web) -> None:
    rows = web.rows(
        "SELECT e.key, v.sha256, d.key FROM entries e JOIN versions v ON v.id = e.version_id"
        " JOIN documents d ON d.id = e.document_id LIMIT 1"
    )
    key, sha256, document = rows[0]
    with Store.open(web.settings.database) as store:
        store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = ?", (document,))
    with web.client("Ana") as client:
        for path in (
            f"/review/entry/{key}",
            f"/image/{sha256}/1.png",
            f"/file/{sha256}",
            f"/review/add/{sha256}/1",
            f"/review/text/{sha256}/1?start=0&end=9",
        ):
            assert client.get(path).status_code == 404, path
        offered = client.get("/review/more?limit=3").json()["panels"]
        assert str(key) not in {one["key"] for one in offered}
        sent = client.post(f"/review/decide/{key}", data={"verdict": "accept", "seen": "0-x"})
        assert sent.status_code == 404


@pytest.mark.parametrize("name", ["style.css", "queue.js", "queue.css", "marking.js"])
def test_static_files_are_served(web: Web, name: str) -> None:
    with httpx.Client(base_url=web.address) as client:
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(("text/css", "text/javascript"))
