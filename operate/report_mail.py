"""The report by e-mail: one mail for a run that somebody should read about."""

from __future__ import annotations

import uuid
from typing import Any

from core.killpoints import killpoint
from core.settings import Settings
from operate.lines import line
from operate.mail import MailSettings, report_message, send
from operate.report import last_report
from store.database import Store
from store.run_report import run_row
from store.runs import mark_mailed, now, unmailed

MAILED = "run"  # the command that no person is watching
_OLDER = 7  # reports that could not be mailed, whole in the next mail


def is_due(report: dict[str, Any], mail: MailSettings | None, fault: str) -> bool:
    """Say whether a report is to be mailed, now or, where the mail settings have a `fault`, later.

    A quiet one only where that is asked for.
    """
    if mail is None:
        return bool(fault) and not report["quiet"]
    return bool(mail.report_to) and (mail.report_quiet or not report["quiet"])


def mail_reports(store: Store, settings: Settings, mail: MailSettings) -> tuple[str, ...]:
    """Mail the reports that wait, all in one mail, the newest first.

    Returns the addresses that the server refused.

    Raises `MailFailed`; they wait for the next run then. A run that dies here mails them again.
    """
    waiting = unmailed(store)
    if not waiting or not mail.report_to:
        return ()
    newest = run_row(store, waiting[-1])
    if newest is None:
        return ()
    message = report_message(
        mail,
        subject=subject_of(newest),
        text=_text(store, settings, waiting),
        made_at=newest["finished_at"],
        name=f"run-{newest['id']}-{len(waiting)}.{newest['finished_at'].replace(':', '')}",
    )
    killpoint("before-report-mail")
    refused = send(mail, message)
    killpoint("after-report-mail")
    mark_mailed(store, waiting)
    return refused


def mail_sentence(mail: MailSettings, sentence: str) -> None:
    """Mail what is wrong with a run of which there is no report; raise `MailFailed`."""
    send(mail, report_message(
        mail,
        subject="Materiel: a run FAILED and could not write its report",
        text=f"{line(sentence, 1_000)}\n\n`status --doctor` looks at what may be wrong.\n",
        made_at=now(),
        name=f"trouble-{uuid.uuid4()}",
    ))  # fmt: skip


def _text(store: Store, settings: Settings, waiting: list[int]) -> str:
    newest, *older = (last_report(store, settings, number) or "" for number in reversed(waiting))
    parts = [newest]
    if older:
        parts.append("Reports that could not be mailed before:\n")
    parts += older[:_OLDER]
    if len(older) > _OLDER:
        parts.append(f"And {len(older) - _OLDER} more, in {settings.reports}.\n")
    return "\n".join(parts)


def subject_of(run: dict[str, Any]) -> str:
    """Return the subject of a report's mail: counts, no words of documents."""
    report = run["report"]
    if run["state"] != "finished":
        return f"Materiel: run {run['id']} {run['state'].upper()}"
    missed = sum(row["missed"] for row in report.get("sources", []))
    counts = {
        f"source{'s' if missed != 1 else ''} below expectation": missed,
        "new": report["news"]["new"]["count"],
        "changed": report["news"]["changed"]["count"],
        "gone": report["news"]["gone"]["count"],
        "could not be read": sum(row["tonight"] for row in report["failing"]),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"Materiel: {told or ('a quiet run' if report['quiet'] else 'something to know')}"
