"""Names of people who sign letters, whom they greet or name as contacts, go; all else stays."""

from __future__ import annotations

import time
from email.message import EmailMessage

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from core.records import Document, Page
from extract.letter_words import (
    BEHALF_WORDS,
    CLOSING_WORDS,
    GREETING_WORDS,
    SIGNED_WORDS,
)
from extract.nameless import FILLER, blackened
from extract.person_names import find_name
from extract.signatories import find_signatories
from store.changes import PageSide, Side, compare
from tests.extract.files import checked, codes, drawn_pdf, read, text_pdf
from tests.extract.office_files import cell, open_document, par, run, word_package

PROSE = "On 3 June 2025 twelve thermal cameras were handed over to the Moldovan Border Police."
# Names stand between @ and @.
SIGNED = [
    "Yours sincerely,\n@Kasimira Brunhelm@\nHead of Unit",
    "Yours faithfully,\n\n(signed)\n@J. Brunhelm@",
    "Kind regards @Kasimira Brunhelm@",
    "Sincerely,\n@Ahmed bin Al-Sharqawi@",
    "Yours sincerely,\n@KASIMIRA BRUNHELM@\nHEAD OF UNIT",
    "Yours sincerely,\nOn behalf of the Agency\n@Fabrice Quillec@",
    "Yours sincerely,\nExecutive Director\n@Fabrice Quillec@",
    "Yours sincerely,\n@Martina Brunhelm@ Head of Unit",
    "Yours sincerely,\nVelarda Velivoli\n@Mario Brambagna@\nSales Director",
    "Yours sincerely,\n@Kasimira Brunhelm@\t@Jan KOWALSKI@\nHead of Unit\tDirector",
    "Yours sincerely,\n@Kasimira Brunhelm@      @Jan Trzebniak@\nHead of Unit      Director",
    "Yours sincerely,\n@Kasimira Brunhelm@\nHead of Unit\n@Jan KOWALSKI@\nDirector",
    "Veuillez agréer, Monsieur le Ministre, l'expression de ma considération distinguée.\n"
    "Le directeur,\n@Hervé Quillec@",
    "Je vous prie d'agréer, Madame @Vexbrook@, l'expression de mes salutations\ndistinguées.\n"
    "(e-signed)\n@Hervé QUILLEC@\nDirecteur général",
    "Mit freundlichen Grüßen\nIm Auftrag\nDr. @Odo Quastfeld@",
    "Hochachtungsvoll\nIm Auftrag\n@Odo Quastfeld@\nReferatsleiter",
    "Kind regards,\np.p. @Kasimira Brunhelm@",
    "Atentamente,\nLa Directora General\n@Nuria Vallcanera Prats@",
    "Distinti saluti\nIl Dirigente\n@Ilario Brambagna@",
    "Met vriendelijke groet,\nnamens de Commissie,\n@Wobbe van der Heulst@",
    "Com os melhores cumprimentos,\n@Zulmira Fagundeiro@\nDiretora",
    "Cu stimă,\nDirector general,\n@Costin Vraghescu@",
    "Z poważaniem\n(-)\n@Bożydar Trzebniak@\nDyrektor",
    "Med vänlig hälsning\n@Alvhild Rosenkvarn@",
    "Med venlig hilsen\n@Asbjørn Kvistgaard@\nKontorchef",
    "Ystävällisin terveisin\n@Aulikki Honkavaara@",
    "S pozdravem\n@Bohuslav Kratinka@\nředitel",
    "Üdvözlettel:\n@Kisgyörgy Ödön@",
    "С уважение,\n@Иван Бързаков@\nДиректор",
    "Με εκτίμηση,\n@Νικόλαος Παπαδόγιαννης@\nΔιευθυντής",
    "Ar cieņu\n@Imants Bērzkalns@",
    "Pagarbiai\n@Kęstutis Žemaitaitis@",
    "Lugupidamisega\n@Ülo Kadakmaa@",
    "Done at Brussels, 3 June 2021.\nFor the Commission\n@Ursula VON DER QUAST@\nThe President",
    "Fait à Bruxelles, le 3 juin 2021.\nPour la Commission\n@Hervé QUILLEC@\nMembre du Collège",
    "Für die Kommission\n@Johannes QUASTFELD@\nMitglied der Kommission",
    "(signed) @Kasimira Brunhelm@",
    "@Kasimira Brunhelm@ (signed)",
    "@Kasimira Brunhelm@\n(e-signed)\nHead of Unit",
    "[signature]\n@Kasimira Brunhelm@",
    "e-signed\n@Martina Brunhelm@",
    "Signature: @Kasimira Brunhelm@",
    "Signed by: @Kasimira Brunhelm@",
    "Digitally signed by @BRUNHELM KASIMIRA@\nDate: 2021",
    "Electronically signed by @Kasimira Brunhelm@ on 3 June 2021",
    "@Anna-Lena Brunhelm@\nElectronically signed on 12/11/2020 16:18 (UTC+01)",
    "Le directeur,\n@Hervé Quillec@",
    "The Director-General,\n@Kasimira Brunhelm@",
    "Dear Ms @Brunhelm@,",
    "Dear Mr @Kowalski@ and Ms @Brunhelm@, thank you for the list.",
    "Dear Minister @Kowalski@,",
    "Sehr geehrte Frau Dr. @Quastfeld@,",
    "Monsieur @Quillec@,",
    "Contact person: @Kasimira Brunhelm@, tel. 12",
    "Contact persons: @Kasimira Brunhelm@, @Jan KOWALSKI@",
    "Ansprechpartnerin: Frau @Quastfeld@",
    "Personne de contact : @Hervé Quillec@",
    "For the attention of Ms @Kasimira Brunhelm@",
]
KEPT = [
    "Yours sincerely,\nExecutive Director\nFrontex - European Border and Coast Guard Agency\n"
    "Pl. Europejski 6, 00-844 Warsaw",
    "Yours sincerely,\nHead of Unit\nMinistry of Interior",
    "Yours sincerely,\nHellenic Coast Guard",
    "Yours sincerely,\nDamen Shipyards Ltd",
    "Yours sincerely,\n\nAnnex I: boats\nOcean Viking",
    "Yours sincerely,\nCc: European Commission",
    "Mit freundlichen Grüßen\nBundespolizei Potsdam",
    "Mit freundlichen Grüßen\nHausverwaltung Quastfeld",
    "Z poważaniem\nKomenda Powiatowa",
    "Cordialement,\nCommission européenne\nRue de la Loi 200",
    "Dear Minister,",
    "Dear Executive Director,",
    "Dear Member States,",
    "Madame, Monsieur,",
    "Madame Dupont a remis douze bateaux à la garde,",
    "For the Commission\nSupport Measures\nBorder Equipment",
    "signed by Ocean Viking",
    "The vessel Ocean Viking was signed over by Damen Shipyards.",
    "Signature of the Financing Agreement\nSierra Leone",
    "Contact person: Ministry of Interior",
    "For the attention of Frontex Situation Centre",
    "Kasimira Brunhelm said that two boats came.",
    "Firma: Hans Meier",
    "Beste Ausrüstung,\nOcean Viking",
    "Regards to the boats\nOcean Viking",
    "Total Budget\nElectronically signed on 12/11/2020 16:18",
    "Cabo Verde\nElectronically signed on 12/11/2020 16:18",
    "The Commission,\nOcean Viking set sail",
    "Damen Shipyards Ltd\n(signed)",
    "Please accept this offer of Ocean Viking\nLouise Michel",
]


