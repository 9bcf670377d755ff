"""Tables without rulings, on pages drawn by hand: what is found, and what must not be."""

from __future__ import annotations

import re
import textwrap
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from core.records import Box
from extract.pdf.aligned import AlignedTable, find_aligned, needs_alignment
from extract.pdf.words import PlacedWord

CHAR, SIZE, PITCH = 5.0, 12.0, 14.0  # a blank is 0.42 ems wide, three are a gap between cells


def drawn(page: str) -> tuple[list[list[PlacedWord]], list[Box]]:
    """Place the words of a page of text: `---` is a rule, `^` before a word makes it bold."""
    lines: list[list[PlacedWord]] = []
    rules: list[Box] = []
    top = 50.0
    for line in textwrap.dedent(page).strip("\n").splitlines():
        spans = [(m.group(), m.start() * CHAR, m.end() * CHAR) for m in re.finditer(r"\S+", line)]
        if spans and all(re.fullmatch("-{3,}", text) for text, _, _ in spans):
            rules += [(x0, top - 1.5, x1, top - 1.0) for _, x0, x1 in spans]
            top += 2
            continue
        if spans:
            lines.append(
                [
                    PlacedWord(t.strip("^"), x0, top, x1, top + 11, SIZE, t.startswith("^"))
                    for t, x0, x1 in spans
                ]
            )
        top += PITCH
    return lines, rules


def texts(table: AlignedTable) -> list[list[str]]:
    return [[" ".join(word.text for word in cell) for cell in row] for row in table.rows]


def only(page: str) -> tuple[list[list[str]], int]:
    """Return the cells and the number of header rows of the one table of a page."""
    lines, rules = drawn(page)
    tables = find_aligned(lines, rules)
    assert len(tables) == 1
    return texts(tables[0]), tables[0].header_rows


def rows(written: str) -> list[list[str]]:
    lines = textwrap.dedent(written).strip("\n").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


