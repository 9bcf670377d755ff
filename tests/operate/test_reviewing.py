"""What the web pages need of other rooms, and the commands that start them and let people in."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from core.archive import Archive
from core.errors import DamagedDocument, OutputLocked, SettingsError, UnknownKey
from core.settings import Settings, load_settings
from operate.images import image_path
from operate.lock import output_lock
from operate.reviewing import Desk
from pipeline import cli
from store.database import Store
from store.reviewing.reviewers import reviewer_named, sign_in
from tests.extract.files import sha, text_pdf
from tests.operate.conftest import ROOT

PDF = text_pdf(["One"], ["Two"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    settings = Settings(output=tmp_path_factory.mktemp("desk"), workers=1)
    Archive(settings.archive).put(PDF)
    with Desk(settings) as made:
        yield made


def test_a_picture_is_drawn_once_and_taken_from_the_folder(desk: Desk) -> None:
    path = desk.image(sha(PDF), 1)
    assert path == image_path(desk.settings, sha(PDF), 1)
    assert path.read_bytes().startswith(b"\x89PNG")
    path.write_bytes(b"kept")
    assert desk.image(sha(PDF), 1).read_bytes() == b"kept"


def test_pictures_may_be_asked_for_at_once(desk: Desk) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda n=number: found.append(desk.image(sha(PDF), n)))
        for number in (1, 2, 1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4
    assert all(path.is_file() for path in found)


def test_faults_are_sentences(desk: Desk) -> None:
    with pytest.raises(DamagedDocument, match="no page 9"):
        desk.image(sha(PDF), 9)
    assert desk.image(sha(PDF), 2).is_file()  # the child lives on
    assert desk.file(sha(PDF)).read_bytes() == PDF
    with pytest.raises(UnknownKey, match="not in the archive"):
        desk.file(sha(b"other"))


def test_a_file_is_taken_in_by_a_child_unless_a_run_is_at_work(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text("The EU delivered 5 drones to the Border Police of Albania.\n", "utf-8")
    with output_lock(desk.settings.output), pytest.raises(OutputLocked, match="at work now"):
        desk.take_in(file)
    report = desk.take_in(file)
    assert (report["status"], report["processing"]["read"]) == (0, 1)
    empty = tmp_path / "empty.txt"
    empty.touch()
    refused = desk.take_in(empty)
    assert (refused["status"], "is empty" in refused["refused"][0]) == (1, True)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    Store.open(tmp_path / "materiel.db").close()
    return tmp_path


def call(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_reviewers_are_added_listed_linked_and_removed(output: Path) -> None:
    told = json.loads(
        call("reviewer", "add", "Ana", "--administrator", "--json", "--output", output)
    )
    assert told["role"] == "administrator"
    assert told["link"].startswith("http://127.0.0.1:8001/sign-in/")
    other = call("reviewer", "link", "Ana", "--port", 9000, "--output", output)
    assert "http://127.0.0.1:9000/sign-in/" in other
    with Store.open(output / "materiel.db") as store:
        assert sign_in(store, told["link"].rpartition("/")[2]) == reviewer_named(store, "Ana")
        assert sign_in(store, told["link"].rpartition("/")[2]) is None
    assert "Ana: administrator" in call("reviewer", "list", "--output", output)
    call("reviewer", "remove", "Ana", "--output", output)
    assert "removed" in call("reviewer", "list", "--output", output)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reviewer", "link", "Nobody"), "no reviewer 'Nobody'"),
        (("reviewer", "remove", "Nobody"), "no reviewer 'Nobody'"),
        (("reviewer", "add", " "), "1 to 80 characters"),
    ],
)
def test_what_is_asked_for_nobody_is_one_sentence(
    output: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = CliRunner().invoke(cli, [*arguments, "--output", str(output)])
    assert words in str(done.exception)


def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    for arguments in (("reviewer", "list"), ("review", "--as", "Ana")):
        done = CliRunner().invoke(cli, [*arguments, "--output", str(tmp_path / "none")])
        assert "no database" in str(done.exception)
    assert not (tmp_path / "none").exists()


def test_review_serves_and_signs_its_reviewer_in(output: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
    with subprocess.Popen(
        [sys.executable, "pipeline.py", "review", "--port", "0", "--as", "Ana", "--output", output],
        cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        try:
            first, second = child.stdout.readline(), child.stdout.readline()
            address = re.findall(r"http://127\.0\.0\.1:\d+", first)[0]
            link = second.split()[-1]
            assert link.startswith(f"{address}/sign-in/")
            with httpx.Client(base_url=address, headers={"origin": address}, timeout=60) as client:
                assert client.get("/review").status_code == 401
                token = link.rpartition("/")[2]
                assert client.post("/sign-in", data={"link": token}).status_code == 303
                assert client.get("/review").status_code == 200
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(60)


def test_settings_of_the_pages(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('publish = true\nreview_address = "https://m.example"\nsecond_share = 0.5\n')
    settings = load_settings(file, {"MATERIEL_PUBLISH": "no"})
    assert (settings.publish, settings.second_share) == (False, 0.5)
    assert load_settings(file, {}).publish is True
    assert load_settings(file, {}).review_address == "https://m.example"
    for name, value in (
        ("PUBLISH", "maybe"), ("SECOND_SHARE", "1.1"), ("SECOND_SHARE", "nan"),
        ("REVIEW_ADDRESS", "m.example"), ("REVIEW_ADDRESS", "https://m.example/path"),
    ):  # fmt: skip
        with pytest.raises(SettingsError):
            load_settings(file, {f"MATERIEL_{name}": value})