def page(text: str) -> Page:
    return Page(number=1, text=text, method="text")


def cleaned(text: str) -> str:
    return blackened(text, sorted(find_signatories(page(text))))


@pytest.mark.parametrize("marked", SIGNED)
def test_names_of_signatories_and_contacts_go(marked: str) -> None:
    parts = marked.split("@")
    expected = [
        "".join(c if c.isspace() else FILLER for c in part) if number % 2 else part
        for number, part in enumerate(parts)
    ]
    assert cleaned("".join(parts)) == "".join(expected)


@pytest.mark.parametrize("text", KEPT)
def test_bodies_posts_places_and_prose_stay(text: str) -> None:
    assert cleaned(text) == text


LINES = [
    "Yours sincerely,", "(signed)", "Signature:", "Jane Doe", "Head of Unit", "J. DOE", "\t", " ",
    "Dear Ms Doe,", "Dear", "Contact person:", "For the Commission", "İ", "Le chef,", "attn", "\n",
    "Veuillez agréer", "Electronically signed on 3/6/2021", "/s/", "de", "’", "[",
]  # fmt: skip
WORDS = [
    "Yours", " sincerely,", "\n", "Jane", " ", "DOE", "\t", "-", "signed", "(", ")", "by", "Mr",
    ".", "kontakt", "person:",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(LINES), max_size=30).map("\n".join),
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join),
)
NO_LETTER = ["Jane", "DOE", "Kowalski", "Head", "of", "Unit", ",", ".", "The", "Anna-Lena", "von"]


