"""Running text of notices that no field holds: where it stands, and what is left out."""

from __future__ import annotations

import pytest

from core.records import Document
from tests.extract.notices import (
    AWARD_FORM,
    DEFENCE_FORM,
    OLD,
    SUBJECT,
    buyer,
    eforms,
    form,
    ted_export,
)
from tests.extract.test_notices import notice_of

_LONG = "The mast carries a day and night camera with a range of twelve kilometres."


def page(document: Document) -> str:
    return document.pages[0].text


def section(text: str, head: str) -> list[str]:
    """The lines of the page's section that begins with the line `head`."""
    return next(part for part in text.split("\n\n") if part.startswith(f"{head}\n")).split("\n")


def described(passages: str) -> str:
    """A form whose only lot holds these passages."""
    return form(
        "F02_2014", buyer(), SUBJECT.replace("</OBJECT_DESCR>", f"{passages}</OBJECT_DESCR>")
    )


def test_each_part_has_its_passages_behind_what_it_states() -> None:
    changed = (
        AWARD_FORM.replace(
            "</EU_PROGR_RELATED>",
            "</EU_PROGR_RELATED><OPTIONS_DESCR><P>Two boats more.</P></OPTIONS_DESCR>"
            "<INFO_ADD><P>Decision C(2015) 4998.</P><P>Second line.</P></INFO_ADD>",
        )
        .replace(
            "</VALUES>",
            "</VALUES><INFO_ADD_SUBCONTRACTING><P>The engines.</P></INFO_ADD_SUBCONTRACTING>",
        )
        .replace(
            "<PROCEDURE>",
            "<PROCEDURE><PT_AWARD_CONTRACT_WITHOUT_CALL><D_JUSTIFICATION>"
            "<P>Only one yard builds thermal imagers.</P></D_JUSTIFICATION>"
            "</PT_AWARD_CONTRACT_WITHOUT_CALL>",
        )
    )
    _, document = notice_of(ted_export(changed))
    text = page(document)
    assert section(text, "Lot 1")[-4:] == [
        "EU funds: Internal Security Fund",
        "Options: Two boats more.",
        "Additional information: Decision C(2015) 4998.",
        "Second line.",
    ]
    assert section(text, "Award 1 (lot 1)")[-1] == "Subcontracting: The engines."
    justified = text.index("Justification of the award without a call: Only one yard builds")
    assert text.index("Award 2 (lot 2)") < justified < text.index("Notice: 345-2019")


def test_a_paragraph_that_stands_already_is_not_written_again() -> None:
    lots = (
        f"<OBJECT_DESCR><LOT_NO>{lot}</LOT_NO><SHORT_DESCR><P>Masts.</P></SHORT_DESCR><INFO_ADD>"
        f"<P>{_LONG}</P><P>{own}</P></INFO_ADD></OBJECT_DESCR>"
        for lot, own in ((1, "On lorries."), (2, "On ships."), (3, "On ships."))
    )
    subject = f"<OBJECT_CONTRACT><TITLE><P>Masts</P></TITLE>{''.join(lots)}</OBJECT_CONTRACT>"
    _, document = notice_of(ted_export(form("F02_2014", buyer(), subject)))
    text = page(document)
    assert text.count(_LONG) == 1
    assert section(text, "Lot 1")[-2:] == [f"Additional information: {_LONG}", "On lorries."]
    # all of the long lines stand above, so the short one beside them says nothing by itself
    assert "On ships." not in text


def test_a_short_answer_stands_under_each_caption() -> None:
    _, document = notice_of(
        ted_export(
            described("<OPTIONS_DESCR>See II.2.4</OPTIONS_DESCR><RENEWAL_DESCR>See II.2.4"
                      "</RENEWAL_DESCR>")
        )
    )  # fmt: skip
    assert "Options: See II.2.4\nRenewal: See II.2.4\n" in page(document)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Boats only. Ask Jane Contact, tel. +44 555 0195.", "Boats only."),
        ("Boats only. Ask Jane Contact. E-mail: jane@guard.example", "Boats only."),
        ("Contact person: Jane Contact. Boats only.", "Boats only."),
        ("Boats only. Write to Jane Contact in time. By post.", "Boats only. By post."),
        ("Decision of 3.1.2017, GUUE 2017/S 001-000384.", "GUUE 2017/S 001-000384."),
    ],
)
def test_sentences_with_contacts_are_left_out(said: str, kept: str) -> None:
    _, document = notice_of(ted_export(described(f"<INFO_ADD><P>{said}</P></INFO_ADD>")))
    text = page(document)
    assert kept in text
    assert "Jane" not in text
    assert "0195" not in text


@pytest.mark.parametrize("said", ["—", "https://portal.example/tenders/1", "unpublished"])
def test_what_says_nothing_has_no_line(said: str) -> None:
    _, document = notice_of(ted_export(described(f"<INFO_ADD><P>{said}</P></INFO_ADD>")))
    assert "Additional information" not in page(document)


