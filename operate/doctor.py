"""`status --doctor`: what this machine and these settings have, what is missing, what to do."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.errors import MaterielError
from core.records import Source
from core.settings import Settings
from crawlers import load_cards
from extract.ocr import available
from extract.pdf.recognised import USUAL_LANGUAGES
from ner_models import model
from operate.disk import existing, room
from operate.lines import size
from operate.lock import FILE
from operate.mail import MailFailed, checked_settings, knock
from store.database import Store
from store.run_report import archive_growth

State = Literal["ok", "to do", "broken"]
_STRICT = (3, 37, 0)  # of SQLite: the first with STRICT tables
# Run apart from this process, under the limit that a worker has.
_MEMORY = """
import resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    bytearray(limit)
except MemoryError:
    print("held")
"""
_CPU = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (1, resource.getrlimit(resource.RLIMIT_CPU)[1]))
while True:
    pass
"""


@dataclass(frozen=True)
class Check:
    """One thing looked at; `do` says what to do about it, and is empty where all is well."""

    name: str
    state: State
    says: str
    do: str = ""


def examine(settings: Settings) -> dict[str, Any]:
    """Look at everything; return the checks, and as `status` 1 where something is broken, else 0.

    Nothing is changed but a file written into the output folder and removed, and a greeting to the
    mail server where one is set.
    """
    checks = [asdict(check) for check in _checks(settings)]
    broken = any(check["state"] == "broken" for check in checks)
    return {"checks": checks, "status": int(broken)}


def _checks(settings: Settings) -> Iterator[Check]:
    yield _sqlite()
    yield _model()
    yield _recognition()
    cards = load_cards(settings.sources)
    enabled = [card for card in cards.values() if card.enabled]
    yield _contact(settings, enabled)
    yield _probed(settings, list(cards.values()))
    yield _writable(settings)
    yield _lock(settings)
    yield from _database(settings)
    yield _memory(settings)
    yield _processor_time()
    yield Check(
        "wall time",
        "ok",
        f"A document gets {settings.time_limit:g} seconds; this program"
        " ends the process that takes longer.",
    )
    yield _mail()


def _sqlite() -> Check:
    name = "SQLite"
    if sqlite3.sqlite_version_info < _STRICT:
        return Check(
            name,
            "broken",
            f"SQLite {sqlite3.sqlite_version} has no strict tables.",
            "Use a Python with SQLite 3.37 or later.",
        )
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.OperationalError:
        return Check(
            name,
            "broken",
            "SQLite has no full-text search (FTS5).",
            "Use a Python whose SQLite was built with FTS5.",
        )
    finally:
        connection.close()
    return Check(name, "ok", f"SQLite {sqlite3.sqlite_version} with FTS5.")


def _model() -> Check:
    if model.exists():
        return Check("model", "ok", f"The model {model.version()}.")
    return Check("model", "to do", "There is no trained model; rules alone tag.", "make train")


def _recognition() -> Check:
    found = available(USUAL_LANGUAGES)
    have = ", ".join(found.languages)
    if not found.missing:
        return Check("text recognition", "ok", f"Tesseract reads {have}.")
    says = f"Tesseract reads {have} only." if have else "Scans are not read."
    return Check("text recognition", "to do", says, found.advice)


def _contact(settings: Settings, enabled: list[Source]) -> Check:
    if settings.contact:
        return Check("contact", "ok", f"Sites are told {settings.contact}.")
    do = "Set contact = an e-mail or web address in materiel.toml."
    if enabled:
        names = ", ".join(card.id for card in enabled)
        return Check("contact", "broken", f"No contact is set, so {names} cannot be crawled.", do)
    return Check("contact", "to do", "No contact is set.", do)


def _probed(settings: Settings, cards: list[Source]) -> Check:
    never = [card for card in cards if not any((settings.output / "probes" / card.id).glob("*"))]
    enabled = [card.id for card in never if card.enabled]
    if not any(card.enabled for card in cards):
        return Check(
            "sources",
            "to do",
            f"No source is enabled; never probed: {_ids(never)}.",
            "docs/first-night.md leads through the first one.",
        )
    if enabled:
        return Check(
            "sources",
            "to do",
            f"Enabled and never probed: {', '.join(enabled)}.",
            f"python pipeline.py probe {enabled[0]}",
        )
    return Check(
        "sources",
        "ok",
        f"All enabled sources were probed; never probed and not enabled: {_ids(never)}.",
    )


def _ids(cards: list[Source]) -> str:
    return ", ".join(card.id for card in cards) or "none"