TABLES = {
    "figures under years": (
        """
        Country            2014       2015       2016
        Austria              12         13         14
        Belgium               9          8          7
        Cyprus                1          1          2
        """,
        1,
        """
        Country | 2014 | 2015 | 2016
        Austria | 12 | 13 | 14
        Belgium | 9 | 8 | 7
        Cyprus | 1 | 1 | 2
        """,
    ),
    "header and units of several lines": (
        """
                             Number of      Average       Share
                             companies      amount        of all
                                           (EUR 000)       (%)
        0 reclassifications         52        1 200         52
        1 reclassification          28          900         28
        2 reclassifications         11          650         11
        """,
        1,
        """
        | Number of companies | Average amount (EUR 000) | Share of all (%)
        0 reclassifications | 52 | 1 200 | 52
        1 reclassification | 28 | 900 | 28
        2 reclassifications | 11 | 650 | 11
        """,
    ),
    "headings centred over groups of columns": (
        """
                               Commitments                Payments
        Heading           2018    2019    2020     2018    2019    2020

        Migration          123     456     789      111     222     333
        Border control      12      45      78       11      22      33
        Security             1       4       7       10      20      30
        """,
        2,
        """
        | Commitments | | | Payments | |
        Heading | 2018 | 2019 | 2020 | 2018 | 2019 | 2020
        Migration | 123 | 456 | 789 | 111 | 222 | 333
        Border control | 12 | 45 | 78 | 11 | 22 | 33
        Security | 1 | 4 | 7 | 10 | 20 | 30
        """,
    ),
    "headings at the left of groups of columns": (
        """
        Programme     2018                   2019
                      Planned     Paid       Planned     Paid
        Libya         10.0        5.0        20.0        18.0
        Niger         8.0         4.0        9.0         9.0
        Mali          1.0         0.5        2.0         2.0
        """,
        2,
        """
        Programme | 2018 | | 2019 |
        | Planned | Paid | Planned | Paid
        Libya | 10.0 | 5.0 | 20.0 | 18.0
        Niger | 8.0 | 4.0 | 9.0 | 9.0
        Mali | 1.0 | 0.5 | 2.0 | 2.0
        """,
    ),
    "rules under headings, caption and source outside": (
        """
        Table 3: Payments by heading (EUR million)
        ----------------------------------------------------------------
                               Commitments                Payments
                          --------------------     ---------------------
        Heading           2018    2019    2020     2018    2019    2020
        ----------------------------------------------------------------
        Migration          123     456     789      111     222     333
        Border control      12      45      78       11      22      33
        ----------------------------------------------------------------
        Source: Commission services.
        """,
        2,
        """
        | Commitments | | | Payments | |
        Heading | 2018 | 2019 | 2020 | 2018 | 2019 | 2020
        Migration | 123 | 456 | 789 | 111 | 222 | 333
        Border control | 12 | 45 | 78 | 11 | 22 | 33
        """,
    ),
    "wrapped names with figures beside the last line": (
        """
        Programme                                EUR million    Share

        Support to the integrated border and
        migration management in Libya                  46.3     12 %
        Training of coast guards                       10.0      3 %
        Managing mixed migration flows through
        expanding protection space and support
        to local communities                           90.0     24 %
        Total                                         146.3    100 %
        """,
        1,
        """
        Programme | EUR million | Share
        Support to the integrated border and migration management in Libya | 46.3 | 12 %
        Training of coast guards | 10.0 | 3 %
        Managing mixed migration flows through expanding protection space and support to local \
communities | 90.0 | 24 %
        Total | 146.3 | 100 %
        """,
    ),
    "wrapped names with figures beside the first line": (
        """
        No      Title                               Amount     Status
        1       Support to the Libyan coast          46.3      ongoing
                guard and border management
                (phase 1)
        2       Integrated border management         10.0      closed
        3       Assistance to municipalities in      12.5      ongoing
                the south of the country
        """,
        1,
        """
        No | Title | Amount | Status
        1 | Support to the Libyan coast guard and border management (phase 1) | 46.3 | ongoing
        2 | Integrated border management | 10.0 | closed
        3 | Assistance to municipalities in the south of the country | 12.5 | ongoing
        """,
    ),
    "cells centred in height between rules": (
        """
        Programme                                EUR million    Share
        -------------------------------------------------------------
        Support to the integrated border and
        migration management in Libya and the          46.3     12 %
        Sahel, first phase
        -------------------------------------------------------------
        Training of coast guards                       10.0      3 %
        -------------------------------------------------------------
        Managing mixed migration flows through
        Libya and neighbouring countries in            90.0     24 %
        North Africa
        -------------------------------------------------------------
        """,
        1,
        """
        Programme | EUR million | Share
        Support to the integrated border and migration management in Libya and the Sahel, first \
phase | 46.3 | 12 %
        Training of coast guards | 10.0 | 3 %
        Managing mixed migration flows through Libya and neighbouring countries in North Africa | \
90.0 | 24 %
        """,
    ),
    "sections within a table": (
        """
                                    2019        2020
        Horn of Africa
          Ethiopia                 100.5       200.1
          Somalia                   50.2        60.3
        North of Africa
          Libya                     90.0       110.0
        Total                      240.7       370.4
        """,
        1,
        """
        | 2019 | 2020
        Horn of Africa | |
        Ethiopia | 100.5 | 200.1
        Somalia | 50.2 | 60.3
        North of Africa | |
        Libya | 90.0 | 110.0
        Total | 240.7 | 370.4
        """,
    ),
    "a balance sheet with sums that have no name": (
        """
                                           Note         2019         2018

        ASSETS
        Non-current assets
          Intangible assets                 2.1        1 234          987
          Property, plant and equipment     2.2       23 456       21 345
                                                      24 690       22 332
        Current assets
          Cash                              2.6          876        1 111

        TOTAL ASSETS                                  25 566       23 443
        """,
        1,
        """
        | Note | 2019 | 2018
        ASSETS | | |
        Non-current assets | | |
        Intangible assets | 2.1 | 1 234 | 987
        Property, plant and equipment | 2.2 | 23 456 | 21 345
        | | 24 690 | 22 332
        Current assets | | |
        Cash | 2.6 | 876 | 1 111
        TOTAL ASSETS | | 25 566 | 23 443
        """,
    ),
    "groups of rows named once": (
        """
        Year      Sex        Agriculture     Industry
        1991      Men               11.0         40.7
                  Women              6.6         16.0
        1996      Men                9.5         39.4
                  Women              5.3         13.9
        """,
        1,
        """
        Year | Sex | Agriculture | Industry
        1991 | Men | 11.0 | 40.7
        | Women | 6.6 | 16.0
        1996 | Men | 9.5 | 39.4
        | Women | 5.3 | 13.9
        """,
    ),
    "marks in mostly empty columns": (
        """
        Roles and tasks                     Teachers     Trainers
        Curriculum development                 x
        Supporting students                    x            x
        Evaluation of education                x
        Student assessment                     x            x
        """,
        1,
        """
        Roles and tasks | Teachers | Trainers
        Curriculum development | x |
        Supporting students | x | x
        Evaluation of education | x |
        Student assessment | x | x
        """,
    ),
    "leaders, and currency signs far from their sums": (
        """
                                       2019                 2018
        Revenue .........        $      1,234         $      1,111
        Cost of sales ...               (234)                (222)
        Other income ....                  12                    -
        Total ...........        $      1,012         $        889
        """,
        1,
        """
        | 2019 | 2018
        Revenue ......... | $ 1,234 | $ 1,111
        Cost of sales ... | (234) | (222)
        Other income .... | 12 | -
        Total ........... | $ 1,012 | $ 889
        """,
    ),
    "columns no farther apart than words": (
        """
        Country          2014   2015   2016   2017   2018
        Austria          12.3   13.4   14.5   15.6   16.7
        Belgium           1.3    1.4    1.5    1.6    1.7
        Bulgaria            :   33.4      :   55.6   66.7
        """,
        1,
        """
        Country | 2014 | 2015 | 2016 | 2017 | 2018
        Austria | 12.3 | 13.4 | 14.5 | 15.6 | 16.7
        Belgium | 1.3 | 1.4 | 1.5 | 1.6 | 1.7
        Bulgaria | : | 33.4 | : | 55.6 | 66.7
        """,
    ),
    "dates close to numbers, parted by the header": (
        """
        Date       ROID               TOTAL
        02/01/2020 RO-01330       49,883.90
        07/01/2020 RO-01178      389,219.07
        07/01/2020 RO-01311       47,126.27
        13/01/2020 RO-01334       43,318.90
        14/01/2020 RO-01187      398,980.41
        """,
        1,
        """
        Date | ROID | TOTAL
        02/01/2020 | RO-01330 | 49,883.90
        07/01/2020 | RO-01178 | 389,219.07
        07/01/2020 | RO-01311 | 47,126.27
        13/01/2020 | RO-01334 | 43,318.90
        14/01/2020 | RO-01187 | 398,980.41
        """,
    ),
    "wrapped texts between rules": (
        """
        ---------------------------------------------------------------------------
        Risk                  Level      Mitigating measures
        ---------------------------------------------------------------------------
        Political and         High       The action will follow the situation closely
        security situation               and adapt the plan of work where needed, in
        worsens                          agreement with the delegation.
        ---------------------------------------------------------------------------
        Lack of funds         Medium     Other donors will be asked to step in.
        ---------------------------------------------------------------------------
        """,
        1,
        """
        Risk | Level | Mitigating measures
        Political and security situation worsens | High | The action will follow the situation \
closely and adapt the plan of work where needed, in agreement with the delegation.
        Lack of funds | Medium | Other donors will be asked to step in.
        """,
    ),
    "texts under a bold header": (
        """
        ^Organisation      ^Role               ^Country
        IOM                lead partner        Switzerland
        GIZ                co-delegatee        Germany
        AICS               co-delegatee        Italy
        """,
        1,
        """
        Organisation | Role | Country
        IOM | lead partner | Switzerland
        GIZ | co-delegatee | Germany
        AICS | co-delegatee | Italy
        """,
    ),
    "headings over a header of two lines, with indents": (
        """
                                            1990                      2000
        State                          Number     Percent       Number     Percent
                                       (000)                    (000)

        United States ............    248 710       100.0      281 422       100.0
          Northeast ..............     50 809        20.4       53 594        19.0
            Maine ................      1 228         0.5        1 275         0.5
          South ..................     85 446        34.4      100 237        35.6
        """,
        2,
        """
        | 1990 | | 2000 |
        State | Number (000) | Percent | Number (000) | Percent
        United States ............ | 248 710 | 100.0 | 281 422 | 100.0
        Northeast .............. | 50 809 | 20.4 | 53 594 | 19.0
        Maine ................ | 1 228 | 0.5 | 1 275 | 0.5
        South .................. | 85 446 | 34.4 | 100 237 | 35.6
        """,
    ),
    "wrapped texts, evenly spaced": (
        """
        -----------------------------------------------------------------------------
        Beneficiary            Project                           Country
        -----------------------------------------------------------------------------
        International          Voluntary return of migrants      Libya, Niger, Chad
        Organization for       from Libya and protection of
        Migration              vulnerable persons
        Expertise France       Support to the coast guard        Libya
        UNHCR and its          Protection of refugees            Niger
        partners
        -----------------------------------------------------------------------------
        """,
        1,
        """
        Beneficiary | Project | Country
        International Organization for Migration | Voluntary return of migrants from Libya and \
protection of vulnerable persons | Libya, Niger, Chad
        Expertise France | Support to the coast guard | Libya
        UNHCR and its partners | Protection of refugees | Niger
        """,
    ),
    "texts in rows apart from each other": (
        """
        Results                 Indicators               Sources
        R1. Improved            Number of officers       Training reports
        border control          trained                  of the agency

        R2. More rescues        Persons rescued          Coast guard data
        at sea                  per year

        R3. Better care         Number of centres        Visits by IOM
        in centres              refurbished

        R4. More returns        Number of persons        Flow monitoring
        """,
        0,
        """
        Results | Indicators | Sources
        R1. Improved border control | Number of officers trained | Training reports of the agency
        R2. More rescues at sea | Persons rescued per year | Coast guard data
        R3. Better care in centres | Number of centres refurbished | Visits by IOM
        R4. More returns | Number of persons | Flow monitoring
        """,
    ),
    "two rows between rules": (
        """
        -----------------------------------------
                      2001      2002      2003
        -----------------------------------------
        Training     29 300    25 800    33 300
        -----------------------------------------
        """,
        1,
        """
        | 2001 | 2002 | 2003
        Training | 29 300 | 25 800 | 33 300
        """,
    ),
    "captions, notes and text close to it": (
        """
        The programme has three components, which are described in the table below.
        Table 4 - Budget of the programme by component in million euro
        Component               2017      2018
        Protection               1.2       2.3
        Stabilisation            0.4       0.5
        Evaluation                 -       0.1
        (*)  Amounts are rounded to the nearest hundred thousand euro in all rows.
        The text goes on here with a sentence that fills the whole width of the page.
        """,
        1,
        """
        Component | 2017 | 2018
        Protection | 1.2 | 2.3
        Stabilisation | 0.4 | 0.5
        Evaluation | - | 0.1
        """,
    ),
    "a table in one of two columns of text": (
        """
        The evaluation also examined in     measures, and the Member States shall
        more detail the stage of the        report on the progress that was made in
        project cycle at which the help     2019 and 2020. The Commission will then
        became involved. Indicators of      assess whether the 15 actions that were
        internal quality measure the        planned have been carried out, and what
        upstream involvement in projects    remains to be done in 2021 by the services
        Country        Men     Women        reach the objectives of the strategy for
        Austria         12        13        the region, which covers 26 countries and
        Belgium         11         9        more. In addition the Council may decide
        Cyprus           1         2        that further action is needed for the sake
        based on a split of categories      of the Union and its agencies in order to
        for the purposes of this paper      reach the objectives of the strategy for
        and are further divided so that     the region, which covers 26 countries and
        """,
        1,
        """
        Country | Men | Women
        Austria | 12 | 13
        Belgium | 11 | 9
        Cyprus | 1 | 2
        """,
    ),
}

