"""The report of a run: what it tells, that it is short, and that it tells each thing once."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

import pipeline
from core.errors import CrawlError, OutputNotWritable
from core.records import Issue, Proposal
from core.settings import Settings
from operate.alerts import run_alerts
from operate.progress import Progress
from operate.report import last_report, report_file, reports_naming, write_reports
from operate.session import MISSED, Session, session
from store.load import insert_issue
from store.run_report import archive_growth, run_row
from store.work import fail
from tests.builders import (
    DAY,
    House,
    amount,
    key_of,
    open_house,
    page,
    proposal,
    sha,
    tagging,
)

ROOT = Path(__file__).resolve().parents[2]
DRONES = "Two drones worth EUR 2500000 for the border police of Niger."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An output folder with one known source."""
    made = open_house(tmp_path)
    yield made
    made.store.close()


def drones(worth: str = "2500000", **more: Any) -> Proposal:
    """Return a candidate entry."""
    return proposal(DRONES, "drones", amount=amount(DRONES, "EUR 2500000", worth), **more)


def show(house: House, key: str, data: bytes, *made: Proposal, text: str = DRONES, day: int = 1,
         **more: Any) -> None:  # fmt: skip
    """Take in and read a version."""
    house.take(key, data, fetched_at=DAY.format(day), title=f"Title of {key}", **more)
    house.read(data, text, tagged=tagging(*made))


def night(
    house: House, body: Callable[[Session], None] = lambda _: None, **more: Any
) -> tuple[str, dict[str, Any]]:
    """Do a nightly run of which the crawl is `body`; return the text and the report."""
    settings = Settings(output=house.folder, **more)
    with session(settings, "run", Progress(quiet=True)) as current:
        body(current)
        run_alerts(current)
    run = run_row(house.store, current.run_id)
    assert run is not None
    text = report_file(settings, current.run_id).read_text(encoding="utf-8")
    assert text == last_report(house.store, settings)
    return text, run["report"]


def crawled(current: Session, state: str = "ok", **more: Any) -> None:
    """Put the crawl of a source into the report, as `operate.nightly` does."""
    row = {
        "source": "ministry", "state": state, "listed": 9, "confirmed": 9, "fetched": 1,
        "minimum": 5, "maximum": 20, "detail": "", "walk": "full", "waiting": 0, "missed": False,
    }  # fmt: skip
    current.report["sources"] = [{**row, **more}]


def test_a_quiet_night_is_two_lines(house: House) -> None:
    night(house, lambda _: show(house, "url:a", b"1", drones()))
    text, report = night(house, crawled)
    assert report["quiet"]
    first, second = text.splitlines()
    assert first.startswith("Materiel, run 2 (run), 20")
    assert first.endswith("a quiet run, nothing new. 1 source crawled.")
    assert second.startswith("1 documents, 1 entries. Archive 1 B (+0 B), database ")
    assert second.endswith(" free on the disk.")


def test_each_thing_is_told_once(house: House) -> None:
    night(house, lambda _: show(house, "url:old", b"0"))

    def crawl(current: Session) -> None:
        crawled(current)
        show(house, "url:a", b"1", drones())
        show(house, "url:old", b"00", text="Other words.", day=2)
        house.miss("url:never", "gone", 404)

    text, report = night(house, crawl)
    lines = text.splitlines()
    assert "New documents: 1 (ministry 1)" in lines
    assert "- Title of url:a; url:a; https://ministry.example/url:a" in lines
    assert "Changed documents: 1 (ministry 1)" in lines
    assert "- Title of url:old; other text; url:old; https://ministry.example/url:old" in lines
    assert "gone" not in text
    assert "New candidate entries: 1; of note: 1 (`show KEY`)" in lines
    assert "- drones, EUR 2 500 000 (candidate, not reviewed)" in lines
    key = key_of("url:a", drones())
    assert f"  Title of url:a, page 1; entry {key}; https://ministry.example/url:a" in lines
    assert report["news"]["new"]["keys"] == ["url:a"]
    assert len(night(house)[0].splitlines()) == 2


def test_what_goes_and_comes_back(house: House) -> None:
    night(house, lambda _: show(house, "url:a", b"1"))
    for day in (2, 3):

        def crawl(_: Session, when: str = DAY.format(day)) -> None:
            house.miss("url:a", "gone", 404, fetched_at=when)

        text, _ = night(house, crawl)
        told = "Documents that are gone from their site (kept here): 1 (ministry 1)" in text
        assert told == (day == 2)  # what was told as gone is not told again
    text, _ = night(house, lambda _: house.take("url:a", b"1", fetched_at=DAY.format(4)))
    assert "Documents that are back: 1 (ministry 1)" in text


def test_a_blackened_version_says_so_and_shows_nothing_of_the_old_one(house: House) -> None:
    night(house, lambda _: show(house, "url:a", b"1", drones()))

    def crawl(_: Session) -> None:
        house.take("url:a", b"2", fetched_at=DAY.format(2))
        house.read(b"2", pages=(page("Two drones worth for the", redacted_area=0.02),))

    text, _ = night(house, crawl)
    assert "words are blackened; the older text is withdrawn" in text
    assert "Niger" not in text