@given(TEXTS)
def test_no_offset_moves_and_only_letters_of_names_change(text: str) -> None:
    after = cleaned(text)
    assert len(after) == len(text)
    assert all(b in {a, FILLER} for a, b in zip(text, after, strict=True))
    assert [c.isspace() for c in after] == [c.isspace() for c in text]


@given(st.lists(st.sampled_from(NO_LETTER)))
def test_text_without_the_words_of_letters_is_left_alone(words: list[str]) -> None:
    text = " ".join(words)
    assume(not text.endswith(","))  # may be a post, as in "The Head of Unit,"
    assert cleaned(text) == text


@given(st.text(max_size=100))
def test_no_text_breaks_the_search_of_names(text: str) -> None:
    name = find_name(text)
    assert name is None or 0 <= name.start < name.end <= len(text)


def test_long_lines_take_bounded_time() -> None:
    started = time.process_time()
    for start in ("Dear Mr ", "Yours sincerely,\n", "(signed) ", "Contact person: ", "The De "):
        find_signatories(page((start + "Jane Doe, " * 5_000 + "\n") * 4))
    find_signatories(page("Yours sincerely,\n(signed)\nDear Mr Doe,\n" * 20_000))
    assert time.process_time() - started < 5


def test_words_that_begin_lines_are_folded_as_they_are_looked_up() -> None:
    for words in (CLOSING_WORDS, GREETING_WORDS, SIGNED_WORDS, BEHALF_WORDS):
        assert words
        assert all(word == word.lower() for word in words)


def test_filler_is_neither_a_letter_nor_the_mark_of_a_redaction() -> None:
    assert not FILLER.isalnum()
    assert len(FILLER) == 1
    before, after = (
        Side(pages=(PageSide(number=1, text=f"{PROSE} {name}"),))
        for name in ("Jane Doe", f"{FILLER * 4} {FILLER * 3}")
    )
    assert compare(before, after).kind == "text"


def draw_letter(canvas: Canvas) -> None:
    lines = ["Brunhelm Kasimira", "Dear Ms Vexbrook,", PROSE, "Yours sincerely,"]
    for number, line in enumerate(lines):
        canvas.drawString(72, 720 - 20 * number, line)
    for x, name, post in (
        (72, "Kasimira Brunhelm", "Head of Unit"),
        (330, "Wobbe Heulst Osthaven", "Director"),
    ):
        canvas.drawString(x, 620, name)
        canvas.drawString(x, 606, post)