NO_TABLES = {
    "two columns of text": """
        The evaluation also examined in     measures, and the Member States shall
        more detail the stage of the        report on the progress that was made in
        project cycle at which the help     2019 and 2020. The Commission will then
        became involved. Indicators of      assess whether the 15 actions that were
        internal quality measure the        planned have been carried out, and what
        upstream involvement in projects    remains to be done in 2021 by the services
        based on a split of categories      of the Union and its agencies in order to
        """,
    "justified text": """
        The   total   indicative   amounts   available   to   new   Member   States
        under   ERDF   and   Cohesion   Funds   for   the   years   2007   to   2013
        are   summarised   in   tabular   form   below.   According   to   these
        rules   the   annual   appropriations   shall   be   limited   to   12.5   %
        """,
    "contents with leaders": """
        1. Introduction ................................... 3
        2. Background ..................................... 4
        2.1 Context ....................................... 5
        3. Conclusions ................................... 12
        """,
    "contents without leaders": """
        1.    Introduction                                   3
        2.    Background                                     4
        2.1   Context                                        5
        3.    Conclusions                                   12
        """,
    "annexes by page": """
        Annex 1    List of actions                       12
        Annex 2    Budget                                15
        Annex 3    Indicators                            20
        """,
    "bullets": """
        -   support for training of the coast guard
        -   delivery of patrol vessels and spare parts
            for the years 2018 and 2019
        -   maintenance of radar stations
        """,
    "bullets in two columns in a frame": """
        ---------------------------------------------------------------------------
        •   Through its cooperation the     •   Out of the collective official
            Union has assisted countries        assistance the Union and its Member
            in a number of sectors, such        States have already invested in
            as governance and energy.           tackling the causes of migration.
        •   The Union is a long-standing    •   Between 2014 and 2020 allocations
            donor and the largest one.          will amount to 31 billion euro.
        ---------------------------------------------------------------------------
        """,
    "bullets with sums": """
        -   EUR 12 million      for Libya
        -   EUR 3 million       for Niger
        -   EUR 5 million       for Mali
        """,
    "enumerated paragraphs": """
        (a)   the Member States shall ensure that the equipment is
              used for the purposes of the action;
        (b)   the Commission shall be informed of changes;
        (c)   the accounts shall be kept for 5 years.
        """,
    "form": """
        Name of the project:      Support to border management
        Reference:                T05-EUTF-NOA-LY-04
        Total cost:               EUR 46 300 000
        Duration:                 36 months
        """,
    "labels and texts": """
        Title                       Support to border management
        Reference                   T05-EUTF-NOA-LY-04
        Total cost                  EUR 46 300 000
        Zone                        Libya
        """,
    "address": """
        European Commission                      Brussels, 12 May 2019
        Rue de la Loi 200                        Ref. Ares(2019)123456
        1049 Brussels                            DG HOME C2
        """,
    "signatures": """
        For the Commission                       For Frontex
        The Director-General                     The Executive Director
        Signature                                Signature
        """,
    "footnotes": """
        1    OJ L 77, 15.3.2014, p. 44.
        2    OJ L 99, 16.4.2015, p. 12.
        3    COM(2015) 240 final of 13.5.2015.
        """,
    "agenda": """
        09:00      Opening of the meeting
        09:30      State of play of the programmes
        11:30      Any other business
        """,
    "abbreviations": """
        AMIF      Asylum, Migration and Integration Fund
        BMVI      Border Management and Visa Instrument
        EUTF      European Union Emergency Trust Fund
        """,
    "names in two columns": """
        Austria           Lithuania
        Belgium           Luxembourg
        Bulgaria          Malta
        Croatia           Netherlands
        """,
    "chart": """
        EU Institutions                 3597
        Member States              1847
        Employment             1783
        Rights             1726
        0         500        1000        1500       2000       2500
        """,
    "one row": """
        Total         12        13        14
        """,
    "nothing": "",
}


