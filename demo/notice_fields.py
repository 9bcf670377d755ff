"""What the Search API answers about a notice, and what a query can ask of it.

Names and shapes follow the Search API's description (version 3): titles are one text per language,
organisation names a list per language, most other fields lists; an empty field is left out.
"""

from collections.abc import Mapping
from typing import Any

from demo.marks import strip_marks
from demo.world import Lot, Notice

ALPHA_3 = {
    "AL": "ALB",
    "BA": "BIH",
    "BE": "BEL",
    "CZ": "CZE",
    "DE": "DEU",
    "ES": "ESP",
    "FR": "FRA",
    "GR": "GRC",
    "HR": "HRV",
    "IE": "IRL",
    "IT": "ITA",
    "LU": "LUX",
    "NE": "NER",
    "NL": "NLD",
    "PL": "POL",
    "RO": "ROU",
    "SE": "SWE",
    "TN": "TUN",
}
LANGUAGE_3 = {"EN": "eng", "FR": "fra"}
NOTICE_TYPES = {
    "F02": ("cn-standard", "competition"),
    "F03": ("can-standard", "result"),
    "defence-contract": ("cn-standard", "competition"),
    "defence-award": ("can-standard", "result"),
    "eforms-cn": ("cn-standard", "competition"),
    "eforms-can": ("can-standard", "result"),
}
# names that the API knows and that no notice of this world fills
_EMPTY_FIELDS = {
    "additional-classification-proc",
    "buyer-city",
    "contract-conclusion-date",
    "contract-identifier",
    "deadline-receipt-request",
    "document-url-lot",
    "framework-value-notice",
    "internal-identifier-lot",
    "internal-identifier-proc",
    "main-classification-proc",
    "notice-identifier",
    "notice-subtype",
    "organisation-name-buyer",
    "organisation-name-tenderer",
    "place-of-performance-country-lot",
    "place-of-performance-country-proc",
    "place-of-performance-subdiv-lot",
    "procedure-identifier",
    "tender-identifier",
    "tender-value-lowest",
    "winner-decision-date",
    "winner-identifier",
    "winner-selection-status",
}


def legal_basis(notice: Notice) -> str:
    """Return the legal basis: the defence or the classic procurement directive."""
    return "32009L0081" if notice.form.startswith("defence") else "32014L0024"


def total_award(notice: Notice) -> str | None:
    """Return the sum of the awarded values, None where no lot states one."""
    return _total([lot.award for lot in notice.lots])


def total_estimate(notice: Notice) -> str | None:
    """Return the sum of the estimated values, None where no lot states one."""
    return _total([lot.estimate for lot in notice.lots])


def _total(values: list[str | None]) -> str | None:
    said = [int(value) for value in values if value]
    return str(sum(said)) if said else None


def search_record(notice: Notice) -> Mapping[str, list[str]]:
    """Return what a query is matched against: lists of text, dates as `YYYYMMDD`."""
    lots = [strip_marks(f"{lot.title} {lot.description}") for lot in notice.lots]
    title, description = strip_marks(notice.title), strip_marks(notice.description)
    winners = [lot for lot in notice.lots if lot.winner]
    kind, form = NOTICE_TYPES[notice.form]
    return {
        "publication-number": [notice.name],
        "publication-date": [f"{notice.published:%Y%m%d}"],
        "dispatch-date": [f"{notice.published:%Y%m%d}"],
        "deadline-receipt-tender-date-lot": _date_list(notice),
        "classification-cpv": sorted({notice.cpv, *(lot.cpv for lot in notice.lots)}),
        "buyer-country": [ALPHA_3[notice.buyer_country]],
        "buyer-name": [notice.buyer],
        "winner-name": [str(lot.winner) for lot in winners],
        "winner-country": [ALPHA_3[str(lot.winner_country)] for lot in winners],
        "notice-title": [title, notice.title_en],
        "description-proc": [description],
        "full-text": [" ".join([title, notice.title_en, description, notice.buyer, *lots])],
        "notice-type": [kind],
        "form-type": [form],
        "contract-nature": [notice.nature.lower()],
        "legal-basis": [legal_basis(notice)],
        "ojs-number": [f"{notice.issue}/{notice.year}"],
        "place-of-performance": [notice.nuts],
    }


