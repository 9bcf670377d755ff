"""The digest by e-mail: settings from the environment, the message, and how it is sent.

Messages follow RFC 5322, `List-Id` RFC 2919, `Auto-Submitted` RFC 3834. Plain text only: nothing in
it tells a sender who read it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Literal

from core.errors import MaterielError, SettingsError
from operate.lines import entry_words, line, pages_words, title_of, web_address
from store.alerts import Digest
from store.watches import NEWEST

PREFIX = "MATERIEL_SMTP_"
_NAMES = (
    "HOST", "PORT", "USER", "PASSWORD", "FROM", "TO", "STARTTLS", "TLS", "REPORT_TO",
    "REPORT_QUIET",
)  # fmt: skip
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")
_SECONDS = 30  # that a mail server may take for one answer
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_YES_NO = {"1": True, "yes": True, "true": True, "on": True,
           "0": False, "no": False, "false": False, "off": False}  # fmt: skip

Protection = Literal["tls", "starttls", "none"]


class MailFailed(MaterielError):
    """Raised by operate.mail when no recipient's mail was taken by the mail server."""


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """Where mail goes and how. The password is shown nowhere.

    `recipients` get what the watches find, `report_to` the report of each night; with
    `report_quiet` that of quiet nights too.
    """

    host: str
    port: int
    protection: Protection
    sender: str
    recipients: tuple[str, ...]
    report_to: tuple[str, ...] = ()
    report_quiet: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def mail_settings(environment: Mapping[str, str] | None = None) -> MailSettings | None:
    """Return what `MATERIEL_SMTP_...` say, None where no host is named.

    STARTTLS is asked for unless `_TLS` (TLS from the first byte) is on or `_STARTTLS` is off.
    Raises `SettingsError` for what is missing or wrong.
    """
    environment = os.environ if environment is None else environment
    given = {name: environment.get(PREFIX + name, "").strip() for name in _NAMES}
    if not given["HOST"]:
        return None
    protection: Protection = "tls" if _on(given, "TLS", default=False) else "starttls"
    if protection == "starttls" and not _on(given, "STARTTLS", default=True):
        protection = "none"
    if bool(given["USER"]) != bool(given["PASSWORD"]):
        raise SettingsError(f"Set both {PREFIX}USER and {PREFIX}PASSWORD, or neither.")
    if given["USER"] and protection == "none":
        raise SettingsError(
            f"A password is sent over TLS only: turn {PREFIX}STARTTLS or {PREFIX}TLS on."
        )
    return MailSettings(
        host=given["HOST"],
        port=_port(given["PORT"] or str(_PORTS[protection])),
        protection=protection,
        sender=_addresses(given, "FROM", most=1)[0],
        recipients=_addresses(given, "TO", least=0 if given["REPORT_TO"] else 1),
        report_to=_addresses(given, "REPORT_TO", least=0),
        report_quiet=_on(given, "REPORT_QUIET", default=False),
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
    )


def checked_settings() -> tuple[MailSettings | None, str]:
    """Return the mail settings and what is wrong with them."""
    try:
        return mail_settings(), ""
    except SettingsError as error:
        return None, str(error)


def _on(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = given[name].lower()
    if value and value not in _YES_NO:
        raise SettingsError(f"{PREFIX}{name} is 1 or 0, not {value!r}.")
    return _YES_NO[value] if value else default


def _port(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and 0 < int(value) < 65_536):
        raise SettingsError(f"{PREFIX}PORT is a number from 1 to 65535, not {value!r}.")
    return int(value)


def _addresses(
    given: Mapping[str, str], name: str, *, least: int = 1, most: int = 100
) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in given[name].split(",") if part.strip())
    for address in addresses:
        if not (address.isascii() and _ADDRESS.fullmatch(address)):
            raise SettingsError(f"{PREFIX}{name}: {address!r} is no plain e-mail address.")
    if not least <= len(addresses) <= most:
        raise SettingsError(
            f"{PREFIX}{name} must name {'one address' if most == 1 else 'somebody'}."
        )
    return addresses