@pytest.mark.parametrize(("page", "header", "expected"), TABLES.values(), ids=TABLES)
def test_tables(page: str, header: int, expected: str) -> None:
    found, headers = only(page)
    assert found == rows(expected)
    assert headers == header


@pytest.mark.parametrize("page", NO_TABLES.values(), ids=NO_TABLES)
def test_other_layouts_are_no_tables(page: str) -> None:
    assert find_aligned(*drawn(page)) == []


def test_tables_one_under_the_other_are_two() -> None:
    lines, rules = drawn("""
        Table 1: Staff
        Country           Men      Women
        Austria            12         13
        Belgium            11          9
        Cyprus              1          2

        Table 2: Costs
        Country           2017        2018        2019
        Austria            1.2         1.3         1.5
        Belgium            1.1         0.9         2.0
        Cyprus             0.1         0.2         0.3
        """)
    first, second = find_aligned(lines, rules)
    assert texts(first)[0] == ["Country", "Men", "Women"]
    assert texts(second)[0] == ["Country", "2017", "2018", "2019"]
    assert len(first.rows) == len(second.rows) == 4
    assert first.box == (0.0, 64.0, 32 * CHAR, 64 + 3 * PITCH + 11)


def test_figures_between_two_lines_of_a_name_are_beside_both() -> None:
    def line(top: float, *cells: tuple[float, str]) -> list[PlacedWord]:
        return [
            PlacedWord(word, x0 + 30 * n, top, x0 + 30 * n + 25, top + 9, 10, bold=False)
            for x0, text in cells
            for n, word in enumerate(text.split())
        ]

    lines = [
        line(0, (0, "Pollutant"), (200, "Air"), (300, "Water")),
        line(12, (0, "Halons"), (200, "1"), (300, "-")),
        line(24, (0, "Chlorine and inorganic")),
        line(29, (200, "10"), (300, "-")),
        line(34, (0, "Compounds")),
        line(46, (0, "Carbon"), (200, "500"), (300, "2")),
    ]
    (table,) = find_aligned(lines)
    assert texts(table)[2] == ["Chlorine and inorganic Compounds", "10", "-"]
    assert len(table.rows) == 4