def test_two_columns_of_signatories_on_a_page_keep_their_words_and_boxes() -> None:
    document = checked(read(drawn_pdf(draw_letter), "letter.pdf").document)
    (only,) = document.pages
    for gone in ("Brunhelm", "Kasimira", "Vexbrook", "Osthaven", "Wobbe"):
        assert gone not in only.text
    assert PROSE in only.text
    assert "Head of Unit Director" in only.text
    words = [only.text[word.start : word.end] for word in only.words]
    assert FILLER * len("Brunhelm") in words
    assert {"Head", "Director", "cameras"} <= set(words)
    assert codes(document) == ["people_left_out"]


def assert_nameless(document: Document) -> None:
    whole = msgspec.json.encode(document).decode()
    assert "Brunhelm" not in whole
    assert "thermal cameras" in whole


def test_cells_headings_and_titles_have_no_more_than_the_page() -> None:
    rows = ("Yours sincerely,", "Kasimira Brunhelm", "Head of Unit")
    block = "".join(f"<w:tr>{cell(par(row))}{cell(par('x'))}</w:tr>" for row in rows)
    title = par("Kasimira Brunhelm", '<w:outlineLvl w:val="0"/>')
    body = f"{title}{par(PROSE)}<w:tbl>{block}</w:tbl>"
    document = checked(read(word_package(body), "letter.docx").document)
    assert_nameless(document)
    assert document.title == f"{FILLER * 8} {FILLER * 8}"
    assert document.headings[0].text == document.title
    assert [row[0].text for row in document.tables[0].rows] == [
        "Yours sincerely,",
        document.title,
        "Head of Unit",
    ]


def _mail() -> bytes:
    message = EmailMessage()
    message["From"] = "Desk <desk@x.example>"
    message["Subject"] = "Cameras"
    message.set_content(f"{PROSE}\n\nKind regards,\nKasimira Brunhelm\n")
    return message.as_bytes()


LETTER = ("Dear Sir or Madam,", PROSE, "Yours sincerely,", "Kasimira Brunhelm", "Head of Unit")
FILES = {
    "letter.pdf": text_pdf(LETTER),
    "letter.docx": word_package("".join(map(par, LETTER))),
    "letter.odt": open_document("text", "".join(f"<text:p>{line}</text:p>" for line in LETTER)),
    "letter.rtf": ("{\\rtf1 " + "\\par ".join(LETTER) + "}").encode(),
    "letter.txt": "\r\n".join(LETTER).encode(),
    "letter.html": ("<html><body><main>" + "".join(f"<p>{line}</p>" for line in LETTER)
                    + "</main></body></html>").encode(),
    "letter.eml": _mail(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_letters_of_every_kind_lose_the_name(name: str) -> None:
    document = checked(read(FILES[name], name).document)
    assert_nameless(document)
    assert "people_left_out" in codes(document)


def test_sheets_and_documents_without_people_are_left_alone() -> None:
    rows = "item;contact\nYours sincerely,;\nKasimira Brunhelm;1\n"
    sheet = read(rows.encode(), "list.csv").document
    assert "Kasimira Brunhelm" in sheet.pages[0].text
    plain = read(f"{PROSE}\nKasimira Brunhelm spoke.".encode(), "a.txt").document
    assert "Kasimira Brunhelm" in plain.pages[0].text
    assert codes(plain) == []


def test_a_name_in_running_text_and_that_of_a_firm_stay() -> None:
    text = "\n".join((*LETTER, "The boats came from Kasimira Brunhelm Ltd.", "Brunhelm GmbH"))
    document = read(text.encode(), "a.txt").document
    assert document.pages[0].text.endswith("from Kasimira Brunhelm Ltd.\nBrunhelm GmbH")


def test_runs_of_a_document_are_read_alike() -> None:
    closing = f"<w:p>{run('Yours ')}{run('sincerely,')}</w:p>"
    name = f"<w:p>{run('Kasimira ')}{run('BRUNHELM')}</w:p>"
    document = read(word_package(par(PROSE) + closing + name), "a.docx").document
    assert document.pages[0].text.endswith(f"Yours sincerely,\n{FILLER * 8} {FILLER * 8}")
