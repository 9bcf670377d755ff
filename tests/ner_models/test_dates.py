"""The dates of entries: which date of a sentence, a row or a notice belongs to the goods."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.records import Award, Document, Evidence, Lot, Notice, Party, Proposal
from ner_models import tag, tag_text
from ner_models.columns import role_of
from ner_models.dates import date_of_cells
from ner_models.mentions import Marked
from ner_models.proposals import Builder
from ner_models.spans import Span
from tests.ner_models.helpers import NoticeText, document, table_document

SURE = {"goods": {"": 9.0}}
"""Weights with which a transfer rests on all goods, whatever model is installed."""


def proposed(read: Document, *goods: str) -> list[Proposal]:
    """The entries of a one-page document whose goods are these words, once each."""
    page = read.pages[0]
    places = sorted((page.text.index(words), len(words)) for words in goods)
    spans = [Span(at, at + size, "EQUIPMENT", "rule:test", 0.9) for at, size in places]
    builder = Builder(read, SURE, read.language or "en")
    builder.page(page, Marked(page.text, read.language or "en", spans))
    return builder.proposals


def dated(text: str, language: str, goods: str) -> Evidence | None:
    """The date of the entry that rests on these goods; its quote stands at its place."""
    (entry,) = proposed(document(text, language), goods)
    if entry.date is not None:
        assert text[entry.date.start : entry.date.end] == entry.date.raw
    return entry.date


SENTENCES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (
        "en",
        "The EU handed over ten patrol boats on 17 May 2021. The report is of 3 June 2022.",
        "patrol boats",
        "17 May 2021",
        {"date": "2021-05-17", "kind": "delivery"},
    ),
    (
        "en",
        "The contract for ten patrol boats was signed in June 2020 for delivery by 31 March 2021.",
        "patrol boats",
        "31 March 2021",
        {"date": "2021-03-31", "kind": "delivery"},
    ),
    (
        "en",
        "Bids for two drones: closing date 5 May 2023, according to the Decision of 4 May 2021.",
        "drones",
        "5 May 2023",
        {"date": "2023-05-05", "kind": "deadline"},
    ),
    (
        "fr",
        "Dix véhicules ont été livrés en avril 2021, en vertu du contrat signé le 3 mai 2020.",
        "véhicules",
        "avril 2021",
        {"date": "2021-04", "kind": "delivery"},
    ),
    (
        "de",
        "Der Bundespolizei wurden am 12. März 2021 zwölf Geländewagen übergeben.",
        "Geländewagen",
        "12. März 2021",
        {"date": "2021-03-12", "kind": "delivery"},
    ),
    (
        "de",
        "Zwölf Drohnen erhielt die Polizei im 2. Quartal 2021 aus Mitteln der Union.",
        "Drohnen",
        "2. Quartal 2021",
        {"date": "2021-Q2", "kind": "unknown"},
    ),
    (
        "es",
        "El contrato de diez vehículos se firmó el 5 de mayo de 2020.",
        "vehículos",
        "5 de mayo de 2020",
        {"date": "2020-05-05", "kind": "contract"},
    ),
    (
        "it",
        "Il 7 luglio 2019 la Guardia costiera ha ricevuto dieci motovedette.",
        "motovedette",
        "7 luglio 2019",
        {"date": "2019-07-07", "kind": "unknown"},
    ),
    (
        "en",
        "Ten patrol boats were delivered 17-19 May 2021.",
        "patrol boats",
        "17-19 May 2021",
        {"date": "2021-05-17", "kind": "delivery", "last": "2021-05-19"},
    ),
    (
        "en",
        "Ten patrol boats were delivered from May 2021 to June 2022.",
        "patrol boats",
        "May 2021 to June 2022",
        {"date": "2021-05", "kind": "delivery", "last": "2022-06"},
    ),
]


@pytest.mark.parametrize(("language", "text", "goods", "raw", "value"), SENTENCES)
def test_the_fittest_date_of_the_sentence(
    language: str, text: str, goods: str, raw: str, value: dict[str, Any]
) -> None:
    found = dated(text, language, goods)
    assert found is not None
    assert (found.raw, found.value, found.maker) == (raw, value, "rule:dates")
    assert found.score == (0.4 if value["kind"] == "unknown" else 0.6)


@pytest.mark.parametrize(
    ("language", "text", "goods"),
    [
        ("en", "Under the Decision of 3 May 2020 two drones go to the police.", "drones"),
        ("fr", "Deux drones sont prévus par le règlement du 3 mai 2020.", "drones"),
        ("en", "Since 2015, the EU has delivered ten patrol boats.", "patrol boats"),
        ("it", "Dal 5 maggio 2015 la polizia usa dieci motovedette.", "motovedette"),
        ("en", "Two drones arrived on 3 May 2020, others arrived on 4 June 2020.", "drones"),
        ("en", "On 3 May 2020 and on 4 June 2020 the police had two drones.", "drones"),
        ("en", "Two drones were handed over. The rest arrived on 4 June 2020.", "drones"),
        ("en", "Two drones were handed over in the period 2021-2027.", "drones"),
    ],
)
def test_no_date_where_none_belongs_to_the_goods(language: str, text: str, goods: str) -> None:
    assert dated(text, language, goods) is None


def test_an_ambiguous_day_keeps_its_other_reading() -> None:
    found = dated("Ten drones were delivered on 03/04/2021.", "en", "drones")
    assert found is not None
    assert (found.value["date"], found.alternatives) == ("2021-04-03", ("2021-03-04",))


def test_a_date_inside_a_marked_name_is_none() -> None:
    text = "The Action of May 2021 Programme pays for ten drones."
    goods, fund = text.index("drones"), text.index("Action")
    spans = [
        Span(fund, text.index(" pays"), "FUND", "rule:test", 0.9),
        Span(goods, goods + 6, "EQUIPMENT", "rule:test", 0.9),
    ]
    read = document(text)
    builder = Builder(read, SURE, "en")
    builder.page(read.pages[0], Marked(text, "en", spans))
    assert [p.date for p in builder.proposals] == [None]
    assert dated(text, "en", "drones") is not None


def test_a_date_leaves_key_and_score_as_they_are() -> None:
    with_date, without = (
        proposed(document(f"The police received ten drones{end}."), "drones")[0]
        for end in (" on 17 May 2021", "")
    )
    assert with_date.date is not None
    assert (with_date.anchor, with_date.score) == (without.anchor, without.score)


def test_a_unit_without_stops_is_no_sentence() -> None:
    text = "ten drones on 17 May 2021 " + "and so on " * 150
    assert dated(text, "en", "drones") is None
    assert dated(text[:400], "en", "drones") is not None


@pytest.mark.parametrize(
    "header",
    ["Date", "Delivery date", "Expected date of delivery", "Delivery", "Date de livraison prévue",
     "Livraison", "Lieferdatum", "Liefertermin", "Datum der Lieferung", "Fecha de entrega",
     "Data di consegna", "Contract signature date", "Delivery date of equipment"],
)  # fmt: skip
def test_date_columns(header: str) -> None:
    assert role_of(header) == "date"


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Equipment up to date", "item"),
        ("Quantity delivered", "quantity"),
        ("Amount paid to date", "total"),
        ("Contract value at date of award", "total"),
        ("Delivery price", "total"),
        ("Delivered to (country)", "recipient"),
        ("Contractor and date", "supplier"),
        ("Lieferant", "supplier"),
        ("Place of delivery", None),
        ("Technical data", None),
    ],
)
def test_columns_that_hold_no_date(header: str, role: str | None) -> None:
    assert role_of(header) == role


@pytest.mark.parametrize(
    ("header", "language", "cell", "value"),
    [
        ("Delivery date", "en", "2021-05-17", {"date": "2021-05-17", "kind": "delivery"}),
        ("Lieferdatum", "de", "03.04.2021", {"date": "2021-04-03", "kind": "delivery"}),
        ("Livraison", "fr", "12 mars 2021", {"date": "2021-03-12", "kind": "delivery"}),
        ("Fecha de entrega", "es", "mayo de 2020", {"date": "2020-05", "kind": "delivery"}),
        ("Data di consegna", "it", "7 luglio 2019", {"date": "2019-07-07", "kind": "delivery"}),
        ("Date of contract", "en", "17 May 2021", {"date": "2021-05-17", "kind": "contract"}),
        ("Datum", "de", "03.04.2021", {"date": "2021-04-03", "kind": "unknown"}),
        ("Delivery", "en", "May 2021 - June 2021",
         {"date": "2021-05", "kind": "delivery", "last": "2021-06"}),
    ],
)  # fmt: skip
def test_a_date_cell_is_of_what_its_header_says(
    header: str, language: str, cell: str, value: dict[str, Any]
) -> None:
    text = f"Drones\t{cell}\t4"
    found = date_of_cells(3, text, [(header, 7, 7 + len(cell))], language)
    assert found is not None
    assert found.value == value
    assert (found.page, text[found.start : found.end], found.raw) == (3, cell, cell)


def test_a_column_of_documents_dates_gives_none() -> None:
    assert date_of_cells(1, "17 May 2021", [("Date of publication", 0, 11)], "en") is None


def test_rows_have_the_dates_of_their_columns() -> None:
    header = ("Item", "Date of contract", "Qty", "Delivery date")
    rows = [
        ("Patrol boats", "3 May 2020", "2", "17/12/2021"),
        ("Drones", "4 June 2020", "4", "pending"),
        ("Laptops", "", "9", ""),
    ]
    boats, drones, laptops = tag(table_document(rows, header=header)).proposals
    assert boats.date is not None
    assert drones.date is not None
    assert boats.date.value == {"date": "2021-12-17", "kind": "delivery"}
    assert drones.date.value == {"date": "2020-06-04", "kind": "contract"}
    assert (drones.date.raw, drones.date.maker) == ("4 June 2020", "rule:table")
    assert laptops.date is None
    assert boats.quantity is not None
    assert boats.quantity.value == {"min": "2", "max": "2"}


def awarded(*concluded: str, kind: str = "result", extra: str = "") -> Document:
    """A notice for patrol boats with a winner for each day of an award."""
    page = NoticeText()
    buyer = page.state("Buyer", "Ministry of Interior of the Republic of Serbia")
    title = page.state("Title", f"Supply of 12 patrol boats{extra}")
    awards = []
    for number, day in enumerate(concluded, 1):
        winner = page.state("Winner", f"Adria Marine {number} d.o.o.")
        page.state("Concluded", day)
        awards.append(
            Award(
                number=str(number),
                lots=("1",),
                winners=(Party(name=winner),),
                concluded=day or None,
            )
        )
    notice = Notice(
        format="test",
        number="1-2024",
        type=kind,
        nature="supplies",
        title=title,
        buyers=(Party(name=buyer, country="RS"),),
        deadline="2024-02-01",
        lots=(Lot(number="1", title=title),),
        awards=tuple(awards),
    )
    return document(page.text, notice=notice)


def test_an_award_is_dated_by_its_conclusion() -> None:
    read = awarded("2024-03-11", "2024-04-12", "2024-03-11")
    text = read.pages[0].text
    entries = proposed(read, "patrol boats")
    days = ["2024-03-11", "2024-04-12", "2024-03-11"]
    dates = [entry.date for entry in entries if entry.date is not None]
    assert [date.value for date in dates] == [{"date": day, "kind": "contract"} for day in days]
    assert [text[date.start : date.end] for date in dates] == days
    assert {date.maker for date in dates} == {"stated"}
    # each rests on the line of its own award
    winners = [entry.supplier.end for entry in entries if entry.supplier is not None]
    assert [date.start - end for date, end in zip(dates, winners, strict=True)] == [12, 12, 12]


def test_a_day_that_the_page_does_not_state_is_no_evidence() -> None:
    read = awarded("2024-03-11")
    bare = read.pages[0].text.replace("Concluded: 2024-03-11", "Award 1")
    page = document(bare, notice=read.notice)
    assert [entry.date for entry in proposed(page, "patrol boats")] == [None]
    assert [entry.date for entry in proposed(awarded("2024-13-45"), "patrol boats")] == [None]


def test_the_deadline_of_a_call_is_not_the_date_of_its_goods() -> None:
    (entry,) = proposed(awarded(kind="competition"), "patrol boats")
    assert (entry.date, entry.stage) == (None, "tendered")


def test_a_call_s_own_words_date_its_goods() -> None:
    read = awarded(kind="competition", extra=" with delivery by 30 June 2025")
    (entry,) = proposed(read, "patrol boats")
    assert entry.date is not None
    assert entry.date.value == {"date": "2025-06-30", "kind": "delivery"}


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "The EU delivered ten patrol boats to the Libyan Coast Guard on 17 May 2021.",
         "2021-05-17"),
        ("fr", "Dix véhicules blindés ont été livrés le 12 mars 2021 à la gendarmerie nationale.",
         "2021-03-12"),
    ],
)  # fmt: skip
def test_a_tagged_sentence_has_its_date(language: str, text: str, day: str) -> None:
    (entry,) = tag_text(text, language).proposals
    assert entry.date is not None
    assert entry.date.value == {"date": day, "kind": "delivery"}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("EUROPEAN COMMISSION\nBrussels, 14.12.2021\nDecision of 14.12.2021", "en", "2021-12-14"),
        ("Bruxelles, le 3 mai 2019\nFiche action", "fr", "2019-05-03"),
        ("Minutes of 12 June 2018, adopted in Brussels on 3 July 2018", "en", None),
        ("The action runs until 31 December 2023", "en", None),
        ("Brussels, December 2021", "en", None),
    ],
)
def test_the_date_that_a_first_page_bears(text: str, language: str, expected: str | None) -> None:
    assert tag_text(text, language).published == expected


def test_a_stated_date_goes_before_the_page_s() -> None:
    read = document("Brussels, 14.12.2021\nAction document")
    assert tag(read).published == "2021-12-14"
    assert tag(msgspec.structs.replace(read, published="2020-01-01")).published is None
