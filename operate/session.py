"""A run: the lock held, the database open, the ledger kept, what a dead run left taken in."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from core.errors import MaterielError, OutputNotWritable
from core.killpoints import killpoint
from core.records import Issue
from core.settings import Settings
from operate.disk import room
from operate.drawing import draw_ahead
from operate.leftovers import sweep_leftovers
from operate.lock import output_lock, refuse_half_restored
from operate.logs import tell
from operate.mail import MailFailed, MailSettings, checked_settings
from operate.metrics import write_metrics
from operate.processing import Processing, run_of, take_in_journals
from operate.progress import Progress
from operate.report import Start, complete, start_of, write_reports
from operate.report_mail import MAILED, is_due, mail_reports, mail_sentence
from operate.withholding import settle_withheld
from store.database import Store
from store.linkage import refresh_pairs
from store.load import insert_issue
from store.reviewing.order import refresh_places
from store.run_report import archive_growth
from store.runs import ended_well, finish_run, run_issues, start_run, started_later, totals

RunState: TypeAlias = Literal["finished", "failed", "interrupted"]

MISSED = 3  # exit status: completed, but a source missed its expectation
DONE = 0
FAILED = 1
_VERDICTS = {
    DONE: "All stages completed.",
    FAILED: "A stage failed.",
    MISSED: "Completed, but a source missed its expectation.",
}


@dataclass
class Session:
    """What a running command works with; `report` and `status` are what it ends with."""

    store: Store
    settings: Settings
    run_id: int
    progress: Progress
    before: dict[str, int]
    command: str
    start: Start
    status: int = DONE
    report: dict[str, Any] = field(default_factory=dict)

    def note(self, code: str, detail: str) -> None:
        """Write down an issue of the run itself."""
        with self.store.transaction() as connection:
            issue = Issue(code=code, room="operate", level="warning", detail=detail)
            insert_issue(connection, issue, self.run_id)
        tell(detail, level=logging.WARNING, code=code, run=self.run_id)

    def process(self) -> None:
        """Read, tag and load what is pending; write what came of it into the report."""
        work = Processing(self.store, self.settings, self.run_id)
        work.run(self.progress)
        self.report["processing"] = {
            "read": work.read,
            "entries": work.entries,
            "failures": dict(work.causes),
        }
        self.report["failed"] = work.failed
        killpoint("after-readings")
        refresh_pairs(self.store)
        killpoint("after-pairs")
        refresh_places(self.store)
        killpoint("after-places")
        drawn = draw_ahead(self.store, self.settings, self.progress)
        killpoint("after-images")
        self.report["drawn"] = {"pages": drawn.pages, "failed": drawn.failed}


@contextmanager
def session(settings: Settings, command: str, progress: Progress) -> Iterator[Session]:
    """Run the body as one run of `command`; raise `OutputLocked` when another one is at work.

    Whatever raises marks the run as failed and goes on to the caller. However the run ends, its
    report is stored and written as text, and mailed where that is set.
    """
    refuse_half_restored(settings.output)
    with ExitStack() as stack:
        try:
            stack.enter_context(output_lock(settings.output))
            store = stack.enter_context(Store.open(settings.database))
            run_id = start_run(store, command, after=_last_journal(settings))
        except MaterielError as error:
            _mail_trouble(command, f"It could not begin. {error}")
            raise
        current = Session(
            store, settings, run_id, progress, totals(store), command, start_of(store, run_id)
        )
        tell(f"{command} begins", run=run_id, output=str(settings.output))
        try:
            killpoint("after-start")
            _look_at_clock(current)
            sweep_leftovers(settings, ended_well=ended_well(store, run_id))
            settle_withheld(store, settings, run_id)
            take_in_journals(store, settings, run_id)
            yield current
        except BaseException as error:
            current.status = FAILED
            if isinstance(error, KeyboardInterrupt):
                _end_badly(current, "interrupted", "It was stopped.")
            else:
                _end_badly(current, "failed", str(error) or type(error).__name__)
            raise
        killpoint("before-finish")
        failed = current.status == FAILED
        try:
            _end(current, "failed" if failed else "finished", _VERDICTS[current.status])
        except MaterielError as error:
            _mail_trouble(command, str(error))
            raise


def _look_at_clock(current: Session) -> None:
    later = started_later(current.store, current.run_id)
    if later:
        current.note(
            "clock_set_back",
            f"By the clock this run began before an earlier one, of {later}; what is due by days"
            " waits until the clock has passed that.",
        )


def _look_at_disk(current: Session) -> None:
    found = room(current.settings.output, archive_growth(current.store))
    if found.low and current.command == MAILED:
        current.note("disk_low", f"{found.words()}.")


def _end_badly(current: Session, state: RunState, verdict: str) -> None:
    """End a run that raised; what ended it may well keep its report from being written."""
    try:
        _end(current, state, verdict)
    except (MaterielError, sqlite3.Error, OSError) as error:
        tell("The report could not be written", level=logging.ERROR, cause=str(error))
        _mail_trouble(current.command, verdict)
        with suppress(MaterielError, sqlite3.Error, OSError):
            finish_run(
                current.store, current.run_id, state=state, verdict=verdict, report=current.report
            )


def _end(current: Session, state: RunState, verdict: str) -> None:
    """Store the report, mail it where that is set, write it as text and the figures beside it."""
    store, settings, report = current.store, current.settings, current.report
    _look_at_disk(current)
    after = totals(store)
    report["issues"] = run_issues(store, current.run_id)
    report["added"] = {name: after[name] - current.before[name] for name in after}
    report["totals"] = after
    complete(
        report, store, settings, run_id=current.run_id, command=current.command,
        start=current.start, well=state == "finished" and current.status == DONE,
    )  # fmt: skip
    mail, fault = checked_settings()
    due = state != "interrupted" and current.command == MAILED and is_due(report, mail, fault)
    report["mail"] = "waiting" if due else "none"
    finish_run(store, current.run_id, state=state, verdict=verdict, report=report)
    killpoint("after-finish")
    if mail is not None and current.command == MAILED:
        _mail(current, mail)
    write_reports(store, settings, [current.run_id])
    killpoint("after-report-files")
    try:
        write_metrics(store, settings, current.run_id, current.status)
    except OutputNotWritable as error:  # what others count is not worth the run
        current.note("metrics_not_written", str(error))
    killpoint("after-metrics")
    level = logging.INFO if current.status == DONE else logging.ERROR
    tell(verdict, level=level, run=current.run_id, state=state, status=current.status)


def _mail(current: Session, mail: MailSettings) -> None:
    """Mail the reports that wait; a server that fails costs an issue."""
    try:
        refused = mail_reports(current.store, current.settings, mail)
    except MailFailed as error:
        current.note("mail_failed", str(error))
        return
    if refused:
        several = f"{len(refused)} of {len(mail.report_to)} addresses"
        current.note("mail_refused", f"The mail server took no report for {several}; check them.")


def _mail_trouble(command: str, sentence: str) -> None:
    """Mail a sentence where no report can be stored: the folder is held, the disk is full."""
    mail, _ = checked_settings()
    if command == MAILED and mail is not None and mail.report_to:
        with suppress(MailFailed):
            mail_sentence(mail, sentence)


def _last_journal(settings: Settings) -> int:
    """The highest run that has a journal: a database made anew must not write into its file."""
    return max(map(run_of, settings.journal.glob("*.jsonl")), default=0)
