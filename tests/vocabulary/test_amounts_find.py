"""Sums in running text, as tables of cases grouped by where their style comes from.

In a case's text, [[ ]] marks each sum that must be found; nothing else may be.  Beside it, for each
sum: `12500000 EUR`, a range `5..10 EUR`, two readings `1234|1.234 EUR` (likelier first), `?` for an
unknown currency.
"""

import re
from decimal import Decimal

import pytest

from vocabulary.amounts import Amount, find_amounts

Case = tuple[str | None, str, str]


def _unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without marks, and where the marked sums stand in it."""
    text, spans = "", []
    for part in re.split(r"(\[\[.*?\]\](?!\]))", marked, flags=re.DOTALL):
        inner = part[2:-2] if part.startswith("[[") else part
        if inner != part:
            spans.append((len(text), len(text) + len(inner)))
        text += inner
    return text, spans


def _written(amount: Amount) -> str:
    values = "|".join(f"{reading:f}" for reading in amount.readings)
    low = f"{amount.minimum:f}.." if amount.minimum != amount.maximum else ""
    return f"{low}{values} {amount.currency or '?'}"


def _check(language: str | None, marked: str, expected: str) -> None:
    text, spans = _unmark(marked)
    found = find_amounts(text, language)
    assert [text[amount.start : amount.end] for amount in found] == [text[a:b] for a, b in spans]
    assert [(amount.start, amount.end) for amount in found] == spans
    assert "; ".join(map(_written, found)) == expected
    assert all(amount.raw == text[amount.start : amount.end] for amount in found)
    assert all(amount.readings[0] == amount.maximum for amount in found)


def _cases(*groups: list[Case]) -> list[object]:
    return [pytest.param(*case, id=f"{case[0]}: {case[1]!r}") for group in groups for case in group]


def _whole(language: str | None, rows: str) -> list[Case]:
    """Cases whose whole text is one sum: lines `text = value`."""
    cases: list[Case] = []
    for row in rows.strip().splitlines():
        raw, expected = row.strip().rsplit(" = ", 1)
        cases.append((language, f"[[{raw}]]", expected))
    return cases


PRESS_EN = _whole(
    "en",
    """
    EUR 42 million = 42000000 EUR
    €1.1 million = 1100000 EUR
    74 million euros = 74000000 EUR
    922 million euro = 922000000 EUR
    EUR 79.5 billion = 79500000000 EUR
    €12.8 billion = 12800000000 EUR
    5 billion euros = 5000000000 EUR
    EUR 300m = 300000000 EUR
    €2.5bn = 2500000000 EUR
    €2.5 bn = 2500000000 EUR
    €0.9bn = 900000000 EUR
    EUR 1.25 Billion = 1250000000 EUR
    £250k = 250000 GBP
    £1.2m = 1200000 GBP
    US$ 3m = 3000000 USD
    US$3m = 3000000 USD
    $2m = 2000000 USD
    $ 2 million = 2000000 USD
    USD 1.5 million = 1500000 USD
    1.5 million US dollars = 1500000 USD
    3 million dollars = 3000000 USD
    17 million Swiss francs = 17000000 CHF
    €500 = 500 EUR
    € 500 = 500 EUR
    500 € = 500 EUR
    500€ = 500 EUR
    EUR500 = 500 EUR
    EUR 7 = 7 EUR
    15,000 euro = 15000 EUR
    15,000 euros = 15000 EUR
    €99.95 = 99.95 EUR
    EUR 5 M = 5000000 EUR
    EUR 5M = 5000000 EUR
    10m EUR = 10000000 EUR
    10 m EUR = 10000000 EUR
    €3B = 3000000000 EUR
    €40K = 40000 EUR
    EUR 40 k = 40000 EUR
    EUR 20 thousand = 20000 EUR
    20 thousand euros = 20000 EUR
    EUR 1 trillion = 1000000000000 EUR
    5-million-euro = 5000000 EUR
    €5-million = 5000000 EUR
    10-euro = 10 EUR
    £ 12 million = 12000000 GBP
    4 million pounds = 4000000 GBP
    4 million pounds sterling = 4000000 GBP
    30 million of euros = 30000000 EUR
    € 5 000 EUR = 5000 EUR
    EUR 5 million euros = 5000000 EUR
    """,
)
NOTICES = _whole(
    "en",
    """
    EUR 15 000 000 = 15000000 EUR
    15 000 000 EUR = 15000000 EUR
    15 000 000,00 EUR = 15000000 EUR
    15 000 000.00 EUR = 15000000 EUR
    EUR 50,000,000.00 = 50000000 EUR
    €10,000,000.00 = 10000000 EUR
    EUR 41 275 000 000 = 41275000000 EUR
    EUR 1 234 567,89 = 1234567.89 EUR
    EUR 1 234 567.89 = 1234567.89 EUR
    EUR 1.234.567,89 = 1234567.89 EUR
    EUR 1,234,567.89 = 1234567.89 EUR
    EUR 1'234'567.89 = 1234567.89 EUR
    EUR 1’234’567.89 = 1234567.89 EUR
    1'250'000 CHF = 1250000 CHF
    CHF 1'250'000.-- = 1250000 CHF
    EUR 1234567.89 = 1234567.89 EUR
    EUR 1234567,89 = 1234567.89 EUR
    EUR 1234567 = 1234567 EUR
    0.00 EUR = 0 EUR
    EUR 0 = 0 EUR
    12 000,- EUR = 12000 EUR
    12.000,-- EUR = 12000 EUR
    500,- € = 500 EUR
    PLN 1 250 000 = 1250000 PLN
    1 250 000 zł = 1250000 PLN
    1 250 000,50 PLN = 1250000.5 PLN
    10 000 000 Kč = 10000000 CZK
    470.000,- Kč = 470000 CZK
    10 000 000 DKK = 10000000 DKK
    1 863 590 000 forint = 1863590000 HUF
    250 000 000 HUF = 250000000 HUF
    23 400 000 RON = 23400000 RON
    540 000 BGN = 540000 BGN
    3000000 лв = 3000000 BGN
    20 MSEK = 20000000 SEK
    31.746,20 ευρώ = 31746.2 EUR
    300 000 EURHT = 300000 EUR
    300 000 EURTTC = 300000 EUR
    """,
)
SPACES: list[Case] = [
    ("fr", "[[1\u00a0250\u00a0000 EUR]]", "1250000 EUR"),
    ("fr", "[[1\u202f250\u202f000\u00a0€]]", "1250000 EUR"),
    ("fr", "[[1\u2009250\u2009000,50\u202f€]]", "1250000.5 EUR"),
    ("fr", "[[€\u00a01\u00a0250]]", "1250 EUR"),
    ("en", "[[EUR\u00a042\u00a0million]]", "42000000 EUR"),
    ("en", "[[EUR  42 million]]", "42000000 EUR"),
    ("en", "[[EUR\t42 million]]", "42000000 EUR"),
    ("en", "[[EUR 300\nmillion]]", "300000000 EUR"),
    ("en", "[[EUR\n300 million]]", "300000000 EUR"),
    ("en", "[[300 million\neuros]]", "300000000 EUR"),
    ("en", "[[EUR\n52.7]] for a port", "52.7 EUR"),
    ("en", "[[300 \n million euros]]", "300000000 EUR"),
    ("fr", "[[12 millions\nd’euros]]", "12000000 EUR"),
    ("fr", "[[600\nmillions de francs CFA]]", "600000000 XOF"),
    ("en", "[[EUR 15\n000 000]]", "15000000 EUR"),
    ("en", "[[EUR 15 000\n000]]", "15000000 EUR"),
    ("en", "[[15 000\n000 EUR]]", "15000000 EUR"),
    ("en", "[[EUR 5 million]]\n\n12 euro pallets", "5000000 EUR"),
    ("en", "EUR\n\n300 vehicles", ""),
    ("en", "Grants in EUR\n12 vehicles", ""),
    ("en", "Total [[EUR 2 641 000 00017]]\n", "2641000000 EUR"),
]
FRENCH = _whole(
    "fr",
    """
    10 M€ = 10000000 EUR
    10M€ = 10000000 EUR
    10 M € = 10000000 EUR
    350 k€ = 350000 EUR
    350 K€ = 350000 EUR
    1,5 Md€ = 1500000000 EUR
    2 Mds € = 2000000000 EUR
    2 Mds d'euros = 2000000000 EUR
    40 millions d'euros = 40000000 EUR
    40 millions d’euros = 40000000 EUR
    2 millions d’€ = 2000000 EUR
    3,5 milliards d'euros = 3500000000 EUR
    1 milliard d’euros = 1000000000 EUR
    500 milliers d'euros = 500000 EUR
    20 mille euros = 20000 EUR
    1 500 euros = 1500 EUR
    8 000 000 d'EUR = 8000000 EUR
    1.500.000 euros = 1500000 EUR
    1.500,50 € = 1500.5 EUR
    150.000 € = 150000 EUR
    12,5 millions EUR = 12500000 EUR
    2,5 milliards de FCFA = 2500000000 XOF
    2,5 milliards F CFA = 2500000000 XOF
    31 600 000 FCFA = 31600000 XOF
    214.305.660 FCFA = 214305660 XOF
    FCFA 500 000 = 500000 XOF
    37 millions de francs CFA = 37000000 XOF
    XOF 500 000 = 500000 XOF
    XAF 500 000 = 500000 XAF
    5 MFCFA = 5000000 XOF
    200 000 DH = 200000 MAD
    430 MDH = 430000000 MAD
    64 MDT = 64000000 TND
    500 000 DA = 500000 DZD
    30 MMAD = 30000000 MAD
    2 millions de dirhams = 2000000 MAD
    3 millions de dinars tunisiens = 3000000 TND
    700 millions d'ouguiyas = 700000000 MRU
    512 millions d’UM = 512000000 MRU
    3 millions de dollars américains = 3000000 USD
    600 000 livres sterling = 600000 GBP
    5 millions de livres turques = 5000000 TRY
    5 millions de couronnes norvégiennes = 5000000 NOK
    2 millions de francs suisses = 2000000 CHF
    """,
)
GERMAN = _whole(
    "de",
    """
    12,5 Mio. EUR = 12500000 EUR
    12,5 Mio EUR = 12500000 EUR
    1,5 Mio € = 1500000 EUR
    37,6 Mio. € = 37600000 EUR
    2 Mio.€ = 2000000 EUR
    EUR 12,5 Mio. = 12500000 EUR
    3 Mrd. Euro = 3000000000 EUR
    4,6 Milliarden Euro = 4600000000 EUR
    100 Mio. Euro = 100000000 EUR
    1 Million Euro = 1000000 EUR
    1.250.000,00 € = 1250000 EUR
    1.250.000 Euro = 1250000 EUR
    267.000 € = 267000 EUR
    618.722 € = 618722 EUR
    187 400,00 EUR = 187400 EUR
    800,- Euro = 800 EUR
    Euro 5.000 = 5000 EUR
    Euro 5.000,00 = 5000 EUR
    500 Tsd. EUR = 500000 EUR
    500 Tsd. Euro = 500000 EUR
    500 TEUR = 500000 EUR
    500 T€ = 500000 EUR
    20 Tausend Euro = 20000 EUR
    6,4 Mio. BAM = 6400000 BAM
    3 Millionen Schweizer Franken = 3000000 CHF
    2 Millionen US-Dollar = 2000000 USD
    5-Millionen-Euro = 5000000 EUR
    2 Billionen Euro = 2000000000000 EUR
    """,
)
SPANISH = _whole(
    "es",
    """
    5 millones de euros = 5000000 EUR
    1,5 millones de euros = 1500000 EUR
    1 millón de euros = 1000000 EUR
    2 mil millones de euros = 2000000000 EUR
    2.500 millones de euros = 2500000000|2500000 EUR
    12.000.000 € = 12000000 EUR
    730.000 € = 730000 EUR
    2,7 M€ = 2700000 EUR
    5 mil euros = 5000 EUR
    300 MM€ = 300000000 EUR
    185 000 EUR = 185000 EUR
    20.000,50 euros = 20000.5 EUR
    3 billones de euros = 3000000000000 EUR
    4 millones de dólares estadounidenses = 4000000 USD
    4 millones de libras esterlinas = 4000000 GBP
    10 millones de dirhams = 10000000 MAD
    8 millones de francos CFA = 8000000 XOF
    """,
)
ITALIAN = _whole(
    "it",
    """
    42 milioni di euro = 42000000 EUR
    1 milione di euro = 1000000 EUR
    2 miliardi di euro = 2000000000 EUR
    4.718.236 euro = 4718236 EUR
    € 276.300,00 = 276300 EUR
    € 31.627.000 = 31627000 EUR
    10 mln di euro = 10000000 EUR
    10 mln euro = 10000000 EUR
    € 10 mln = 10000000 EUR
    3 mld di euro = 3000000000 EUR
    € 1,2 mld = 1200000000 EUR
    500 mila euro = 500000 EUR
    208 417 553 EUR = 208417553 EUR
    Euro 1.250,00 = 1250 EUR
    6 milioni di dinari libici = 6000000 LYD
    4 milioni di dollari statunitensi = 4000000 USD
    """,
)
OTHER_LANGUAGES = [
    *_whole("pl", "2 mln zł = 2000000 PLN\n3 mld EUR = 3000000000 EUR\n500 tys. zł = 500000 PLN"),
    *_whole("nl", "5 miljoen euro = 5000000 EUR\n2,5 miljard euro = 2500000000 EUR"),
    *_whole("sv", "2 miljoner kronor = 2000000 SEK"),
    *_whole("fi", "132 M€ = 132000000 EUR"),
    *_whole("ro", "3 milioane lei = 3000000 RON"),
    *_whole("hu", "120 millió forint = 120000000 HUF"),
    *_whole("cs", "5 mil. Kč = 5000000|5000 CZK"),
    *_whole("hr", "35 milijuna kuna = 35000000 HRK"),
]
PARTNERS = _whole(
    "en",
    """
    TND 1.5 million = 1500000 TND
    DZD 30 million = 30000000 DZD
    EGP 10 million = 10000000 EGP
    LYD 2.4 million = 2400000 LYD
    ETB 12 million = 12000000 ETB
    TRY 68 million = 68000000 TRY
    RSD 61.2 million = 61200000 RSD
    BAM 6.4 million = 6400000 BAM
    ALL 120 million = 120000000 ALL
    MKD 61 million = 61000000 MKD
    UAH 3.3 million = 3300000 UAH
    MDL 20 million = 20000000 MDL
    GEL 10 million = 10000000 GEL
    NOK 45 million = 45000000 NOK
    ISK 500 million = 500000000 ISK
    SEK 4 million = 4000000 SEK
    MAD 200,000 = 200000 MAD
    MRU 12 million = 12000000 MRU
    JOD 1 million = 1000000 JOD
    LBP 900 million = 900000000 LBP
    KES 5 million = 5000000 KES
    KSh 5 million = 5000000 KES
    NGN 40 million = 40000000 NGN
    AMD 400 million = 400000000 AMD
    HRK 35 million = 35000000 HRK
    85,000 lari = 85000 GEL
    3 million hryvnia = 3000000 UAH
    12 million birr = 12000000 ETB
    2 million convertible marks = 2000000 BAM
    5 million Turkish lira = 5000000 TRY
    400 million Serbian dinars = 400000000 RSD
    6 million Norwegian kroner = 6000000 NOK
    8 million Egyptian pounds = 8000000 EGP
    1 million Moldovan lei = 1000000 MDL
    30 million denars = 30000000 MKD
    ₺4 million = 4000000 TRY
    ₴4 million = 4000000 UAH
    4,7 million GEL = 4700000 GEL
    kr 5,000,000 = 5000000 ?
    """,
)
SHARED_WORDS: list[Case] = [
    ("en", "The Tunisian navy paid [[3 million dinars]].", "3000000 TND"),
    ("en", "Belgrade, the Serbian capital: [[3 million dinars]].", "3000000 RSD"),
    ("fr", "L’armée algérienne a reçu [[3 millions de dinars]].", "3000000 DZD"),
    ("it", "La Libia ha pagato [[3 milioni di dinari]].", "3000000 LYD"),
    ("en", "It cost [[3 million dinars]].", "3000000 ?"),
    ("fr", "Au Cameroun, [[2 milliards de FCFA]].", "2000000000 XAF"),
    ("fr", "La BEAC prête [[500 millions de francs CFA]].", "500000000 XAF"),
    ("fr", "Au Sénégal, [[500 millions de francs CFA]].", "500000000 XOF"),
    ("en", "In Moldova they spent [[300,000 lei]].", "300000 MDL"),
    ("en", "They spent [[300,000 lei]].", "300000 RON"),
    ("en", "Police of the Emirates, [[2 million dirhams]]", "2000000 AED"),
    ("en", "Norway gave [[4 million kroner]].", "4000000 NOK"),
    ("en", "Denmark gave [[4 million kroner]].", "4000000 DKK"),
    ("en", "Uganda: [[900 million shillings]]", "900000000 UGX"),
]
RANGES: list[Case] = [
    ("en", "[[EUR 5-10 million]]", "5000000..10000000 EUR"),
    ("en", "[[EUR 5–10 million]]", "5000000..10000000 EUR"),
    ("en", "[[EUR 5 – 10 million]]", "5000000..10000000 EUR"),
    ("en", "[[€3-5m]]", "3000000..5000000 EUR"),
    ("en", "[[€3m-€5m]]", "3000000..5000000 EUR"),
    ("en", "[[EUR 5 to 10 million]]", "5000000..10000000 EUR"),
    ("en", "[[5 to 10 million euros]]", "5000000..10000000 EUR"),
    ("en", "[[between EUR 5 and 10 million]]", "5000000..10000000 EUR"),
    ("en", "[[between 5 and 10 million euros]]", "5000000..10000000 EUR"),
    ("en", "[[between EUR 5 million and EUR 10 million]]", "5000000..10000000 EUR"),
    ("en", "[[Between €1,000 and €1,200]] each", "1000..1200 EUR"),
    ("en", "[[between EUR 500 000 and 1 million]]", "500000..1000000 EUR"),
    ("en", "[[EUR 900 000 to 1.2 million]]", "900000..1200000 EUR"),
    ("en", "[[EUR 60 000-80 000]]", "60000..80000 EUR"),
    ("en", "[[EUR 60 000 to 80 000]] per year", "60000..80000 EUR"),
    ("en", "[[5 000 - 7 000 EUR]]", "5000..7000 EUR"),
    ("en", "[[5 000 EUR - 7 000 EUR]]", "5000..7000 EUR"),
    ("fr", "[[entre 5 et 10 millions d'euros]]", "5000000..10000000 EUR"),
    ("fr", "de [[5 à 10 millions d’euros]]", "5000000..10000000 EUR"),
    ("fr", "[[5-10 M€]]", "5000000..10000000 EUR"),
    ("de", "[[zwischen 5 und 10 Mio. EUR]]", "5000000..10000000 EUR"),
    ("de", "[[5 bis 10 Mio. EUR]]", "5000000..10000000 EUR"),
    ("es", "[[entre 5 y 10 millones de euros]]", "5000000..10000000 EUR"),
    ("es", "de [[5 a 10 millones de euros]]", "5000000..10000000 EUR"),
    ("it", "[[tra 5 e 10 milioni di euro]]", "5000000..10000000 EUR"),
    ("it", "[[fra 200 e 300 mila euro]]", "200000..300000 EUR"),
    ("en", "raised from [[EUR 12 million]] to [[EUR 15 million]]", "12000000 EUR; 15000000 EUR"),
    ("en", "Lot 4 - [[200,00 EUR]]", "200 EUR"),
    ("en", "3 - [[5 000 EUR]]\n4 - [[6 000 EUR]]", "5000 EUR; 6000 EUR"),
    ("en", "[[EUR 500]] to 30 families", "500 EUR"),
    ("en", "[[EUR 5 000]] – 3 vehicles", "5000 EUR"),
    ("en", "[[EUR 10 million]] - [[USD 11 million]]", "10000000 EUR; 11000000 USD"),
    ("en", "Programme 2014-2020 [[EUR 3 billion]]", "3000000000 EUR"),
    ("en", "[[EUR 3 billion]] 2021-2027", "3000000000 EUR"),
]
AMBIGUOUS: list[Case] = [
    (None, "[[1.234 EUR]]", "1234|1.234 EUR"),
    ("en", "a cost of [[EUR 1080 000]] for boats", "1080000|1080 EUR"),
    ("fr", "soit [[12500\u00a0000,50 EUR]]", "12500000.5|12500 EUR"),
    ("en", "[[EUR 1080 000 000]]", "1080000000|1080 EUR"),
    ("en", "[[EUR 2021]] 250 vehicles", "2021 EUR"),
    (None, "[[1,234 EUR]]", "1234|1.234 EUR"),
    ("en", "[[1.234 EUR]]", "1234|1.234 EUR"),
    ("en", "[[1,234 EUR]]", "1234 EUR"),
    ("de", "[[1.234 EUR]]", "1234 EUR"),
    ("de", "[[1,234 EUR]]", "1234|1.234 EUR"),
    ("fr", "[[1,234 EUR]]", "1234|1.234 EUR"),
    ("en", "[[718.263 EUR]]", "718263|718.263 EUR"),
    ("en", "[[EUR 7.450 million]]", "7450000 EUR"),
    ("en", "[[€14,735 million]]", "14735000000|14735000 EUR"),
    (None, "[[€26.150 million]]", "26150000|26150000000 EUR"),
    ("de", "[[1,234 Mio. EUR]]", "1234000 EUR"),
    ("de", "[[1.234 Mio. EUR]]", "1234000000|1234000 EUR"),
    ("en", "[[EUR 150.000]]", "150000 EUR"),
    ("fr", "[[150,000 TND]]", "150|150000 TND"),
    ("fr", "[[1 500,250 TND]]", "1500.25 TND"),
    (None, "[[EUR 1.250.00]]", "1250|125000 EUR"),
    (None, "[[EUR 1 500.000]]", "1500|1500000 EUR"),
    ("en", "[[EUR 500,00012]]", "500000|500.00012 EUR"),
    ("fr", "[[2 billion euros]]", "2000000000000|2000000000 EUR"),
    ("en", "[[0.234 EUR]]", "0.234 EUR"),
    ("en", "[[1234.567 EUR]]", "1234.567 EUR"),
    (None, "[[1.250.000,00 €]] and [[1.234 €]]", "1250000 EUR; 1234 EUR"),
    (None, "[[€1,250,000.00]] and [[€1,234]]", "1250000 EUR; 1234 EUR"),
    ("en", "Lot [[1 250 000 EUR]]", "1250000|250000 EUR"),
    ("en", "Lot 1: [[250 000 EUR]]", "250000 EUR"),
    ("en", "- [[EUR 5 million]]", "5000000 EUR"),
    ("en", "[[-5 000 EUR]]", "-5000|5000 EUR"),
    ("en", "–[[5 000 EUR]]", "5000|-5000 EUR"),
]
NEGATIVE: list[Case] = [
    ("en", "a correction of [[-EUR 5 million]]", "-5000000 EUR"),
    ("en", "a correction of [[EUR -500 000]]", "-500000 EUR"),
    ("en", "a correction of [[-€500]]", "-500 EUR"),
    ("en", "a correction of [[€-500]]", "-500 EUR"),
    ("en", "a correction of [[−12 000 EUR]]", "-12000 EUR"),
    ("en", "([[-12 000 EUR]])", "-12000 EUR"),
    ("en", "a correction of [[–12 000 EUR]]", "-12000|12000 EUR"),
]
WORDS: list[Case] = [
    ("en", "[[one million euros]]", "1000000 EUR"),
    ("en", "[[four million euros]]", "4000000 EUR"),
    ("en", "almost [[one billion euro]]", "1000000000 EUR"),
    ("en", "[[half a million euros]]", "500000 EUR"),
    ("en", "[[two and a half million euros]]", "2500000 EUR"),
    ("en", "[[a million euros]]", "1000000 EUR"),
    ("en", "[[one hundred thousand US dollars]]", "100000 USD"),
    ("en", "[[twenty-five thousand euros]]", "25000 EUR"),
    ("en", "[[three hundred and fifty thousand euro]]", "350000 EUR"),
    ("en", "[[ten euros]]", "10 EUR"),
    ("fr", "[[deux millions d'euros]]", "2000000 EUR"),
    ("fr", "[[un million d’euros]]", "1000000 EUR"),
    ("fr", "[[un million et demi d’euros]]", "1500000 EUR"),
    ("fr", "[[quatre-vingt-dix mille euros]]", "90000 EUR"),
    ("fr", "[[deux cent cinquante mille euros]]", "250000 EUR"),
    ("fr", "[[mille euros]]", "1000 EUR"),
    ("de", "[[zwei Millionen Euro]]", "2000000 EUR"),
    ("de", "[[Vier Millionen Euro]]", "4000000 EUR"),
    ("de", "[[zweihundertfünfzigtausend Euro]]", "250000 EUR"),
    ("de", "[[eine halbe Million Euro]]", "500000 EUR"),
    ("de", "[[anderthalb Millionen Euro]]", "1500000 EUR"),
    ("es", "[[dos millones de euros]]", "2000000 EUR"),
    ("es", "[[dos mil quinientos millones de euros]]", "2500000000 EUR"),
    ("es", "[[un millón y medio de euros]]", "1500000 EUR"),
    ("es", "[[treinta y cinco mil euros]]", "35000 EUR"),
    ("it", "[[due milioni di euro]]", "2000000 EUR"),
    ("it", "[[sei milioni e mezzo di euro]]", "6500000 EUR"),
    ("it", "[[duecentocinquantamila euro]]", "250000 EUR"),
    ("it", "([[euro centomila/63]])", "100000.63 EUR"),
    ("it", "[[euro trecentottantamila]]", "380000 EUR"),
    (None, "[[five million euros]]", "5000000 EUR"),
    (None, "[[cinq millions d’euros]]", "5000000 EUR"),
    ("en", "several million euros", ""),
    ("en", "millions of euros", ""),
    ("en", "a billion", ""),
    ("fr", "quelques milliers d’euros", ""),
    ("fr", "un euro", ""),
    ("de", "mehrere tausend Euro", ""),
    (None, "the amount due euro", ""),
]
SECOND_WRITINGS: list[Case] = [
    (
        "en",
        "[[EUR 1 500 000]] ([[one million five hundred thousand euro]])",
        "1500000 EUR; 1500000 EUR",
    ),
    ("en", "[[EUR 1 500 000]] ([[one million five hundred thousand]])", "1500000 EUR; 1500000 EUR"),
    ("en", "[[EUR 700]] (seven thousand)", "700 EUR"),
    ("fr", "[[2 000 000 EUR]] ([[deux millions d’euros]])", "2000000 EUR; 2000000 EUR"),
    ("de", "[[250.000 EUR]] ([[zweihundertfünfzigtausend]])", "250000 EUR; 250000 EUR"),
    ("it", "[[€ 1.200,63]] ([[euro milleduecento/63]])", "1200.63 EUR; 1200.63 EUR"),
    ("en", "[[EUR 10 million]] ([[USD 11.2 million]])", "10000000 EUR; 11200000 USD"),
    ("en", "[[€212.5 million]] ([[$229.61 million]])", "212500000 EUR; 229610000 USD"),
    ("en", "[[EUR 210 million]] / [[USD 232 million]]", "210000000 EUR; 232000000 USD"),
    ("en", "a fine of [[(700) euros]]", "700 EUR"),
]
GLUED = _whole(
    "en",
    """
    MEUR 12 = 12000000 EUR
    12 MEUR = 12000000 EUR
    kEUR 5 = 5000 EUR
    KEUR 5 = 5000 EUR
    5 kEUR = 5000 EUR
    74 M EUR = 74000000 EUR
    MUSD 3 = 3000000 USD
    3 MUSD = 3000000 USD
    MCHF 2 = 2000000 CHF
    k€ 5 = 5000 EUR
    M€ 5 = 5000000 EUR
    M.EUR 5 = 5000000 EUR
    EUR million 5.3 = 5300000 EUR
    € million 5.3 = 5300000 EUR
    EUR mln 5 = 5000000 EUR
    """,
)
BORDERS: list[Case] = [
    ("en", "up to [[EUR 42 million]].", "42000000 EUR"),
    ("en", "about [[€3 million]], worth [[EUR 2 million]]", "3000000 EUR; 2000000 EUR"),
    ("en", "a budget of [[EUR 5 million]] excl. VAT", "5000000 EUR"),
    ("fr", "[[34 000 000 EUR]] HT par an", "34000000 EUR"),
    ("en", "a [[5-million-euro]] project", "5000000 EUR"),
    ("de", "das [[5-Millionen-Euro]]-Projekt", "5000000 EUR"),
    ("en", "([[€29 million]])", "29000000 EUR"),
    ("en", "“[[€29 million]]”", "29000000 EUR"),
    ("en", "[[EUR 530 million]].17 The fund", "530000000 EUR"),
    ("en", "[[EUR 8]]/landing", "8 EUR"),
    ("en", "[[3 RON]]/m2", "3 RON"),
    ("en", "Amount:[[713,25 EUR]]", "713.25 EUR"),
    ("en", "[[EUR 5 million]]; [[EUR 6 million]]", "5000000 EUR; 6000000 EUR"),
    ("en", "Lot 1 [[EUR 5 000]] Lot 2 [[EUR 7 000]]", "5000 EUR; 7000 EUR"),
    ("en", "Total [[5 000 EUR]] [[6 000 EUR]]", "5000 EUR; 6000 EUR"),
    ("en", "in 2019 [[EUR 5 million]] in 2020 [[EUR 6 million]]", "5000000 EUR; 6000000 EUR"),
    ("en", "in 2019\n[[EUR 5 million]]", "5000000 EUR"),
    ("en", "[[12 000 EUR]]\n2 vehicles", "12000 EUR"),
    ("en", "[[EUR 31.5 billionfor]] the period", "31500000000 EUR"),
    ("fr", "soit [[7 milliards [F CFA]]] et plus", "7000000000 XOF"),
    ("fr", "coût de l’[[un million d’euros]]", "1000000 EUR"),
    ("en", "[[20 000 dollars]] for Canada", "20000 USD"),
]
NO_MONEY: list[Case] = [
    (language, text, "")
    for language, text in [
        ("en", "C(2025) 5935"),
        ("en", "Article 12(3)"),
        ("en", "the period 2014-2020"),
        ("en", "Regulation (EC) No 1049/2001"),
        ("en", "ISO 9001"),
        ("en", "call +32 2 299 11 11"),
        ("en", "EUR-Lex"),
        ("en", "EUR-Lex - 32017R1601"),
        ("en", "Eur-1"),
        ("en", "a EUR.1 form"),
        ("en", "EUR 1 certificate"),
        ("en", "5 EUR pallets"),
        ("en", "5 EUR-pallets"),
        ("de", "20 Euro-Paletten"),
        ("fr", "20 palettes Euro"),
        ("en", "Euro 6 diesel engine"),
        ("en", "Euro 6"),
        ("en", "10 Euro 6 trucks"),
        ("en", "EURO6"),
        ("en", "Euro 2012 in Poland"),
        ("en", "the 19 euro area countries"),
        ("en", "27 euro zone members"),
        ("en", "Freedom of information request"),
        ("en", "1.5 million people"),
        ("en", "12 million"),
        ("en", "20 000"),
        ("en", "10 AED defibrillators"),
        ("en", "12 SAR vessels"),
        ("en", "SAR 12"),
        ("en", "5 GEL batteries"),
        ("en", "ALL 27 MEMBER STATES"),
        ("en", "ALL 1 500 STAFF WERE INVITED"),
        ("en", "TRY 3 times"),
        ("en", "COP 27"),
        ("en", "SDG 5"),
        ("en", "CVE-2021-44228"),
        ("en", "EUR 2014-2020"),
        ("en", "200 pounds of rice"),
        ("en", "500 km"),
        ("en", "A320 and EUR"),
        ("hu", "Kr. 21. § (3) b)"),
        ("en", "1 000 m3 of sand"),
        ("fr", "500 livres"),
        ("en", "31.12.2020 EUR"),
        ("en", "007 EUR"),
        ("en", "1049/2001 EUR"),
        ("en", "5 % EUR"),
        ("en", "12:30 EUR"),
        ("en", "EUR 12.34.56.78"),
        ("en", "EUR"),
        ("en", ""),
        ("en", "€"),
        ("en", "€ -"),
        ("en", "EUR 000"),
        ("en", "EUR 5th"),
        ("en", "x5 EUR"),
        ("en", "EUR 1234567890123456789012345678901234567890"),
        ("en", "5 lakh rupees"),
    ]
]
IN_SIGHT: list[Case] = [
    (
        "en",
        "Costs (EUR 000)\nBoats       [[638]]\nTents     [[1 700]]\n",
        "638000 EUR; 1700000 EUR",
    ),
    (
        "en",
        "Lot   Subject      Value (million EUR)   Winner\n"
        "1     boats        [[5.5]]                   A\n"
        "2     radios       [[3]]                     B",
        "5500000 EUR; 3000000 EUR",
    ),
    (
        "es",
        "Medidas (importes en EUR)\n3.2.2021      [[18.000.000]]\nTotal      [[18.000.000]]",
        "18000000 EUR; 18000000 EUR",
    ),
    ("de", "Beträge in Tsd. EUR\nBoote     [[450]]\nZelte     [[30]]", "450000 EUR; 30000 EUR"),
    ("fr", "Contribution (EUR 000)   [[6 300]]   fin 2024", "6300000 EUR"),
    ("en", "Plan, amounts in HRK\ncameras   3 pcs   [[350.000,00]]   A", "350000 HRK"),
    (
        "en",
        "Total (in million EUR)\nBoats [[47]]\nRadios [[12.6]]\n\n28 pages",
        "47000000 EUR; 12600000 EUR",
    ),
    (
        "en",
        "Amount in EUR\nPort works [[71.300.000]]\nAudit [[600.000]]",
        "71300000 EUR; 600000 EUR",
    ),
    ("en", "Value: [[617 000.00]]\nCurrency: GBP", "617000 GBP"),
    ("en", "North [[612.4 million]], South [[€347 million]]", "612400000 EUR; 347000000 EUR"),
    ("en", "Signs [[240,000]]\nTotal [[EUR 860,000]]", "240000 EUR; 860000 EUR"),
    ("en", "EUR: [[5 000 000]]", "5000000 EUR"),
    ("en", "Total cost (EUR) [[5 000 000]]", "5000000 EUR"),
    ("en", "Amount (€): [[5 000 000]]", "5000000 EUR"),
    ("en", "Amount: [[5 000 000]] (EUR)", "5000000 EUR"),
    ("en", "Amount: [[5 000 000]] (five million) EUR", "5000000 EUR"),
    ("en", "Amount (EUR) 3 lots", ""),
    (
        "en",
        "[[EUR 10 million]], of which [[3 million]] for boats",
        "10000000 EUR; 3000000 EUR",
    ),
    ("fr", "[[10 M€]] dont [[3 millions]] pour des navires", "10000000 EUR; 3000000 EUR"),
    ("en", "[[EUR 5 million]] for 1.5 million refugees.", "5000000 EUR"),
    ("en", "A population of 3 million, [[EUR 5 million]] in aid", "5000000 EUR"),
    ("en", "12 million, paid in\n\n[[EUR 5 million]]", "5000000 EUR"),
    ("en", "Amounts in EUR\n 1    computers    56\n 2    readers      50\n", ""),
    ("en", "Costs (EUR)\nItem     Qty     Price\nboats    12      [[1 000 000]]", "1000000 EUR"),
    (
        "en",
        "Costs in EUR\n2019    [[1 000 000]]\n2020    [[2 000 000]]",
        "1000000 EUR; 2000000 EUR",
    ),
]
NOT_YET = [
    pytest.param("en", "[[EUR 5 000]] or [[6 000]]", "5000 EUR; 6000 EUR", id="shared by or"),
    pytest.param(
        "en",
        "[[EUR 3]] and [[5 million]] respectively",
        "3000000 EUR; 5000000 EUR",
        id="respectively",
    ),
    pytest.param("en", "[[EUR 2½ million]]", "2500000 EUR", id="fraction sign"),
    pytest.param(
        "it",
        "Costa [[5 euro]]. [[Sei milioni]], dunque.",
        "5 EUR; 6000000 EUR",
        id="words, far currency",
    ),
    pytest.param(
        "es", "[[2 mil 500 millones de euros]]", "2500000000 EUR", id="mil split from millones"
    ),
    pytest.param("pl", "[[czterysta złotych]]", "400 PLN", id="words beyond five languages"),
    pytest.param(
        "en", "[[seven hundred (700) euros]]", "700 EUR", id="words before a bracketed figure"
    ),
    pytest.param("en", "[[EUR 15.000\n.000]]", "15000000 EUR", id="break at a thousands point"),
]


@pytest.mark.parametrize(
    ("language", "marked", "expected"),
    _cases(PRESS_EN, NOTICES, SPACES, FRENCH, GERMAN, SPANISH, ITALIAN, OTHER_LANGUAGES)
    + _cases(PARTNERS, SHARED_WORDS, RANGES, AMBIGUOUS, NEGATIVE, WORDS, SECOND_WRITINGS, GLUED)
    + _cases(BORDERS, NO_MONEY, IN_SIGHT),
)
def test_find_amounts(language: str | None, marked: str, expected: str) -> None:
    _check(language, marked, expected)


@pytest.mark.xfail(strict=True, reason="known gap of the grammar")
@pytest.mark.parametrize(("language", "marked", "expected"), NOT_YET)
def test_known_gap(language: str | None, marked: str, expected: str) -> None:
    _check(language, marked, expected)


def test_there_are_enough_cases() -> None:
    groups = (
        PRESS_EN,
        NOTICES,
        SPACES,
        FRENCH,
        GERMAN,
        SPANISH,
        ITALIAN,
        OTHER_LANGUAGES,
        PARTNERS,
    )
    more = (SHARED_WORDS, RANGES, AMBIGUOUS, NEGATIVE, WORDS, SECOND_WRITINGS, GLUED, BORDERS)
    assert sum(map(len, (*groups, *more, NO_MONEY, IN_SIGHT))) >= 400


def test_value_is_written_as_exact_text() -> None:
    (amount,) = find_amounts("a budget between EUR 5 and 10.5 million", "en")
    assert amount.value() == {
        "min": "5000000",
        "max": "10500000",
        "currency": "EUR",
        "kind": "budget",
        "readings": ["10500000"],
    }


def test_an_ambiguous_sum_asks() -> None:
    (amount,) = find_amounts("1.234 EUR")
    assert amount.ambiguous
    assert amount.value()["readings"] == ["1234", "1.234"]


def test_candidates_of_a_shared_word_are_kept() -> None:
    (amount,) = find_amounts("3 million dinars", "en")
    assert amount.currency is None
    assert {"RSD", "TND", "DZD", "LYD"} <= set(amount.currencies)


def test_bare_numbers_count_with_a_default_currency() -> None:
    found = find_amounts("12.5 and 3 000", "en", default_currency="USD", default_multiplier=1000)
    assert [(a.raw, a.maximum, a.currency) for a in found] == [
        ("12.5", Decimal(12500), "USD"),
        ("3 000", Decimal(3000000), "USD"),
    ]
