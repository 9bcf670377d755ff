"""Alerts of whole runs: counts, feeds, the mail, what waits, and what a kill leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner

import pipeline
from core.settings import Settings
from operate.alerts import run_watch, run_watch_add, run_watch_list, run_watch_remove
from operate.present_watch import alert_lines
from store.filters import Filters
from tests.builders import DAY, House, open_house, page, proposal, tagging
from tests.operate.mail_server import Inbox, mail_server

ROOT = Path(__file__).resolve().parents[2]
DRONES = "Two drones were handed over to the border police of Niger in spring."
NONE = {"documents": 0, "hits": 0, "feeds": 0, "sent": 0, "waiting": 0}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An output folder with two watches that find the same."""
    made = open_house(tmp_path)
    for name in ("drones", "niger"):
        run_watch_add(Settings(output=tmp_path), name, name, Filters(), exact=False)
    yield made
    made.store.close()


def show(house: House, key: str, data: bytes, text: str, *, day: int = 1) -> None:
    """Take in and read a version."""
    house.take(key, data, fetched_at=DAY.format(day), title=f"Title of {key}")
    house.read(data, text, tagged=tagging(proposal(text, "drones")))


def night(house: House) -> dict[str, Any]:
    """Do what the nightly run does after processing."""
    report = run_watch(Settings(output=house.folder), quiet=True)
    assert report["status"] == 0
    return report


def mail_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a mail server in the environment."""
    for name, value in {
        "HOST": "127.0.0.1", "PORT": str(port), "STARTTLS": "0",
        "FROM": "materiel@ministry.example", "TO": "ana@paper.example",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MATERIEL_SMTP_{name}", value)


def test_a_night_tells_a_document_once_and_a_quiet_night_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        assert night(house)["alerts"] == {**NONE, "feeds": 3}
        show(house, "url:a", b"1", DRONES)
        told = night(house)
        assert told["alerts"] == {"documents": 1, "hits": 2, "feeds": 3, "sent": 1, "waiting": 0}
        assert alert_lines(told) == ["Watches: 1 document found, 3 feeds written, 1 mail sent."]
        assert night(house)["alerts"] == NONE
    (mail,) = inbox.mails
    first = mail.get_content().splitlines()[0]
    assert first.startswith("[drones, niger] Title of url:a; ministry; new; page 1; 1 new entry;")
    feed = feedparser.parse((house.folder / "feeds" / "niger.atom").read_bytes())
    assert [item.title for item in feed.entries] == ["Title of url:a"]


def test_a_mail_that_fails_costs_an_issue_and_goes_out_with_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(drops=True)
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        show(house, "url:a", b"1", DRONES)
        told = night(house)
        assert [row["code"] for row in told["issues"]] == ["mail_failed"]
        assert (told["alerts"]["sent"], told["alerts"]["waiting"]) == (0, 1)
        assert alert_lines(told)[1] == "1 mail waits for the next run."
        show(house, "url:b", b"2", f"{DRONES} Again.")
        inbox.drops = False
        told = night(house)
    assert (told["alerts"]["sent"], told["alerts"]["waiting"], told["issues"]) == (1, 0, [])
    (mail,) = inbox.mails
    titles = [line.split(";")[0] for line in mail.get_content().splitlines()[:2]]
    assert titles == ["[drones, niger] Title of url:a", "[drones, niger] Title of url:b"]


def test_many_nights_without_a_mail_server_come_to_one_mail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(reply="451 later")
    names: set[str] = set()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        for number in range(4):
            show(house, f"url:{number}", str(number).encode(), f"{DRONES} Part {number}.")
            assert night(house)["alerts"]["waiting"] == 1
            rows = house.store.rows("SELECT message_id FROM digests WHERE state = 'waiting'")
            names |= {row["message_id"] for row in rows}
        inbox.reply = "250 OK"
        assert night(house)["alerts"]["sent"] == 1
        assert night(house)["alerts"] == NONE
    (mail,) = inbox.mails
    assert mail["Subject"] == "Materiel: 4 documents for your watches"
    assert len(names) == 4  # another name each time that it told more
    states = [row["state"] for row in house.store.rows("SELECT state FROM digests ORDER BY id")]
    assert states == ["empty", "empty", "empty", "sent"]


def test_wrong_settings_for_some_nights_come_to_one_mail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIEL_SMTP_HOST", "127.0.0.1")
    for number in range(3):
        show(house, f"url:{number}", str(number).encode(), f"{DRONES} Part {number}.")
        assert night(house)["alerts"]["waiting"] == 1
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        assert night(house)["alerts"]["sent"] == 1
    assert len(inbox.mails) == 1


def test_a_waiting_mail_tells_only_what_may_still_be_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(reply="451 later")
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        show(house, "url:a", b"1", DRONES)
        night(house)
        show(house, "url:b", b"2", f"{DRONES} Again.")
        night(house)
        house.take("url:a", b"3", fetched_at=DAY.format(3))
        house.read(b"3", pages=(page(DRONES.replace(" of Niger", ""), redacted_area=0.01),))
        house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:b'")
        inbox.reply = "250 OK"
        assert night(house)["alerts"]["sent"] == 0
    assert inbox.mails == []
    states = house.store.rows("SELECT state FROM digests ORDER BY id")
    assert [row["state"] for row in states] == ["empty", "empty"]


def test_wrong_mail_settings_cost_an_issue_and_lose_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIEL_SMTP_HOST", "127.0.0.1")
    show(house, "url:a", b"1", DRONES)
    told = night(house)
    assert [row["code"] for row in told["issues"]] == ["mail_settings_wrong"]
    assert told["alerts"]["waiting"] == 1
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        assert night(house)["alerts"]["sent"] == 1


def test_without_a_mail_server_nothing_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    show(house, "url:a", b"1", DRONES)
    assert night(house)["alerts"] == {**NONE, "documents": 1, "hits": 2, "feeds": 3}
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        assert night(house)["alerts"] == NONE
    assert inbox.mails == []


def test_a_refused_address_is_counted_and_not_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(refuses=("bo@paper.example",))
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        monkeypatch.setenv("MATERIEL_SMTP_TO", "ana@paper.example, bo@paper.example")
        show(house, "url:a", b"1", DRONES)
        told = night(house)
    (issue,) = told["issues"]
    assert issue["code"] == "mail_refused"
    assert "1 of 2" in issue["detail"]
    assert "bo@" not in issue["detail"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from core.settings import Settings
import operate.alerts, store.matching
def dying(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
operate.alerts.killpoint = store.matching.killpoint = dying
operate.alerts.run_watch(Settings(output=Path(sys.argv[1])), quiet=True)
"""


