"""Drawing the pages that waiting entries rest on, so that reviewers find the pictures there.

It runs behind the reading of a run, in the same limited children. What is kept already is skipped,
so that a run which was stopped goes on; what is not drawn in time is drawn when it is asked for.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from core.archive import Archive
from core.errors import MaterielError
from core.settings import Settings
from operate.child import Drawn, Task
from operate.images import image_path, keep_image
from operate.logs import tell
from operate.progress import Progress
from operate.workers import Pool
from store.database import Store

MOST = 5_000  # entries at the head of the queue whose pages are drawn ahead
SECONDS = 900.0  # that a run may take for it
FREE = 2 * 1024**3  # bytes that stay free on the disk
_TOGETHER = 8  # pages of one file that one task draws
_LIMIT = 60.0  # seconds for one task
# The first page of an entry comes before the others that its fields rest on.
_PAGES = """
WITH waiting AS (
  SELECT e.key, e.page, e.version_id, e.place, e.id FROM entries e
  WHERE e.state IN ('pending', 'reopened') AND e.text_withdrawn = 0
    AND e.document_id NOT IN (SELECT id FROM hidden_documents)
  ORDER BY e.place, e.id LIMIT :most)
SELECT r.sha256, w.page FROM waiting w JOIN versions v ON v.id = w.version_id
JOIN shown_readings r ON r.sha256 = v.sha256 AND r.kind = 'pdf'
UNION
SELECT r.sha256, x.page FROM waiting w JOIN entry_evidence x ON x.entry_key = w.key
JOIN shown_readings r ON r.id = x.reading_id AND r.kind = 'pdf'
ORDER BY 1, 2
"""


@dataclass
class Drawing:
    """What one pass drew: pages, bytes, seconds; pages that could not be drawn, and tasks of single
    pages of files of which one could not."""

    pages: int = 0
    size: int = 0
    seconds: float = 0.0
    failed: int = 0
    again: list[Task] = field(default_factory=list)


def draw_ahead(
    store: Store,
    settings: Settings,
    progress: Progress,
    *,
    seconds: float = SECONDS,
    most: int = MOST,
) -> Drawing:
    """Draw the pages of PDFs that the first entries of the queue rest on; never fails the run.

    Ends after `seconds` with what it has. A page that cannot be drawn leaves a mark beside its
    place, so that it is not tried every night.
    """
    done = Drawing()
    begin = time.monotonic()
    try:
        missing = _missing(store, settings, most)
        if missing:
            progress.start("drawing", len(missing))
            limits = replace(settings, time_limit=min(settings.time_limit, _LIMIT))
            with Pool(limits) as pool:
                tasks = _in_time(_tasks(settings, missing), settings, begin + seconds)
                _draw(pool, tasks, settings, done, (progress, len(missing)))
                alone = _in_time(iter(done.again), settings, begin + seconds)
                _draw(pool, alone, settings, done, (progress, len(missing)))
            progress.done()
    except (MaterielError, OSError, sqlite3.Error) as error:
        tell("The pages could not be drawn ahead", level=logging.WARNING, cause=str(error))
    done.seconds = time.monotonic() - begin
    return done


def _missing(store: Store, settings: Settings, most: int) -> list[tuple[str, int]]:
    rows = store.rows(_PAGES, {"most": most})
    return [
        (sha256, page)
        for sha256, page in rows
        if not (path := image_path(settings, sha256, page)).exists() and not _mark(path).exists()
    ]


def _mark(path: Path) -> Path:
    return path.with_suffix(".undrawn")


def _tasks(settings: Settings, missing: Sequence[tuple[str, int]]) -> Iterator[Task]:
    for sha256, group in groupby(missing, key=lambda one: one[0]):
        pages = [page for _, page in group]
        for first in range(0, len(pages), _TOGETHER):
            yield _task(settings, sha256, pages[first : first + _TOGETHER])


def _task(settings: Settings, sha256: str, pages: Sequence[int]) -> Task:
    path = str(Archive(settings.archive).path(sha256))
    return Task(sha256, path, f"The file {sha256[:12]}", None, None, pages=tuple(pages))


def _in_time(tasks: Iterator[Task], settings: Settings, until: float) -> Iterator[Task]:
    """Yield tasks while there is time, and room on the disk."""
    for task in tasks:
        if time.monotonic() > until or shutil.disk_usage(settings.output).free < FREE:
            return
        yield task


def _draw(
    pool: Pool,
    tasks: Iterable[Task],
    settings: Settings,
    done: Drawing,
    shown: tuple[Progress, int],
) -> None:
    progress, total = shown
    for task, outcome in pool.run(tasks):
        if isinstance(outcome, Drawn):
            for page, image in zip(task.pages, outcome.images, strict=True):
                keep_image(settings, task.sha256, page, image)
                done.pages += 1
                done.size += len(image)
                progress.step(total)
        elif len(task.pages) > 1:  # one page spoils the others
            done.again += [_task(settings, task.sha256, [page]) for page in task.pages]
        else:
            done.failed += 1
            mark = _mark(image_path(settings, task.sha256, task.pages[0]))
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
