"""A run: the lock held, the database open, the ledger kept, what a dead run left taken in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.killpoints import killpoint
from core.settings import Settings
from operate.lock import output_lock
from operate.processing import Processing, run_of, take_in_journals
from operate.progress import Progress
from store.database import Store
from store.linkage import refresh_pairs
from store.runs import finish_run, run_issues, start_run, totals

MISSED = 3  # exit status: completed, but a source missed its expectation
DONE = 0
FAILED = 1


@dataclass
class Session:
    """What a running command works with; `report` and `status` are what it ends with."""

    store: Store
    settings: Settings
    run_id: int
    progress: Progress
    before: dict[str, int]
    status: int = DONE
    report: dict[str, Any] = field(default_factory=dict)

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
        refresh_pairs(self.store)


@contextmanager
def session(settings: Settings, command: str, progress: Progress) -> Iterator[Session]:
    """Run the body as one run of `command`; raise `OutputLocked` when another one is at work.

    Whatever raises marks the run as failed and goes on to the caller.
    """
    with output_lock(settings.output), Store.open(settings.database) as store:
        run_id = start_run(store, command, after=_last_journal(settings))
        take_in_journals(store, settings, run_id)
        current = Session(store, settings, run_id, progress, totals(store))
        try:
            yield current
        except BaseException as error:
            verdict = str(error) or type(error).__name__
            state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            finish_run(store, run_id, state=state, verdict=verdict, report=current.report)
            raise
        killpoint("before-finish")
        after = totals(store)
        current.report["issues"] = run_issues(store, run_id)
        current.report["added"] = {name: after[name] - current.before[name] for name in after}
        current.report["totals"] = after
        finish_run(
            store,
            run_id,
            state="failed" if current.status == FAILED else "finished",
            verdict=_verdict(current.status),
            report=current.report,
        )


def _last_journal(settings: Settings) -> int:
    """The highest run that has a journal: a database made anew must not write into its file."""
    return max(map(run_of, settings.journal.glob("*.jsonl")), default=0)


def _verdict(status: int) -> str:
    return {
        DONE: "All stages completed.",
        FAILED: "A stage failed.",
        MISSED: "Completed, but a source missed its expectation.",
    }[status]