@pytest.mark.parametrize(
    ("point", "mails"), [("after-watch", 1), ("after-digest", 1), ("after-mail", 2)]
)
def test_killed_anywhere_the_next_run_tells_each_thing_once(
    house: House, monkeypatch: pytest.MonkeyPatch, point: str, mails: int
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        show(house, "url:a", b"1", DRONES)
        killed = subprocess.run(
            [sys.executable, "-c", _KILLED, str(house.folder), point],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        night(house)
        assert night(house)["alerts"] == NONE
    # one that was sent just before the kill comes again under the same name, which mail programs
    # take for the same mail
    assert len(inbox.mails) == mails
    assert len({mail["Message-ID"] for mail in inbox.mails}) == 1
    assert len({mail.get_content() for mail in inbox.mails}) == 1
    assert house.store.value("SELECT count(*) FROM watch_hits") == 2
    feed = feedparser.parse((house.folder / "feeds" / "drones.atom").read_bytes())
    assert len(feed.entries) == 1


def test_watches_are_listed_and_removed(house: House) -> None:
    settings = Settings(output=house.folder)
    show(house, "url:a", b"1", DRONES)
    night(house)
    assert [(row["name"], row["documents"]) for row in run_watch_list(settings)] == [
        ("drones", 1), ("niger", 1),
    ]  # fmt: skip
    assert run_watch_remove(settings, "niger") == {"removed": "niger"}
    assert night(house)["alerts"]["feeds"] == 1
    assert sorted(file.name for file in (house.folder / "feeds").iterdir()) == [
        "drones.atom", "entries.atom",
    ]  # fmt: skip


def test_the_commands_speak_to_people_and_to_programs(tmp_path: Path) -> None:
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(pipeline.cli, ["watch", *arguments, "--output", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output

    added = call("add", "niger", "drones", "NEAR", "niger", "--lang", "en", "--exact")
    assert added.startswith("niger: drones NEAR niger --lang en --exact (0 found)")
    (row,) = json.loads(call("list", "--json"))
    assert (row["name"], row["filters"], row["exact"]) == ("niger", {"lang": "en"}, True)
    assert json.loads(call("run", "--json"))["alerts"]["feeds"] == 2
    assert call("run").startswith("Watches: 0 documents found")
    assert call("remove", "niger") == "Removed niger.\n"
    assert call("list").startswith("There is no watch yet")
