"""What changed between two versions: a table of cases, laws that hold for any text, real PDFs."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Document
from store.changes import Change, PageSide, Side, compare, paired_pages, similarity
from tests.store.papers import Black, draw, read_paper

BODY = (
    "The European Union delivers twelve patrol boats worth EUR 5 000 000 to the coast guard of"
    " Tunisia under the Emergency Trust Fund for Africa. The boats are handed over in Sfax by the"
    " contractor, which trains their crews for six months and keeps spare parts for two years."
)
OTHER = (
    "Minutes of a meeting on fisheries held in Riga: members discussed quotas of herring and sprat,"
    " heard the scientific council, and postponed any decision until the spring session where all"
    " delegations will present their positions in writing before noon."
)


def page(text: str, number: int = 1, **more: Any) -> PageSide:
    """Return a page of a version."""
    return PageSide(number=number, text=text, **more)


def side(*texts: str | PageSide, **more: Any) -> Side:
    """Return a version whose pages have those texts."""
    pages = tuple(
        page(text, number) if isinstance(text, str) else text
        for number, text in enumerate(texts, 1)
    )
    return Side(pages=pages, **more)


def without(*words: str, text: str = BODY) -> str:
    """Return a text without some of its words."""
    for word in words:
        assert word in text
        text = text.replace(word, "")
    return text


GONE = ("coast guard of Tunisia",)
CASES = [
    # what it shows, the older version, the newer one, the change
    ("equal pages", side(BODY), side(BODY), "metadata"),
    ("no pages at all", side(), side(), "metadata"),
    ("line breaks alone", side(BODY), side(BODY.replace(" ", "\n")), "metadata"),
    ("another title of the file", side(BODY, title="a"), side(BODY, title="b"), "metadata"),
    ("a share that rounding moves", side(page(BODY, redacted_area=0.01)),
     side(page(BODY, redacted_area=0.0101)), "metadata"),
    ("a cell", side(BODY, tables=(("5",),)), side(BODY, tables=(("6",),)), "text"),
    ("a word", side(BODY), side(BODY.replace("twelve", "thirteen")), "text"),
    ("a word to the next page", side("a b", "c d"), side("a", "b c d"), "text"),
    ("a sentence cut, no box", side(BODY), side(without(*GONE)), "text"),
    ("a sentence added", side(BODY), side(BODY + " " + OTHER[:60]), "text"),
    ("a page nobody could read", side(page("", readable=False)), side(page("", readable=False)),
     "text"),
    ("black where no word went", side(BODY), side(page(BODY, redacted_area=0.02)), "text"),
    ("words under a box", side(BODY), side(page(without(*GONE), redacted_area=0.01)), "redaction"),
    ("one short word under a box", side(BODY), side(page(without("six "), redacted_area=0.0002)),
     "redaction"),
    ("a box more than there were", side(page(BODY, redacted_area=0.05)),
     side(page(without(*GONE), redacted_area=0.06)), "redaction"),
    ("a box less", side(page(without(*GONE), redacted_area=0.01)), side(BODY), "text"),
    ("a page under one box", side(BODY, OTHER), side(BODY, page("", 2, redacted_area=0.9)),
     "redaction"),
    ("all pages under boxes", side(BODY), side(page("", redacted_area=0.95)), "redaction"),
    ("half a word under a box", side(BODY),
     side(page(BODY.replace("contractor,", "contr"), redacted_area=0.001)), "redaction"),
    ("words for an article", side(BODY),
     side(page(without(*GONE) + " Article 4(1)(b)", exemptions=("Article 4(1)(b)",))), "redaction"),
    ("words that the page hides", side(BODY), side(page(without(*GONE), hidden=1)), "redaction"),
    ("blocks of ink for words", side(BODY), side(BODY.replace(GONE[0], "█████ ████")), "redaction"),
    ("crosses for words", side(BODY), side(BODY.replace(GONE[0], "xxxxx")), "redaction"),
    ("a word of the trade for words", side(BODY), side(BODY.replace(GONE[0], "[geschwärzt]")),
     "redaction"),
    ("a number in Roman letters", side(BODY), side(BODY.replace(GONE[0], "Annex XXX")), "text"),
    ("black and a stamp", side(BODY),
     side(page(without(*GONE) + " PUBLIC VERSION", redacted_area=0.01)), "redaction"),
    ("black, and a sentence more than went", side(BODY),
     side(page(without("Sfax") + " It was decided in Brussels.", redacted_area=0.01)), "redaction"),
    ("a new page in black design", side(BODY), side(page(OTHER, redacted_area=0.1)), "replaced"),
    ("scanned after a pen", side(BODY),
     side(page(without(*GONE, "in Sfax", "six"), method="ocr")), "redaction"),
    ("scanned, with a word misread", side(BODY), side(page(without("six"), method="ocr")), "text"),
    ("another document", side(BODY), side(OTHER), "replaced"),
    ("another language", side(BODY, language="en"), side(OTHER, language="lv"), "replaced"),
    ("a short text anew", side("Two boats."), side("One car."), "text"),
    ("a short text of another title", side("Two boats.", title="A"), side("One car.", title="B"),
     "replaced"),
    ("another format, same words", side(BODY), side(BODY, kind="docx"), "text"),
    ("another format, nothing in it", side(BODY), side("", kind="html"), "replaced"),
    ("nothing in it", side(BODY), side(""), "text"),
    ("boxes behind a cover page", side(BODY, OTHER),
     side("Ref. Ares(2025) 123", page(without(*GONE), 2, redacted_area=0.01), page(OTHER, 3)),
     "redaction"),
    ("boxes after a page went", side(OTHER, BODY + " End."),
     side(page(without(*GONE) + " End.", redacted_area=0.01)), "redaction"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "kind"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_the_change(before: Side, after: Side, kind: str) -> None:
    assert compare(before, after).kind == kind


def test_a_redacted_page_says_how_much() -> None:
    (found,) = compare(side(OTHER, BODY), side(OTHER, page(without(*GONE), 2, redacted_area=0.01))
                       ).pages  # fmt: skip
    assert (found.before, found.after, found.redacted) == (2, 2, True)
    assert (found.removed, found.added) == (4, 0)
    assert (found.area_before, found.area_after) == (0.0, 0.01)


def test_a_page_edited_beside_a_redacted_one_is_not_redacted() -> None:
    newer = side(OTHER.replace("Riga", "Tartu"), page(without(*GONE), 2, redacted_area=0.01))
    change = compare(side(OTHER, BODY), newer)
    assert change.kind == "redaction"
    assert [(p.after, p.redacted) for p in change.pages] == [(1, False), (2, True)]


words = st.lists(
    st.sampled_from(["a", "b", "drone", "boats", "EUR", "5", "Tunisia", "the"]),
    max_size=30,
)
texts = words.map(" ".join)
areas = st.sampled_from([0.0, 0.01, 0.5])
pages = st.lists(st.tuples(texts, areas), max_size=6).map(
    lambda made: side(*(page(t, n, redacted_area=a) for n, (t, a) in enumerate(made, 1)))
)


@given(pages)
def test_nothing_changes_into_itself(one: Side) -> None:
    change = compare(one, one)
    assert (change.kind, similarity(one, one), change.pages) == ("metadata", 1.0, ())


@given(pages, pages)
def test_laws(one: Side, two: Side) -> None:
    change, back = compare(one, two), compare(two, one)
    assert 0.0 <= similarity(one, two) == similarity(two, one) <= 1.0
    if change.kind == "redaction":
        redacted = [p for p in change.pages if p.redacted]
        assert redacted
        assert all(p.removed and p.area_after > p.area_before for p in redacted)
    if change.kind == "metadata":
        assert [p.words() for p in one.pages] == [p.words() for p in two.pages]
    assert (change.kind == "metadata") == (back.kind == "metadata")


@given(pages, pages)
def test_every_page_is_paired_once_in_order(one: Side, two: Side) -> None:
    pairs = paired_pages(one.pages, two.pages)
    assert [old for old, _ in pairs if old] == list(one.pages)
    assert [new for _, new in pairs if new] == list(two.pages)
    if len(one.pages) == len(two.pages):
        assert all(old and new and old.number == new.number for old, new in pairs)


@given(pages, st.data())
def test_blackening_words_of_a_page_is_a_redaction(one: Side, data: st.DataObject) -> None:
    """Whatever the text: words go, nothing comes, the black grows."""
    full = [p for p in one.pages if p.text]
    if not full:
        return
    chosen = data.draw(st.sampled_from(full))
    kept = data.draw(st.lists(st.booleans(), min_size=30, max_size=30))
    left = [word for word, keep in zip(chosen.text.split(), kept, strict=False) if keep]
    if len(left) == len(chosen.text.split()):
        return
    black = page(" ".join(left), chosen.number, redacted_area=chosen.redacted_area + 0.001)
    after = side(*(black if p is chosen else p for p in one.pages))
    change = compare(one, after)
    assert change.kind == "redaction"
    assert [p.after for p in change.pages if p.redacted] == [chosen.number]
    assert compare(after, one).kind != "redaction"


def test_a_long_document_takes_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        made = [f"{BODY} page {n} " * 8 for n in range(count)]
        began = time.process_time()
        compare(side(*made), side("cover", *made[:-2], OTHER))
        return time.process_time() - began

    seconds(20)
    assert seconds(400) < 12 * max(seconds(100), 0.02)


# Real files, read by the reader itself.


def read_side(data: bytes) -> Side:
    """Return a file as read, as the store hands it to the comparison."""
    document = read_paper(data)
    hidden = Counter(issue.page for issue in document.issues if issue.code == "hidden_text")
    return Side(
        pages=tuple(
            PageSide(number=p.number, text=p.text, method=p.method, hidden=hidden[p.number],
                     redacted_area=p.redacted_area)
            for p in document.pages
        ),
        tables=tuple(_plain(document)),
        title=document.title,
        language=document.language,
        kind=document.kind,
    )  # fmt: skip


def _plain(document: Document) -> list[tuple[object, ...]]:
    return [(msgspec.json.encode(table),) for table in document.tables]


def change_of(before: bytes, after: bytes) -> Change:
    """Compare two files that do not have the same bytes."""
    assert before != after
    return compare(read_side(before), read_side(after))


LINES = [
    "Delivery of 12 patrol boats worth EUR 5 000 000",
    "to the coast guard of Tunisia in Sfax.",
]


def test_a_pdf_saved_again_differs_in_metadata() -> None:
    change = change_of(draw(LINES), draw(LINES, author="Somebody else", title="Final"))
    assert change.kind == "metadata"


def test_a_pdf_with_another_font_subset_tag_differs_in_metadata() -> None:
    first = draw(LINES, font="Vera")
    assert b"AAAAAA+" in first
    assert change_of(first, first.replace(b"AAAAAA+", b"QXCDEF+")).kind == "metadata"


@pytest.mark.parametrize("flat", [False, True], ids=["over the text", "text taken out"])
def test_a_pdf_with_a_black_box_is_a_redaction(flat: bool) -> None:
    after = draw(LINES, black=[Black(1, "Tunisia", flat=flat)])
    change = change_of(draw(LINES), after)
    assert change.kind == "redaction"
    assert [(p.after, p.removed, p.added) for p in change.pages] == [(1, 1, 0)]
    assert change.pages[0].area_after > 0
    assert b"Tunisia" not in read_paper(after).to_json()


def test_a_pdf_without_a_sentence_is_text() -> None:
    assert change_of(draw(LINES), draw(LINES[:1])).kind == "text"


def test_another_pdf_is_replaced() -> None:
    change = change_of(draw([BODY[:90], BODY[90:180], BODY[180:]]), draw([OTHER[:90], OTHER[90:]]))
    assert change.kind == "replaced"
