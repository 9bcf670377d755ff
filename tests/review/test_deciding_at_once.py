"""Many reviewers at once, while a run loads documents: nothing is lost and nothing done twice."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from store.database import Store
from store.reviewing.answers import Answer
from store.reviewing.deciding import DecidedMeanwhile, decide, seen_of
from store.reviewing.queue import waiting
from tests.builders import open_house, proposal, tagging
from tests.review.conftest import Web

REVIEWERS = 3  # that decide through stores of their own
PROJECT = Path(__file__).parents[2]


@contextmanager
def loading(output: Path, most: int) -> Iterator[subprocess.Popen[str]]:
    """Load documents in another process while the body runs."""
    command = [sys.executable, "-m", "tests.review.loader", str(output), str(most)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as loader:
        try:
            yield loader
        finally:
            if loader.stdin and not loader.stdin.closed:
                loader.stdin.close()
            loader.wait(120)


def one_reviewer(client: httpx.Client, until: float) -> tuple[list[int], list[str], int]:
    """Decide on whatever comes; return the numbers of the decisions, what failed, and conflicts."""
    made: list[int] = []
    failed: list[str] = []
    conflicts = 0
    while time.monotonic() < until:
        offered = client.get("/review/more").json()["panels"]
        if not offered:
            break
        for one in offered:
            key = one["key"]
            seen = one["html"].partition('name="seen" value="')[2].partition('"')[0]
            if not seen:  # its proposal is hidden until it is answered
                client.post(f"/review/answer/{key}", headers={"accept": "application/json"})
                continue
            answer = client.post(
                f"/review/decide/{key}",
                data={"verdict": "reject", "reason": "boilerplate", "seen": seen},
                headers={"accept": "application/json"},
            )
            if answer.status_code == 200:
                made.append(answer.json()["decision"])
            elif answer.status_code == 409:
                conflicts += 1
            else:
                failed.append(answer.text)
    return made, failed, conflicts


def reviewed_at_once(web: Web, reviewers: int, seconds: float) -> None:
    """Let many reviewers decide while documents are loaded, and compare with what is stored."""
    with loading(web.settings.output, 1_000_000), ThreadPoolExecutor(reviewers) as crowd:
        until = time.monotonic() + seconds

        def work(number: int) -> tuple[list[int], list[str], int]:
            with web.client(f"Reviewer {number}") as client:
                return one_reviewer(client, until)

        done = list(crowd.map(work, range(reviewers)))
    told = sorted(number for made, _, _ in done for number in made)
    assert [failure for _, failed, _ in done for failure in failed] == []
    assert told, "nobody decided on anything"
    stored = [row[0] for row in web.rows("SELECT id FROM decisions ORDER BY id")]
    assert stored == told
    twice = web.rows("SELECT entry_key FROM decisions GROUP BY entry_key HAVING count(*) > 1")
    assert twice == []
    wrong = web.rows(
        "SELECT e.key FROM entries e JOIN decisions d ON d.entry_key = e.key"
        " WHERE e.state <> 'rejected'"
    )
    assert wrong == []


def test_reviewers_decide_at_once_while_a_run_loads(web: Web) -> None:
    reviewed_at_once(web, 6, 4)


@pytest.mark.soak
def test_twenty_reviewers_decide_for_a_minute(web: Web) -> None:
    reviewed_at_once(web, 20, 60)


def _stock(folder: Path, entries: int) -> None:
    """Fill an output folder with one document of so many pages, an entry on each."""
    house = open_house(folder)
    texts = [f"Delivery number {number} of patrol boats." for number in range(entries)]
    house.take("url:first", b"first")
    made = [proposal(text, "patrol boats", ordinal=n) for n, text in enumerate(texts, 1)]
    house.read(b"first", *texts, tagged=tagging(*made))
    house.store.close()


def waits_while_loading(
    folder: Path, entries: int, documents: int, *, whole: bool = False
) -> tuple[list[float], int]:
    """Decide in three threads with stores of their own while another process loads.

    Return how long each decision took, in seconds, and how many documents were loaded: with
    `whole` all of them.
    """
    _stock(folder, entries)
    waits: list[float] = []
    errors: list[Exception] = []

    def work(number: int) -> None:
        with Store.open(folder / "materiel.db") as store:
            made = 0
            while made < entries // REVIEWERS:
                offered = waiting(store, f"r{number}", limit=REVIEWERS)
                key = offered[number % len(offered)].key
                answer = Answer(verdict="accept", seen=seen_of(store.connection, key))
                begin = time.monotonic()
                try:
                    decide(store, key, answer, reviewer=f"r{number}")
                except DecidedMeanwhile:
                    continue
                except Exception as error:  # noqa: BLE001 - whatever it is, the test fails by it
                    errors.append(error)
                    return
                waits.append(time.monotonic() - begin)
                made += 1
                time.sleep(0.05)  # a reviewer is no machine

    with loading(folder, documents) as loader:
        threads = [threading.Thread(target=work, args=(n,)) for n in range(REVIEWERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(1200)
        assert loader.stdin is not None
        if not whole:
            loader.stdin.close()
        assert loader.stdout is not None
        loaded = int(loader.stdout.read())
    assert errors == []
    with Store.open(folder / "materiel.db") as store:
        assert store.value("SELECT count(*) FROM decisions") == len(waits)
        states = "SELECT count(*) FROM entries WHERE state = 'accepted'"
        decided = store.value("SELECT count(DISTINCT entry_key) FROM decisions")
        assert store.value(states) == decided
    return waits, loaded


def test_no_decision_is_lost_beside_a_run(tmp_path: Path) -> None:
    waits, loaded = waits_while_loading(tmp_path, 60, 100_000)
    assert len(waits) == 60
    assert loaded > 0


@pytest.mark.soak
def test_decisions_do_not_wait_while_ten_thousand_documents_are_loaded(tmp_path: Path) -> None:
    waits, loaded = waits_while_loading(tmp_path, 3_000, 10_000, whole=True)
    assert loaded == 10_000
    assert len(waits) == 3_000
    assert sorted(waits)[int(len(waits) * 0.95)] < 0.3
