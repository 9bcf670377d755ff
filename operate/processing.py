"""Reading and tagging what is pending, and loading it: the only writer of readings."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import extract
import ner_models
from core.archive import Archive, Journal
from core.errors import HostileDocument, InternalFault
from core.killpoints import killpoint
from core.records import Fetched, Issue, Member
from core.settings import Settings
from operate.child import Failed, Processed, Task
from operate.cluster import readers
from operate.progress import Progress
from operate.scrub import sweep_strays
from operate.turns import Turns
from store.database import Store
from store.documents import stored_document
from store.load import insert_issue, load_journal
from store.readings import save_reading
from store.runs import now
from store.work import Job, fail, pending, plan


def stages() -> dict[str, str]:
    """Return the stages that every content goes through, with their present versions."""
    return {"read": extract.VERSION, "tag": ner_models.VERSION}


@dataclass
class Processing:
    """One pass over what is pending: what it read, the entries in it, failures by cause."""

    store: Store
    settings: Settings
    run_id: int
    read: int = 0
    entries: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)

    def run(self, progress: Progress) -> None:
        """Read, tag and load everything that is pending, and what archives bring to light."""
        plan(self.store, stages())
        killpoint("after-plan")
        with readers(self.settings) as executor:
            while jobs := pending(self.store):
                by_hash = {job.sha256: job for job in jobs}
                turns = Turns(jobs)
                progress.start("reading", len(jobs))
                for task, outcome in executor.run(self._tasks(jobs)):
                    if isinstance(outcome, Failed):
                        self._note_failure(task.sha256, outcome)
                    elif isinstance(outcome, Processed) and outcome.members:
                        turns.hold(task.sha256, outcome)
                    elif isinstance(outcome, Processed):
                        self._load(by_hash[task.sha256], outcome)
                    for job, holder in turns.end(task.sha256):
                        self._load(job, holder)
                    progress.step(len(jobs))
        progress.done()

    def _tasks(self, jobs: list[Job]) -> Iterator[Task]:
        archive = Archive(self.settings.archive)
        for job in jobs:
            yield Task(
                job.sha256,
                str(archive.path(job.sha256)),
                job.name,
                job.media_type,
                job.language,
                seconds=self.settings.time_limit,
                document=None if job.read else stored_document(self.store, job.sha256),
            )

    def _note_failure(self, sha256: str, failed: Failed) -> None:
        attempts = self.settings.max_attempts
        state = fail(self.store, sha256, failed.code, fatal=failed.fatal, max_attempts=attempts)
        if state == "pending":
            return
        self.causes[failed.code] += 1
        self.failed[sha256] = failed.detail
        issue = Issue(
            code=failed.code, room="extract", level="error", sha256=sha256, detail=failed.detail
        )
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM issues WHERE sha256 = ?", (sha256,))
            insert_issue(connection, issue, self.run_id)

    def _load(self, job: Job, outcome: Processed) -> None:
        if outcome.members and job.depth >= self.settings.max_depth:
            detail = f"{job.name} nests archives too deep."
            self._note_failure(job.sha256, Failed(HostileDocument.code, detail))
            return
        try:
            if outcome.members:
                self._take_in_members(job.sha256, outcome.members)
            save_reading(self.store, outcome.document, outcome.tagging, run_id=self.run_id)
        except (OverflowError, ValueError, sqlite3.IntegrityError) as error:
            detail = f"{job.name} met a bug in the loader ({type(error).__name__}: {error})."
            self._note_failure(job.sha256, Failed(InternalFault.code, detail))
            return
        self.read += 1
        self.entries += len(outcome.tagging.proposals)

    def _take_in_members(self, sha256: str, members: tuple[Member, ...]) -> None:
        """Archive the files inside a ZIP as documents of their own below each holder."""
        archive = Archive(self.settings.archive)
        holders = self.store.rows(
            "SELECT d.key, d.source, d.url, d.landing_url, d.published, d.language"
            " FROM documents d JOIN versions v ON v.id = d.version_id WHERE v.sha256 = ?"
            " ORDER BY d.key",
            (sha256,),
        )
        holders = [holder for holder in holders if self._has_room(holder["key"], len(members))]
        lines = [
            Fetched(
                document_key=extract.document_key(member.data) or f"{holder['key']}#{member.name}",
                source=holder["source"],
                url=f"{holder['url']}#{member.name}",
                final_url=f"{holder['url']}#{member.name}",
                landing_url=holder["landing_url"],
                fetched_at=now(),
                status=0,
                sha256=archive.put(member.data),
                published=holder["published"],
                language=holder["language"],
                parent_key=holder["key"],
                name=member.name,
            )
            for member in members
            for holder in holders
        ]
        killpoint("before-members")
        path = journal_path(self.settings, self.run_id, "members")
        with Journal(path) as journal:
            journal.extend(lines)
        killpoint("after-members")
        take_in_journals(self.store, self.settings, self.run_id)

    def _has_room(self, holder: str, members: int) -> bool:
        """Tell whether a file may bring that many more: archives in archives multiply."""
        root = holder.partition("#")[0]
        sql = "SELECT count(*) FROM documents WHERE substr(key, 1, ?) = ?"
        already = int(self.store.value(sql, (len(root) + 1, f"{root}#")))
        if already + members <= self.settings.max_members:
            return True
        detail = (
            f"{holder} holds {members} files more than the {already} that came out of {root}:"
            f" together more than max_members ({self.settings.max_members}); they are left out."
        )
        with self.store.transaction() as connection:
            issue = Issue(code="members_cut", room="extract", level="warning", detail=detail)
            insert_issue(connection, issue, self.run_id)
        return False


def journal_path(settings: Settings, run_id: int, what: str) -> Path:
    """Return the journal file of a run; their names sort in the order of the runs."""
    return settings.journal / f"{run_id:06d}-{what}.jsonl"


def take_in_journals(store: Store, settings: Settings, run_id: int) -> int:
    """Load what any journal holds that the database does not; return the number of lines.

    What a run that died left behind is written down as that run's, where the ledger knows it.
    """
    known = {row["id"] for row in store.rows("SELECT id FROM runs")}
    count = 0
    for path in sorted(settings.journal.glob("*.jsonl")):
        owner = run_of(path)
        count += load_journal(
            store,
            path,
            run_id=owner if owner in known else run_id,
            archive=settings.archive,
            stages=stages(),
        )
    sweep_strays(store, settings)
    return count


def run_of(journal: Path) -> int:
    """Return the number of the run that wrote a journal file, 0 where its name says none."""
    number = journal.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0