def test_review_bodies_and_juries_are_not_read() -> None:
    parts = (
        "<PROCEDURE><MEMBER_NAME>Joan Owner</MEMBER_NAME></PROCEDURE><COMPLEMENTARY_INFO>"
        f"<INFO_ADD><P>{_LONG}</P></INFO_ADD><ADDRESS_REVIEW_BODY><OFFICIALNAME>Review Court"
        "</OFFICIALNAME></ADDRESS_REVIEW_BODY><REVIEW_PROCEDURE><P>Within ten days.</P>"
        "</REVIEW_PROCEDURE></COMPLEMENTARY_INFO>"
    )
    _, document = notice_of(ted_export(form("F12_2014", buyer(), SUBJECT, parts)))
    text = page(document)
    assert f"Additional information: {_LONG}" in text
    assert not any(word in text for word in ("Joan", "Review Court", "ten days"))


def test_a_passage_that_is_withheld_is_left_out() -> None:
    said = f'<INFO_ADD PUBLICATION="NO"><P>{_LONG}</P></INFO_ADD>'
    _, document = notice_of(ted_export(described(said)))
    assert _LONG not in page(document)


def test_a_defence_notice_has_its_passages() -> None:
    changed = DEFENCE_FORM.replace(
        "</FD_CONTRACT_AWARD_DEFENCE>",
        "<COMPLEMENTARY><RELATES_TO_EU_PROJECT_YES><P>FSI 2014-2020</P></RELATES_TO_EU_PROJECT_YES>"
        f"<ADDITIONAL_INFORMATION><P>{_LONG}</P></ADDITIONAL_INFORMATION><PROCEDURES_FOR_APPEAL>"
        "<LODGING_OF_APPEALS_PRECISION>In court.</LODGING_OF_APPEALS_PRECISION>"
        "</PROCEDURES_FOR_APPEAL></COMPLEMENTARY></FD_CONTRACT_AWARD_DEFENCE>",
    ).replace(
        "</ECONOMIC_OPERATOR_NAME_ADDRESS>",
        "</ECONOMIC_OPERATOR_NAME_ADDRESS><ADDITIONAL_INFORMATION>Spare parts too."
        "</ADDITIONAL_INFORMATION>",
    )
    _, document = notice_of(ted_export(changed, namespace=OLD))
    text = page(document)
    assert section(text, "Award 1 (lot 3)")[-1] == "Additional information: Spare parts too."
    assert f"\n\nEU funds: FSI 2014-2020\nAdditional information: {_LONG}\n" in text
    assert "In court" not in text
    # the first title and description stand at the head of the page alone
    assert text.count("Lunettes de vision nocturne") == text.count("Cinquante lunettes.") == 1


def test_an_eforms_notice_has_its_passages_in_its_language() -> None:
    data = (
        eforms()
        .decode()
        .replace(
            '<cbc:Description languageID="ENG">Tripods',
            '<cbc:Note languageID="FRA">Accessoires</cbc:Note>'
            '<cbc:Note languageID="ENG">With bags.</cbc:Note>'
            '<cbc:Description languageID="ENG">Tripods',
        )
        .replace(
            "<cac:TenderingProcess><cbc:ProcedureCode>",
            '<cac:TenderingProcess><cbc:Description languageID="ENG">Two stages.</cbc:Description>'
            "<cac:ProcessJustification><cbc:ProcessReason>Urgent at the border."
            "</cbc:ProcessReason></cac:ProcessJustification><cbc:ProcedureCode>",
        )
        .replace(
            "<cac:LegalMonetaryTotal>",
            "<efac:SubcontractingTerm><efbc:TermDescription>Lenses.</efbc:TermDescription>"
            "</efac:SubcontractingTerm><cac:LegalMonetaryTotal>",
        )
    )
    _, document = notice_of(data.encode())
    text = page(document)
    assert section(text, "Lot LOT-0002")[-1] == "Additional information: With bags."
    assert "Accessoires" not in text
    assert "Justification of the procedure: Urgent at the border." in text
    assert "Main features of the procedure: Two stages." in text
    assert section(text, "Award RES-0001 (lot LOT-0001)")[-1] == "Subcontracting: Lenses."


def test_a_text_whose_publication_is_delayed_is_left_out() -> None:
    privacy = (
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>"
        "<efac:FieldsPrivacy><efbc:FieldIdentifierCode>pro-fea</efbc:FieldIdentifierCode>"
        "</efac:FieldsPrivacy></efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension>"
        "</ext:UBLExtensions>"
    )
    said = "<cbc:Description>Two stages.</cbc:Description>"
    start = b"<cac:TenderingProcess><cbc:ProcedureCode>"
    for before, stands in (("", True), (privacy, False)):
        head = f"<cac:TenderingProcess>{before}{said}<cbc:ProcedureCode>".encode()
        _, document = notice_of(eforms().replace(start, head))
        assert ("Two stages." in page(document)) is stands