def _date_list(notice: Notice) -> list[str]:
    return [f"{notice.deadline:%Y%m%d}"] if notice.deadline else []


def response_fields(notice: Notice, base: str) -> dict[str, Any]:
    """Return all fields that the API can answer about a notice; `base` is the site's address."""
    values = _plain_fields(notice) | _lot_fields(notice, notice.lots)
    values |= {"links": _links(notice, base)}
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _plain_fields(notice: Notice) -> dict[str, Any]:
    language = LANGUAGE_3[notice.language]
    title = {language: strip_marks(notice.title)} | {"eng": notice.title_en}
    day = f"{notice.published}+01:00"
    record = search_record(notice)
    award, estimate = total_award(notice), total_estimate(notice)
    single = {name: record[name][0] for name in ("publication-number", "ojs-number", "notice-type")}
    return single | {
        "ND": notice.name,
        "publication-date": day,
        "PD": day,
        "dispatch-date": day,
        "form-type": record["form-type"][0],
        "notice-version": 1,
        "procedure-type": "open",
        "notice-title": title,
        "TI": title,
        "title-proc": {language: strip_marks(notice.title)},
        "description-proc": {language: strip_marks(notice.description)},
        "buyer-name": {language: [notice.buyer]},
        "buyer-country": record["buyer-country"],
        "classification-cpv": record["classification-cpv"],
        "PC": record["classification-cpv"],
        "contract-nature": record["contract-nature"],
        "legal-basis": record["legal-basis"],
        "place-of-performance": record["place-of-performance"],
        "total-value": float(award) if award else None,
        "total-value-cur": [notice.currency] if award else None,
        "result-value-notice": float(award) if award else None,
        "result-value-cur-notice": notice.currency if award else None,
        "estimated-value-proc": float(estimate) if estimate else None,
        "estimated-value-cur-proc": notice.currency if estimate else None,
    }


def _lot_fields(notice: Notice, lots: tuple[Lot, ...]) -> dict[str, Any]:
    language = LANGUAGE_3[notice.language]
    estimates = [float(lot.estimate) for lot in lots if lot.estimate]
    awards = [float(lot.award) for lot in lots if lot.award]
    winners = [lot for lot in lots if lot.winner]
    names = [lot.winner for lot in winners]
    return {
        "identifier-lot": [f"LOT-{lot.number:04d}" for lot in lots],
        "title-lot": {language: [strip_marks(lot.title) for lot in lots]},
        "description-lot": {language: [strip_marks(lot.description) for lot in lots]},
        "deadline-receipt-tender-date-lot": (
            [f"{notice.deadline}+01:00"] if notice.deadline else None
        ),
        "estimated-value-lot": estimates,
        "estimated-value-cur-lot": [notice.currency] * len(estimates),
        "tender-value": awards,
        "tender-value-cur": [notice.currency] * len(awards),
        "winner-name": {language: names} if names else None,
        "winner-country": [ALPHA_3[str(lot.winner_country)] for lot in winners],
    }


def _links(notice: Notice, base: str) -> dict[str, dict[str, str]]:
    return {
        "xml": {"MUL": f"{base}/en/notice/{notice.name}/xml"},
        "html": {
            code: f"{base}/{code[:2].lower()}/notice/-/detail/{notice.name}"
            for code in ("ENG", "FRA")
        },
    }


FIELD_NAMES = _EMPTY_FIELDS | {
    "links",
    "publication-number",
    "ND",
    "ojs-number",
    "notice-type",
    "form-type",
    "publication-date",
    "PD",
    "dispatch-date",
    "notice-version",
    "procedure-type",
    "notice-title",
    "TI",
    "title-proc",
    "description-proc",
    "buyer-name",
    "buyer-country",
    "classification-cpv",
    "PC",
    "contract-nature",
    "legal-basis",
    "place-of-performance",
    "total-value",
    "total-value-cur",
    "result-value-notice",
    "result-value-cur-notice",
    "estimated-value-proc",
    "estimated-value-cur-proc",
    "identifier-lot",
    "title-lot",
    "description-lot",
    "deadline-receipt-tender-date-lot",
    "estimated-value-lot",
    "estimated-value-cur-lot",
    "tender-value",
    "tender-value-cur",
    "winner-name",
    "winner-country",
}