def test_a_vertical_rule_parts_what_stands_close() -> None:
    page = """
        Country  Fund    EUR bn
        Bulgaria 2.3     3.2
        Cyprus   0.21    0
        Hungary  8.6     11.2
        """
    lines, _ = drawn(page)
    rule = (42.0, 45.0, 42.5, 110.0)
    (table,) = find_aligned(lines, [rule])
    assert texts(table)[1] == ["Bulgaria", "2.3", "3.2"]


def test_a_column_of_few_texts_in_a_long_table_is_kept() -> None:
    names = [f"Operation {number}   {number:>6}.50" for number in range(40)]
    names[30] += "               late"
    page = "\n".join(["Name             Paid            Comment", *names])
    cells, header = only(page)
    assert header == 1
    assert cells[0] == ["Name", "Paid", "Comment"]
    assert cells[31] == ["Operation 30", "30.50", "late"]


def test_wrapped_dates_in_a_whole_grid_need_no_alignment() -> None:
    lines, _ = drawn("""
        48   Malta     9/11 -         Valetta Conference on
                       10/11/2015     Migration and meeting of
                       31/12/2015     Heads of Government
        47   Hungary   17/10/2015     Big influx of persons
        """)
    cells: list[list[Box | None]] = [
        [
            (0, top, 20, bottom),
            (20, top, 70, bottom),
            (70, top, 145, bottom),
            (145, top, 300, bottom),
        ]
        for top, bottom in ((48.0, 91.0), (91.0, 105.0))
    ]
    assert not needs_alignment(cells, lines)


