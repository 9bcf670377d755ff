"""Files that reviewers send: none is kept without a token, one at a time, and what came of it."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import OutputLocked, UsageError
from operate.lock import output_lock
from review.uploads import Body, Refused, Upload, Uploads, clean_name
from tests.review.conftest import Web

NEWS = b"Under the EUTF, 7 thermal cameras worth EUR 91 000 were handed over to the Coast Guard.\n"
BOUND = "frontier"
TYPE = f"multipart/form-data; boundary={BOUND}"


def body(*parts: tuple[str, str | None, bytes], end: bool = True) -> bytes:
    """Return a form as browsers send it: parts of (name, file name, content)."""
    whole = b""
    for name, file, content in parts:
        called = f'; filename="{file}"' if file is not None else ""
        head = f'--{BOUND}\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'
        whole += head.encode() + content + b"\r\n"
    return whole + (f"--{BOUND}--\r\n".encode() if end else b"")


def received(folder: Path, data: bytes, *, most: int = 1000, step: int = 7) -> Upload:
    """Read a form in small steps; `good` is the token."""
    upload = Uploads(folder).begin("ana")
    reader = Body(TYPE, upload, most, allowed=lambda token: token == "good")
    try:
        for first in range(0, len(data), step):
            reader.write(data[first : first + step])
        reader.finish()
    finally:
        reader.close()
    return upload


TOKEN = ("token", None, b"good")


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_file_comes_as_it_was_sent(tmp_path: Path, step: int) -> None:
    content = b"--frontie\r\n\r\n--front\x00\xff" * 5
    upload = received(tmp_path, body(TOKEN, ("file", "a b.pdf", content)), step=step)
    assert upload.path.read_bytes() == content
    assert (upload.name, upload.size) == ("a b.pdf", len(content))
    assert upload.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("parts", "error", "words"),
    [
        ((("file", "a", b"x"), TOKEN), Refused, "^$"),
        ((("token", None, b"bad"), ("file", "a", b"x")), Refused, "^$"),
        ((("file", "a", b"x"),), Refused, "^$"),
        ((), Refused, "^$"),
        ((TOKEN,), UsageError, "Choose a file"),
        ((TOKEN, ("file", "", b"")), UsageError, "Choose a file"),
        ((TOKEN, ("file", "a", b"")), UsageError, "empty"),
        ((TOKEN, ("file", "a", b"x"), ("file", "b", b"y")), UsageError, "one file"),
        ((TOKEN, ("file", "a", b"x" * 1001)), UsageError, "larger"),
    ],
)
def test_what_is_no_whole_allowed_file_is_refused(
    tmp_path: Path, parts: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        received(tmp_path, body(*parts))
    if error is Refused:
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_form_that_is_cut_off_or_garbled_is_refused(tmp_path: Path) -> None:
    whole = body(TOKEN, ("file", "a", b"content"))
    for size in range(len(whole) - 4):
        with pytest.raises((UsageError, Refused)):
            received(tmp_path / str(size), whole[:size])
    with pytest.raises(UsageError, match="not understood"):
        received(tmp_path, b"no form at all")


@given(st.text(max_size=200))
def test_any_name_becomes_one_that_a_folder_takes(given_name: str) -> None:
    name = clean_name(given_name)
    assert name == clean_name(name)
    assert 0 < len(name.encode()) <= 240
    assert not set(name) & set("/\\\0\n\r\u202e")
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\Annex I.PDF", "Annex I.PDF"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


def settled(client: httpx.Client, path: str) -> str:
    """Return the page of an upload when it is not being taken in any more."""
    until = time.monotonic() + 120
    while "being read and tagged" in (text := client.get(path).text):
        assert 'http-equiv="refresh"' in text
        assert time.monotonic() < until
        time.sleep(0.3)
    return text


def form_token(client: httpx.Client) -> str:
    token: str = client.headers["x-materiel-token"]
    return token


def send(client: httpx.Client, name: str, data: bytes, token: str | None = None) -> httpx.Response:
    """Send a file as the page's form does, without the header that scripts send."""
    fields = {"token": form_token(client) if token is None else token}
    request = client.build_request(
        "POST", "/upload/send", data=fields, files={"file": (name, data)}
    )
    del request.headers["x-materiel-token"]
    return client.send(request)


