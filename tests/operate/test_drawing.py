"""Pages drawn ahead: those that waiting entries rest on, once, within bounds, failing nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.archive import Archive
from core.settings import Settings
from operate.commands import run_process
from operate.drawing import draw_ahead
from operate.images import image_path
from operate.progress import Progress
from tests.builders import House, evidence, open_house, proposal, sha, tagging
from tests.extract.files import text_pdf

QUIET = Progress(quiet=True)
TEXT = "Delivery of drones to the police of Malta."
PDF = text_pdf([TEXT], ["Nothing"], ["The police of Malta"])


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = open_house(tmp_path)
    made.take("url:a", PDF)
    far = evidence("The police of Malta", "police of Malta", page=3)
    entry = proposal(TEXT, "drones", recipient=far)
    made.read(PDF, TEXT, "Nothing", "The police of Malta", tagged=tagging(entry))
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(output=tmp_path, workers=1)


def drawn(settings: Settings, data: bytes = PDF) -> list[int]:
    return [page for page in range(1, 9) if image_path(settings, sha(data), page).is_file()]


def test_the_pages_that_entries_rest_on_are_drawn_once(house: House, settings: Settings) -> None:
    done = draw_ahead(house.store, settings, QUIET)
    assert (done.pages, done.failed, drawn(settings)) == (2, 0, [1, 3])
    assert done.size == sum(path.stat().st_size for path in settings.images.rglob("*.png"))
    image_path(settings, sha(PDF), 1).unlink()
    assert draw_ahead(house.store, settings, QUIET).pages == 1
    assert draw_ahead(house.store, settings, QUIET).pages == 0


def test_decided_hidden_and_late_ones_are_not_drawn(house: House, settings: Settings) -> None:
    assert draw_ahead(house.store, settings, QUIET, seconds=-1).pages == 0
    assert draw_ahead(house.store, settings, QUIET, most=0).pages == 0
    connection = house.store.connection
    for sql, back in (
        ("UPDATE entries SET state = 'rejected'", "UPDATE entries SET state = 'pending'"),
        ("UPDATE documents SET withheld = 1", "UPDATE documents SET withheld = 0"),
        ("UPDATE readings SET kind = 'html'", "UPDATE readings SET kind = 'pdf'"),
    ):
        connection.execute(sql)
        assert draw_ahead(house.store, settings, QUIET).pages == 0
        connection.execute(back)
    assert draw_ahead(house.store, settings, QUIET).pages == 2


def test_a_page_that_cannot_be_drawn_spoils_no_other_and_is_tried_once(
    house: House, settings: Settings
) -> None:
    short = text_pdf([TEXT])
    house.take("url:b", short)
    far = evidence(TEXT, "police of Malta", page=7)
    house.read(short, TEXT, tagged=tagging(proposal(TEXT, "drones", recipient=far)))
    done = draw_ahead(house.store, settings, QUIET)
    assert (done.pages, done.failed) == (3, 1)
    assert drawn(settings, short) == [1]
    assert draw_ahead(house.store, settings, QUIET).failed == 0


def test_a_missing_file_and_a_folder_that_cannot_be_written_fail_nobody(
    house: House, settings: Settings
) -> None:
    settings.images.write_bytes(b"in the way")
    assert draw_ahead(house.store, settings, QUIET).pages == 0
    settings.images.unlink()
    Archive(settings.archive).path(sha(PDF)).unlink()
    assert draw_ahead(house.store, settings, QUIET).failed == 2


def test_a_run_draws_what_waits(house: House, settings: Settings) -> None:
    with house.store.transaction() as connection:
        connection.execute("UPDATE work SET state = 'done'")
    house.store.close()
    report = run_process(replace(settings, workers=1), again=False, quiet=True)
    assert report["status"] == 0
    assert report["drawn"]["failed"] == 0
    assert report["drawn"]["pages"] == len(drawn(settings)) > 0
