"""Every field that a TED_EXPORT notice states, by XPath, to hold the reader's record against.

The XPaths are written from the formats' own documents and from the files; none of the reader's
code is used. `legacy` returns for each field its texts in document order, with every run of white
space as one space; what is withheld is not stated. A party is `name|country|number`, the winners
of an award are joined by ` & `, a sum is `number currency kind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from lxml import etree

Tree = etree._Element
Fields = dict[str, list[str]]
TOTALS = "VAL_ESTIMATED_TOTAL|VAL_TOTAL|VAL_RANGE_TOTAL/LOW|VAL_RANGE_TOTAL/HIGH"

STAGES = {
    "Contract award notice": "result", "Concession award notice": "result",
    "Results of design contests": "result", "Contract notice": "competition",
    "Services concession": "competition", "Works concession": "competition",
    "Design contest": "competition", "Dynamic purchasing system": "competition",
    "Prior information notice with call for competition": "competition",
    "Periodic indicative notice with call for competition": "competition",
    "Qualification system with call for competition": "competition",
    "Qualification system without call for competition": "competition",
    "Prior information notice without call for competition": "planning",
    "Periodic indicative notice without call for competition": "planning",
    "Buyer profile": "planning", "Voluntary ex ante transparency notice": "dir-awa-pre",
    "Modification of a contract/concession during its term": "cont-modif",
    "Additional information": "change",
}  # fmt: skip
PROCEDURES = {
    "Open procedure": "open", "Restricted procedure": "restricted",
    "Accelerated restricted procedure": "restricted", "Negotiated procedure": "neg-w-call",
    "Accelerated negotiated procedure": "neg-w-call", "Competitive dialogue": "comp-dial",
    "Competitive procedure with negotiation": "neg-w-call", "Innovation partnership": "innovation",
    "Negotiated without a prior call for competition": "neg-wo-call", "Direct award": "neg-wo-call",
    "Contract award without prior publication": "neg-wo-call",
}  # fmt: skip
COUNTRIES = {
    "UK": "GB", "EL": "GR", "GBR": "GB", "GRC": "GR", "FRA": "FR", "ITA": "IT", "DEU": "DE",
    "NLD": "NL", "POL": "PL", "BEL": "BE", "LUX": "LU", "IRL": "IE", "ESP": "ES", "USA": "US",
    "CHE": "CH", "AUT": "AT", "SWE": "SE", "DNK": "DK", "FIN": "FI", "CZE": "CZ", "BGR": "BG",
    "SEN": "SN", "ALB": "AL", "GIN": "GN", "HUN": "HU", "1A0": "XK", "1A": "XK",
}  # fmt: skip
LEGACY_KINDS = {
    "VAL_ESTIMATED_TOTAL": "estimate", "VAL_OBJECT": "estimate", "VAL_TOTAL": "award",
    "VAL_TOTAL_AFTER": "award", "VAL_PRIZE": "award", "LOW": "range_low", "HIGH": "range_high",
    "LOW_VALUE": "range_low", "HIGH_VALUE": "range_high",
}  # fmt: skip


def tree(data: bytes) -> Tree:
    """Parse, and leave local names alone."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    for element in root.iter():
        element.tag = etree.QName(element).localname
    return root


def at(node: Tree, path: str) -> list[Tree]:
    return [found for found in _found(node, path) if isinstance(found, etree._Element)]


def _found(node: Tree, path: str) -> list[object]:
    found = node.xpath(path)
    assert isinstance(found, list)
    return list(found)


def line(text: str) -> str:
    return " ".join(text.split())


def text(node: Tree) -> str:
    """The text, paragraphs apart; nothing where it is withheld."""
    parts = ("".join(map(str, p.itertext())) for p in at(node, "P") or [node])
    said = line(" ".join(parts))
    return "" if said.lower() == "unpublished" else said


def texts(node: Tree, path: str) -> list[str]:
    return [said for found in at(node, path) if (said := text(found))]


def first(node: Tree, path: str) -> str:
    return next(iter(texts(node, path)), "")


def attributes(node: Tree, path: str) -> list[str]:
    return [str(found) for found in _found(node, path) if str(found)]


def once(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(item for item in items if item))


def links(node: Tree, path: str) -> list[str]:
    """Addresses, each once, without those that are somebody's e-mail address."""
    return [said for said in once(texts(node, path)) if "@" not in said.split("?")[0]]


def country(code: str) -> str:
    return COUNTRIES.get(code, code)


def day(said: str) -> str:
    digits = re.sub(r"\D", "", said)[:8]
    whole = len(digits) == 8 and digits[:4] != "1970"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if whole else ""


def number(said: str) -> str:
    """`2017/S 075-144335`, `00215550-2024`, `000050_2020` -> number-year; else as written."""
    found = re.fullmatch(r"(\d{4})/S \d+-0*(\d+)", said)
    if found:
        return f"{found[2]}-{found[1]}"
    found = re.fullmatch(r"0*(\d+)[-_/](\d{4})", said)
    return f"{found[1]}-{found[2]}" if found else said


