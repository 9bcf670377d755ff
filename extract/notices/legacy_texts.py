"""Captions of the running text in the forms of TED_EXPORT, by the names of its elements."""

from __future__ import annotations

from lxml import etree

from extract.notices.page import NoticePage
from extract.notices.passages import write_passages

# Contracts, lots and awards; `CHANGES` is read as changes, the rest is of persons and places.
_APART = frozenset(
    {
        "OBJECT_DESCR", "AWARD_CONTRACT", "CHANGES", "P", "SHORT_DESCR", "OPENING_CONDITION",
        "ADDRESS_REVIEW_BODY", "ADDRESS_MEDIATION_BODY", "ADDRESS_REVIEW_INFO",
        "ADDRESS_CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY_ADDITIONAL",
        "ADDRESS_FURTHER_INFO", "ADDRESS_PARTICIPATION",
    }
)  # fmt: skip
_OF_ANY = {
    "INFO_ADD": "Additional information",
    "AC_CRITERION": "Award criterion",
}
_OF_LOTS = _OF_ANY | {
    "OPTIONS_DESCR": "Options",
    "RENEWAL_DESCR": "Renewal",
    "CRITERIA_CANDIDATE": "Criteria for choosing candidates",
    "ESSENTIAL_ASSETS": "Essential assets",
}
_OF_AWARDS = _OF_ANY | {
    "INFO_ADD_SUBCONTRACTING": "Subcontracting",
    "INFO_ADD_VALUE": "On the value",
}
_OF_NOTICES = (
    _OF_LOTS
    | _OF_AWARDS
    | {
        "D_JUSTIFICATION": "Justification of the award without a call",
        "ACCELERATED_PROC": "Justification of the accelerated procedure",
        "JUSTIFICATION": "Justification of the framework agreement's length",
        "PROCUREMENT_LAW": "Law of a joint procurement",
        "LOT_COMBINING_CONTRACT_RIGHT": "Combination of lots",
        "SUITABILITY": "Suitability",
        "ECONOMIC_FINANCIAL_INFO": "Economic and financial standing",
        "ECONOMIC_FINANCIAL_MIN_LEVEL": "Economic and financial standing, least level",
        "TECHNICAL_PROFESSIONAL_INFO": "Technical and professional ability",
        "TECHNICAL_PROFESSIONAL_MIN_LEVEL": "Technical and professional ability, least level",
        "RULES_CRITERIA": "Rules and criteria for participation",
        "CRITERIA_SELECTION": "Selection criteria",
        "CONDITIONS": "Conditions of qualification",
        "METHODS": "Methods of verification",
        "PARTICULAR_PROFESSION": "Particular profession",
        "REFERENCE_TO_LAW": "Law on the profession",
        "PERFORMANCE_CONDITIONS": "Conditions of performance",
        "LEGAL_FORM": "Legal form",
        "DEPOSIT_GUARANTEE_REQUIRED": "Deposits and guarantees",
        "MAIN_FINANCING_CONDITION": "Financing and payment",
        "MAIN_FEATURES_AWARD": "Main features of the procedure",
        "CRITERIA_EVALUATION": "Evaluation criteria",
        "NUMBER_VALUE_PRIZE": "Prizes",
        "DETAILS_PAYMENT": "Payments to participants",
        "INFO_ADD_EAUCTION": "Electronic auction",
        "CALCULATION_METHOD": "Method of the estimate",
        "ESTIMATED_TIMING": "Timing of further notices",
        # transport by rail and road
        "EXCLUSIVE_RIGHTS_GRANTED": "Exclusive rights",
        "EXCLUSIVE_RIGHTS": "Exclusive rights",
        "PUBLIC_SERVICE_OBLIGATIONS": "Public service obligations",
        "OTHER_PARTICULAR_CONDITIONS": "Other conditions",
        "SOCIAL_STANDARDS": "Social standards",
        "COST_PARAMETERS": "Cost parameters",
        "INFORMATION_TICKETS": "Information and tickets",
        "PUNCTUALITY_RELIABILITY": "Punctuality and reliability",
        "CANCELLATIONS_SERVICES": "Cancellations",
        "CLEANLINESS_ROLLING_STOCK": "Cleanliness of rolling stock",
        "CUST_SATISFACTION_SURVEY": "Survey of customers",
        "COMPLAINT_HANDLING": "Complaints",
        "ASSIST_PERSONS_REDUCTED_MOB": "Assistance to persons of reduced mobility",
        "OTHER_QUALITY_TARGET": "Other targets of quality",
        "REWARDS_PENALITIES": "Rewards and penalties",
        "LIST": "Lists",
    }
)


def write_lot_texts(page: NoticePage, lot: etree._Element) -> None:
    """Write what a form says in words of a lot's options, renewal and criteria."""
    write_passages(page, lot, _OF_LOTS, _APART)


def write_award_texts(page: NoticePage, award: etree._Element) -> None:
    """Write what a form says in words of an award's subcontracting and value."""
    write_passages(page, award, _OF_AWARDS, _APART)


def write_notice_texts(page: NoticePage, form: etree._Element) -> None:
    """Write what a form says in words of the whole: why and how, to whom and on what terms."""
    page.gap()
    write_passages(page, form, _OF_NOTICES, _APART)
