"""Web pages: structure, tables, character sets, links to files."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from core.errors import DocumentError
from extract.page_text import PageText
from extract.web.html import file_links, html_page
from extract.web.markup import Lines, Rows, blocks
from tests.extract.files import checked, read

FILLER = "The Commission handed over the goods to the border police of the country in June. "
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Boats | Site</title>
<meta property="article:published_time" content="2021-05-04T10:00:00Z"></head><body>
<nav><a href="/">Home</a></nav><main><article><h1>Four boats</h1><p>{FILLER * 3}</p>
<h2>What was given</h2><ul><li>Boats</li><li>Radios<ul><li>new ones</li></ul></li></ul>
<ol><li>first</li><li>second</li></ol>
<table><caption>Costs in EUR</caption><tr><th>Item</th><th>Units</th><th>Cost</th></tr>
<tr><td>Boat</td><td>4</td><td>1 200 000</td></tr><tr><td>Radio</td><td>40</td><td>7</td></tr>
</table><p>{FILLER}<br>{FILLER}</p></article></main><footer>Legal notice</footer></body></html>"""


def test_a_page_keeps_headings_lists_and_tables() -> None:
    document = checked(read(PAGE.encode(), "a.html").document)
    (page,) = document.pages
    assert [(h.text, h.level) for h in document.headings] == [
        ("Four boats", 1), ("What was given", 2),
    ]  # fmt: skip
    assert "• Boats\n• Radios\n• new ones\n1. first\n2. second" in page.text
    (table,) = document.tables
    assert [cell.text for cell in table.rows[-1]] == ["Radio", "40", "7"]
    assert "Boat\t4\t1 200 000\nRadio\t40\t7" in page.text
    assert "Home" not in page.text
    assert "Legal notice" not in page.text
    assert document.published == "2021-05-04"


def rendered(markup: str) -> str:
    page = PageText(1)
    html_page(markup, "a", page)
    checked_tables = [row for table in page.tables for row in table.rows]
    for cell in (cell for row in checked_tables for cell in row):
        assert cell.start < 0 or page.text()[cell.start : cell.end] == cell.text
    return page.text()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a <b>b</b>\n c<br>d</p>e", "a b c\nd\ne"),
        ("<pre>a\n b</pre>", "a\nb"),
        ("<div>x<script>no</script><!-- no -->y<p hidden>no</p><p style='DISPLAY : none'>no</p>z",
         "xyz"),
        ("<ol start='3'><li>a<li>b<ul><li>c</ul><li>d</ol>", "3. a\n4. b\n• c\n5. d"),
        ("<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>",
         "a\tb\t\n\tc\td\ne\tf\tg"),
        ("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>", "a\tb\nc\td"),
        ("<table><tr><td>only<tr><td>frames</table>", "only\nframes"),
        ("<table><tr><td><p>a<p>b</td><td><table><tr><td>c<td>d</table></table>", "a\nb\tc | d"),
        ("<table role=presentation><tr><td>a<td>b</table>", "a\nb"),
        ("1&nbsp;200&#8203; EUR", "1\u00a0200 EUR"),
    ],
)  # fmt: skip
def test_markup_as_a_browser_shows_it(markup: str, text: str) -> None:
    assert rendered(markup) == text


def test_spans_without_end_stay_within_limits() -> None:
    wide = "<table><tr>" + "<td colspan=99999999 rowspan=99999999>x" * 3 + "<tr><td>y</table>"
    page = PageText(1)
    html_page(wide, "a", page)
    assert [len(table.rows) for table in page.tables] == [2]


def test_a_table_that_the_main_text_lacks_stands_at_the_end() -> None:
    rows = "".join(
        f"<tr><td><a href='/f{n}.pdf'>Annex {n} of the decision</a></td><td>{n} kB</td></tr>"
        for n in range(30)
    )
    page = PAGE.replace(
        "</main>", f"<div class='related sidebar'><table>{rows}</table></div></main>"
    )
    document = checked(read(page.encode(), "a.html").document)
    assert "Annex 29 of the decision\t29 kB" in document.pages[0].text


