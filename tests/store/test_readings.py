"""Readings: complete or invisible, with all that a document holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import (
    Award,
    Cell,
    Issue,
    Lot,
    Mention,
    Notice,
    Page,
    Party,
    Stated,
    Table,
    Value,
    Word,
)
from store.readings import drop_incomplete, save_reading
from store.words import line_boxes, pack_words, unpack_words
from tests.builders import House, document, page, sha, tagging

DATA = b"body"


def value(number: str, kind: str = "award") -> Value:
    """Return a stated sum in euro."""
    return Value(amount=number, currency="EUR", kind=kind, at=Stated(text=number))  # type: ignore[arg-type]


NOTICE = Notice(
    format="eforms",
    number="1-2025",
    type="can-standard",
    buyers=(Party(name=Stated(text="Ministry"), country="XK"), Party(name=Stated(text="Agency"))),
    title=Stated(text="Boats"),
    description=Stated(text="Patrol boats"),
    reference="REF/1",
    country="XK",
    published="2025-01-02",
    procedure="open",
    cpv=("34520000", "34521000"),
    values=(value("100.50", "estimate"),),
    lots=(
        Lot(number="1", title=Stated(text="Lot one"), cpv=("34521000", "35000000")),
        Lot(number="2", values=(value("7", "estimate"),)),
    ),
    awards=(
        Award(
            number="A1",
            lots=("1",),
            title=Stated(text="Award"),
            winners=(Party(name=Stated(text="Yard"), country="IT"), Party(name=Stated(text="B"))),
            values=(value("90", "ceiling"), value("80.10")),
            concluded="2025-01-01",
        ),
        Award(number="A2", lots=("2",)),
    ),
    earlier=("9-2024",),
    links=("https://x.example/",),
)


def test_everything_of_a_document_is_kept(house: House) -> None:
    house.take("url:a", DATA)
    table = Table(
        page=1, number=1, rows=((Cell("drone", 0, 5), Cell("5")),), header=("What", "Cost"),
        box=(1.0, 2.0, 3.0, 4.0), currency="EUR", multiplier=1000,
    )  # fmt: skip
    mentions = [
        Mention(page=1, start=0, end=5, label="EQUIPMENT", raw="drone", value={"type": "uav"}),
        Mention(page=1, start=6, end=7, label="QUANTITY", raw="5", maker="rule:count", score=0.5),
    ]
    made = document(
        DATA, "drone 5", tables=(table, Table(page=1, number=2, rows=())), notice=NOTICE,
        stated={"buyer": Stated(text="Ministry", path="/a/b")},
        issues=(Issue(code="odd_font", room="extract", sha256=sha(DATA), page=1),),
    )  # fmt: skip
    save_reading(house.store, made, tagging(mentions=mentions, tagger="7"))
    reading = dict(house.store.rows("SELECT * FROM readings")[0])
    kept = ("extractor", "tagger", "page_count", "current", "language")
    assert [reading[name] for name in kept] == ["1", "7", 1, 1, "en"]
    tables = house.store.rows("SELECT box, unit, header, rows FROM tables ORDER BY number")
    assert [tuple(row) for row in tables] == [
        ("[1.0,2.0,3.0,4.0]", "EUR x 1000", '["What","Cost"]', '[[["drone",0,5],["5",-1,-1]]]'),
        ("null", None, "[]", "[]"),
    ]
    rows = house.store.rows('SELECT start, "end", label, raw, value, maker, score FROM mentions')
    assert [tuple(row) for row in rows] == [
        (0, 5, "EQUIPMENT", "drone", '{"type":"uav"}', "stated", 1.0),
        (6, 7, "QUANTITY", "5", None, "rule:count", 0.5),
    ]
    assert house.store.value("SELECT code FROM issues") == "odd_font"
    assert {row["state"] for row in house.store.rows("SELECT state FROM work")} == {"done"}


def test_parts_of_a_table_over_pages_can_be_joined(house: House) -> None:
    house.take("url:a", DATA)
    rows = ((Cell("drone", 0, 5), Cell("5", 6, 7)),)
    tables = (
        Table(page=1, number=1, rows=rows),
        Table(page=1, number=2, rows=rows, header_rows=1),
        Table(page=2, number=1, rows=rows, header_rows=1, continues=True),
        Table(page=2, number=2, rows=rows),
    )
    save_reading(house.store, document(DATA, "drone 5", "drone 5", tables=tables), tagging())
    kept = house.store.rows("SELECT page, number, header_rows, whole FROM tables ORDER BY id")
    assert [tuple(row) for row in kept] == [(1, 1, 0, 1), (1, 2, 1, 2), (2, 1, 1, 2), (2, 2, 0, 3)]


def test_a_notice_is_laid_out_in_its_tables(house: House) -> None:
    house.take("ted:1-2025", DATA)
    save_reading(house.store, document(DATA, "x", notice=NOTICE), tagging())
    row = dict(house.store.rows("SELECT * FROM notices")[0])
    kept = ("number", "buyer", "country", "title", "reference", "procedure", "deadline")
    assert [row[name] for name in kept] == [
        "1-2025", "Ministry", "XK", "Boats", "REF/1", "open", None,
    ]  # fmt: skip
    codes = [row["cpv"] for row in house.store.rows("SELECT cpv FROM notice_cpv ORDER BY cpv")]
    assert codes == ["34520000", "34521000", "35000000"]
    awards = house.store.rows("SELECT number, winner, winner_country, value, kind FROM awards")
    assert [tuple(row) for row in awards] == [
        ("A1", "Yard", "IT", "80.10", "award"),
        ("A2", None, None, None, None),
    ]
    lots = house.store.rows("SELECT number, title, values_stated FROM lots ORDER BY position")
    assert [tuple(row) for row in lots] == [
        ("1", "Lot one", "[]"),
        ("2", None, '[{"amount":"7","currency":"EUR","kind":"estimate"}]'),
    ]


def test_a_notice_without_buyer_or_title(house: House) -> None:
    house.take("ted:2-2025", DATA)
    bare = Notice(format="ted", number=None, type="F02", buyers=(), title=None)
    save_reading(house.store, document(DATA, "x", notice=bare), tagging())
    row = dict(house.store.rows("SELECT * FROM notices")[0])
    assert [row[name] for name in ("buyer", "title", "buyers")] == [None, None, "[]"]


def test_a_new_reading_replaces_the_old_one(house: House) -> None:
    house.take("url:a", DATA)
    old = document(DATA, "one", "two", notice=NOTICE, tables=(Table(page=1, number=1, rows=()),))
    mention = Mention(page=1, start=0, end=3, label="FUND", raw="one")
    save_reading(house.store, old, tagging(mentions=[mention]))
    house.read(DATA, "three", extractor="2")
    counts = {
        table: house.store.value(f"SELECT count(*) FROM {table}")
        for table in ("readings", "pages", "tables", "notices", "lots", "awards", "mentions")
    }
    assert counts == {
        "readings": 1, "pages": 1, "tables": 0, "notices": 0, "lots": 0, "awards": 0, "mentions": 0,
    }  # fmt: skip
    assert house.store.value("SELECT extractor FROM readings WHERE current = 1") == "2"
    found = "SELECT count(*) FROM pages_fts WHERE pages_fts MATCH ?"
    assert [house.store.value(found, (word,)) for word in ("one", "three")] == [0, 1]
    house.store.connection.execute("INSERT INTO pages_fts(pages_fts) VALUES ('integrity-check')")


def test_issues_of_an_old_reading_go_with_it(house: House) -> None:
    house.take("url:a", DATA)
    issue = Issue(code="odd_font", room="extract", sha256=sha(DATA))
    other = Issue(code="odd_font", room="extract", sha256=sha(b"other"))
    save_reading(house.store, document(DATA, "x", issues=(issue, other)), tagging())
    house.read(DATA, "x")
    assert [row["sha256"] for row in house.store.rows("SELECT sha256 FROM issues")] == [
        sha(b"other")
    ]


def half_written(house: House, data: bytes) -> None:
    """Leave a reading as a killed process would."""
    with house.store.transaction() as connection:
        connection.execute(
            "INSERT INTO readings (sha256, extractor, tagger, kind, stated, page_count, current,"
            " proposals) VALUES (?, 'half', '1', 'pdf', '{}', 9, 0, x'')",
            (sha(data),),
        )
        connection.execute(
            "INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area,"
            " words) SELECT id, 1, 'half', 'text', 1, 1, 0, x'' FROM readings WHERE current = 0"
            " AND sha256 = ?",
            (sha(data),),
        )


def test_a_half_written_reading_goes_with_the_next_one(house: House) -> None:
    house.take("url:a", DATA)
    house.take("url:b", b"other")
    half_written(house, DATA)
    half_written(house, b"other")
    house.read(DATA, "whole")
    rows = house.store.rows("SELECT sha256, extractor FROM readings ORDER BY extractor")
    assert [tuple(row) for row in rows] == [(sha(DATA), "1"), (sha(b"other"), "half")]
    drop_incomplete(house.store, sha(DATA))
    assert house.store.value("SELECT count(*) FROM readings") == 2
    drop_incomplete(house.store)
    assert house.store.value("SELECT count(*) FROM readings") == 1
    assert house.store.value("SELECT count(*) FROM pages") == 1


@given(
    st.lists(
        st.tuples(
            st.integers(0, 999), st.integers(0, 999), *[st.integers(-9999, 99999)] * 4
        )
    )
)  # fmt: skip
def test_words_come_back_to_a_tenth_of_a_point(raw: list[tuple[int, ...]]) -> None:
    words = tuple(Word(start, end, *(s / 10 for s in sides)) for start, end, *sides in raw)
    back = unpack_words(pack_words(Page(number=1, text="", method="text", words=words)))
    assert back == [(w.start, w.end, w.x0, w.top, w.x1, w.bottom) for w in words]


def test_boxes_are_rounded_to_tenths() -> None:
    word = Word(0, 1, 1.04, 2.06, 3.0, 4.999)
    packed = pack_words(Page(number=1, text="x", method="text", words=(word,)))
    assert unpack_words(packed) == [(0, 1, 1.0, 2.1, 3.0, 5.0)]


@pytest.mark.parametrize(
    ("quote", "boxes"),
    [
        ("two", [(80.0, 40.0, 98.0, 50.0)]),
        ("one two three", [(50.0 + 6, 40.0, 134.0, 50.0)]),
        ("three\nfour", [(104.0, 40.0, 134.0, 50.0), (50.0, 52.0, 74.0, 62.0)]),
        ("hree\nfo", [(104.0, 40.0, 134.0, 50.0), (50.0, 52.0, 74.0, 62.0)]),
        (" ", []),
    ],
)
def test_line_boxes(quote: str, boxes: list[tuple[float, ...]]) -> None:
    text = " one two three\nfour five"
    words = unpack_words(pack_words(page(text)))
    start = text.index(quote)
    assert line_boxes(words, start, start + len(quote)) == boxes


def test_words_of_two_columns_on_one_height_stay_apart_when_they_run_back() -> None:
    words = [(0, 3, 300.0, 40.0, 330.0, 50.0), (4, 7, 50.0, 40.0, 80.0, 50.0)]
    assert line_boxes(words, 0, 7) == [(300.0, 40.0, 330.0, 50.0), (50.0, 40.0, 80.0, 50.0)]