def test_failures_come_with_the_command_that_retries_them(house: House) -> None:
    night(house, lambda _: house.take("url:earlier", b"0"))
    fail(house.store, sha(b"0"), "damaged_document", fatal=False, max_attempts=2)

    def crawl(current: Session) -> None:
        current.report["failed"] = {}
        for name, cause, fatal in (("a", "damaged_document", False), ("b", "worker_died", True)):
            house.take(f"url:{name}", name.encode())
            fail(house.store, sha(name.encode()), cause, fatal=fatal, max_attempts=1)
            current.report["failed"][sha(name.encode())] = f"{name}.pdf is bad."

    text, _ = night(house, crawl)
    where = f"--output {house.folder}"
    lines = text.splitlines()
    assert (
        "- damaged_document: 1, 2 in all. Again: python pipeline.py retry --cause"
        f" damaged_document {where}" in lines
    )
    assert (
        "- worker_died: 1, set aside: they ended the process that read them again and again."
        f" Again: python pipeline.py retry --set-aside --cause worker_died {where}" in lines
    )
    assert {"  a.pdf is bad.", "  b.pdf is bad."} <= set(lines)
    text, report = night(house)
    assert report["quiet"]
    assert text.splitlines()[1].endswith("3 documents failed earlier: `status` names them.")


def test_a_source_below_its_expectation_is_told_with_what_to_do(house: House) -> None:
    def crawl(current: Session) -> None:
        crawled(current, "empty", listed=0, confirmed=0, missed=True, detail="No list.")
        current.status = MISSED

    text, report = night(house, crawl)
    lines = text.splitlines()
    assert not report["quiet"]
    assert lines[0].endswith("Completed, but a source missed its expectation.")
    assert lines[2:5] == [
        "Sources below expectation",
        "- ministry: empty, 0 documents confirmed (1 fetched), 5 expected at least. No list.",
        f"  What its pages give: python pipeline.py probe ministry --output {house.folder}",
    ]
    text, _ = night(house, lambda current: crawled(current, listed=21))
    assert "ministry lists 21 documents, at most 20 were expected" not in text  # a quiet night

    def crawl_more(current: Session) -> None:
        crawled(current, listed=21)
        show(house, "url:a", b"1")

    text, _ = night(house, crawl_more)
    assert "ministry lists 21 documents, at most 20 were expected" in text


def test_issues_that_come_every_night_are_no_news(house: House) -> None:
    def crawl(current: Session, count: int = 1) -> None:
        with current.store.transaction() as connection:
            for _ in range(count):
                issue = Issue(code="not_found", room="crawlers", source="ministry", detail="404")
                insert_issue(connection, issue, current.run_id)

    assert "- not_found: 1 in ministry, first: 404" in night(house, crawl)[0]
    assert night(house, crawl)[1]["quiet"]
    assert "- not_found: 2" in night(house, lambda current: crawl(current, 2))[0]


def test_entries_of_note_are_the_dear_and_the_rare(house: House) -> None:
    common = [
        proposal(DRONES, "drones", ordinal=n, equipment_type="uav") for n in range(1, 203)
    ]  # fmt: skip
    night(house, lambda _: show(house, "url:a", b"0", *common))
    text = "One airship. Ten lamps worth EUR 5000000. All worth EUR 9000000. Two drones."

    def made(quote: str, kind: str, worth: str = "", **more: Any) -> Proposal:
        fields = {"amount": amount(text, f"EUR {worth}", worth)} if worth else {}
        return proposal(text, quote, equipment_type=kind, **fields, **more)

    new = (
        made("airship", "airship"),
        made("lamps", "uav", "5000000", amount_scope="shared", amount_group="g"),
        made("Ten lamps", "uav", "5000000", amount_scope="shared", amount_group="g"),
        made("drones", "uav", "9000000", amount_scope="total"),
    )
    told, report = night(house, lambda _: show(house, "url:b", b"1", *new, text=text))
    noted = report["entries_of_note"]
    assert (noted["new"], noted["count"]) == (4, 2)
    assert {row["others"] for row in noted["noted"]} == {0, None}
    assert "- airship (candidate, not reviewed); the first of the type airship" in told
    assert told.count("the sum is of several goods together") == 1
    assert night(house, lambda _: None, of_note=1e12)[1]["quiet"]


def broken(house: House, settings: Settings) -> None:
    """Do a run that ends with an error."""
    with session(settings, "run", Progress(quiet=True)):
        show(house, "url:a", b"1", drones())
        raise CrawlError("The crawl ended with status 9.")


def test_a_run_that_breaks_tells_what_it_did_and_why(house: House) -> None:
    settings = Settings(output=house.folder)
    with pytest.raises(CrawlError):
        broken(house, settings)
    text = report_file(settings, 1).read_text(encoding="utf-8")
    assert text.splitlines()[0].endswith("FAILED. The crawl ended with status 9.")
    assert "New documents: 1 (ministry 1)" in text
    text, _ = night(house)
    assert "New documents" not in text
    assert "New candidate entries: 1" in text  # noticed only now


