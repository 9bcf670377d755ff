"""Dates in running text, as tables of cases grouped by language and by where their style is from.

In a case's text, [[ ]] marks each date that must be found; nothing else may be.  Beside it, for
each date: `2021-05-17`, a range `2021-05-17..2021-05-19`, two readings `2021-04-03|2021-03-04`
(likelier first).
"""

import re
import subprocess
import sys

import pytest

from vocabulary.dates import DateFound, find_dates

Case = tuple[str, str, str]


def _unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without marks, and where the marked dates stand in it."""
    text, spans = "", []
    for part in re.split(r"(\[\[.*?\]\])", marked, flags=re.DOTALL):
        inner = part[2:-2] if part.startswith("[[") else part
        if inner != part:
            spans.append((len(text), len(text) + len(inner)))
        text += inner
    return text, spans


def _written(date: DateFound) -> str:
    return "|".join(date.readings) + (f"..{date.last}" if date.last else "")


def _cases(*groups: list[Case]) -> list[object]:
    return [pytest.param(*case, id=f"{case[0]}: {case[1]!r}") for group in groups for case in group]


def _rows(language: str, rows: str) -> list[Case]:
    """Cases in lines `text = value; value`."""
    cases: list[Case] = []
    for row in rows.strip().splitlines():
        marked, expected = row.strip().rsplit(" = ", 1)
        cases.append((language, marked, expected))
    return cases


EN = _rows(
    "en",
    """
    [[17 May 2021]] = 2021-05-17
    the [[17th of May 2021]] = 2021-05-17
    the [[17th day of May 2021]] = 2021-05-17
    [[17th May, 2021]] = 2021-05-17
    [[1st January 2020]] = 2020-01-01
    [[2nd June 2019]] = 2019-06-02
    [[3 rd June 2019]] = 2019-06-03
    [[17 MAY 2021]] = 2021-05-17
    [[17-May-2021]] = 2021-05-17
    [[17/May/2021]] = 2021-05-17
    [[17 Sept. 2021]] = 2021-09-17
    [[17 Sep 2021]] = 2021-09-17
    [[5 Dec. 2020]] = 2020-12-05
    [[May 17, 2021]] = 2021-05-17
    [[May 17 2021]] = 2021-05-17
    [[May 17th, 2021]] = 2021-05-17
    [[Sept. 7, 2021]] = 2021-09-07
    [[29 February 2020]] = 2020-02-29
    [[17\u00a0May\u00a02021]] = 2021-05-17
    Monday, [[17 May 2021]], at 10:30 = 2021-05-17
    ([[17 May 2021]]) = 2021-05-17
    [[May 2021]] = 2021-05
    since [[February 2013]]. = 2013-02
    [[May, 2021]] = 2021-05
    [[May of 2021]] = 2021-05
    mid-[[May 2021]] = 2021-05
    [[Dec. 2020]] = 2020-12
    [[dec. 2020]] = 2020-12
    """,
)
EN_PARTS = _rows(
    "en",
    """
    [[Q2 2021]] = 2021-Q2
    [[Q2/2021]] = 2021-Q2
    [[Q2-2021]] = 2021-Q2
    [[q4 2021]] = 2021-Q4
    [[2Q 2021]] = 2021-Q2
    [[2Q2021]] = 2021-Q2
    [[2021 Q3]] = 2021-Q3
    [[2021-Q3]] = 2021-Q3
    [[2021Q3]] = 2021-Q3
    in the [[second quarter of 2021]] = 2021-Q2
    [[3rd quarter 2021]] = 2021-Q3
    [[fourth quarter of the year 2021]] = 2021-Q4
    the [[first half of 2021]] = 2021-H1
    [[2nd half of 2021]] = 2021-H2
    [[first semester 2021]] = 2021-H1
    [[H1 2021]] = 2021-H1
    [[2021-H2]] = 2021-H2
    in [[2019]] = 2019
    since [[2019]], = 2019
    by the end of [[2022]]. = 2022
    mid-[[2021]] = 2021
    early [[2020]] = 2020
    In the year [[2018]] it = 2018
    in [[05/2021]] = 2021-05
    until [[12.2021]] only = 2021-12
    in [[2019]] and after [[2020]] = 2019; 2020
    """,
)
EN_RANGES = _rows(
    "en",
    """
    [[17-19 May 2021]] = 2021-05-17..2021-05-19
    [[17 – 19 May 2021]] = 2021-05-17..2021-05-19
    from [[17 to 19 May 2021]] = 2021-05-17..2021-05-19
    [[17th to 19th of May 2021]] = 2021-05-17..2021-05-19
    between [[17 and 19 May 2021]] = 2021-05-17..2021-05-19
    between the [[17th and the 19th of May 2021]] = 2021-05-17..2021-05-19
    [[30 May - 2 June 2021]] = 2021-05-30..2021-06-02
    [[16/17 May 2021]] = 2021-05-16..2021-05-17
    [[May 17-19, 2021]] = 2021-05-17..2021-05-19
    [[May 30 - June 2, 2021]] = 2021-05-30..2021-06-02
    from [[January to March 2021]] = 2021-01..2021-03
    between [[January and March 2021]] = 2021-01..2021-03
    [[May/June 2021]] = 2021-05..2021-06
    [[Oct.-Dec. 2020]] = 2020-10..2020-12
    [[Q1-Q3 2021]] = 2021-Q1..2021-Q3
    [[Q1/Q2 2021]] = 2021-Q1..2021-Q2
    from [[1 May 2021]] to [[3 June 2021]] = 2021-05-01; 2021-06-03
    [[January 2016]] – [[December 2018]] = 2016-01; 2018-12
    17 and [[19 May 2021]] = 2021-05-19
    January and [[March 2021]] = 2021-03
    19-[[17 May 2021]] = 2021-05-17
    December to [[January 2021]] = 2021-01
    """,
)
FR = _rows(
    "fr",
    """
    [[17 mai 2021]] = 2021-05-17
    le [[1er janvier 2020]] = 2020-01-01
    le [[1 er janvier 2020]] = 2020-01-01
    [[1ᵉʳ janvier 2020]] = 2020-01-01
    Bruxelles, le [[3 août 2021]] = 2021-08-03
    [[3 aout 2021]] = 2021-08-03
    [[3 AOU\u0302T 2021]] = 2021-08-03
    [[14 février 2019]] = 2019-02-14
    [[14 fevrier 2019]] = 2019-02-14
    [[14 févr. 2019]] = 2019-02-14
    [[7 juill. 2021]] = 2021-07-07
    [[7 juil. 2021]] = 2021-07-07
    [[25 déc. 2020]] = 2020-12-25
    [[8 DÉCEMBRE 2020]] = 2020-12-08
    en [[mai 2021]] = 2021-05
    de [[Mars 2021]] = 2021-03
    [[2e trimestre 2021]] = 2021-Q2
    [[2ème trimestre de 2021]] = 2021-Q2
    au [[premier trimestre de l'année 2021]] = 2021-Q1
    [[1er trimestre 2021]] = 2021-Q1
    [[T3 2021]] = 2021-Q3
    le [[second semestre 2021]] = 2021-H2
    le [[1er semestre de 2021]] = 2021-H1
    en [[2019]] = 2019
    fin [[2020]] = 2020
    d'ici à [[2025]] = 2025
    l’année [[2018]] = 2018
    du [[17 au 19 mai 2021]] = 2021-05-17..2021-05-19
    du [[1er au 3 mai 2021]] = 2021-05-01..2021-05-03
    entre le [[17 et le 19 mai 2021]] = 2021-05-17..2021-05-19
    de [[janvier à mars 2021]] = 2021-01..2021-03
    entre [[janvier et mars 2021]] = 2021-01..2021-03
    du [[28 mai au 3 juin 2021]] = 2021-05-28..2021-06-03
    le [[17/05/2021]] = 2021-05-17
    """,
)
DE = _rows(
    "de",
    """
    [[17. Mai 2021]] = 2021-05-17
    [[17.Mai 2021]] = 2021-05-17
    [[17 Mai 2021]] = 2021-05-17
    den [[1. Januar 2020]] = 2020-01-01
    [[3. Jänner 2020]] = 2020-01-03
    [[3. März 2020]] = 2020-03-03
    [[3. Maerz 2020]] = 2020-03-03
    [[3. MÄRZ 2020]] = 2020-03-03
    [[31. Dez. 2020]] = 2020-12-31
    [[17. Okt. 2020]] = 2020-10-17
    [[Dez. 2020]] = 2020-12
    im [[Mai 2021]] = 2021-05
    [[2. Quartal 2021]] = 2021-Q2
    im [[zweiten Quartal 2021]] = 2021-Q2
    im [[II. Quartal 2021]] = 2021-Q2
    des [[vierten Quartals 2021]] = 2021-Q4
    [[Q2/2021]] = 2021-Q2
    im [[1. Halbjahr 2021]] = 2021-H1
    im [[zweiten Halbjahr des Jahres 2021]] = 2021-H2
    im Jahr [[2019]] = 2019
    im Haushaltsjahr [[2019]] = 2019
    bis Ende [[2022]] = 2022
    vom [[17. bis 19. Mai 2021]] = 2021-05-17..2021-05-19
    zwischen dem [[17. und dem 19. Mai 2021]] = 2021-05-17..2021-05-19
    von [[Januar bis März 2021]] = 2021-01..2021-03
    [[17.-19.05.2021]] = 2021-05-17..2021-05-19
    [[17.05. – 02.06.2021]] = 2021-05-17..2021-06-02
    [[17.05.2021]] = 2021-05-17
    am [[3.4.2021]]. = 2021-04-03
    [[17. 5. 2021]] = 2021-05-17
    """,
)
ES = _rows(
    "es",
    """
    [[17 de mayo de 2021]] = 2021-05-17
    [[17 de mayo del 2021]] = 2021-05-17
    [[17 mayo 2021]] = 2021-05-17
    [[1.º de enero de 2020]] = 2020-01-01
    [[1º de enero de 2020]] = 2020-01-01
    [[1 de septiembre de 2020]] = 2020-09-01
    [[1 de setiembre de 2020]] = 2020-09-01
    [[3 dic. 2020]] = 2020-12-03
    [[17-mayo-2021]] = 2021-05-17
    en [[mayo de 2021]] = 2021-05
    [[ENE. 2021]] = 2021-01
    [[segundo trimestre de 2021]] = 2021-Q2
    [[2.º trimestre de 2021]] = 2021-Q2
    [[T1 2021]] = 2021-Q1
    [[primer semestre del año 2021]] = 2021-H1
    en [[2019]] = 2019
    durante el año [[2019]] = 2019
    a finales de [[2020]] = 2020
    del [[17 al 19 de mayo de 2021]] = 2021-05-17..2021-05-19
    entre el [[17 y el 19 de mayo de 2021]] = 2021-05-17..2021-05-19
    de [[enero a marzo de 2021]] = 2021-01..2021-03
    """,
)
IT = _rows(
    "it",
    """
    [[17 maggio 2021]] = 2021-05-17
    [[1° gennaio 2020]] = 2020-01-01
    il [[1º gennaio 2020]] = 2020-01-01
    [[3 sett. 2021]] = 2021-09-03
    [[3 set. 2021]] = 2021-09-03
    [[3 genn. 2021]] = 2021-01-03
    [[31 DICEMBRE 2020]] = 2020-12-31
    [[maggio 2021]] = 2021-05
    nel [[maggio del 2021]] = 2021-05
    nell’anno [[2019]] = 2019
    nel [[2019]] = 2019
    entro la fine del [[2022]] = 2022
    [[II trimestre 2021]] = 2021-Q2
    [[2° trimestre 2021]] = 2021-Q2
    il [[secondo semestre del 2021]] = 2021-H2
    dal [[17 al 19 maggio 2021]] = 2021-05-17..2021-05-19
    tra il [[17 e il 19 maggio 2021]] = 2021-05-17..2021-05-19
    [[gennaio-marzo 2021]] = 2021-01..2021-03
    entro l’[[11/01/2022]] = 2022-01-11|2022-11-01
    """,
)
NUMBERS = _rows(
    "en",
    """
    [[03/04/2021]] = 2021-04-03|2021-03-04
    [[3-4-2021]] = 2021-04-03|2021-03-04
    [[03.04.2021]] = 2021-04-03
    [[4/4/2021]] = 2021-04-04
    [[13/04/2021]] = 2021-04-13
    [[04/13/2021]] = 2021-04-13
    [[17.05.2021]]. = 2021-05-17
    [[2021-05-17]] = 2021-05-17
    [[2021/05/17]] = 2021-05-17
    [[2021-05-17]]T10:30:00Z = 2021-05-17
    [[2021-05-17]]+02:00 = 2021-05-17
    [[2021-05-17]]Z = 2021-05-17
    [[2021-05]] = 2021-05
    [[17/05/2021]]-[[19/05/2021]] = 2021-05-17; 2021-05-19
    [[17.05.2021]],[[18.05.2021]] = 2021-05-17; 2021-05-18
    Date:[[17.05.2021]] = 2021-05-17
    [[17.05.2021]] 10:30 = 2021-05-17
    """,
)
OTHER_LANGUAGES = [
    *_rows("pl", "17 maja 2021, [[17.05.2021]] r. = 2021-05-17"),
    *_rows("cs", "dne [[17. 5. 2021]] = 2021-05-17"),
    *_rows("hu", "[[2021. 05. 17]]-én; [[2021.05.17]]. = 2021-05-17; 2021-05-17"),
    *_rows("lt", "2021 m. gegužės 5 d., [[2021.05.05]] = 2021-05-05"),
    *_rows("ar", "[[17/05/2021]] = 2021-05-17"),
    *_rows("xx", "[[2021-05-17]] = 2021-05-17"),
    *_rows("", "[[03/04/2021]] = 2021-04-03|2021-03-04"),
]
LAYOUT = [
    ("en", "on [[17 May\n2021]] in", "2021-05-17"),
    ("fr", "le [[17\n  mai 2021]]", "2021-05-17"),
    ("en", "page 17\n\nMay\n\n2021", ""),
    ("en", "\U0001f681 [[17 May 2021]] \U0001f681", "2021-05-17"),
    (
        "en",
        "x" * 300 + " [[17 May 2021]] " + "y" * 300 + " [[18 May 2021]]",
        "2021-05-17; 2021-05-18",
    ),
    ("en", "17 05 2021 is spaced; 17052021 and 20210517 are glued", ""),
]
NOT_DATES = [
    ("en", "Directive 2014/25/EU"),
    ("en", "Decision C(2025)5935"),
    ("en", "COM(2018)0460 – C8-0275/2018"),
    ("en", "2023/S 012-345678"),
    ("en", "Notice 123456-2021"),
    ("en", "Regulation (EU) No 966/2012"),
    ("en", "Regulation 1049/2001"),
    ("en", "host 192.168.20.21"),
    ("en", "17.05.2021.4"),
    ("en", "EUR 1.250.000"),
    ("en", "EUR 2.012.2019"),
    ("en", "version 1.2.2021"),
    ("en", "Article 12.5.2021"),
    ("en", "v1.2.2021"),
    ("en", "No 12.05.2021"),
    ("fr", "n° 12/05/2021"),
    ("de", "Nr. 12.05.2021"),
    ("it", "art. 12.5.2021"),
    ("en", "Tel. 02/12/2021"),
    ("en", "+32 2.12.2021"),
    ("en", "+32 2 298 20 21"),
    ("en", "at 10:30, 20:21 and 20.21"),
    ("en", "the 2021-2027 programme"),
    ("en", "in 2021-2027"),
    ("en", "2021–2027"),
    ("en", "in 2018/2019"),
    ("en", "from 2014 to 2020"),
    ("en", "from 2014 until 2020"),
    ("de", "von 2014 bis 2020"),
    ("it", "dal 2014 al 2020"),
    ("es", "desde 2014 hasta 2020"),
    ("en", "Horizon 2020"),
    ("en", "(IOM 2015)"),
    ("en", "2021"),
    ("en", "by 2000 EUR"),
    ("en", "in 2000 people"),
    ("en", "January 2021-2027"),
    ("en", "2008-09"),
    ("en", "2021-13"),
    ("en", "2021-05-17-003"),
    ("en", "ref. 2021-05"),
    ("en", "02/2021"),
    ("en", "17.05.21 and 17/05/21"),
    ("en", "35613000-8"),
    ("en", "https://example.eu/2021/05/17/report"),
    ("en", "scan_2021-05-17.pdf"),
    ("en", "it may 2020 times"),
    ("it", "un set 2021"),
    ("en", "17 mai 2021"),
    ("fr", "17 May 2021"),
    ("pl", "17 May 2021, Q2 2021, in 2021"),
    ("en", "17 May 3021"),
    ("en", "tomorrow, in 3 days, last year, May"),
    ("en", ""),
]
NO_SUCH_DAY = [
    ("en", "31 April 2021"),
    ("en", "29 February 2021"),
    ("en", "0 May 2021"),
    ("en", "45 May 2021"),
    ("en", "February 30, 2021"),
    ("fr", "31 juin 2021"),
    ("de", "30. Februar 2020"),
    ("de", "31.04.2021"),
    ("en", "13/13/2021"),
    ("en", "04.13.2021"),
    ("en", "2021-02-30"),
    ("en", "00/05/2021"),
]


@pytest.mark.parametrize(
    ("language", "marked", "expected"),
    _cases(EN, EN_PARTS, EN_RANGES, FR, DE, ES, IT, NUMBERS, OTHER_LANGUAGES, LAYOUT),
)
def test_find_dates(language: str, marked: str, expected: str) -> None:
    text, spans = _unmark(marked)
    found = find_dates(text, language)
    assert [(date.start, date.end) for date in found] == spans
    assert "; ".join(map(_written, found)) == expected
    assert all(date.raw == text[date.start : date.end] for date in found)
    assert all(date.readings[0] == date.value for date in found)


@pytest.mark.parametrize(("language", "text"), NOT_DATES)
def test_no_date(language: str, text: str) -> None:
    assert find_dates(text, language) == []


@pytest.mark.parametrize(("language", "text"), NO_SUCH_DAY)
def test_a_day_that_does_not_exist_is_dropped_whole(language: str, text: str) -> None:
    assert find_dates(text, language) == []


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("17 May 2021", "day"),
        ("May 2021", "month"),
        ("Q2 2021", "quarter"),
        ("first half of 2021", "half"),
        ("in 2021", "year"),
        ("17-19 May 2021", "day"),
        ("January to March 2021", "month"),
    ],
)
def test_precision(text: str, precision: str) -> None:
    (date,) = find_dates(text, "en")
    assert date.precision == precision


def test_both_readings_are_kept_day_first() -> None:
    one, two = find_dates("03/04/2021 or 17/04/2021", "fr")
    assert (one.value, one.readings, one.ambiguous) == (
        "2021-04-03",
        ("2021-04-03", "2021-03-04"),
        True,
    )
    assert (two.value, two.ambiguous) == ("2021-04-17", False)


KINDS = [
    ("en", "The vehicles were delivered on {}.", "delivery"),
    ("en", "To be delivered by {}", "delivery"),
    ("en", "By {} the cameras shall be delivered", "delivery"),
    ("en", "On {} the ships were handed over.", "delivery"),
    ("en", "Deadline for delivery: {}", "delivery"),
    ("en", "The contract was signed on {}", "contract"),
    ("en", "Date of conclusion of the contract: {}", "contract"),
    ("en", "Deadline for receipt of tenders for the delivery of cameras: {}", "deadline"),
    ("en", "Reports are due no later than {}.", "deadline"),
    ("en", "by the end of {}", "deadline"),
    ("en", "By {}, the authorities have issued rules", "deadline"),
    ("en", "Commission Decision C(2025)5935 of {}", "document"),
    ("en", "Brussels, {}", "document"),
    ("en", "your letter dated {}", "document"),
    ("en", "It rained on {}.", "unknown"),
    ("en", "The contract is void. It rained on {}.", "unknown"),
    ("fr", "La livraison a eu lieu le {}.", "delivery"),
    ("fr", "Le marché a été notifié le {}.", "contract"),
    ("fr", "Date limite de remise des offres : {}", "deadline"),
    ("fr", "Décision du Conseil du {}", "document"),
    ("fr", "Bruxelles, le {}", "document"),
    ("fr", "Il pleuvait le {}.", "unknown"),
    ("de", "Die Fahrzeuge wurden am {} geliefert.", "delivery"),
    ("de", "Liefertermin: {}", "delivery"),
    ("de", "Der Vertrag wurde am {} unterzeichnet.", "contract"),
    ("de", "Angebotsfrist: {}", "deadline"),
    ("de", "bis zum {}", "deadline"),
    ("de", "Beschluss des Rates vom {}", "document"),
    ("de", "Brüssel, den {}", "document"),
    ("de", "Es regnete am {}.", "unknown"),
    ("es", "Los buques fueron entregados el {}.", "delivery"),
    ("es", "El contrato se firmó el {}", "contract"),
    ("es", "Plazo de presentación: {}", "deadline"),
    ("es", "Decisión del Consejo de {}", "document"),
    ("es", "Llovía el {}.", "unknown"),
    ("it", "consegna entro il {}", "delivery"),
    ("it", "Il contratto è stato stipulato il {}", "contract"),
    ("it", "Scadenza: {}", "deadline"),
    ("it", "Decisione del Consiglio del {}", "document"),
    ("it", "Pioveva il {}.", "unknown"),
    ("pl", "dostawa {}", "unknown"),
]


@pytest.mark.parametrize(("language", "sentence", "kind"), KINDS)
def test_kind(language: str, sentence: str, kind: str) -> None:
    (date,) = find_dates(
        sentence.format("17/05/2021" if "end of" not in sentence else "2021"), language
    )
    assert date.kind == kind


def test_words_between_two_dates_belong_to_the_second() -> None:
    text = "The contract was signed on 3 May 2021 and delivery took place on 4 June 2021."
    assert [date.kind for date in find_dates(text, "en")] == ["contract", "delivery"]
    bare = "On 3 May 2021, delivery 4 June 2021"
    assert [date.kind for date in find_dates(bare, "en")] == ["unknown", "delivery"]


def test_dateparser_is_imported_when_the_first_day_is_read() -> None:
    program = (
        "import sys; from vocabulary.dates import find_dates; find_dates('in 2019', 'en');"
        "before = 'dateparser' in sys.modules; find_dates('17 May 2021', 'en');"
        "print(before, 'dateparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
