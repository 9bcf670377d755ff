"""Captions of the running text in eForms notices, by paths below a lot or the notice itself.

Places of opening, terms of appeal and the reasons for withholding a field have no caption.
"""

from __future__ import annotations

from lxml import etree

from extract.notices.common import find, find_all
from extract.notices.eforms_parts import EXTENSION, in_language
from extract.notices.page import NoticePage
from extract.notices.passages import write_passage

_QUALIFICATION = "TenderingTerms/TendererQualificationRequest"
_CRITERION = "TenderingTerms/AwardingTerms/AwardingCriterion"
_Texts = tuple[tuple[str, str, str], ...]

# the path of the element that holds a text, once for each language, the text's name, its caption
_TEXTS: _Texts = (
    ("ProcurementProject/ContractExtension", "OptionsDescription", "Options"),
    ("ProcurementProject/ContractExtension/Renewal/Period", "Description", "Renewal"),
    ("ProcurementProject", "Note", "Additional information"),
    ("ProcurementProject/ProcurementAdditionalType", "ProcurementType", "Strategic procurement"),
    ("TenderingProcess/ProcessJustification", "ProcessReason", "Justification of the procedure"),
    ("TenderingProcess/ProcessJustification", "Description", "Justification of the procedure"),
    ("TenderingProcess", "Description", "Main features of the procedure"),
    ("TenderingProcess/FrameworkAgreement", "Justification",
     "Justification of the framework agreement's length"),
    ("TenderingProcess/FrameworkAgreement/SubsequentProcessTenderRequirement", "Description",
     "Other buyers under the framework agreement"),
    ("TenderingProcess/AuctionTerms", "Description", "Electronic auction"),
    (f"TenderingTerms/{EXTENSION}/SelectionCriteria", "Name", "Selection criterion"),
    (f"TenderingTerms/{EXTENSION}/SelectionCriteria", "Description", "Selection criterion"),
    (f"{_QUALIFICATION}/SpecificTendererRequirement", "Description", "Requirement on tenderers"),
    (_QUALIFICATION, "CompanyLegalForm", "Legal form"),
    (_CRITERION, "CalculationExpression", "Award criterion"),
    (f"{_CRITERION}/SubordinateAwardingCriterion", "Name", "Award criterion"),
    (f"{_CRITERION}/SubordinateAwardingCriterion", "Description", "Award criterion"),
    ("TenderingTerms/AwardingTerms/Prize", "Description", "Prizes"),
    ("TenderingTerms/ContractExecutionRequirement", "Description", "Conditions of performance"),
    ("TenderingTerms/RequiredFinancialGuarantee", "Description", "Deposits and guarantees"),
    ("TenderingTerms/PaymentTerms", "Note", "Financing and payment"),
    ("TenderingTerms/SecurityClearanceTerm", "Description", "Security clearance"),
    ("TenderingTerms/ProcurementLegislationDocumentReference", "DocumentDescription",
     "Law that applies"),
    ("TenderingTerms", "RecurringProcurementDescription", "Timing of further notices"),
)  # fmt: skip
_OF_TENDERS: _Texts = (
    ("ConcessionRevenue", "ValueDescription", "On the value"),
    ("SubcontractingTerm", "TermDescription", "Subcontracting"),
)


def write_texts(page: NoticePage, element: etree._Element, language: str | None) -> None:
    """Write what a lot, or the notice for all its lots, says in words."""
    _write(page, element, language, _TEXTS)


def write_tender_texts(page: NoticePage, tender: etree._Element, language: str | None) -> None:
    """Write what a tender that won says of its value and its subcontracting."""
    _write(page, tender, language, _OF_TENDERS)


def _write(page: NoticePage, element: etree._Element, language: str | None, texts: _Texts) -> None:
    for path, name, caption in texts:
        for holder in find_all(element, path):
            found = in_language(find_all(holder, name), language)
            if found is not None and not _withheld(holder):
                write_passage(page, caption, found)


def _withheld(holder: etree._Element) -> bool:
    """Say whether a field beside the text, or the text, is marked as not to be published yet."""
    return any(
        find(holder, path) is not None for path in ("FieldsPrivacy", f"{EXTENSION}/FieldsPrivacy")
    )
