"""PDFs whose content is a trap: forms, text, paths, graphics states, annotations, actions."""

from __future__ import annotations

import random

from tests.hostile.maker import SENTENCE, Collection
from tests.hostile.pdf_writer import TEXT, Pdf, stream

CONTENT = Collection()
_WORDS = SENTENCE.encode()


def _form(draw: bytes, forms: bytes) -> bytes:
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
    return stream(draw, entries + b" /Resources << /XObject << %s >> >>" % forms, packed=False)


def _drawn(content: bytes) -> bytes:
    return Pdf(content).build()


@CONTENT.file("self_recursive_form.pdf", "a form that draws itself", quick=True)
def self_recursive_form(_: random.Random) -> bytes:
    pdf = Pdf()
    del pdf.objects[5]  # it writes no letter: the whole trap is smaller than 727 bytes
    pdf.objects[4] = b"<< /Length 5 >>\nstream\n/X Do\nendstream"
    pdf.resources = b"/XObject << /X 6 0 R >>"
    pdf.objects[6] = _form(b"/X Do", b"/X 6 0 R")
    return pdf.build()


@CONTENT.file("forms_in_a_circle.pdf", "two forms that draw each other twice")
def forms_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf(b"/X Do " + TEXT)
    pdf.resources = b"/XObject << /X 6 0 R >>"
    pdf.add(_form(b"/Y Do /Y Do", b"/Y 7 0 R"))
    pdf.add(_form(b"/X Do /X Do", b"/X 6 0 R"))
    return pdf.build()


@CONTENT.file("exponential_forms.pdf", "30 forms, each drawing the next one twice", quick=True)
def exponential_forms(_: random.Random) -> bytes:
    pdf = Pdf(b"/X Do " + TEXT)
    pdf.resources = b"/XObject << /X 6 0 R >>"
    for number in range(7, 36):
        pdf.add(_form(b"/X Do /X Do", b"/X %d 0 R" % number))
    pdf.add(_form(TEXT, b""))
    return pdf.build()


@CONTENT.file("nine_million_characters.pdf", "9,000,000 characters in one Tj", quick=True)
def nine_million_characters(_: random.Random) -> bytes:
    return _drawn(b"BT /F1 12 Tf 72 700 Td (" + b"A" * 9_000_000 + b") Tj ET")


@CONTENT.file("half_a_million_strings.pdf", "500,000 Tj of one letter each")
def half_a_million_strings(_: random.Random) -> bytes:
    return _drawn(b"BT /F1 1 Tf 10 800 Td\n" + b"(a) Tj\n" * 500_000 + b"ET")


@CONTENT.file("letters_on_one_spot.pdf", "40,000 letters on the same spot")
def letters_on_one_spot(_: random.Random) -> bytes:
    return _drawn(b"BT /F1 12 Tf\n" + b"1 0 0 1 72 700 Tm (a) Tj\n" * 40_000 + b"ET")


