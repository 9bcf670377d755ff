"""TED notices: both formats, four namespaces and the defence grammar, into one record."""

from __future__ import annotations

from lxml import etree

from core.errors import EmptyDocument
from core.records import Notice, Page
from extract.notices.defence import read_defence
from extract.notices.eforms import read_eforms
from extract.notices.legacy import original_form, read_form
from extract.notices.page import NoticePage
from extract.xml import local_name

_EFORMS = {
    "ContractNotice",
    "ContractAwardNotice",
    "PriorInformationNotice",
    "BusinessRegistrationInformationNotice",
}
# a form of the 2014 grammar keeps its subject in this element, a defence form never does
_NEW_GRAMMAR = "{*}OBJECT_CONTRACT"


def is_notice(root: etree._Element) -> bool:
    """Tell whether `root` is the root element of a TED notice."""
    return local_name(root) == "TED_EXPORT" or local_name(root) in _EFORMS


def read_notice(root: etree._Element, label: str) -> tuple[Notice, Page]:
    """Return what a notice states and its one rendered page.

    Every `Stated` of the notice has offsets so that `page.text[start:end]` is its text, and an
    XPath of local names. Raises `DamagedDocument` where a TED_EXPORT has no original form and
    `EmptyDocument` where nothing that can be read is stated.
    """
    page = NoticePage()
    if local_name(root) != "TED_EXPORT":
        notice = read_eforms(root, page)
    elif original_form(root, label).find(_NEW_GRAMMAR) is not None:
        notice = read_form(root, label, page)
    else:
        notice = read_defence(root, label, page)
    finished = page.finish()
    if not finished.text.strip():
        raise EmptyDocument(f"{label} is a notice that states nothing.")
    return notice, finished
