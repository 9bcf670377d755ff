"""The digest by e-mail, sent to real mail servers, good and bad ones."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError
from operate.mail import (
    MailFailed,
    MailSettings,
    digest_lines,
    digest_message,
    mail_settings,
    send,
)
from store.alerts import Digest
from store.watches import NEWEST
from tests.operate.mail_server import PASSWORD, USER, Inbox, certificate, mail_server

DIGEST = Digest(id=1, made_at="2026-01-02T03:04:05Z", message_id="11111111-2222")
EVIL = "Boats\r\nBcc: x@evil.example\r\n\r\nforged\u2028line\x00"
SET = {"HOST": "mail.example", "FROM": "m@x.example", "TO": "a@y.example, b@z.example"}


def given(**values: str) -> dict[str, str]:
    """Return variables of the environment."""
    return {f"MATERIEL_SMTP_{name}": value for name, value in values.items()}


def to(port: int, **more: Any) -> MailSettings:
    """Return settings for a server here."""
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "protection": "none",
        "sender": "materiel@ministry.example",
        "recipients": ("ana@paper.example", "bo@paper.example"),
    }
    return MailSettings(**{**values, **more})


def document(title: str | None = "Annex", **more: Any) -> dict[str, Any]:
    """Return a document of a digest."""
    values = {
        "document": "url:a", "title": title, "source": "ministry", "url": "https://m.example/a",
        "landing_url": None, "pages": [2, 3], "entries": ["k"], "watches": ["boats", "libya"],
        "version": 1,
    }  # fmt: skip
    return {**values, **more}


def entry(**more: Any) -> dict[str, Any]:
    """Return an entry of note."""
    values = {
        "key": "k1", "state": "pending", "equipment": "patrol boats", "quantity": 12,
        "amount_min": "1250000", "amount_max": "1250000", "currency": "EUR",
        "amount_eur": 1250000.0, "eur_rate_date": None, "eur_source": "EUR itself",
        "recipient": "coast guard", "quote": "12 patrol boats", "page": 3, "title": "Annex",
        "document": "url:a",
    }  # fmt: skip
    return {**values, **more}


def message(*documents: dict[str, Any], port: int = 25) -> Any:
    """Return a digest as a mail."""
    return digest_message(to(port), DIGEST, documents or [document()], [entry()])


def test_no_host_no_mail() -> None:
    assert mail_settings({}) is None
    assert mail_settings(given(HOST=" ", TO="a@y.example")) is None


@pytest.mark.parametrize(
    ("more", "port", "protection"),
    [
        ({}, 587, "starttls"),
        ({"STARTTLS": "0"}, 25, "none"),
        ({"TLS": "yes"}, 465, "tls"),
        ({"TLS": "1", "PORT": "2465"}, 2465, "tls"),
    ],
)
def test_settings_of_the_environment(more: dict[str, str], port: int, protection: str) -> None:
    settings = mail_settings(given(**SET, **more, USER="u", PASSWORD="p") if protection != "none"
                             else given(**SET, **more))  # fmt: skip
    assert settings is not None
    assert (settings.port, settings.protection) == (port, protection)
    assert settings.recipients == ("a@y.example", "b@z.example")
    assert "'p'" not in repr(settings)


def test_reports_may_go_to_others_or_be_all_that_is_mailed() -> None:
    both = mail_settings(given(**SET, REPORT_TO="op@y.example", REPORT_QUIET="yes"))
    assert both is not None
    assert (both.recipients, both.report_to) == (("a@y.example", "b@z.example"), ("op@y.example",))
    assert both.report_quiet
    alone = mail_settings(given(**{**SET, "TO": ""}, REPORT_TO="op@y.example"))
    assert alone is not None
    assert (alone.recipients, alone.report_to) == ((), ("op@y.example",))
    assert not alone.report_quiet


@pytest.mark.parametrize(
    "wrong",
    [
        {"PORT": "0"}, {"PORT": "x"}, {"PORT": "65536"}, {"PORT": "²"}, {"STARTTLS": "maybe"},
        {"TO": ""}, {"TO": "nobody"}, {"REPORT_TO": "nobody"},
        {"REPORT_QUIET": "maybe"}, {"TO": "a@y.example\r\nBcc: b@z.example"}, {"FROM": ""},
        {"FROM": "a@x.example, b@x.example"}, {"FROM": "Ana <a@x.example>"}, {"USER": "u"},
        {"PASSWORD": "p"}, {"USER": "u", "PASSWORD": "p", "STARTTLS": "0"},
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_in_a_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"MATERIEL_SMTP_|TLS only"):
        mail_settings(given(**{**SET, **wrong}))


def test_a_mail_comes_as_it_was_written() -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        assert send(to(port), message(document("Véhicules, Ελλάδα"))) == ()
    (mail,) = inbox.mails
    assert inbox.recipients == [["ana@paper.example", "bo@paper.example"]]
    assert mail["Subject"] == "Materiel: 1 document for your watches"
    assert mail["List-Id"] == "Materiel alerts <alerts.materiel.ministry.example>"
    assert mail["Message-ID"] == "<11111111-2222@ministry.example>"
    assert mail["Date"].datetime.isoformat() == "2026-01-02T03:04:05+00:00"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines()[:4] == [
        "[boats, libya] Véhicules, Ελλάδα; ministry; new; pages 2, 3; 1 new entry;"
        " https://m.example/a",
        "",
        "Entries of note:",
        "- 12 patrol boats, EUR 1 250 000, coast guard (candidate, not reviewed): Annex, page 3,"
        " k1",
    ]


def test_no_title_gets_into_a_header_or_makes_a_line() -> None:
    evil = document(EVIL, source=EVIL, watches=["w"], url=EVIL, document=EVIL)
    inbox = Inbox()
    with mail_server(inbox) as port:
        mail = digest_message(to(port), DIGEST, [evil], [entry(title=EVIL, equipment=EVIL)])
        send(to(port), mail)
    (came,) = inbox.mails
    assert came["Bcc"] is None
    assert inbox.recipients == [["ana@paper.example", "bo@paper.example"]]
    assert len(came.get_content().splitlines()) == 6
    assert sorted(came.keys()) == sorted(message().keys())


def test_a_long_digest_is_cut_and_says_so() -> None:
    lines = digest_lines([document()] * (NEWEST + 5), [])
    assert len([line for line in lines if line.startswith("[")]) == NEWEST
    assert lines[NEWEST].startswith("And 5 more")


def test_a_later_version_is_told_as_such() -> None:
    (line, *_) = digest_lines([document(None, version=3, entries=[], pages=[])], [])
    assert line == "[boats, libya] url:a; ministry; text added in version 3; https://m.example/a"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A certificate and a server's context with it."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("protection", ["tls", "starttls"])
def test_mail_goes_over_tls(
    secure: tuple[Path, Any], protection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[0]))
    login = {"user": USER, "password": PASSWORD} if protection == "starttls" else {}
    inbox = Inbox()
    with mail_server(inbox, secure[1], implicit=protection == "tls") as port:
        assert send(to(port, protection=protection, **login), message()) == ()
    assert inbox.secured == [True]


def test_a_wrong_password_is_told_without_it(
    secure: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[0]))
    inbox = Inbox()
    with (
        mail_server(inbox, secure[1]) as port,
        pytest.raises(MailFailed, match="refused user name and password") as failed,
    ):
        send(to(port, protection="starttls", user=USER, password="hunter2"), message())
    assert "hunter2" not in str(failed.value)
    assert inbox.mails == []


@pytest.mark.parametrize("protection", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: tuple[Path, Any], protection: str
) -> None:
    inbox = Inbox()
    with (
        mail_server(inbox, secure[1], implicit=protection == "tls") as port,
        pytest.raises(MailFailed, match="certificate"),
    ):
        send(to(port, protection=protection), message())
    assert inbox.mails == []


@pytest.mark.parametrize("protection", ["tls", "starttls"])
def test_a_server_without_tls_gets_nothing(protection: str) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port, pytest.raises(MailFailed):
        send(to(port, protection=protection), message())
    assert inbox.mails == []


@pytest.mark.parametrize(
    "inbox",
    [
        Inbox(drops=True),
        Inbox(reply="451 later"),
        Inbox(reply="554 no"),
        Inbox(refuses=("ana@paper.example", "bo@paper.example")),
    ],
    ids=["drops", "later", "no", "nobody"],
)
def test_a_server_that_does_not_take_it_is_named(inbox: Inbox) -> None:
    with mail_server(inbox) as port, pytest.raises(MailFailed, match=f"127.0.0.1:{port}"):
        send(to(port), message())
    assert inbox.mails == []


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(MailFailed, match="goes out with the next run"):
            send(to(closed.getsockname()[1]), message())


def test_one_refused_address_is_told_and_the_others_get_it() -> None:
    inbox = Inbox(refuses=("bo@paper.example",))
    with mail_server(inbox) as port:
        assert send(to(port), message()) == ("bo@paper.example",)
    assert inbox.recipients == [["ana@paper.example"]]


def test_a_server_that_hangs_up_after_it_took_the_mail_has_taken_it() -> None:
    replies = [b"250 hi\r\n", b"250 OK\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"]

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hi\r\n")
            for reply in replies:
                lines.readline()
                connection.sendall(reply)
            while lines.readline() != b".\r\n":
                pass
            connection.sendall(b"250 taken\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening,))
        server.start()
        assert send(to(listening.getsockname()[1]), message()) == ()
        server.join(30)
        assert not server.is_alive()