def test_underlined_words_are_no_rules() -> None:
    page = """
        31     See the report of the Commission at europa.eu
        32     Regulation of the Parliament and of the Council
        33     See the opinion of the Court at europa.eu
        """
    lines, _ = drawn(page)
    links: list[Box] = [
        (line[1].x0, 60 + n * PITCH, line[-1].x1, 60.5 + n * PITCH) for n, line in enumerate(lines)
    ]
    assert find_aligned(lines, links) == []


GRID = """
    -----------------------------------------
    Country/Heading   Fund      Total
    -----------------------------------------
    Bulgaria           2.3        5.5
    Cyprus            0.21       0.21
    Estonia            1.1        3.0
    -----------------------------------------
    TOTAL             58.9      145.6
    -----------------------------------------
    """


def _grid(*edges: float) -> list[list[Box | None]]:
    heights = sorted({top for _, top, _, _ in drawn(GRID)[1]})
    return [
        [(left, top, right, bottom) for left, right in pairwise(edges)]
        for top, bottom in pairwise(heights)
    ]


def test_a_grid_whose_cells_hold_many_rows_needs_alignment() -> None:
    lines, rules = drawn(GRID)
    assert needs_alignment(_grid(0, 80, 125, 205), lines, rules)
    assert len(only(GRID)[0]) == 5