def test_a_page_of_a_list_alone_is_not_lost() -> None:
    page = "<html><body><nav>Menu</nav><main><ul><li>Boat</ul></main></body></html>"
    assert "Boat" in read(page.encode(), "a.html").document.pages[0].text


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        ('<meta charset="iso-8859-7">', None),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1253">', None),
        ("", "text/html; charset=ISO-8859-7"),
        ('<meta charset="no-such-set">', "text/html; charset=iso-8859-7"),
    ],
)
def test_a_declared_character_set_is_believed(head: str, media_type: str | None) -> None:
    page = f"<html><head>{head}</head><body><p>{'Δέκα οχήματα. ' * 3}</p></body></html>"
    document = read(page.encode("cp1253"), "a.html", media_type=media_type).document
    assert "οχήματα" in document.pages[0].text


LINKS = """<html><head><base href="/en/"></head><body>
<a href="../docs/annex.pdf#page=2">Annex II, list of goods</a>
<a href="../docs/annex.pdf">again</a>
<a href="x.pdf?download=1">One</a> <a href="get?id=4&amp;filename=Costs.XLSX">Costs</a>
<a href="https://x.eu/document/download/7ad00cdf-6071-4460-9a73-2aae1cabf60f_en">Decision</a>
<a href="page.html">A page</a> <a href="#top">Top</a> <a href="mailto:a@x.eu">Mail</a>
<a href="javascript:open('a.pdf')">Script</a> <a href="http://[bad/a.pdf">Bad</a>
<div class="file"><span>Action document</span> <span>(PDF, 2 MB)</span>
<a download href="/f/7">Download</a></div>
<a href="/f/8" type="application/pdf" title="Addendum"></a>
</body></html>"""


def test_links_to_files_are_whole_and_named() -> None:
    links = file_links(LINKS, "https://site.europa.eu/a/b")
    assert [(link.address, link.text) for link in links] == [
        ("https://site.europa.eu/docs/annex.pdf", "Annex II, list of goods"),
        ("https://site.europa.eu/en/x.pdf?download=1", "One"),
        ("https://site.europa.eu/en/get?id=4&filename=Costs.XLSX", "Costs"),
        ("https://x.eu/document/download/7ad00cdf-6071-4460-9a73-2aae1cabf60f_en", "Decision"),
        ("https://site.europa.eu/f/7", "Action document (PDF, 2 MB)"),
        ("https://site.europa.eu/f/8", "Addendum"),
    ]


def test_links_without_a_base_go_by_the_page_itself() -> None:
    link = '<a href="/a.pdf">Annex</a>'
    canonical = '<link rel="canonical" href="https://x.eu/page">'
    assert file_links(link, "") == ()
    (found,) = file_links(f"<html><head>{canonical}</head><body>{link}</body></html>", "")
    assert found.address == "https://x.eu/a.pdf"
    document = read(PAGE.replace("Home</a>", f"Home</a>{link}{canonical}").encode()).document
    assert [link.address for link in document.links] == ["https://x.eu/a.pdf"]
    assert file_links("", "https://x.eu/") == ()


def test_relative_links_go_by_the_address_of_the_page() -> None:
    page = PAGE.replace("Home</a>", 'Home</a><a href="annex.pdf">Annex II</a>').encode()
    (link,) = read(page, "a.html", url="https://x.eu/en/boats").document.links
    assert (link.address, link.text) == ("https://x.eu/en/annex.pdf", "Annex II")
    assert read(page, "a.html").document.links == ()


def test_deep_and_long_pages_take_bounded_time() -> None:
    for markup in ("<div>" * 50_000 + "x", "<table><tr><td>" * 3000 + "x", "<li>" * 20_000 + "x"):
        try:
            document = read(b"<html><body>" + markup.encode(), "a.html").document
        except DocumentError:
            continue
        assert document.kind == "html"


TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "<td rowspan=3 colspan=2>", "<th>", "<li>", "<ol>",
     "</ol>", "<ul>", "<p>", "<br>", "<h2>", "</h2>", "<pre>", "text ", "\n", "<!-- c -->", "é",
     "<caption>", "<tbody>", "<a href='x.pdf'>", "<div hidden>", "&nbsp;", "<script>"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TAGS, max_size=40))
def test_any_markup_keeps_its_offsets(tags: list[str]) -> None:
    try:
        checked(read(b"<!DOCTYPE html>" + "".join(tags).encode(), "a.html").document)
    except DocumentError:
        return


@given(st.lists(TAGS, max_size=60))
def test_any_markup_gives_lines_and_even_tables(tags: list[str]) -> None:

    root = html.document_fromstring("<p>start</p>" + "".join(tags))
    for block in blocks(root):
        if isinstance(block, Lines):
            assert block.text == block.text.strip(" \n")
        else:
            assert isinstance(block, Rows)
            assert len(block.rows) == len(block.bold)