@CONTENT.file("deep_arrays.pdf", "an entry of 200,000 arrays in each other", quick=True)
def deep_arrays(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/Deep " + b"[" * 200_000 + b"]" * 200_000
    return pdf.build()


@CONTENT.file("deep_dictionaries.pdf", "an entry of 100,000 dictionaries in each other", quick=True)
def deep_dictionaries(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/Deep " + b"<< /D " * 100_000 + b"0" + b" >>" * 100_000
    return pdf.build()


@CONTENT.file("deep_arrays_in_content.pdf", "a million open arrays and dictionaries in the content")
def deep_arrays_in_content(_: random.Random) -> bytes:
    return _drawn(TEXT + b"[" * 1_000_000 + b"<< /A " * 200_000)


@CONTENT.file("deep_string.pdf", "a string of a million open brackets")
def deep_string(_: random.Random) -> bytes:
    return _drawn(TEXT + b"BT /F1 9 Tf " + b"(" * 1_000_000)


@CONTENT.file("megabytes_in_a_name.pdf", "a name and a string of 8 MB each")
def megabytes_in_a_name(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/" + b"N" * 8_000_000 + b" (" + b"s" * 8_000_000 + b")"
    return pdf.build()


@CONTENT.file("megabytes_of_a_title.pdf", "a title of 8 MB of escapes")
def megabytes_of_a_title(_: random.Random) -> bytes:
    pdf = Pdf()
    number = pdf.add(b"<< /Title (" + b"\\050\\\n" * 1_600_000 + b") >>")
    pdf.trailer = b"/Info %d 0 R" % number
    return pdf.build()


def _grid(side: int, step: float) -> bytes:
    lines = [b"0.2 w"]
    length = side * step
    for place in range(side + 1):
        at = 20 + place * step
        lines.append(b"%.2f 20 m %.2f %.2f l S" % (at, at, 20 + length))
        lines.append(b"20 %.2f m %.2f %.2f l S" % (at, 20 + length, at))
    lines.append(b"BT /F1 2 Tf")
    for row in range(side):
        for column in range(side):
            x, y = 21 + column * step, 21 + row * step
            lines.append(b"1 0 0 1 %.2f %.2f Tm (%d) Tj" % (x, y, (row + column) % 10))
    return b"\n".join([*lines, b"ET"])


@CONTENT.file("ruled_grid_140.pdf", "a table of 140 x 140 ruled cells", quick=True)
def ruled_grid_140(_: random.Random) -> bytes:
    return _drawn(_grid(140, 4))


@CONTENT.file("ruled_grid_120.pdf", "a table of 120 x 120 cells, below the cap on crossings")
def ruled_grid_120(_: random.Random) -> bytes:
    return _drawn(_grid(120, 4.5))


@CONTENT.file("shifted_rectangles.pdf", "2,000 rectangles, each a little beside the others")
def shifted_rectangles(rng: random.Random) -> bytes:
    rects = [
        b"%d %d %d %d re S" % tuple(rng.randrange(20, 500) for _ in range(4)) for _ in range(1990)
    ]
    return _drawn(b"0.2 w\n" + b"\n".join(rects) + b"\n" + TEXT)


@CONTENT.file("boxes_over_letters.pdf", "20,000 black boxes over 20,000 letters")
def boxes_over_letters(rng: random.Random) -> bytes:
    places = [(rng.randrange(20, 570), rng.randrange(20, 820)) for _ in range(20_000)]
    letters = [b"BT /F1 9 Tf 1 0 0 1 %d %d Tm (a) Tj ET" % place for place in places]
    boxes = [b"%d %d 8 8 re f" % (x - 1, y - 1) for x, y in places]
    return _drawn(b"\n".join([*letters, b"0 g", *boxes]))


@CONTENT.file("million_path_segments.pdf", "a path of 1,000,000 segments")
def million_path_segments(rng: random.Random) -> bytes:
    some = [b"%d %d l" % (rng.randrange(600), rng.randrange(800)) for _ in range(1000)]
    return _drawn(TEXT + b"0 0 m\n" + b"\n".join(some * 1000) + b"\nS")


@CONTENT.file("million_rectangles.pdf", "1,000,000 rectangles that are each filled")
def million_rectangles(rng: random.Random) -> bytes:
    some = [b"%d %d 1 1 re f" % (rng.randrange(600), rng.randrange(800)) for _ in range(1000)]
    return _drawn(TEXT + b"\n".join(some * 1000))


@CONTENT.file("dashes_without_length.pdf", "a line of 10^9 points in dashes of next to nothing")
def dashes_without_length(_: random.Random) -> bytes:
    return _drawn(TEXT + b"[0.000001 0.000001] 0 d 1 w 0 9 m 1000000000 9 l S")


@CONTENT.file("million_saved_states.pdf", "1,000,000 graphics states saved, none restored")
def million_saved_states(_: random.Random) -> bytes:
    return _drawn(b"q\n" * 1_000_000 + TEXT)


@CONTENT.file("restored_without_saved.pdf", "1,000,000 graphics states restored, none saved")
def restored_without_saved(_: random.Random) -> bytes:
    return _drawn(b"Q ET EMC\n" * 333_000 + TEXT)


@CONTENT.file("million_operands.pdf", "a million numbers before an operator that takes none")
def million_operands(_: random.Random) -> bytes:
    return _drawn(b"1 " * 1_000_000 + b"BT\n" + TEXT)


@CONTENT.file("unknown_operators.pdf", "500,000 operators that do not exist")
def unknown_operators(rng: random.Random) -> bytes:
    names = [b"1 (x) Xx%d" % rng.randrange(10**6) for _ in range(5000)]
    return _drawn(b"\n".join(names * 100) + b"\n" + TEXT)


@CONTENT.file("negative_font_size.pdf", "text of -12, 0 and -1000 points")
def negative_font_size(_: random.Random) -> bytes:
    sizes = (b"-12", b"0", b"-1000", b"-.0")
    return _drawn(b"".join(b"BT /F1 %s Tf 300 400 Td (%s) Tj ET\n" % (s, _WORDS) for s in sizes))


@CONTENT.file("endless_font_size.pdf", "text of 1e30 points, nan points, and at 1e38")
def endless_font_size(_: random.Random) -> bytes:
    huge = b"1" + b"0" * 30
    place = b"1" + b"0" * 38
    return _drawn(
        b"BT /F1 %s Tf (%s) Tj /F1 nan Tf (%s) Tj ET\n" % (huge, _WORDS, _WORDS)
        + b"BT /F1 9 Tf 1 0 0 1 %s -%s Tm (%s) Tj ET\n" % (place, place, _WORDS)
        + b"BT /F1 9 Tf 0 Tz 1e9 Tc 1e9 Tw -1e30 TL (%s) ' ET\n" % _WORDS
    )


@CONTENT.file("overflowing_matrices.pdf", "1,000 matrices that each enlarge 10^10 times")
def overflowing_matrices(_: random.Random) -> bytes:
    return _drawn(b"10000000000 0 0 10000000000 0 0 cm\n" * 1000 + TEXT + b"0 0 9 9 re f")


@CONTENT.file("singular_matrices.pdf", "matrices of zeros and of nan")
def singular_matrices(_: random.Random) -> bytes:
    return _drawn(
        b"q 0 0 0 0 0 0 cm " + TEXT + b"Q q nan inf -inf 1 nan 0 cm " + TEXT + b"Q " + TEXT
    )


@CONTENT.file("numbers_of_many_digits.pdf", "numbers of 100,000 digits")
def numbers_of_many_digits(_: random.Random) -> bytes:
    digits = b"9" * 100_000
    return _drawn(b"BT /F1 12 Tf %s %s Td (%s) Tj ET " % (digits, digits, _WORDS) + TEXT)


@CONTENT.file("inline_image_without_end.pdf", "an image in the content that never ends")
def inline_image_without_end(rng: random.Random) -> bytes:
    return _drawn(TEXT + b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID " + rng.randbytes(400_000))


@CONTENT.file("inline_images.pdf", "100,000 images in the content, none with an end")
def inline_images(_: random.Random) -> bytes:
    return _drawn(TEXT + b"BI /W 1 /H 1 /BPC 1 ID \n" * 100_000)


@CONTENT.file("hundred_thousand_annotations.pdf", "100,000 notes on one page")
def hundred_thousand_annotations(_: random.Random) -> bytes:
    pdf = Pdf()
    note = b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (n) >>"
    numbers = range(6, 100_006)
    pdf.objects |= dict.fromkeys(numbers, note)
    pdf.page = b"/Annots [%s]" % b" ".join(b"%d 0 R" % number for number in numbers)
    return pdf.build()


@CONTENT.file("annotations_in_a_circle.pdf", "notes that are each other's parents and pop-ups")
def annotations_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/Annots [6 0 R 7 0 R]"
    note = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (t) /Rect [0 0 9 9] "
    pdf.add(note + b"/Parent 7 0 R /Kids [7 0 R] /Popup 7 0 R /A << /S /Named /Next 6 0 R >> >>")
    pdf.add(note + b"/Parent 6 0 R /Kids [6 0 R] /IRT 6 0 R >>")
    pdf.catalog = b"/AcroForm << /Fields [6 0 R 7 0 R] >>"
    return pdf.build()


@CONTENT.file("outlines_in_a_circle.pdf", "bookmarks and name trees that hold themselves")
def outlines_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.catalog = (
        b"/Outlines 6 0 R /Names << /Dests 7 0 R /EmbeddedFiles 7 0 R >>"
        b" /StructTreeRoot 8 0 R /PageLabels 9 0 R"
    )
    pdf.add(b"<< /Type /Outlines /First 6 0 R /Last 6 0 R /Next 6 0 R /Title (t) /Count -9 >>")
    pdf.add(b"<< /Kids [7 0 R 7 0 R] /Limits [(a) (z)] >>")
    pdf.add(b"<< /Type /StructTreeRoot /K [8 0 R 8 0 R] /ParentTree 9 0 R >>")
    pdf.add(b"<< /Kids [9 0 R] /Nums [0 9 0 R] >>")
    return pdf.build()


@CONTENT.file("javascript.pdf", "a script that never ends when the file is opened")
def javascript(_: random.Random) -> bytes:
    pdf = Pdf()
    script = b"<< /S /JavaScript /JS (while (true) { app.alert\\(1\\); }) /Next 6 0 R >>"
    pdf.add(script)
    pdf.catalog = b"/OpenAction 6 0 R /AA << /WC 6 0 R >> /Names << /JavaScript << >> >>"
    pdf.page = b"/AA << /O 6 0 R /C 6 0 R >>"
    return pdf.build()


@CONTENT.file("launched_programs.pdf", "actions that start a program and send the form away")
def launched_programs(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.add(b"<< /S /Launch /F (/bin/sh) /Next 7 0 R >>")
    pdf.add(b"<< /S /SubmitForm /F (http://127.0.0.1:9/) /Next 8 0 R >>")
    pdf.add(b"<< /S /URI /URI (file:///etc/passwd) >>")
    pdf.catalog = b"/OpenAction 6 0 R"
    return pdf.build()


@CONTENT.file("embedded_in_embedded.pdf", "an attachment in an attachment, 40 times")
def embedded_in_embedded(_: random.Random) -> bytes:
    inner = Pdf().build()
    for _level in range(40):
        pdf = Pdf()
        pdf.add(stream(inner, b"/Type /EmbeddedFile /Subtype /application#2Fpdf"))
        pdf.add(b"<< /Type /Filespec /F (a.pdf) /UF (../../a.pdf) /EF << /F 6 0 R >> >>")
        pdf.catalog = b"/Names << /EmbeddedFiles << /Names [(a.pdf) 7 0 R] >> >> /AF [7 0 R]"
        inner = pdf.build()
    return inner


@CONTENT.file("layers_in_a_circle.pdf", "marked content in a million layers that hold themselves")
def layers_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf(b"/OC /L BDC\n" * 300_000 + TEXT)
    pdf.resources = b"/Properties << /L 6 0 R >>"
    pdf.add(b"<< /Type /OCMD /OCGs [6 0 R] /VE [/And 7 0 R 7 0 R] >>")
    pdf.add(b"[/Or 7 0 R 7 0 R]")
    pdf.catalog = b"/OCProperties << /OCGs [6 0 R] /D << /Order [7 0 R] /OFF [6 0 R] >> >>"
    return pdf.build()
