"""Contents that hold files come in in the order of their round, whatever the order they end in."""

from __future__ import annotations

import itertools

from core.records import Document, Member, Tagging
from operate.child import Processed
from operate.turns import Turns
from store.work import Job

JOBS = [
    Job(sha256=f"{n:064x}", name=f"{n}.zip", media_type=None, language=None, depth=0, read=True)
    for n in range(4)
]


def holder(job: Job, size: int = 10) -> Processed:
    document = Document(
        sha256=job.sha256, media_type="application/zip", kind="zip", extractor="test"
    )
    tagging = Tagging(tagger="test")
    return Processed(document, (Member(name="inside.txt", data=b"x" * size),), tagging)


def test_every_order_of_ending_gives_one_order_of_loading() -> None:
    for order in itertools.permutations(JOBS):
        turns = Turns(JOBS)
        loaded = []
        for job in order:
            if job is not JOBS[1]:  # that one holds nothing
                turns.hold(job.sha256, holder(job))
            loaded += [done for done, _ in turns.end(job.sha256)]
        assert loaded == [JOBS[0], JOBS[2], JOBS[3]]


def test_those_that_take_too_much_memory_are_left_for_the_next_round() -> None:
    turns = Turns(JOBS, most=25)
    loaded = []
    for job in (JOBS[3], JOBS[2], JOBS[1], JOBS[0]):
        turns.hold(job.sha256, holder(job))
        loaded += [done for done, _ in turns.end(job.sha256)]
    assert loaded == [JOBS[0], JOBS[1], JOBS[2]]
    assert JOBS[3] not in loaded


def test_one_behind_a_content_that_was_let_go_is_let_go_too() -> None:
    turns = Turns(JOBS, most=5)
    loaded = []
    for job in (JOBS[1], JOBS[3], JOBS[0], JOBS[2]):
        turns.hold(job.sha256, holder(job, size=6))
        loaded += [done for done, _ in turns.end(job.sha256)]
    assert loaded == [JOBS[0]]
