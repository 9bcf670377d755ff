"""TED notices: both formats, four namespaces and the defence grammar, into one record."""

from __future__ import annotations

from lxml import etree

from core.errors import EmptyDocument
from core.records import Notice, Page
from extract.notices.common import once
from extract.notices.defence import read_defence
from extract.notices.eforms import read_eforms
from extract.notices.legacy import read_form
from extract.notices.legacy_header import read_form_element
from extract.notices.page import NoticePage
from extract.notices.passages import people_of
from extract.xml import local_name

# a form of the 2014 grammar keeps its subject in this element, a defence form never does
_NEW_GRAMMAR = "{*}OBJECT_CONTRACT"


def read_notice(root: etree._Element, label: str) -> tuple[Notice, Page]:
    """Return what a notice states and its one rendered page.

    Every `Stated` of the notice has offsets so that `page.text[start:end]` is its text, and an
    XPath of local names. Raises `DamagedDocument` where a TED_EXPORT has no form,
    `HostileDocument` for a notice that unfolds past all measure, and `EmptyDocument` for a draft
    that has neither a number nor any subject, party or sum.
    """
    page = NoticePage(label, people_of(root))
    if local_name(root) != "TED_EXPORT":
        notice = read_eforms(root, page)
    elif read_form_element(root, label).find(_NEW_GRAMMAR) is not None:
        notice = read_form(root, label, page)
    else:
        notice = read_defence(root, label, page)
    if notice.number is None and not page.states:
        raise EmptyDocument(
            f"{label} is a notice without number, subject, parties and sums; fetch it again."
        )
    _write_plain(page, notice)
    return notice, page.finish()


def _write_plain(page: NoticePage, notice: Notice) -> None:
    """Write what heads the notice at the page's end: its number, kind, dates and relations."""
    page.gap()
    for caption, said in (
        ("Notice", notice.number),
        ("Stage", notice.type if notice.type != "unknown" else None),
        ("Procedure", notice.procedure),
        ("Nature", notice.nature),
        ("Reference", notice.reference),
        ("Country", notice.country),
        ("Language", notice.language),
        ("Published", notice.published),
        ("Dispatched", notice.dispatched),
        ("Deadline", " ".join(once((notice.deadline, notice.deadline_time)))),
        ("English title", notice.heading),
        ("Legal basis", notice.legal_basis),
        ("Official Journal issue", notice.oj_issue),
        ("Corrected or modified notice", notice.changed),
        *(("Earlier notice", number) for number in notice.earlier),
        *(("Procurement documents", link) for link in notice.links),
    ):
        if said:
            page.line(f"{caption}: {said}")
