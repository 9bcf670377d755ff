"""Records survive the way through JSON, and refuse what cannot be true."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import records
from core.errors import MaterielError, RecordError
from core.records import (
    ENTRY_FIELDS,
    LABELS,
    Caveat,
    Decision,
    Document,
    Evidence,
    Expectation,
    Fetched,
    Issue,
    Mention,
    Notice,
    Pace,
    Page,
    Proposal,
    Reading,
    Record,
    Source,
    SourceRun,
    Tagging,
)
from tests.builders import fetched, proposal, sha, source

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FLOAT = st.floats(-1e6, 1e6, allow_nan=False)
# not st.binary(): with texts beside it, Hypothesis compares the two, which `python -bb` forbids
BYTES = st.lists(st.integers(0, 255), max_size=9).map(bytes)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=3,
)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, FLOAT)

MENTION = st.builds(
    lambda start, length, **more: Mention(start=start, end=start + length, **more),
    st.integers(0, 99),
    st.integers(1, 99),
    page=st.integers(1, 9),
    label=st.sampled_from(LABELS),
    raw=TEXT,
    value=st.none() | st.dictionaries(TEXT, JSON, max_size=2),
    maker=TEXT,
    score=st.floats(0, 1),
)
EVIDENCE = st.builds(
    Evidence,
    page=st.integers(1, 9),
    start=st.integers(-1, 99),
    end=st.integers(-1, 99),
    raw=TEXT,
    value=JSON,
    alternatives=st.lists(JSON, max_size=2).map(tuple),
    maker=TEXT,
    score=st.floats(0, 1),
)
PROPOSAL = st.builds(
    Proposal,
    anchor=TEXT,
    ordinal=st.integers(1, 9),
    page=st.integers(1, 9),
    quote=TEXT,
    **{name: st.none() | EVIDENCE for name in ENTRY_FIELDS},
    score=st.floats(0, 1),
)
PAGE = st.builds(
    Page,
    number=st.integers(1, 9),
    text=TEXT,
    method=st.sampled_from(["text", "ocr", "rendered", "none"]),
    words=st.lists(st.builds(records.Word), max_size=2).map(tuple),
)
DOCUMENT = st.builds(
    Document,
    sha256=TEXT,
    media_type=TEXT,
    kind=TEXT,
    extractor=TEXT,
    pages=st.lists(PAGE, max_size=2).map(tuple),
    tables=st.lists(st.builds(records.Table), max_size=1).map(tuple),
    headings=st.lists(st.builds(records.Heading), max_size=1).map(tuple),
    stated=st.dictionaries(TEXT, st.builds(records.Stated), max_size=1),
    notice=st.none(),
    issues=st.just(()),
)
FETCHED = st.builds(
    Fetched,
    document_key=TEXT.map(lambda t: f"url:{t}"),
    sha256=BYTES.map(sha),
    outcome=st.just("fetched"),
    headers=st.dictionaries(TEXT, TEXT, max_size=2),
)
RECORDS: list[st.SearchStrategy[Record]] = [
    FETCHED,
    MENTION,
    EVIDENCE,
    PROPOSAL,
    PAGE,
    DOCUMENT,
    st.builds(Issue),
    st.builds(SourceRun),
    st.builds(Notice, lots=st.just(()), awards=st.just(())),
    st.builds(records.Lot),
    st.builds(records.Award),
    st.builds(Tagging, mentions=st.lists(MENTION, max_size=2).map(tuple),
              proposals=st.lists(PROPOSAL, max_size=1).map(tuple), issues=st.just(())),
    st.builds(Decision, fields=st.dictionaries(TEXT, JSON, max_size=2),
              proposal=st.none() | PROPOSAL),
    st.builds(records.Member, data=BYTES),
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.one_of(RECORDS))
def test_json_and_back_is_the_same_record(record: Record) -> None:
    line = record.to_json()
    assert b"\n" not in line
    again = type(record).from_json(line)
    assert again == record
    assert type(record).from_json(line.decode()) == record
    assert again.to_json() == line


def test_a_reading_with_members_round_trips() -> None:
    made = Reading(
        document=Document(
            sha256="ab" * 32, media_type="application/zip", kind="zip", extractor="1"
        ),
        members=(records.Member(name="a.pdf", data=b"\x00\xff"),),
    )
    assert Reading.from_json(made.to_json()) == made


def test_a_source_card_round_trips_with_its_defaults() -> None:
    card = source(caveats=(Caveat(says="slow", sure="reported"),), options={"list": ["a"]})
    assert Source.from_json(card.to_json()) == card
    assert (card.pace, card.expect) == (Pace(), Expectation())


@pytest.mark.parametrize("bad", ["", "{}", "[]", "null", '{"page": "one"}', "\x00", '{"page":'])
@pytest.mark.parametrize("kind", [Fetched, Page, Mention, Proposal, Decision, Document])
def test_what_is_no_record_is_refused(kind: type[Record], bad: str) -> None:
    with pytest.raises(RecordError, match=f"no {kind.__name__} record"):
        kind.from_json(bad)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: fetched("url:a", sha256="AB" * 32), "not 64 hex digits"),
        (lambda: fetched("url:a", None), "not 64 hex digits"),
        (lambda: fetched("url:a", sha256="ab" * 32 + "\n"), "not 64 hex digits"),
        (lambda: fetched("url:a", sha256="ab", outcome="gone"), "not 64 hex digits"),
        (lambda: fetched("nothing"), "no document key"),
        (lambda: source("Ted"), "no source id"),
        (lambda: source("1ted"), "no source id"),
        (lambda: source(pace=Pace(delay=-1)), "delay is negative"),
        (lambda: source(expect=Expectation(minimum=5, maximum=4)), "above the maximum"),
        (lambda: source(expect=Expectation(minimum=-1)), "above the maximum"),
        (lambda: Page(number=0, text="", method="none"), "count from 1"),
        (lambda: mention(start=3, end=3), "spans 3 to 3"),
        (lambda: mention(start=-1, end=3), "spans -1 to 3"),
        (lambda: mention(start=4, end=3), "spans 4 to 3"),
        (lambda: mention(score=1.01), "between 0 and 1"),
        (lambda: mention(score=float("nan")), "between 0 and 1"),
    ],
)
def test_a_value_that_cannot_be_true_is_refused(build: Any, words: str) -> None:
    with pytest.raises(RecordError, match=words) as caught:
        build()
    assert isinstance(caught.value, MaterielError)
    assert isinstance(caught.value, ValueError)


def mention(**more: Any) -> Mention:
    values: dict[str, Any] = {"page": 1, "start": 0, "end": 1, "label": "FUND", "raw": "x"}
    return Mention(**{**values, **more})


@pytest.mark.parametrize(
    "change",
    [{"label": "GOODS"}, {"start": 9}, {"score": 2}, {"page": "1"}, {"raw": None}],
)
def test_checks_hold_for_what_comes_as_json(change: dict[str, Any]) -> None:
    plain = {**msgspec.to_builtins(mention()), **change}
    with pytest.raises(RecordError, match="no Mention record"):
        Mention.from_json(msgspec.json.encode(plain))


def test_records_are_frozen_and_keyword_only() -> None:
    record = mention()
    with pytest.raises(AttributeError):
        record.raw = "y"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Page(1, "text", "text")  # type: ignore[call-arg]


def test_a_fetch_without_a_body_needs_no_hash() -> None:
    for outcome in ("not_modified", "gone", "refused", "failed"):
        assert fetched("url:a", None, outcome=outcome).sha256 is None


def test_the_evidence_of_a_proposal_is_what_is_stated() -> None:
    made = proposal("two drones", "drones")
    assert list(made.evidence()) == ["equipment"]
    assert made.evidence()["equipment"].raw == "drones"
    assert proposal("nothing").evidence() == {}
