"""What the reader makes of every real notice equals an XPath count of it, field by field."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import extract
from core.records import (
    Award,
    Change,
    Document,
    Lot,
    Notice,
    Party,
    Stated,
    Translation,
    Value,
)
from tests.independent.eforms_details_xpaths import eforms_details
from tests.independent.eforms_xpaths import eforms
from tests.independent.legacy_details_xpaths import legacy_details, without_contacts
from tests.independent.notice_xpaths import (
    Fields,
    Tree,
    at,
    legacy,
    line,
    money,
    name_key,
    text,
    tree,
)

# What may differ between a file and its record, and why.
ALLOWED = {
    "the lots of an award": "an award writes `Lot 1` or `01` where the lot is `1`: digits decide",
    "lots of several contracts": "a notice of several contracts counts its lots as `2.1`",
    "VAL_TOTAL below MODIFICATIONS_CONTRACT": "the form does not say whether it is the old sum, "
    "the new one or the difference: it stands on the page alone",
    "links that are e-mail addresses": "they are personal data",
    "contractors below MODIFICATIONS_CONTRACT": "the record holds who won the contract; who holds "
    "it afterwards, mostly the same in another spelling, stands on the page alone",
    "Prize of eForms lots, sums of groups of lots": "no kind of their own: on the page alone",
    "telephones and e-mail addresses in places and corrections": "they are personal data",
    "sections I and VI.4 of corrections": "contact persons and addresses",
}
# What sections 5.4 and 5.5 of the formats' notes name and the record has no field for, and why.
NO_FIELD = {
    "HTML links, NUTS of the buyer in the header": "the links follow from the number, the code "
    "stands in the body",
    "header titles in languages other than English": "they are translations of town and CPV code",
    "dispatch time, rank and reference of a tender, LOT_DIVISION": "they tell a reader nothing "
    "that dates, awards and lots do not",
    "sums in the header's VALUES": "repeated in the form, see the last test",
}
# how often at least what few notices state is found, so that no comparison is of nothing
FEW = {
    "version": 40,
    "procedure_id": 40,
    "decided": 20,
    "subcontractors": 11,
    "vat": 36,
    "places": 40,
    "changed": 80,
    "lot translations": 90,
    "changes": 110,
    "notice_id": 190,
    "other values": 130,
}
PERSONAL = (
    ".//CONTACT_POINT|.//E_MAIL|.//PHONE|.//FAX|.//ATTENTION|.//MEMBER_NAME|.//Contact/*"
    "|.//FamilyName|.//FirstName|.//ElectronicMail|.//Telephone|.//Telefax"
)
FREE_TEXT = (
    "//TITLE|//SHORT_DESCR|//SHORT_CONTRACT_DESCRIPTION|//TITLE_CONTRACT|//CONTRACT_TITLE"
    "|//LOT_TITLE|//LOT_DESCRIPTION|//EU_PROGR_RELATED|//OFFICIALNAME|//PartyName/Name"
    "|//ProcurementProject/Name|//ProcurementProject/Description|//SettledContract/Title"
    "|//NATIONALID|//CompanyID"
)


def read(data: bytes) -> Document:
    """Read a notice as the pipeline does."""
    return extract.read(data, sha256=hashlib.sha256(data).hexdigest(), name="a.xml").document


def one(said: Stated | str | None) -> str:
    return line(said.text if isinstance(said, Stated) else said or "")


def some(said: Stated | str | None) -> list[str]:
    return [one(said)] if said else []


def party(body: Party) -> str:
    return f"{one(body.name)}|{body.country or ''}|{body.identifier or ''}"


def sums(values: tuple[Value, ...]) -> list[str]:
    return [money(value.amount, value.currency, value.kind) for value in values]


def lot_fields(lots: tuple[Lot, ...]) -> Fields:
    return {
        "lots": [lot.number for lot in lots],
        "lot titles": [one(lot.title) for lot in lots],
        "lot descriptions": [one(lot.description) for lot in lots],
        "lot cpv": [" ".join(lot.cpv) for lot in lots],
        "lot values": [" ".join(sums(lot.values)) for lot in lots],
        "funds": [one(fund) for lot in lots for fund in lot.funds],
        "lot nuts": [" ".join(lot.nuts) for lot in lots],
        "lot countries": [" ".join(lot.countries) for lot in lots],
        "lot places": [joined(lot.places) for lot in lots],
        "lot translations": [" & ".join(map(translation, lot.translations)) for lot in lots],
    }


def award_fields(awards: tuple[Award, ...]) -> Fields:
    return {
        "award lots": [" ".join(award.lots) for award in awards],
        "award titles": [one(award.title) for award in awards],
        "winners": [" & ".join(map(party, award.winners)) for award in awards],
        "award values": [" ".join(sums(award.values)) for award in awards],
        "concluded": [award.concluded or "" for award in awards],
        "decided": [award.decided or "" for award in awards],
        "contract numbers": [one(award.contract_number) for award in awards],
        "outcomes": [award.outcome or "" for award in awards],
        "tenders received": [
            " ".join(f"{k}={n}" for k, n in sorted(award.tenders_received.items()))
            for award in awards
        ],
        "other values": [" ".join(sorted(sums(award.other_values))) for award in awards],
        "subcontractors": [" & ".join(map(party, award.subcontractors)) for award in awards],
    }


def joined(said: tuple[Stated, ...]) -> str:
    return " & ".join(without_contacts(one(part)) for part in said)


def translation(said: Translation) -> str:
    parts = (said.language, said.title, said.description, said.buyer)
    return "|".join(one(part) for part in parts)


def change(said: Change) -> str:
    lots = " ".join(said.lots)
    parts = (
        " ".join(said.sections),
        lots if lots.startswith("LOT-") else name_key(lots),
        *map(one, (said.label, said.old, said.new, said.description, said.reason)),
        said.reason_code or "",
    )
    return without_contacts("|".join(parts))


def party_nuts(notice: Notice) -> list[str]:
    parts = [(award.winners, award.subcontractors) for award in notice.awards]
    bodies = [*notice.buyers, *(body for pair in parts for part in pair for body in part)]
    return sorted(body.nuts for body in bodies if body.nuts)


def taxed(notice: Notice) -> list[str]:
    parts: list[Notice | Lot | Award] = [notice, *notice.lots, *notice.awards]
    values = (value for part in parts for value in part.values if value.vat)
    return sorted(f"{value.vat} {value.vat_rate or ''}" for value in values)


def recorded(notice: Notice) -> Fields:
    """Write the record in the words of `notice_xpaths.legacy`."""
    plain = ("number", "published", "dispatched", "deadline", "country", "language", "type",
             "procedure", "nature", "title", "description", "reference", "notice_id", "version",
             "procedure_id", "oj_issue", "schema", "notice_type", "subtype", "legal_basis",
             "buyer_type", "activity", "heading", "deadline_time", "changed")  # fmt: skip
    return {
        **{name: some(getattr(notice, name)) for name in plain},
        "earlier": sorted(notice.earlier),
        "cpv": sorted(notice.cpv),
        "buyers": [party(buyer) for buyer in notice.buyers],
        "links": list(notice.links),
        "values": sorted(sums(notice.values)),
        "nuts": list(notice.nuts),
        "countries": list(notice.countries),
        "places": [joined(notice.places)] if notice.places else [],
        "changes": list(map(change, notice.changes)),
        "translations": list(map(translation, notice.translations)),
        "party nuts": party_nuts(notice),
        "vat": taxed(notice),
        **lot_fields(notice.lots),
        **award_fields(notice.awards),
    }


def brought_together(name: str, texts: list[str], *, old: bool) -> list[str]:
    """Return a field's texts with nothing left that `ALLOWED` says may differ.

    The sums of one part of a notice are compared in any order.
    """
    if name in {"values", "lot values", "award values"}:
        return [" ".join(sorted(re.findall(r"\S+ \S+ \S+", said))) for said in texts]
    if name in {"lots", "award lots"} and old:
        return [name_key(said) for said in texts]
    return texts


def places(record: Any) -> Iterator[Stated]:
    """Every `Stated` in a record."""
    if isinstance(record, Stated):
        yield record
    elif isinstance(record, msgspec.Struct):
        for name in record.__struct_fields__:
            yield from places(getattr(record, name))
    elif isinstance(record, tuple):
        for part in record:
            yield from places(part)


@dataclass
class Compared:
    """What came of all notices: texts by field on both sides, and the notices that differ."""

    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    differing: dict[str, dict[str, tuple[list[str], list[str]]]] = field(default_factory=dict)
    misplaced: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    header_sums: Counter[str] = field(default_factory=Counter)

    def fields(self, path: Path, root: Tree, notice: Notice) -> None:
        """Count the texts of every field on both sides; remember where they differ."""
        old = root.tag == "TED_EXPORT"
        there = {**legacy(root), **legacy_details(root)} if old else {
            **eforms(root), **eforms_details(root)}  # fmt: skip
        here = recorded(notice)
        for name in here:
            want = brought_together(name, there.get(name, []), old=old)
            have = brought_together(name, here[name], old=old)
            self.expected[name] += sum(1 for said in want if said)
            self.found[name] += sum(1 for said in have if said)
            if want != have:
                self.differing.setdefault(name, {})[path.name] = (want, have)

    def places(self, path: Path, document: Document) -> None:
        """Every stated text stands on the page where it says, and behind a caption."""
        page = document.pages[0].text
        for said in places(document.notice):
            before = page[page.rfind("\n", 0, said.start) + 1 : said.start]
            if page[said.start : said.end] != said.text or not before.endswith((": ", " -> ")):
                self.misplaced.append(f"{path.name} {said.path}")

    def people(self, path: Path, root: Tree, document: Document) -> None:
        """No contact, name or number of a person stands in the record or on the page.

        Titles and descriptions may hold them too, and a body's number may look like a telephone's:
        what is stated there as well is not looked at.
        """
        free = " ".join(text(element) for element in at(root, FREE_TEXT))
        whole = line(document.to_json().decode())
        names = {said for said in map(text, at(root, PERSONAL)) if len(said) > 5}
        self.personal += [f"{path.name} {n}" for n in names if n in whole and n not in free]

    def header(self, root: Tree, notice: Notice) -> None:
        """The sums of a TED_EXPORT's header are among those that its form states."""
        parts: list[Notice | Lot | Award] = [notice, *notice.lots, *notice.awards]
        known = {(Decimal(v.amount), v.currency) for part in parts for v in part.values}
        for element in at(root, "CODED_DATA_SECTION/NOTICE_DATA/VALUES/VALUE"):
            pair = (Decimal(text(element).replace(" ", "")), element.get("CURRENCY"))
            self.header_sums["known" if pair in known else f"unknown {pair}"] += 1


@pytest.fixture(scope="module")
def compared(shared_data: Path) -> Compared:
    """Read every notice of the folder once."""
    found = Compared()
    for path in sorted((shared_data / "ted").rglob("*.xml")):
        if "INVALID" in path.name:
            continue
        data = path.read_bytes()
        document, root = read(data), tree(data)
        assert document.notice is not None
        found.fields(path, root, document.notice)
        found.places(path, document)
        found.people(path, root, document)
        found.header(root, document.notice)
    return found


def test_every_field_of_every_notice_is_read(compared: Compared) -> None:
    assert compared.differing == {}
    assert compared.found == compared.expected
    assert not {name: n for name, n in compared.found.items() if n < FEW.get(name, 400)}
    assert compared.found["winners"] > 2000
    assert compared.found["award values"] > 2000


def test_every_stated_text_stands_on_the_page(compared: Compared) -> None:
    assert compared.misplaced == []


def test_no_personal_data_is_kept(compared: Compared) -> None:
    assert compared.personal == []


def test_the_sums_of_headers_are_among_those_of_forms(compared: Compared) -> None:
    assert set(compared.header_sums) == {"known"}
    assert compared.header_sums["known"] > 900
