"""Captions of the running text in the older grammar of TED_EXPORT, by the names of its elements."""

from __future__ import annotations

from collections.abc import Set

from lxml import etree

from extract.notices.page import NoticePage
from extract.notices.passages import write_passages

# what holds persons and addresses, and review bodies; the first title and description stand
_NEVER = frozenset(
    {
        "CA_CE_CONCESSIONAIRE_PROFILE", "CONTACT_DATA", "CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME",
        "CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME_CHP", "PROCEDURES_FOR_APPEAL",
        "ECONOMIC_OPERATOR_NAME_ADDRESS", "P",
    }
)  # fmt: skip
_CAPTIONS = {
    "TITLE_CONTRACT": "Title",
    "SHORT_CONTRACT_DESCRIPTION": "Description",
    "TOTAL_QUANTITY_OR_SCOPE": "Quantity or scope",
    "OPTION_DESCRIPTION": "Options",
    "ADDITIONAL_INFORMATION": "Additional information",
    "ADDITIONAL_INFORMATION_ABOUT_LOTS": "Additional information",
    "RELATES_TO_EU_PROJECT_YES": "EU funds",
    "REASON_CONTRACT_LAWFUL": "Justification of the award without a call",
    "PTAR_JUSTIFICATION": "Justification of the accelerated procedure",
    "JUSTIFICATION": "Justification of the framework agreement's length",
    "FREQUENCY_AWARDED_CONTRACTS": "Frequency and value of the contracts",
    "ECONOMIC_OPERATORS_PERSONAL_SITUATION": "Suitability",
    "ECONOMIC_OPERATORS_PERSONAL_SITUATION_SUBCONTRACTORS": "Suitability of subcontractors",
    "EAF_CAPACITY_INFORMATION": "Economic and financial standing",
    "EAF_CAPACITY_MIN_LEVEL": "Economic and financial standing, least level",
    "T_CAPACITY_INFORMATION": "Technical and professional ability",
    "T_CAPACITY_MIN_LEVEL": "Technical and professional ability, least level",
    "EXECUTION_SERVICE_RESERVED_PARTICULAR_PROFESSION": "Particular profession",
    "EXISTENCE_OTHER_PARTICULAR_CONDITIONS": "Conditions of performance",
    "OPE_OBJECTIVE_CRITERIA": "Criteria for choosing candidates",
    "CRITERIA": "Award criterion",
    "LEGAL_FORM": "Legal form",
    "DEPOSITS_GUARANTEES_REQUIRED": "Deposits and guarantees",
    "MAIN_FINANCING_CONDITIONS": "Financing and payment",
    "USE_ELECTRONIC_AUCTION": "Electronic auction",
}


def write_texts(page: NoticePage, element: etree._Element, apart: Set[str] = frozenset()) -> None:
    """Write what a lot, an award or a form says in words, but for what `apart` names."""
    write_passages(page, element, _CAPTIONS, _NEVER | apart)