def money(amount: str, currency: str | None, kind: str) -> str:
    try:
        value = Decimal(re.sub(r"\s", "", amount).replace(",", "."))
    except InvalidOperation:
        return ""
    return f"{value.normalize():f} {currency} {kind}" if value >= 0 and currency else ""


def name_key(said: str) -> str:
    """How lots and awards name a lot: the digits, else the words."""
    return ".".join(str(int(d)) for d in re.findall(r"\d+", said)) or said.casefold()


# what TED_EXPORT states


def legacy_sums(node: Tree, path: str) -> list[str]:
    """Sums with their kind; an element under PUBLICATION="NO" is not for publication."""
    found = []
    for sum_ in at(node, path):
        if at(sum_, "ancestor-or-self::*[@PUBLICATION='NO']"):
            continue
        currency = attributes(sum_, "ancestor-or-self::*[@CURRENCY][1]/@CURRENCY")
        kind = LEGACY_KINDS.get(str(sum_.tag)) or defence_kind(sum_)
        found.append(money(sum_.get("FMTVAL") or text(sum_), next(iter(currency), None), kind))
    return [one for one in found if one]


def defence_kind(sum_: Tree) -> str:
    """A sum with a VAT rate is a final one, unless its block is the initial estimate."""
    rated = at(sum_, "ancestor::COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE")
    return "award" if rated else "estimate"


def body(place: Tree) -> str:
    name = first(place, "OFFICIALNAME|ORGANISATION/OFFICIALNAME")
    land = next(iter(attributes(place, "COUNTRY/@VALUE")), "")
    key = first(place, "NATIONALID|ORGANISATION/NATIONALID")
    return f"{name}|{country(land)}|{key}" if name else ""


def bodies_at(node: Tree, path: str) -> list[str]:
    return [said for place in at(node, path) if (said := body(place))]


def legacy(root: Tree) -> Fields:
    coded = at(root, "CODED_DATA_SECTION")[0]
    form = at(root, "FORM_SECTION/*[@CATEGORY='ORIGINAL']")[0]
    land = attributes(coded, "NOTICE_DATA/ISO_COUNTRY/@VALUE")
    kind = first(coded, "CODIF_DATA/TD_DOCUMENT_TYPE")
    way = first(coded, "CODIF_DATA/PR_PROC")
    earlier = texts(coded, "NOTICE_DATA/REF_NOTICE/NO_DOC_OJS")
    earlier += texts(form, "PROCEDURE/NOTICE_NUMBER_OJ|COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ")
    earlier += texts(form, ".//PREVIOUS_PUBLICATION_EXISTS_F17//NOTICE_NUMBER_OJ")
    earlier += texts(form, ".//PREVIOUS_PUBLICATION_EXISTS_F18//NOTICE_NUMBER_OJ")
    limit = first(form, "PROCEDURE/DATE_RECEIPT_TENDERS")
    return {
        "number": [number(str(root.get("DOC_ID")))],
        "published": [day(first(coded, "REF_OJS/DATE_PUB"))],
        "dispatched": [day(first(coded, "CODIF_DATA/DS_DATE_DISPATCH"))],
        "deadline": once([day(limit or first(coded, "CODIF_DATA/DT_DATE_FOR_SUBMISSION"))]),
        "country": [country(land[0])],
        "language": [str(form.get("LG")).lower()],
        "type": [STAGES[kind]],
        "procedure": [PROCEDURES.get(way, way.lower())],
        "nature": [first(coded, "CODIF_DATA/NC_CONTRACT_NATURE").lower()],
        "earlier": sorted(set(map(number, earlier))),
        "cpv": sorted(
            {*attributes(coded, "NOTICE_DATA/ORIGINAL_CPV/@CODE")}
            | {*attributes(form, ".//CPV_CODE[not(ancestor::OLD_VALUE)]/@CODE")}
        ),
        **(civil(form) if at(form, "OBJECT_CONTRACT") else defence(form)),
    }


def civil(form: Tree) -> Fields:
    body_path = "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY"
    subjects = at(form, "OBJECT_CONTRACT")
    return {
        "buyers": bodies_at(form, f"{body_path}|{body_path}_ADDITIONAL"),
        "title": texts(subjects[0], "TITLE"),
        "description": texts(subjects[0], "SHORT_DESCR"),
        "reference": texts(subjects[0], "REFERENCE_NUMBER"),
        "links": links(form, "CONTRACTING_BODY/URL_DOCUMENT"),
        "funds": texts(form, "OBJECT_CONTRACT/OBJECT_DESCR/EU_PROGR_RELATED"),
        **civil_lots(subjects),
        **civil_awards(form),
    }