def _writable(settings: Settings) -> Check:
    name, output = "output folder", settings.output
    try:
        if not output.exists():
            above = existing(output)
            if os.access(above, os.W_OK):
                return Check(name, "ok", f"{output} is not there yet and will be made.")
            return Check(
                name,
                "broken",
                f"{output} cannot be made in {above}.",
                "Choose another folder with --output, or give the right to write.",
            )
        with tempfile.TemporaryFile(dir=output) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Check(
            name,
            "broken",
            f"{output} cannot be written ({error.strerror}).",
            "Choose another folder with --output, or give the right to write.",
        )
    return Check(name, "ok", f"{output} can be written.")


def _lock(settings: Settings) -> Check:
    try:
        with (settings.output / FILE).open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = file.read().strip() or "unknown"
                return Check(
                    "lock",
                    "to do",
                    f"A run (process {holder}) is at work.",
                    "Wait for it, or look at that process if it has stopped.",
                )
    except FileNotFoundError:
        pass
    except OSError as error:
        return Check(
            "lock",
            "broken",
            f"{settings.output / FILE} cannot be read ({error.strerror}).",
            "Give the right to read and write it.",
        )
    return Check("lock", "ok", "No run is at work.")


def _database(settings: Settings) -> Iterator[Check]:
    if not settings.database.is_file():
        yield Check("database", "ok", "There is none yet; the first run makes it.")
        yield _disk(settings, 0)
        return
    try:
        with Store.open(settings.database, readonly=True) as store:
            started = store.value("SELECT max(started_at) FROM runs")
            runs = store.value("SELECT count(*) FROM runs")
            growth = archive_growth(store)
    except (MaterielError, sqlite3.Error) as error:
        yield Check(
            "database",
            "broken",
            f"It cannot be opened: {error}",
            "Bring it back from a backup, or follow that sentence.",
        )
        yield _disk(settings, 0)
        return
    yield Check("database", "ok", f"It opens; {runs} run{'' if runs == 1 else 's'} so far.")
    yield _disk(settings, growth)
    yield _clock(started)


def _clock(started: str | None) -> Check:
    now = dt.datetime.now(dt.UTC)
    if started and dt.datetime.fromisoformat(started) > now:
        return Check(
            "clock",
            "to do",
            f"It is {now:%Y-%m-%d %H:%M} UTC by the clock, before the last run of {started}.",
            "Set the clock, and let it follow a time server.",
        )
    return Check("clock", "ok", f"It is {now:%Y-%m-%d %H:%M} UTC, after the last run.")


def _disk(settings: Settings, growth: float) -> Check:
    """Look at the room on the disk; `growth` is in bytes a night."""
    found = room(settings.output, growth)
    if not found.low:
        return Check("disk", "ok", f"{found.words()}.")
    do = "Free some space, or move the output folder to a larger disk."
    return Check("disk", "broken" if found.none else "to do", f"{found.words()}.", do)


def _memory(settings: Settings) -> Check:
    name, limit = "memory limit", settings.memory_limit
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY and hard < limit:
        return Check(
            name,
            "broken",
            f"This system allows a process {size(hard)} of address space,"
            f" less than memory_limit ({size(limit)}).",
            "Lower memory_limit, or raise the system's limit.",
        )
    held = _apart(_MEMORY, str(limit))
    if sys.platform == "linux" and held is not None and held.stdout.strip() == "held":
        return Check(name, "ok", f"A worker gets {size(limit)} of address space at most.")
    return Check(
        name,
        "to do",
        "This system does not limit a process's address space.",
        "Bound the memory from outside, as with a container.",
    )


def _processor_time() -> Check:
    held = _apart(_CPU)
    if held is not None and held.returncode == -signal.SIGXCPU:
        return Check("processor time", "ok", "A document's processor time is limited.")
    return Check(
        "processor time",
        "to do",
        "This system does not limit processor time.",
        "Nothing: the wall time of a document is limited.",
    )


def _apart(code: str, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """Run a few lines in a process of their own; None where they take too long."""
    try:
        return subprocess.run(  # noqa: S603 - our own lines under our own interpreter
            [sys.executable, "-I", "-c", code, *arguments],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _mail() -> Check:
    settings, fault = checked_settings()
    if fault:
        return Check("mail", "broken", fault, "docs/alerts.md names the variables.")
    if settings is None:
        return Check(
            "mail", "ok", "No mail server is set, so no mail is sent; docs/alerts.md tells how."
        )
    try:
        knock(settings)
    except MailFailed as error:
        return Check(
            "mail",
            "broken",
            str(error),
            "Look at the server and at the variables MATERIEL_SMTP_....",
        )
    return Check(
        "mail",
        "ok",
        f"{settings.host}:{settings.port} answers; addresses for alerts:"
        f" {len(settings.recipients)}, for reports: {len(settings.report_to)}.",
    )