def test_a_report_that_cannot_be_written_hides_no_error(house: House) -> None:
    (house.folder / "reports").write_text("in the way")
    with pytest.raises(CrawlError, match="status 9"):
        broken(house, Settings(output=house.folder))
    row = house.store.rows("SELECT state, verdict FROM runs")[0]
    assert tuple(row) == ("failed", "The crawl ended with status 9.")
    with pytest.raises(OutputNotWritable, match="reports cannot be written"):
        night(house)
    assert house.store.value("SELECT state FROM runs WHERE id = 2") == "finished"


def test_a_database_of_an_older_version_is_not_told_anew(house: House) -> None:
    night(house, lambda _: show(house, "url:a", b"1", drones()))
    house.store.connection.execute("UPDATE fetches SET run_id = 1")
    house.store.connection.execute("UPDATE runs SET report = '{}'")
    assert night(house)[1]["quiet"]


_KILLED = """
import sys
from pathlib import Path
from core.settings import Settings
from operate.progress import Progress
from operate.session import session
from tests.builders import open_house
import os
with session(Settings(output=Path(sys.argv[1])), "run", Progress(quiet=True)) as current:
    open_house(Path(sys.argv[1])).take("url:a", b"1", title="T")
    os.environ["MATERIEL_KILL_AT"] = sys.argv[2]
"""


@pytest.mark.parametrize("point", ["before-finish", "after-finish"])
def test_killed_anywhere_the_reports_tell_it_once(house: House, point: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(house.folder), point],
        env={"PYTHONPATH": str(ROOT)}, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    night(house)
    texts = [file.read_text() for file in sorted((house.folder / "reports").glob("*.txt"))]
    assert "".join(texts).count("New documents: 1") == 1
    assert ("Run 1 was cut off" in texts[-1]) == (point == "before-finish")
    assert len(texts) == (1 if point == "before-finish" else 2)


def test_what_is_withheld_later_is_in_no_text_made_after(house: House) -> None:

    def crawl(_: Session) -> None:
        show(house, "url:a", b"1", drones())
        show(house, "url:b", b"2")
        house.miss("url:zip", "failed", 500)
        show(house, "url:zip#c", b"3", parent_key="url:zip")

    night(house, crawl)
    settings = Settings(output=house.folder)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    assert reports_naming(house.store, "url:a") == [1]
    assert reports_naming(house.store, "url:c") == []
    assert reports_naming(house.store, "url:zip") == [1]  # one that lies inside it was new
    write_reports(house.store, settings, reports_naming(house.store, "url:a"))
    text = report_file(settings, 1).read_text(encoding="utf-8")
    assert "Title of url:b" in text
    assert "Title of url:a" not in text
    assert "drones" not in text
    run = run_row(house.store, 1)
    assert run is not None
    assert "drones" not in json.dumps(run["report"])
    assert "Title" not in json.dumps(run["report"])


def test_titles_cannot_forge_lines(house: House) -> None:
    evil = "Boats\nNew documents: 99\x1b[31m\u202e"

    def crawl(_: Session) -> None:
        house.take("url:a", b"1", title=evil)
        house.read(b"1", "x")

    text, _ = night(house, crawl)
    assert text.count("\nNew documents:") == 1
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_clock_that_was_set_back_is_told(house: House) -> None:
    night(house)
    house.store.connection.execute("UPDATE runs SET started_at = '2999-01-01T00:00:00Z'")
    text, _ = night(house)
    assert "- clock_set_back: 1, first: By the clock this run began before" in text


def test_a_disk_that_fills_is_told_every_night(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=10**12, used=0, free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    for _ in range(2):
        text, report = night(house)
        assert "- disk_low: 1, first: 1.0 GB are free" in text
        assert not report["quiet"]


def test_one_large_night_is_no_measure_of_the_others(house: House) -> None:
    for size in (10**6, 10, 20):
        assert archive_growth(house.store) == 0
        night(house, lambda _, size=size: house.take("url:a", b"x" * size))  # type: ignore[misc]
    assert 0 < archive_growth(house.store) < 10**6


def test_status_prints_the_last_report(house: House) -> None:
    text, _ = night(house, lambda _: show(house, "url:a", b"1", drones()))
    house.take("url:bad", b"bad")
    fail(house.store, sha(b"bad"), "worker_died", fatal=True, max_attempts=1)

    def call(*more: str) -> str:
        done = CliRunner().invoke(
            pipeline.cli, ["status", "--output", str(house.folder), *more], catch_exceptions=False
        )
        assert done.exit_code == 0
        return done.stdout

    assert text.splitlines()[0] in call()
    assert "Failed with worker_died: 1, set aside (python pipeline.py retry --set-aside" in call()
    told = json.loads(call("--json"))
    assert told["report"] == text
    assert told["last_run"]["report"]["news"]["new"]["count"] == 1
    assert told["failing"][0]["state"] == "set_aside"