def civil_lots(subjects: list[Tree]) -> Fields:
    """Lots, and the sums of the whole.

    Where a notice is about several contracts, their lots count as `2.1`; a contract without lots
    is a lot itself, with its title, its main code and its sums.
    """
    found: Fields = {
        name: []
        for name in ("values", "lots", "lot titles", "lot descriptions", "lot cpv", "lot values")
    }
    for subject in subjects:
        lots = at(subject, "OBJECT_DESCR")
        item = str(subject.get("ITEM"))
        itself = len(subjects) > 1 and len(lots) == 1
        if not itself:
            found["values"] += legacy_sums(subject, TOTALS)
        for lot in lots:
            own = first(lot, "LOT_NO") or str(lot.get("ITEM") or 1)
            several = item if itself else f"{item}.{own}"
            found["lots"].append(name_key(several if len(subjects) > 1 else own))
            title = first(lot, "TITLE") or (first(subject, "TITLE") if itself else "")
            found["lot titles"].append(title)
            found["lot descriptions"].append(first(lot, "SHORT_DESCR"))
            codes = attributes(subject, "CPV_MAIN/CPV_CODE/@CODE") if itself else []
            codes += attributes(lot, ".//CPV_CODE/@CODE")
            found["lot cpv"].append(" ".join(once(codes)))
            sums = legacy_sums(subject, TOTALS) if itself else []
            found["lot values"].append(" ".join(sums + legacy_sums(lot, "VAL_OBJECT")))
    return {**found, "values": sorted(found["values"])}


def civil_awards(form: Tree) -> Fields:
    """Awards and prizes; a modified contract's first sum is the one after the modification."""
    awards = at(form, "AWARD_CONTRACT|RESULTS/AWARDED_PRIZE|RESULTS/NO_AWARDED_PRIZE")
    sums = "|".join(
        f"AWARDED_CONTRACT/{holder}{path}"
        for holder in ("", "VALUE/", "VALUES/")
        for path in TOTALS.split("|")
    )
    sums += "|VAL_PRIZE|../MODIFICATIONS_CONTRACT//VAL_TOTAL_AFTER"
    days = "AWARDED_CONTRACT/DATE_CONCLUSION_CONTRACT|DATE_DECISION_JURY"
    return {
        "award lots": [name_key(" ".join(texts(a, "LOT_NO"))) for a in awards],
        "award titles": [first(a, "TITLE") for a in awards],
        "winners": [
            " & ".join(bodies_at(a, ".//ADDRESS_CONTRACTOR|.//ADDRESS_WINNER")) for a in awards
        ],
        "award values": [" ".join(legacy_sums(a, sums)) for a in awards],
        "concluded": [day(first(a, days)) for a in awards],
    }


def defence(form: Tree) -> Fields:
    sums = "descendant-or-self::VALUE_COST|.//LOW_VALUE|.//HIGH_VALUE"
    parts = ("AWARD_OF_CONTRACT_DEFENCE", "F17_ANNEX_B", "LOT_PRIOR_INFORMATION")
    inside = "|".join(f"ancestor::{part}" for part in parts)
    awards = at(form, f".//{parts[0]}")
    lots = at(form, f".//{parts[1]}|.//{parts[2]}")
    whole = [s for s in at(form, sums) if not at(s, inside)]
    operators = ".//ECONOMIC_OPERATOR_NAME_ADDRESS/CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME"
    return {
        "buyers": bodies_at(form, ".//CA_CE_CONCESSIONAIRE_PROFILE"),
        "title": texts(form, ".//TITLE_CONTRACT")[:1],
        "description": texts(form, ".//SHORT_CONTRACT_DESCRIPTION")[:1],
        "reference": texts(form, ".//FILE_REFERENCE_NUMBER")[:1],
        "values": sorted(v for s in whole for v in legacy_sums(s, ".")),
        "lots": [name_key(first(lot, "LOT_NUMBER")) for lot in lots],
        "lot titles": [first(lot, "LOT_TITLE") for lot in lots],
        "lot descriptions": [first(lot, "LOT_DESCRIPTION") for lot in lots],
        "lot cpv": [" ".join(once(attributes(lot, ".//CPV_CODE/@CODE"))) for lot in lots],
        "lot values": [" ".join(legacy_sums(lot, sums)) for lot in lots],
        "award lots": [name_key(" ".join(texts(a, "LOT_NUMBER"))) for a in awards],
        "award titles": [first(a, "CONTRACT_TITLE") for a in awards],
        "winners": [" & ".join(bodies_at(a, operators)) for a in awards],
        "award values": [" ".join(legacy_sums(a, sums)) for a in awards],
        "concluded": [
            "-".join(
                f"{first(a, f'CONTRACT_AWARD_DATE/{part}'):0>2}"
                for part in ("YEAR", "MONTH", "DAY")
            )
            for a in awards
        ],
    }
