"""Tagging whole documents: offsets, keys, languages, hostile input."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ner_models
from core.keys import normal_quote
from core.records import Document, Page, Tagging
from ner_models import tag, tag_text, tag_text_json
from tests.ner_models.helpers import document

HANDOVER = (
    "Under the EUTF, ICMPD handed over ten patrol boats and satellite phones worth EUR 2.5 million "
    "to the Libyan Coast Guard. The boats arrived in May."
)


def check(tagging: Tagging, pages: dict[int, str]) -> None:
    """Every quote stands at its place, mentions are apart and in order."""
    last = (0, 0)
    for mention in tagging.mentions:
        assert pages[mention.page][mention.start : mention.end] == mention.raw
        assert (mention.page, mention.start) >= last
        last = (mention.page, mention.end)
    for proposal in tagging.proposals:
        assert proposal.evidence()
        for found in proposal.evidence().values():
            assert pages[found.page][found.start : found.end] == found.raw
    keys = [(proposal.anchor, proposal.ordinal) for proposal in tagging.proposals]
    assert len(keys) == len(set(keys))


def test_a_sentence_becomes_entries_that_share_a_sum() -> None:
    tagging = tag_text(HANDOVER, "en")
    check(tagging, {1: HANDOVER})
    boats, phones = tagging.proposals
    assert boats.equipment is not None
    assert boats.quantity is not None
    assert boats.amount is not None
    assert boats.recipient is not None
    assert boats.supplier is not None
    assert boats.fund is not None
    assert (boats.equipment.raw, boats.quantity.value) == (
        "patrol boats",
        {"min": "10", "max": "10"},
    )
    assert boats.amount.value["max"] == "2500000"
    assert boats.recipient.value["country"] == "LY"
    assert boats.supplier.raw == "ICMPD"
    assert boats.fund.value["id"] == "eutf_africa"
    assert boats.anchor == normal_quote("patrol boats")
    assert (boats.amount_scope, boats.stage) == ("shared", "delivered")
    assert boats.quote.startswith("Under the EUTF")
    assert phones.quantity is None
    assert phones.amount_group == boats.amount_group


def test_equal_anchors_are_counted_over_the_document() -> None:
    text = "The EU delivered two drones to the Libyan Coast Guard."
    pages = tuple(Page(number=n, text=text, method="text") for n in (1, 2))
    read = Document(
        sha256="cd" * 32,
        media_type="application/pdf",
        kind="pdf",
        extractor="test",
        language="en",
        pages=pages,
    )
    tagging = tag(read)
    check(tagging, {1: text, 2: text})
    drones = [(p.page, p.ordinal) for p in tagging.proposals if p.anchor == "drones"]
    assert drones == [(1, 1), (2, 2)]


def test_the_version_names_the_model_and_is_kept() -> None:
    assert ner_models.VERSION.startswith("tag/3+1.")
    assert tag_text("", "en") == Tagging(tagger=ner_models.VERSION)


def test_the_same_text_gives_the_same_tagging() -> None:
    assert tag_text(HANDOVER, "en") == tag_text(HANDOVER, "en")


def test_the_language_is_detected() -> None:
    text = "Der Bundespolizei wurden im Mai zwölf Geländewagen für 1,2 Mio. Euro übergeben."
    report = tag_text_json(text)
    assert report["language"] == "de"
    assert "1,2 Mio. Euro" in [m["text"] for m in report["mentions"]]
    assert tag_text_json("EUR 5 m")["language"] == "en"


def test_the_report_holds_quotes() -> None:
    (boats, _) = tag_text_json(HANDOVER, "en")["entries"]
    assert boats == {
        "equipment": "patrol boats",
        "equipment_type": "patrol_boat",
        "quantity": "ten",
        "amount": "EUR 2.5 million",
        "currency": "EUR",
        "recipient": "Libyan Coast Guard",
        "recipient_country": "LY",
        "supplier": "ICMPD",
        "fund": "EUTF",
    }


def test_a_language_without_model_is_said_and_sums_are_still_found() -> None:
    text = "Valsts policija iegādājās piecas automašīnas par 1 250 000 EUR pagājušajā gadā."
    tagging = tag_text(text, "lv")
    assert [issue.code for issue in tagging.issues] == ["language_without_model"]
    assert [m.raw for m in tagging.mentions if m.label == "AMOUNT"] == ["1 250 000 EUR"]
    check(tagging, {1: text})


def test_services_alone_make_no_entry() -> None:
    text = "The contractor trains 40 officers of the Border Police in document security."
    assert tag_text(text, "en").proposals == ()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["EUR 5 million", "drone", "\n", "\t", " ", "the Libyan Coast Guard", "12", "(", ")",
             ".",
             "EUTF", "😀", "İ", "­", "été", "[", "patrol boats", "https://x.eu/drone", "\x00", ";"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_offsets_hold_whatever_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    check(tag_text(text, "en"), {1: text})


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "drone " * 6_000,
        "EUR 5 " * 4_000,
        "(" * 15_000,
        "a\n" * 15_000,
    ],
    ids=["no break", "goods alone", "sums alone", "brackets", "lines"],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    begun = time.process_time()
    check(tag_text(text, "en"), {1: text})
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("استلمت الشرطة عشر سيارات دفع رباعي بقيمة EUR 2 000 000 من الاتحاد.", "ar"),
        ("המשטרה קיבלה 10 drones במחיר EUR 2 000 000.", "he"),
    ],
)
def test_text_from_right_to_left_is_said_to_be_out_of_reach(text: str, language: str) -> None:
    tagging = tag_text(text, language)
    check(tagging, {1: text})
    assert [issue.code for issue in tagging.issues] == ["language_without_model"]
    assert [m.raw for m in tagging.mentions if m.label == "AMOUNT"] == ["EUR 2 000 000"]


@pytest.mark.soak
def test_five_megabytes_are_tagged_in_bounded_time_and_memory() -> None:
    sentence = "The Libyan Coast Guard got ten patrol boats worth EUR 2 million from the EUTF. "
    text = sentence * (5_000_000 // len(sentence))
    small = text[:250_000]
    tag_text(small, "en")

    def timed(each: str) -> tuple[Tagging, float]:
        begun = time.process_time()
        tagging = tag_text(each, "en")
        return tagging, (time.process_time() - begun) / len(each)

    _, pace = timed(small)
    tagging, pace_of_all = timed(text)
    check(tagging, {1: text})
    assert pace_of_all < 2 * pace
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000  # kilobytes


def test_importing_the_room_loads_no_spacy() -> None:
    code = "import sys, ner_models; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pages_of_a_document_keep_their_numbers() -> None:
    read = document(HANDOVER, title="Handover")
    assert {m.page for m in tag(read).mentions} == {1}
