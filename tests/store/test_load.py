"""Journal lines become rows once, whatever comes twice, late or torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.archive import Journal
from core.errors import StoreError
from core.records import Fetched, Issue, SourceRun
from store.check import dump, faults
from store.database import Store
from store.load import load_journal, upsert_sources
from store.runs import finish_run, now, run_issues, start_run, totals
from tests.builders import DAY, STAGES, House, fetched, open_house, sha, source


def test_cards_are_written_and_renewed(house: House) -> None:
    upsert_sources(house.store, [source(title="New title", show_full_text=False), source("other")])
    rows = [tuple(r) for r in house.store.rows("SELECT id, title, show_full_text FROM sources")]
    assert sorted(rows) == [("ministry", "New title", 0), ("other", "The other", 1)]


def test_a_first_fetch_makes_document_version_content_and_work(house: House) -> None:
    headers = {"etag": '"1"', "last-modified": "yesterday", "content-type": "application/pdf"}
    house.take("url:a", b"body", title="A", headers=headers)
    assert house.outcomes("url:a") == ["new"]
    document = house.document("url:a")
    assert (document["title"], document["source"], document["gone"]) == ("A", "ministry", 0)
    version = dict(house.store.rows("SELECT * FROM versions")[0])
    assert (version["id"], version["number"]) == (document["version_id"], 1)
    assert (version["change"], version["first_seen"]) == ("first", DAY.format(1))
    content = tuple(house.store.rows("SELECT * FROM contents")[0])
    assert content == (sha(b"body"), "application/pdf", 4, f"{sha(b'body')[:2]}/{sha(b'body')}")
    work = house.store.rows("SELECT stage, stage_version, state FROM work ORDER BY stage")
    assert [tuple(row) for row in work] == [("read", "1", "pending"), ("tag", "1", "pending")]
    fetch = dict(house.store.rows("SELECT * FROM fetches")[0])
    assert (fetch["etag"], fetch["last_modified"], fetch["status"]) == ('"1"', "yesterday", 200)


def test_what_the_fetches_of_a_life_mean(house: House) -> None:
    key = "url:a"
    house.take(key, b"one", fetched_at=DAY.format(1))
    house.take(key, b"one", fetched_at=DAY.format(2))
    house.miss(key, "not_modified", 304, fetched_at=DAY.format(3))
    house.take(key, b"two", fetched_at=DAY.format(4))
    house.miss(key, "gone", 404, fetched_at=DAY.format(5))
    assert house.document(key)["gone"] == 1
    house.miss(key, "failed", 0)
    house.miss(key, "refused", 403)
    assert house.document(key)["gone"] == 1  # neither says that it is back
    house.take(key, b"two", fetched_at=DAY.format(6))
    assert house.document(key)["gone"] == 0
    house.take(key, b"one", fetched_at=DAY.format(7))
    assert house.outcomes(key) == [
        "new", "unchanged", "not_modified", "changed", "gone", "failed", "refused", "returned",
        "returned",
    ]  # fmt: skip
    versions = house.store.rows("SELECT number, sha256, first_seen, last_seen FROM versions")
    assert [tuple(row) for row in versions] == [
        (1, sha(b"one"), DAY.format(1), DAY.format(3)),
        (2, sha(b"two"), DAY.format(4), DAY.format(6)),
        (3, sha(b"one"), DAY.format(7), DAY.format(7)),
    ]
    assert house.store.value("SELECT count(*) FROM contents") == 2


def test_a_gone_document_that_is_not_modified_is_back(house: House) -> None:
    house.take("url:a")
    house.miss("url:a", "gone", 410)
    house.miss("url:a", "not_modified", 304)
    assert house.document("url:a")["gone"] == 0
    assert house.store.value("SELECT count(*) FROM versions") == 1


def test_a_document_that_was_never_there(house: House) -> None:
    house.miss("url:a", "gone", 404)
    house.miss("url:b", "failed", 0)
    assert (house.outcomes("url:a"), house.document("url:a")["gone"]) == (["gone"], 1)
    assert house.document("url:b")["version_id"] is None
    assert faults(house.store, house.archive) == []


def test_a_file_taken_in_by_hand_says_nothing_of_its_time(house: House) -> None:
    house.take("ted:1-2025", b"one")
    house.take("ted:1-2025", b"two")
    house.miss("ted:1-2025", "gone", 404)
    house.take("ted:1-2025", b"one", status=0)
    assert house.outcomes("ted:1-2025")[-1] == "unchanged"
    row = house.document("ted:1-2025")
    assert row["gone"] == 1
    assert house.store.value("SELECT number FROM versions WHERE id = ?", (row["version_id"],)) == 2


def test_what_was_known_of_a_document_stays_until_something_better_comes(house: House) -> None:
    landing = "https://ministry.example/list"
    house.take("url:a", title="Old", published="2025-01-01", language="fr", landing_url=landing)
    house.take("url:a", title="New", reference="C(2025)5935", kind="decision")
    row = house.document("url:a")
    kept = ("title", "published", "language", "landing_url", "reference", "kind")
    assert [row[name] for name in kept] == [
        "New", "2025-01-01", "fr", landing, "C(2025)5935", "decision",
    ]  # fmt: skip


def test_two_documents_may_have_the_same_bytes(house: House) -> None:
    house.take("url:a", b"same")
    house.take("url:b", b"same")
    assert house.store.value("SELECT count(*) FROM contents") == 1
    assert house.store.value("SELECT count(*) FROM work") == len(STAGES)
    assert house.store.value("SELECT count(*) FROM versions") == 2


def test_members_of_an_archive_know_their_parent(house: House) -> None:
    house.take("url:zip", b"PK", media_type="application/zip")
    house.take("url:zip#a.pdf", b"a", parent_key="url:zip", status=0)
    house.take("url:zip#b.zip", b"b", parent_key="url:zip", status=0)
    house.take("url:zip#b.zip#c", b"c", parent_key="url:zip#b.zip", status=0)
    house.take("url:lost#d", b"d", parent_key="url:lost", status=0)
    house.take("url:self", b"e", parent_key="url:self")
    sql = (
        "SELECT d.key, p.key AS parent FROM documents d LEFT JOIN documents p ON p.id = d.parent_id"
    )
    assert {row["key"]: row["parent"] for row in house.store.rows(sql)} == {
        "url:zip": None,
        "url:zip#a.pdf": "url:zip",
        "url:zip#b.zip": "url:zip",
        "url:zip#b.zip#c": "url:zip#b.zip",
        "url:lost#d": None,
        "url:self": None,
    }


def test_a_journal_is_taken_in_once(house: House) -> None:
    house.put(b"body")
    path = house.journal(*(fetched(f"url:{n}") for n in range(120)))
    assert house.load(path) == 120
    before = list(dump(house.store))
    assert house.load(path) == 0
    assert list(dump(house.store)) == before
    assert house.store.value("SELECT count(*) FROM fetches") == 120
    with Journal(path) as journal:
        journal.append(fetched("url:120"))
    assert house.load(path) == 1


def test_a_load_that_breaks_in_the_middle_goes_on_where_it_was(house: House) -> None:
    house.put(b"body")
    lines = [fetched(f"url:{n}", b"lost" if n == 70 else b"body") for n in range(130)]
    path = house.journal(*lines)
    whole = path.read_bytes()
    with pytest.raises(StoreError, match="is missing"):
        house.load(path)
    assert house.store.value("SELECT count(*) FROM documents") == 50  # whole batches only
    house.put(b"lost")
    first = b"".join(whole.splitlines(keepends=True)[:70])
    path.write_bytes(whole[: len(first) + 9])  # a torn line
    assert house.load(path) == 20
    path.write_bytes(whole)
    assert house.load(path) == 60
    assert house.store.value("SELECT count(*) FROM fetches") == 130


BAD_LINES = [b"no record\n", b"\xff\xfe\x00\n", b"\n", b'{"type":"Fetched"}\n', b"[" * 5000 + b"\n"]


@pytest.mark.parametrize("bad", BAD_LINES)
@pytest.mark.parametrize("place", [0, 50, 60])
def test_a_line_that_is_no_record_is_passed_over_and_named(
    house: House, bad: bytes, place: int
) -> None:
    house.put(b"body")
    path = house.journal(*(fetched(f"url:{n}") for n in range(60)))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:place], bad, bad, *lines[place:]]))
    run_id = start_run(house.store, "run")
    assert house.load(path, run_id) == 60
    assert house.store.value("SELECT count(*) FROM fetches") == 60
    (issue,) = house.store.rows("SELECT * FROM issues")
    assert (issue["code"], issue["level"], issue["run_id"]) == (
        "journal_line_unreadable", "error", run_id,
    )  # fmt: skip
    assert f"{path}, line {place + 1} to {place + 2}: no journal line" in issue["detail"]
    assert house.load(path) == 0
    assert house.store.value("SELECT count(*) FROM issues") == 1


def test_lines_apart_that_are_no_records_are_named_apart(house: House) -> None:
    house.put(b"body")
    path = house.journal(*(fetched(f"url:{n}") for n in range(3)))
    one, two, three = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([b"x\n", one, b"x\n", two, three]) + b"torn")
    assert house.load(path) == 3
    details = [row["detail"] for row in house.store.rows("SELECT detail FROM issues ORDER BY id")]
    assert [detail.split(":")[0] for detail in details] == [f"{path}, line 1", f"{path}, line 3"]


def test_a_body_that_is_not_there_stops_the_load_and_loses_nothing(house: House) -> None:
    path = house.journal(fetched("url:a", b"lost"))
    with pytest.raises(StoreError, match="is missing though a journal names it"):
        house.load(path)
    house.put(b"lost")
    assert house.load(path) == 1


def test_a_source_without_a_card_is_taken_in_and_not_shown(house: House) -> None:
    house.take("url:a", source="retired")
    row = dict(house.store.rows("SELECT * FROM sources WHERE id = 'retired'")[0])
    assert (row["licence"], row["show_full_text"]) == ("unknown", 0)
    upsert_sources(house.store, [source("retired")])
    row = dict(house.store.rows("SELECT * FROM sources WHERE id = 'retired'")[0])
    assert (row["licence"], row["show_full_text"]) == ("CC BY 4.0", 1)


def test_issues_and_source_runs(house: House) -> None:
    run_id = start_run(house.store, "run")
    issue = Issue(
        code="slow", room="crawlers", source="ministry", url="https://x", page=3, detail="9 s"
    )
    done = SourceRun(
        source="ministry", state="ok", listed=5, confirmed=4, fetched=3, minimum=1, maximum=9
    )
    path = house.journal(issue, done)
    assert house.load(path, run_id) == 2
    row = dict(house.store.rows("SELECT * FROM issues")[0])
    assert (row["run_id"], row["level"], row["code"], row["page"]) == (run_id, "warning", "slow", 3)
    assert tuple(house.store.rows("SELECT * FROM source_runs")[0]) == (
        run_id, "ministry", "ok", 5, 4, 3, 1, 9, "", "full", "[]",
    )  # fmt: skip
    assert house.store.value("SELECT run_id FROM journals") == run_id


def test_a_source_run_outside_a_run_has_no_row(house: House) -> None:
    done = SourceRun(
        source="gone", state="empty", listed=0, confirmed=0, fetched=0, minimum=1, maximum=9
    )
    assert house.load(house.journal(done, fetched("url:a", None, outcome="gone"))) == 2
    assert house.store.rows("SELECT * FROM source_runs") == []
    assert house.outcomes("url:a") == ["gone"]


def test_the_archive_and_the_journals_bring_a_database_back(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    house.take("url:a", b"one", title="A")
    house.take("url:a", b"two")
    house.take("url:b", b"one", parent_key="url:a")
    before = list(dump(house.store))
    house.store.close()
    house.store.path.unlink()
    with Store.open(tmp_path / "materiel.db") as again:
        upsert_sources(again, [source()])
        for path in sorted((tmp_path / "journal").iterdir()):
            load_journal(again, path, run_id=None, archive=house.archive, stages=STAGES)
        assert list(dump(again)) == before


def test_the_ledger_of_runs(house: House) -> None:
    first = start_run(house.store, "run")
    second = start_run(house.store, "add")
    rows = {r["id"]: dict(r) for r in house.store.rows("SELECT * FROM runs")}
    assert rows[first]["state"] == "interrupted"
    assert rows[first]["finished_at"] is not None
    assert (rows[second]["state"], rows[second]["command"]) == ("running", "add")
    finish_run(house.store, second, state="finished", verdict="All well.", report={"a": [1]})
    row = dict(house.store.rows("SELECT * FROM runs WHERE id = ?", (second,))[0])
    assert (row["state"], row["verdict"], row["report"]) == ("finished", "All well.", '{"a":[1]}')
    assert now().endswith("Z")
    assert len(now()) == len("2025-03-01T04:00:00Z")


def test_totals(house: House) -> None:
    house.take("url:a", b"one")
    house.take("url:b", b"one")
    house.read(b"one", "p1", "p2")
    assert totals(house.store) == {
        "documents": 2, "versions": 2, "contents": 1, "pages": 2, "mentions": 0, "entries": 0,
        "fetches": 2,
    }  # fmt: skip


def test_fetches_of_one_line_each(house: House) -> None:
    """A journal with every kind of line loads in the order in which it was written."""
    house.put(b"x")
    lines: list[Fetched | Issue] = [
        fetched("url:a", b"x"),
        Issue(code="slow", room="crawlers"),
        fetched("url:a", None, outcome="gone", status=404),
    ]
    assert house.load(house.journal(*lines)) == 3
    assert house.outcomes("url:a") == ["new", "gone"]


def test_a_run_tells_what_it_warned_of(house: House) -> None:
    run_id = start_run(house.store, "crawl")
    for level, code, detail in (
        ("warning", "not_found", "first"),
        ("warning", "not_found", "second"),
        ("info", "quiet", "nobody need know"),
    ):
        house.store.connection.execute(
            "INSERT INTO issues (run_id, level, code, room, detail)"
            " VALUES (?, ?, ?, 'crawlers', ?)",
            (run_id, level, code, detail),
        )
    assert run_issues(house.store, run_id) == [
        {"code": "not_found", "count": 2, "source": None, "detail": "first"}
    ]
    assert run_issues(house.store, run_id + 1) == []


def test_a_file_taken_in_by_hand_gets_its_address_when_the_site_is_found(house: House) -> None:
    by_hand = {"url": "file:///a.pdf", "final_url": "file:///a.pdf", "status": 0}
    house.take("europa:a", b"body", **by_hand)
    house.take("europa:a", b"body")
    site = house.document("europa:a")["url"]
    assert not site.startswith("file:")
    house.take("europa:a", b"body", **by_hand)
    assert house.document("europa:a")["url"] == site