def test_a_grid_without_the_column_of_names_needs_alignment() -> None:
    lines, rules = drawn(GRID)
    assert needs_alignment(_grid(80, 125, 205)[:1], lines, rules)


def test_a_whole_grid_needs_none() -> None:
    lines, rules = drawn("""
        -----------------------------------------
        Bulgaria           2.3        5.5
        -----------------------------------------
        Cyprus            0.21       0.21
        -----------------------------------------
        """)
    heights = sorted({top for _, top, _, _ in rules})
    cells: list[list[Box | None]] = [
        [(0, top, 70, bottom), (70, top, 125, bottom), None] for top, bottom in pairwise(heights)
    ]
    assert not needs_alignment(cells, lines, [(0, h, 125, h) for h in heights])
    assert not needs_alignment([], lines, rules)


def test_a_page_of_ten_thousand_words_is_quick() -> None:
    lines = [
        [
            PlacedWord(
                str((7919 * i + 31 * j * j) % 997),
                30.0 * j,
                5.0 * i,
                30.0 * j + 20,
                5.0 * i + 4,
                5.0,
                bold=False,
            )
            for j in range(50)
        ]
        for i in range(200)
    ]
    start = time.process_time()
    (table,) = find_aligned(lines)
    assert time.process_time() - start < 3.0
    assert (len(table.rows), len(table.rows[0])) == (200, 50)


PLACES = st.one_of(st.integers(0, 12).map(lambda n: 50.0 * n), st.floats(0, 600), st.floats())
TEXTS = st.one_of(
    st.sampled_from(["12", "1 000", "–", "Total", "Table", "1", "(a)", "•", "2019", "....", ""]),
    st.text(max_size=4),
)
WORDS = st.builds(PlacedWord, TEXTS, PLACES, PLACES, PLACES, PLACES, PLACES, st.booleans())


FIGURES = st.sampled_from(["12", "1 000", "45.5", "–", "2019", "7 %", "x"])


@st.composite
def pages(draw: st.DrawFn) -> list[list[PlacedWord]]:
    """Draw lines of names and figures in columns, with gaps, headings and texts that stick out."""
    pitch = draw(st.sampled_from([6.0, 12.0, 12.0, 30.0]))
    width = draw(st.integers(2, 5))
    lines = []
    for row in range(draw(st.integers(3, 9))):
        line = []
        for column in range(width):
            if draw(st.integers(0, 7)) == 0:
                continue
            text = draw(FIGURES if column and draw(st.integers(0, 5)) else TEXTS)
            x0 = 60.0 * column + draw(st.sampled_from([0, 0, 0, 0, 0, 20]))
            x1 = x0 + draw(st.sampled_from([20.0, 20.0, 40.0, 40.0, 130.0]))
            top = pitch * row
            line.append(PlacedWord(text, x0, top, x1, top + 10, 10.0, bold=False))
        lines.append(line)
    return lines


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(pages(), st.lists(st.lists(WORDS, max_size=6), max_size=9)),
    st.lists(st.tuples(PLACES, PLACES, PLACES, PLACES), max_size=6),
)
def test_whatever_is_drawn(lines: list[list[PlacedWord]], rules: list[Box]) -> None:
    tables = find_aligned(lines, rules)
    # repr, because a place that is not a number equals nothing
    given_words = Counter(repr(word) for line in lines for word in line)
    used = Counter(repr(w) for t in tables for row in t.rows for cell in row for w in cell)
    assert not used - given_words
    for table in tables:
        assert len({len(row) for row in table.rows}) == 1
        assert len(table.rows[0]) >= 2
        assert 0 <= table.header_rows <= len(table.rows)
        words = [word for row in table.rows for cell in row for word in cell]
        assert table.box[0] == min(word.x0 for word in words)
        assert table.box[3] == max(word.bottom for word in words)
    assert find_aligned(lines, rules) == tables