def digest_message(
    settings: MailSettings,
    digest: Digest,
    documents: Sequence[dict[str, Any]],
    entries: Sequence[dict[str, Any]],
) -> EmailMessage:
    """Return the mail of a digest: a line for each document, then its entries of note.

    The same digest gives the same `Message-ID`, so that one that is sent again can be told. What
    documents say stands in the text alone, never in a header.
    """
    count = len(documents)
    message = _headed(
        settings,
        settings.recipients,
        subject=f"Materiel: {count} document{'' if count == 1 else 's'} for your watches",
        made_at=digest.made_at,
        name=digest.message_id,
        about="alerts",
    )
    message.set_content("\n".join(digest_lines(documents, entries)) + "\n", cte="quoted-printable")
    return message


def report_message(
    settings: MailSettings, *, subject: str, text: str, made_at: str, name: str
) -> EmailMessage:
    """Return the mail of a report; `subject` and `name` hold no words of documents."""
    message = _headed(
        settings, settings.report_to, subject=subject, made_at=made_at, name=name, about="reports"
    )
    message.set_content(text, cte="quoted-printable")
    return message


def _headed(
    settings: MailSettings,
    recipients: Sequence[str],
    *,
    subject: str,
    made_at: str,
    name: str,
    about: str,
) -> EmailMessage:
    found = _ADDRESS.fullmatch(settings.sender)
    domain = found[1] if found else "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Materiel <{settings.sender}>"
    message["To"] = ", ".join(recipients)
    message["Subject"] = subject
    message["Date"] = format_datetime(dt.datetime.fromisoformat(made_at))
    message["Message-ID"] = f"<{name}@{domain}>"
    message["List-Id"] = f"Materiel {about} <{about}.materiel.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def digest_lines(
    documents: Sequence[dict[str, Any]], entries: Sequence[dict[str, Any]]
) -> list[str]:
    """Return the text of a digest."""
    lines = [_document_line(document) for document in documents[:NEWEST]]
    if len(documents) > NEWEST:
        lines.append(f"And {len(documents) - NEWEST} more; search for them with your queries.")
    if entries:
        lines += ["", "Entries of note:", *(_entry_line(entry) for entry in entries)]
    return [
        *lines,
        "",
        "What is not reviewed was found by a program: look at the page before you use it.",
    ]


def _document_line(row: Mapping[str, Any]) -> str:
    number = len(row["entries"])
    parts = [
        f"[{', '.join(row['watches'])}] {title_of(row)}",
        line(row["source"]),
        "new" if row["version"] == 1 else f"text added in version {row['version']}",
        pages_words(row["pages"]),
        f"{number} new entr{'y' if number == 1 else 'ies'}" if number else "",
        web_address(row) or line(row["document"]),
    ]
    return "; ".join(part for part in parts if part)


def _entry_line(entry: Mapping[str, Any]) -> str:
    return f"- {entry_words(entry)}: {title_of(entry)}, page {entry['page']}, {entry['key']}"


def send(settings: MailSettings, message: EmailMessage) -> tuple[str, ...]:
    """Send a mail to those that it names; return the addresses that the server refused.

    Raises `MailFailed` where it took the mail for nobody, or where that is not known.
    """
    try:
        server = _connected(settings)
        try:
            if settings.user and settings.password:
                server.login(settings.user, settings.password)
            refused = server.send_message(message, settings.sender)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # a mail that was taken stays taken
                server.quit()
            server.close()
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(
            f"The mail server {settings.host}:{settings.port} did not take the mail"
            f" ({_reason(error)}); it goes out with the next run."
        ) from error
    return tuple(sorted(refused))


def knock(settings: MailSettings) -> None:
    """Greet the mail server and log in, and send nothing; raise `MailFailed` where it refuses."""
    try:
        server = _connected(settings)
        try:
            if settings.user and settings.password:
                server.login(settings.user, settings.password)
            server.noop()
        finally:
            server.close()
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(
            f"The mail server {settings.host}:{settings.port} did not let us in ({_reason(error)})."
        ) from error


def _connected(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.protection == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS)
    if settings.protection == "starttls":
        try:
            server.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server


def _reason(error: Exception) -> str:
    """Return what went wrong, in one line, without what a server says about the login."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it refused user name and password"
    return line(str(error) or type(error).__name__, 150)
