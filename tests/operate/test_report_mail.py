"""The report by e-mail: for whom, when, and that nights without a mail server come to one mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import CrawlError, OutputLocked, OutputNotWritable
from core.settings import Settings
from operate.alerts import run_alerts
from operate.lock import output_lock
from operate.progress import Progress
from operate.session import MISSED, session
from store.run_report import run_row
from store.runs import unmailed
from tests.builders import House, open_house
from tests.operate.mail_server import Inbox, mail_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An output folder with one known source."""
    made = open_house(tmp_path)
    yield made
    made.store.close()


def mail_to(port: int, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Name a mail server, and who gets reports, in the environment."""
    for name, value in {
        "HOST": "127.0.0.1", "PORT": str(port), "STARTTLS": "0",
        "FROM": "materiel@ministry.example", "REPORT_TO": "op@ministry.example", **more,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MATERIEL_SMTP_{name}", value)


def night(house: House, *documents: str, command: str = "run", status: int = 0) -> dict[str, Any]:
    """Do a run that takes in these documents; return its row."""
    settings = Settings(output=house.folder)
    with session(settings, command, Progress(quiet=True)) as current:
        for name in documents:
            house.take(f"url:{name}", name.encode(), title=f"Title of {name}")
        current.status = status
        run_alerts(current)
    run = run_row(house.store, current.run_id)
    assert run is not None
    return run


def test_a_night_with_something_to_read_is_mailed_and_a_quiet_one_is_not(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        assert night(house, "a")["report"]["mail"] == "sent"
        assert night(house)["report"]["mail"] == "none"
        night(house, "b", command="add")  # a person is there to see it
        assert len(inbox.mails) == 1
        mail_to(port, monkeypatch, REPORT_QUIET="1")
        night(house)
    first, quiet = inbox.mails
    assert inbox.recipients == [["op@ministry.example"]] * 2
    assert first["Subject"] == "Materiel: 1 new"
    assert first["List-Id"] == "Materiel reports <reports.materiel.ministry.example>"
    written = (house.folder / "reports" / "000001.txt").read_text(encoding="utf-8")
    assert first.get_content().splitlines() == written.splitlines()
    assert quiet["Subject"] == "Materiel: a quiet run"
    assert len(quiet.get_content().strip().splitlines()) == 2


def test_who_gets_alerts_gets_no_report(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch, REPORT_TO="", TO="ana@paper.example")
        assert night(house, "a")["report"]["mail"] == "none"
    assert inbox.mails == []


def test_no_words_of_documents_stand_in_the_subject(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        night(house, "x\r\nBcc: evil@x.example", status=MISSED)
    (mail,) = inbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Materiel: 1 new"


def broken(house: House) -> None:
    """Do a run that ends with an error."""
    with session(Settings(output=house.folder), "run", Progress(quiet=True)):
        raise CrawlError("The crawl ended with status 9.")


def test_a_run_that_failed_is_mailed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        with pytest.raises(CrawlError):
            broken(house)
    (mail,) = inbox.mails
    assert mail["Subject"] == "Materiel: run 1 FAILED"
    assert "The crawl ended with status 9." in mail.get_content()


def test_nights_without_a_mail_server_come_to_one_mail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(reply="451 later")
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        for name in "abc":
            assert night(house, name)["report"]["mail"] == "waiting"
        codes = [row["code"] for row in house.store.rows("SELECT code FROM issues")]
        assert codes == ["mail_failed"] * 3
        inbox.reply = "250 OK"
        night(house)  # a quiet one: the mail that waits goes out all the same
        night(house)
    (mail,) = inbox.mails
    text = mail.get_content()
    assert mail["Subject"] == "Materiel: 1 new"
    told = ("run 3 (run)", "could not be mailed before", "run 2 (run)", "run 1 (run)")
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    assert unmailed(house.store) == []


def test_very_many_reports_that_wait_are_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(reply="451 later")
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        for number in range(10):
            night(house, f"d{number}")
        inbox.reply = "250 OK"
        night(house)
    (mail,) = inbox.mails
    assert f"And 2 more, in {house.folder / 'reports'}." in mail.get_content()


def test_wrong_settings_make_the_report_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATERIEL_SMTP_HOST", "127.0.0.1")
    assert night(house, "a")["report"]["mail"] == "waiting"
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        night(house)
    assert [mail["Subject"] for mail in inbox.mails] == ["Materiel: 1 new"]


def test_a_run_that_cannot_begin_or_write_its_report_is_mailed_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        with output_lock(house.folder):
            for command in ("run", "add"):
                with pytest.raises(OutputLocked):
                    night(house, command=command)
        (house.folder / "reports").write_text("in the way")
        with pytest.raises(OutputNotWritable):
            night(house)
        inbox.reply = "451 later"
        with output_lock(house.folder), pytest.raises(OutputLocked):
            night(house)  # the mail that fails hides nothing
    locked, unwritten = inbox.mails
    assert locked["Subject"] == "Materiel: a run FAILED and could not write its report"
    assert locked.get_content().startswith("It could not begin. Another run (process")
    assert "reports cannot be written" in unwritten.get_content()


_KILLED = """
import os, sys
from pathlib import Path
from core.settings import Settings
from operate.lock import output_lock
from operate.progress import Progress
from operate.session import session
from tests.builders import open_house
with session(Settings(output=Path(sys.argv[1])), "run", Progress(quiet=True)):
    open_house(Path(sys.argv[1])).take("url:a", b"1", title="T")
    os.environ["MATERIEL_KILL_AT"] = sys.argv[2]
"""


@pytest.mark.parametrize(("point", "mails"), [("after-finish", 1), ("after-report-mail", 2)])
def test_killed_around_the_mail_it_is_sent_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, point: str, mails: int
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail_to(port, monkeypatch)
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, str(house.folder), point],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL
        night(house)
        night(house)
    assert len(inbox.mails) == mails
    assert len({mail["Message-ID"] for mail in inbox.mails}) == 1