@given(pages())
@settings(max_examples=50, deadline=None)
def test_cells_stand_in_order(lines: list[list[PlacedWord]]) -> None:
    for table in find_aligned(lines):
        for row in table.rows:
            for top in {word.top for cell in row for word in cell}:
                starts = [word.x0 for cell in row for word in cell if word.top == top]
                assert starts == sorted(starts)


@given(pages())
@settings(max_examples=50, deadline=None)
def test_moving_and_enlarging_a_page_changes_no_cell(lines: list[list[PlacedWord]]) -> None:
    places = [
        [(2 * w.x0 + 8, 2 * w.top + 16, 2 * w.x1 + 8, 2 * w.bottom + 16) for w in x] for x in lines
    ]
    moved = [
        [PlacedWord(w.text, *at, 2 * w.size, w.bold) for w, at in zip(line, line_at, strict=True)]
        for line, line_at in zip(lines, places, strict=True)
    ]
    assert [texts(table) for table in find_aligned(moved)] == [
        texts(table) for table in find_aligned(lines)
    ]


@pytest.mark.parametrize("width", [2, 3, 4])
def test_the_drawn_pages_hold_tables_of_many_widths(width: int) -> None:
    def holds_one(lines: list[list[PlacedWord]]) -> bool:
        return any(len(table.rows[0]) == width for table in find_aligned(lines))

    first_found = settings(deadline=None, max_examples=500, phases=[Phase.generate])
    assert len(find(pages(), holds_one, settings=first_found)) >= 3


def _plumbed(path: Path, number: int) -> tuple[list[list[PlacedWord]], list[Box]]:
    with pdfplumber.open(path, pages=[number]) as pdf:
        page = pdf.pages[0]
        lines: list[list[PlacedWord]] = []
        attributes = ["size", "fontname"]
        found = page.extract_words(x_tolerance_ratio=0.15, extra_attrs=attributes)
        for word in sorted(found, key=lambda word: word["top"]):
            bold = "bold" in word["fontname"].lower()
            places = (word["x0"], word["top"], word["x1"], word["bottom"], word["size"])
            if not lines or word["top"] - lines[-1][-1].top > 3:
                lines.append([])
            lines[-1].append(PlacedWord(word["text"], *places, bold))
        drawn_things = page.lines + page.rects
        rules = [
            (thing["x0"], thing["top"], thing["x1"], thing["bottom"]) for thing in drawn_things
        ]
        return [sorted(line, key=lambda word: word.x0) for line in lines], rules


def test_a_real_page_with_a_table_in_text(shared_data: Path) -> None:
    path = shared_data / "pdf/tables/eu-013.pdf"
    (table,) = find_aligned(*_plumbed(path, 4))
    cells = texts(table)
    assert (len(cells), len(cells[0]), table.header_rows) == (10, 3, 1)
    assert cells[0] == ["", "Number of participants (*)", "Females (%)"]
    assert cells[5] == ["Courses organised as liberal education", "1 649 692", "72"]
    assert cells[9] == ["Total", "2 246 496", "66"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_real_pages_of_a_factsheet_hold_no_table(shared_data: Path, number: int) -> None:
    path = shared_data / "pdf/eutf/EUTF_state-of-play_2018-02-26.pdf"
    lines, rules = _plumbed(path, number)
    assert sum(map(len, lines)) > 200
    assert find_aligned(lines, rules) == []
