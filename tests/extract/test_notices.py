"""TED notices: what they state, where it stands on the page, and what is never read."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.errors import DamagedDocument, DocumentError, EmptyDocument, HostileDocument
from core.records import Document, Notice, Stated
from tests.extract.files import read
from tests.extract.notices import (
    CONTEST,
    CORRIGENDUM,
    DEFENCE_FORM,
    FORMEX,
    MODIFICATION,
    OLD,
    PUBLICATION,
    RELATIVE,
    RESULT,
    SEVERAL_CONTRACTS,
    awards,
    contract,
    eforms,
    lot_result,
    organisation,
    results,
    ted_export,
    tender,
    tendering_party,
)


def stated(record: Any) -> Iterator[Stated]:
    """Every `Stated` in a record."""
    if isinstance(record, Stated):
        yield record
    elif isinstance(record, msgspec.Struct):
        for name in record.__struct_fields__:
            yield from stated(getattr(record, name))
    elif isinstance(record, tuple):
        for one in record:
            yield from stated(one)


def notice_of(data: bytes) -> tuple[Notice, Document]:
    document = read(data, "notice.xml").document
    assert document.notice is not None
    text = document.pages[0].text
    for one in stated(document.notice):
        assert text[one.start : one.end] == one.text
        assert one.path.startswith("/")
    return document.notice, document


@pytest.mark.parametrize("namespace", [PUBLICATION, FORMEX, RELATIVE, OLD])
def test_award_notice_in_every_namespace(namespace: str) -> None:
    notice, document = notice_of(ted_export(namespace=namespace))
    assert document.kind == "notice"
    assert (document.reference, document.published) == ("345-2019", "2019-01-17")
    assert (document.title, document.language) == ("Patrol boats", "en")
    assert notice.format == "ted_export"
    assert (notice.type, notice.nature, notice.procedure) == ("result", "supplies", "open")
    assert (notice.country, notice.dispatched, notice.reference) == ("GB", "2019-01-14", "NCG/7")
    assert [(b.name.text, b.country, b.identifier) for b in notice.buyers] == [
        ("Northern Coast Guard", "GB", "77-1"),
        ("Harbour Police", "GR", None),
    ]
    assert notice.cpv == ("34521000", "35811200")
    assert notice.earlier == ("451234-2018",)
    assert notice.links == ("https://guard.example/docs",)
    assert [(v.amount, v.currency, v.kind) for v in notice.values] == [
        ("4500000.00", "EUR", "award")
    ]


def test_lots_and_awards_of_an_award_notice() -> None:
    notice, document = notice_of(ted_export())
    first, second = notice.lots
    assert (first.number, first.cpv, first.values[0].amount) == ("1", ("35811200",), "3000000")
    assert [fund.text for fund in first.funds] == ["Internal Security Fund"]
    assert second.title is not None
    assert notice.title is not None
    assert (second.title.start, second.title.end) == (notice.title.start, notice.title.end)
    award, failed = notice.awards
    assert award.lots == ("1",)
    assert [(w.name.text, w.country) for w in award.winners] == [
        ("Hull & Sons", "NO"),
        ("Engine Works", "DE"),
    ]
    assert [(v.amount, v.kind) for v in award.values] == [
        ("3000000", "estimate"),
        ("2900000", "range_low"),
        ("3100000", "range_high"),
    ]
    assert award.concluded == "2018-12-20"
    assert (failed.winners, failed.values) == ((), ())
    assert award.winners[1].name.path == (
        "/TED_EXPORT/FORM_SECTION/F03_2014[1]/AWARD_CONTRACT[1]/AWARDED_CONTRACT/CONTRACTORS"
        "/CONTRACTOR[2]/ADDRESS_CONTRACTOR/OFFICIALNAME"
    )
    assert document.pages[0].text.splitlines()[:6] == [
        "Title: Patrol boats",
        "Buyer: Northern Coast Guard (GB)",
        "Buyer: Harbour Police (GR)",
        "Description: Ten patrol boats.",
        "With trailers.",
        "CPV: 34521000, 35811200",
    ]


@pytest.mark.parametrize(
    "data",
    [
        ted_export(),
        eforms(),
        ted_export(DEFENCE_FORM, namespace=OLD),
        *map(ted_export, (MODIFICATION, CORRIGENDUM, CONTEST, SEVERAL_CONTRACTS)),
    ],
)
def test_persons_are_never_read(data: bytes) -> None:
    text = data.decode()
    planted = ("Jane Contact", "jane@", "Owner", "555 01")
    assert any(name in text for name in planted)
    _, document = notice_of(data)
    assert not [name for name in planted if name in document.to_json().decode()]


def test_translations_are_not_read_beside_the_original() -> None:
    notice, document = notice_of(ted_export())
    assert "Vedettes" not in document.pages[0].text
    assert [(t.language, t.title) for t in notice.translations] == [("fr", "Vedettes")]


def test_defence_grammar() -> None:
    notice, _ = notice_of(ted_export(DEFENCE_FORM, namespace=OLD, country="FR"))
    assert (notice.format, notice.language, notice.reference) == ("ted_defence", "fr", "G-9")
    assert [(b.name.text, b.country) for b in notice.buyers] == [("Gendarmerie", "FR")]
    assert [(v.amount, v.currency, v.kind) for v in notice.values] == [
        ("1250000.50", "EUR", "award")
    ]
    (award,) = notice.awards
    assert [(w.name.text, w.country) for w in award.winners] == [("Optique SA", "BE")]
    assert [(v.amount, v.kind) for v in award.values] == [
        ("1300000.00", "estimate"),
        ("1250000.50", "award"),
    ]
    assert (award.lots, award.concluded) == (("3",), "2019-02-05")


def test_eforms_award_notice() -> None:
    notice, document = notice_of(eforms())
    assert (document.reference, document.published) == ("215550-2024", "2024-04-11")
    assert (document.title, document.language) == ("Thermal cameras", "en")
    assert (notice.type, notice.procedure, notice.country) == ("result", "open", "PL")
    assert [(b.name.text, b.identifier) for b in notice.buyers] == [("Border Agency", "ID-1")]
    assert notice.description is not None
    assert notice.description.text == "Cameras for patrols\nin two lots"
    assert notice.cpv == ("35120000", "35120001", "35120002")
    assert (notice.deadline, notice.earlier) == ("2023-12-01", ("290207-2023",))
    assert [(v.amount, v.kind) for v in notice.values] == [
        ("800000", "estimate"),
        ("900000", "ceiling"),
    ]
    assert [(lot.number, lot.values[0].amount) for lot in notice.lots] == [
        ("LOT-0001", "500000"),
        ("LOT-0002", "300000"),
    ]


def test_eforms_winners_by_way_of_tender_and_party() -> None:
    notice, document = notice_of(eforms())
    award, closed = notice.awards
    assert [(w.name.text, w.country) for w in award.winners] == [
        ("Lens Ltd", "GR"),
        ("Heat SpA", "IT"),
    ]
    assert [(v.amount, v.kind) for v in award.values] == [("640000.00", "award")]
    assert (award.lots, award.concluded) == (("LOT-0001",), "2024-03-01")
    assert award.title is not None
    assert award.title.text == "Thermal cameras contract"
    assert (closed.lots, closed.winners) == (("LOT-0002",), ())
    assert "Closed without a winner" in document.pages[0].text


def test_a_modification_without_lot_results_still_names_its_winner() -> None:
    start = RESULT.index("<efac:LotResult>")
    end = RESULT.index("<efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:Legal")
    notice, _ = notice_of(eforms(RESULT[:start] + RESULT[end:]))
    (award,) = notice.awards
    assert [w.name.text for w in award.winners] == ["Lens Ltd", "Heat SpA"]
    assert award.lots == ("LOT-0001",)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("data", [ted_export(), eforms()], ids=["legacy", "eforms"])
def test_truncated_notices_are_damaged(data: bytes, share: float) -> None:
    with pytest.raises(DamagedDocument, match=r"cut\.xml"):
        read(data[: int(len(data) * share)], "cut.xml")


LAUGHS = '<!DOCTYPE TED_EXPORT [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    "prolog",
    [
        LAUGHS + "]>",
        '<!DOCTYPE TED_EXPORT [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE TED_EXPORT [<!ENTITY % a SYSTEM "http://localhost/x.dtd"> %a;]>',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_are_hostile(prolog: str, codec: str) -> None:
    body = ted_export().decode().split("?>", 1)[1].replace("Patrol boats", "&a;", 1)
    data = f'<?xml version="1.0" encoding="{codec}"?>{prolog}{body}'.encode(codec)
    with pytest.raises(HostileDocument, match=r"bad\.xml"):
        read(data, "bad.xml")


def test_many_lots_take_time_with_their_number_alone() -> None:
    begin = time.process_time()
    notice, _ = notice_of(ted_export(awards(8_000)))
    assert (len(notice.lots), len(notice.awards)) == (8_000, 8_000)
    assert (
        notice.awards[-1]
        .winners[0]
        .name.path.endswith(
            "/AWARD_CONTRACT[8000]/AWARDED_CONTRACT/CONTRACTORS/CONTRACTOR/ADDRESS_CONTRACTOR"
            "/OFFICIALNAME"
        )
    )
    assert time.process_time() - begin < 10


def test_many_tenders_of_one_lot_take_time_with_their_number_alone() -> None:
    many = range(1, 3_001)
    begin = time.process_time()
    named = "".join(
        f"<efac:SettledContract><cbc:ID>CON-{n:04}</cbc:ID></efac:SettledContract>" for n in many
    )
    notice, _ = notice_of(
        eforms(
            results(
                lot_result(1, "selec-w", tuple(many), extra=named),
                *(tender(n, str(n), 1) + contract(n, "2024-03-01", n) for n in many),
                tendering_party(1, 2),
            )
        )
    )
    assert [award.values[0].amount for award in notice.awards] == [str(n) for n in many]
    assert time.process_time() - begin < 10


def test_parts_that_multiply_each_other_are_hostile() -> None:
    many = range(1, 3_001)
    data = eforms(
        results(
            lot_result(1, "selec-w", tuple(many)),
            *(tender(n, str(n), 1) for n in many),
            tendering_party(1, *many),
        )
    ).replace(
        b"<efac:UltimateBeneficialOwner>",
        "".join(organisation(n, f"Firm {n} " + "and Sons " * 90, "POL") for n in many[3:]).encode()
        + b"<efac:UltimateBeneficialOwner>",
    )
    begin = time.process_time()
    with pytest.raises(HostileDocument, match=r"bad\.xml unfolds"):
        read(data, "bad.xml")
    assert time.process_time() - begin < 20


DEEP = "<P>" * 1_000_000 + "deep" + "</P>" * 1_000_000


@pytest.mark.parametrize(
    "data",
    [
        ted_export().replace(b"<P>Ten patrol boats.</P>", DEEP.encode()),
        ted_export().replace(b"Ten patrol boats", b"Ten patrol boats " * 1_000_000),
        ted_export().decode().encode("utf-16")[3:],
        ted_export().replace(b"Hull", b"\xff\xfeH\xfc"),
        ted_export().replace(b'encoding="UTF-8"', b'encoding="UTF-32"'),
        ted_export().replace(b'encoding="UTF-8"', b'encoding="no-such"'),
        ted_export() + b"<TED_EXPORT/>",
    ],
    ids=["deep", "long", "half of utf16", "no utf8", "utf32", "no codec", "two roots"],
)
def test_hostile_and_damaged_notices_end_soon(data: bytes) -> None:
    begin = time.process_time()
    with pytest.raises(DocumentError, match=r"bad\.xml"):
        read(data, "bad.xml")
    assert time.process_time() - begin < 10


def test_a_draft_that_states_nothing_is_refused() -> None:
    draft = eforms("").split(b"<ext:UBLExtensions>")[0] + b"<cbc:ID/></ContractAwardNotice>"
    with pytest.raises(EmptyDocument, match=r"draft\.xml is a notice without number"):
        read(draft, "draft.xml")


def test_invalid_notices_are_read_or_refused(shared_data: Path) -> None:
    paths = sorted((shared_data / "ted/eforms").glob("INVALID*.xml"))
    assert len(paths) == 2
    for path in paths:
        with pytest.raises(EmptyDocument, match=path.name):
            read(path.read_bytes(), path.name)


def test_real_notices(shared_data: Path) -> None:
    files = sorted((shared_data / "ted").glob("*/*.xml"))
    sample = random.Random(7).sample(files, 40)
    winners = values = 0
    for path in sample:
        notice, document = notice_of(path.read_bytes())
        assert document.title
        assert notice.buyers
        assert notice.cpv
        assert notice.country is None or len(notice.country) == 2
        winners += sum(len(award.winners) for award in notice.awards)
        values += sum(len(award.values) for award in notice.awards) + len(notice.values)
    assert winners >= 10
    assert values >= 10


def test_one_real_notice_in_full(shared_data: Path) -> None:
    notice, document = notice_of((shared_data / "ted/legacy/000050_2020.xml").read_bytes())
    assert (document.reference, document.published) == ("50-2020", "2020-01-02")
    assert notice.earlier == ("144335-2017",)
    (award,) = notice.awards
    assert (award.lots, award.concluded) == (("2.08",), "2018-01-24")
    assert [(v.amount, v.currency, v.kind) for v in award.values] == [("709130.00", "EUR", "award")]
    assert [winner.country for winner in award.winners] == ["DE"]