def test_a_file_and_a_zip_are_taken_in(web: Web) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", "The EU delivered 5 drones to the Border Police.\n")
    with web.client("Ana") as client:
        assert 'enctype="multipart/form-data"' in client.get("/upload").text
        answer = send(client, "<script>news.txt", NEWS)
        assert answer.status_code == 303, answer.text
        text = settled(client, answer.headers["location"])
        assert "1 document read" in text
        assert "&lt;script&gt;news.txt" in text
        assert 'href="/document/file:' in text
        text = settled(client, send(client, "bundle.zip", packed.getvalue()).headers["location"])
        assert "2 documents read" in text
        text = settled(client, send(client, "again.txt", NEWS).headers["location"])
        assert "known already" in text
        assert "again.txt" in client.get("/upload").text
    found = web.rows("SELECT count(*) FROM entries WHERE quote LIKE '%7 thermal cameras%'")
    assert found == [(1,)]
    assert [path for path in web.site.options.uploads.rglob("*") if path.is_file()] == []


def test_what_cannot_be_read_is_said(web: Web) -> None:
    with web.client("Ana") as client:
        text = settled(client, send(client, "bad.pdf", b"%PDF-1.4 nothing").headers["location"])
    assert "bad.pdf" in text
    assert str(web.settings.output) not in text


def test_nothing_is_kept_without_the_token_or_from_elsewhere(web: Web) -> None:
    before = web.rows("SELECT count(*) FROM fetches")
    with web.client("Ana") as client, web.client() as visitor:
        for token in ("", "wrong"):
            assert send(client, "a.txt", NEWS, token).status_code == 403
        for origin in ("https://elsewhere.example", ""):
            headers = {"origin": origin}
            answer = client.post("/upload/send", files={"file": ("a", NEWS)}, headers=headers)
            assert answer.status_code == 403
        wrong = {"x-materiel-token": "wrong"}
        answer = client.post("/upload/send", files={"file": ("a", NEWS)}, headers=wrong)
        assert answer.status_code == 403
        visitor.headers["x-materiel-token"] = form_token(client)
        assert send(visitor, "a.txt", NEWS).status_code == 403
        assert visitor.get("/upload").status_code == 401
    assert web.rows("SELECT count(*) FROM fetches") == before
    assert not list(web.site.options.uploads.glob("*"))


def test_too_large_empty_and_no_file_are_said(web: Web) -> None:
    object.__setattr__(web.site.options, "max_upload", 1024**2)
    with web.client("Ana") as client:
        assert send(client, "a.txt", b"x" * (2 * 1024**2)).status_code == 413
        answer = send(client, "a.txt", b"x" * (1024**2 + 5))
        assert (answer.status_code, "larger than 1 MiB" in answer.text) == (400, True)
        assert "is empty" in send(client, "a.txt", b"").text
        plain = client.post("/upload/send", data={"file": "x"})
        assert (plain.status_code, "no form with a file" in plain.text) == (400, True)
        assert client.get(f"/upload/{'0' * 16}").status_code == 404
    assert not list(web.site.options.uploads.glob("*"))


def test_a_run_at_work_is_said_in_words_and_the_file_waits(web: Web) -> None:
    with web.client("Ana") as client:
        with output_lock(web.settings.output):
            where = send(client, "news.txt", NEWS).headers["location"]
            text = settled(client, where)
            assert "A run is at work now" in text
        answer = client.post(f"{where}/again", data={})
        assert answer.status_code == 303
        assert "1 document read" in settled(client, where)
        assert client.post(f"{where}/again", data={}).status_code == 400


def test_one_file_at_a_time(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    first = uploads.begin("ana")
    with pytest.raises(UsageError, match="Another file"):
        uploads.begin("ben")
    first.name = "a.txt"
    first.path.write_bytes(b"x")
    waits = [True]

    def slow(path: Path) -> Mapping[str, Any]:
        while waits[0]:
            time.sleep(0.01)
        return {"read": path.read_bytes()}

    uploads.take(first, slow)
    with pytest.raises(UsageError, match="Another file"):
        uploads.begin("ben")
    waits[0] = False
    until = time.monotonic() + 20
    while first.folder.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert (first.state, first.report) == ("done", {"read": b"x"})
    second = uploads.begin("ben")
    second.name = "b.txt"
    assert uploads.latest() == [second, first]


def test_a_locked_folder_keeps_the_file(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    upload = uploads.begin("ana")
    upload.name = "a.txt"
    upload.path.write_bytes(b"x")

    def locked(path: Path) -> Mapping[str, Any]:
        raise OutputLocked("A run is at work.")

    uploads.take(upload, locked)
    until = time.monotonic() + 20
    while upload.state == "taking" and time.monotonic() < until:
        time.sleep(0.01)
    assert (upload.state, upload.sentence) == ("locked", "A run is at work.")
    assert upload.path.read_bytes() == b"x"
