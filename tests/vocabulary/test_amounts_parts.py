"""The parts of the amount grammar: numbers, number words, units, cells, kinds, currencies."""

from decimal import Decimal

import pytest

from vocabulary.amounts import find_amounts, find_unit, parse_cell
from vocabulary.amounts_model import decimal_text
from vocabulary.amounts_numbers import Habit, habit_in, habit_of, read_number
from vocabulary.amounts_words import read_words
from vocabulary.currencies import currencies, lexicon

UNITS = [
    ("EUR 000", "EUR", 1000, "EUR 000"),
    ("EUR '000", "EUR", 1000, "EUR '000"),
    ("Budget (€ ’000)", "EUR", 1000, "€ ’000"),
    ("€000s", "EUR", 1000, "€000s"),
    ("'000 EUR", "EUR", 1000, "'000 EUR"),
    ("in EUR million", "EUR", 10**6, "EUR million"),
    ("EUR m", "EUR", 10**6, "EUR m"),
    ("EUR bn", "EUR", 10**9, "EUR bn"),
    ("million EUR", "EUR", 10**6, "million EUR"),
    ("(million euros)", "EUR", 10**6, "million euros"),
    ("(in EUR)", "EUR", 1, "EUR"),
    ("Price, EUR", "EUR", 1, "EUR"),
    ("Value £", "GBP", 1, "£"),
    ("en milliers d'euros", "EUR", 1000, "milliers d'euros"),
    ("en milliers d’euros", "EUR", 1000, "milliers d’euros"),
    ("Montants en millions d'euros", "EUR", 10**6, "millions d'euros"),
    ("Montants (en M€)", "EUR", 10**6, "M€"),
    ("k€", "EUR", 1000, "k€"),
    ("en FCFA", "XOF", 1, "FCFA"),
    ("millions FCFA", "XOF", 10**6, "millions FCFA"),
    ("Beträge in Tsd. EUR", "EUR", 1000, "Tsd. EUR"),
    ("Mio. €", "EUR", 10**6, "Mio. €"),
    ("in Mio. Euro", "EUR", 10**6, "Mio. Euro"),
    ("TEUR", "EUR", 1000, "TEUR"),
    ("in 1.000 EUR", "EUR", 1000, "1.000 EUR"),
    ("in 1 000 €", "EUR", 1000, "1 000 €"),
    ("importes en millones de euros", "EUR", 10**6, "millones de euros"),
    ("importi in migliaia di euro", "EUR", 1000, "migliaia di euro"),
    ("tys. zł", "PLN", 1000, "tys. zł"),
    ("amounts in USD thousand", "USD", 1000, "USD thousand"),
]
NO_UNIT = ["", "Amount", "EUR 5 million", "Budget 2014-2020", "EUR / USD", "Euro 6", "million"]


@pytest.mark.parametrize(("text", "currency", "multiplier", "raw"), UNITS, ids=str)
def test_find_unit(text: str, currency: str, multiplier: int, raw: str) -> None:
    unit = find_unit(text)
    assert unit is not None
    assert (unit.currency, unit.multiplier, unit.raw) == (currency, Decimal(multiplier), raw)
    assert text[unit.start : unit.end] == raw


@pytest.mark.parametrize("text", NO_UNIT)
def test_find_unit_says_none(text: str) -> None:
    assert find_unit(text) is None


@pytest.mark.parametrize(
    ("cell", "multiplier", "language", "expected"),
    [
        ("5 400", 1000, "fr", "5400000"),
        ("5\u202f400", 1000, "fr", "5400000"),
        ("12,5", 10**6, "de", "12500000"),
        ("12.5", 10**6, "en", "12500000"),
        (" 917 ", 1, None, "917"),
        ("3.500.000,00", 1, None, "3500000"),
        ("-200", 1, None, "-200"),
        ("2.5 million", 1000, "en", "2500000"),
        ("1'250.50", 1, None, "1250.5"),
    ],
)
def test_parse_cell(cell: str, multiplier: int, language: str | None, expected: str) -> None:
    amount = parse_cell(cell, "EUR", multiplier, language)
    assert amount is not None
    assert (decimal_text(amount.maximum), amount.currency) == (expected, "EUR")
    assert cell[amount.start : amount.end] == amount.raw


def test_a_cells_own_currency_goes_before_the_headers() -> None:
    amount = parse_cell("USD 5 million", "EUR", 1000)
    assert amount is not None
    assert amount.value()["currency"] == "USD"
    assert amount.maximum == Decimal(5000000)


def test_an_unsettled_cell_keeps_both_readings() -> None:
    amount = parse_cell("1.234", "EUR")
    assert amount is not None
    assert amount.readings == (Decimal(1234), Decimal("1.234"))


@pytest.mark.parametrize("cell", ["", "–", "n/a", "not awarded", "31.12.2020", "5 (6)"])
def test_parse_cell_says_none(cell: str) -> None:
    assert parse_cell(cell, "EUR") is None


@pytest.mark.parametrize(
    ("written", "habit", "expected"),
    [
        ("1.234", Habit("."), ["1234", "1.234"]),
        ("1.234", Habit(","), ["1234"]),
        ("1,234", Habit("."), ["1234"]),
        ("1,234", Habit(None), ["1234", "1.234"]),
        ("0.234", Habit(","), ["0.234"]),
        ("12.5", Habit(","), ["12.5"]),
        ("1234,5678", Habit("."), ["1234.5678"]),
        ("1.234.567", Habit("."), ["1234567"]),
        ("1,234,567.8", Habit(","), ["1234567.8"]),
        ("1.250.00", Habit("."), ["1250.00", "125000"]),
        ("12 000,-", Habit(","), ["12000"]),
    ],
)
def test_read_number(written: str, habit: Habit, expected: list[str]) -> None:
    reading = read_number(written, habit)
    assert reading is not None
    assert [str(value) for value in reading.values] == expected


@pytest.mark.parametrize("written", ["31.12.2020", "007", "1.23.456", "1,234.567,8", "9" * 23])
def test_read_number_refuses(written: str) -> None:
    assert read_number(written, Habit(None)) is None


def test_habits() -> None:
    assert habit_of("en").decimal == "."
    assert habit_of("fr").decimal == ","
    assert habit_of("xx").decimal is None
    assert habit_in("sum of 1.250.000,00 in all", "en") == Habit(",", seen=True)
    assert habit_in("1.250,00 and 1,250.00", "en") == Habit(".")


@pytest.mark.parametrize(
    ("language", "words", "value", "taken"),
    [
        ("en", "one million five hundred thousand and more", 1500000, 5),
        ("en", "ninety-nine".replace("-", " "), 99, 2),
        ("en", "two thousand million", 2000000000, 3),
        ("fr", "quatre vingt dix sept", 97, 4),
        ("fr", "soixante et onze", 71, 3),
        ("fr", "cent vingt mille", 120000, 3),
        ("de", "einundzwanzig", 21, 1),
        ("de", "dreihundertfünfundvierzigtausendsechshundert", 345600, 1),
        ("de", "zweieinhalb millionen", 2500000, 2),
        ("es", "ciento veinticinco mil", 125000, 3),
        ("es", "mil quinientos millones", 1500000000, 3),
        ("it", "ventotto", 28, 1),
        ("it", "duecentottantaquattromilatrecento", 284300, 1),
        ("it", "unmilionenovecentomila", 1900000, 1),
    ],
)
def test_read_words(language: str, words: str, value: int, taken: int) -> None:
    number = read_words(words.split(), language)
    assert number is not None
    assert (number.value, number.words) == (Decimal(value), taken)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "million"),
        ("en", "two five"),
        ("en", "and five"),
        ("fr", "un"),
        ("de", "und"),
        ("en", "half"),
        ("it", "x"),
    ],
)
def test_read_words_refuses(language: str, words: str) -> None:
    assert read_words(words.split(), language) is None


KINDS = [
    ("en", "a budget of EUR 5 million", "budget"),
    ("en", "EUR 5 million in funding", "budget"),
    ("en", "up to EUR 5 million", "ceiling"),
    ("en", "the sum shall not exceed EUR 5 million", "ceiling"),
    ("en", "an estimated value of EUR 5 million", "estimate"),
    ("en", "the contract was awarded for EUR 5 million", "award"),
    ("en", "EUR 5 million were disbursed", "paid"),
    ("en", "the Commission paid EUR 5 million", "paid"),
    ("en", "unit price: EUR 500", "price"),
    ("en", "EUR 500 each", "price"),
    ("en", "EUR 5 million", "unknown"),
    ("en", "The budget grew. Later came EUR 5 million", "unknown"),
    ("fr", "un budget de 5 millions d’euros", "budget"),
    ("fr", "une enveloppe de 5 M€", "budget"),
    ("fr", "jusqu’à 5 M€", "ceiling"),
    ("fr", "un montant maximum de 5 M€", "ceiling"),
    ("fr", "un coût estimé à 5 M€", "estimate"),
    ("fr", "marché attribué pour 5 M€", "award"),
    ("fr", "5 M€ ont été versés", "paid"),
    ("fr", "au prix de 500 €", "price"),
    ("de", "Fördermittel von 5 Mio. EUR", "budget"),
    ("de", "bis zu 5 Mio. EUR", "ceiling"),
    ("de", "geschätzter Wert: 5 Mio. EUR", "estimate"),
    ("de", "Zuschlag für 5 Mio. EUR", "award"),
    ("de", "ausgezahlt wurden 5 Mio. EUR", "paid"),
    ("de", "zum Stückpreis von 500 EUR", "price"),
    ("es", "un presupuesto de 5 millones de euros", "budget"),
    ("es", "hasta 5 millones de euros", "ceiling"),
    ("es", "valor estimado: 5 millones de euros", "estimate"),
    ("es", "adjudicado por 5 millones de euros", "award"),
    ("es", "se han pagado 5 millones de euros", "paid"),
    ("es", "un precio de 500 euros", "price"),
    ("it", "uno stanziamento di 5 milioni di euro", "budget"),
    ("it", "fino a 5 milioni di euro", "ceiling"),
    ("it", "importo stimato: 5 milioni di euro", "estimate"),
    ("it", "aggiudicato per 5 milioni di euro", "award"),
    ("it", "sono stati erogati 5 milioni di euro", "paid"),
    ("it", "un prezzo di 500 euro", "price"),
]


@pytest.mark.parametrize(("language", "text", "kind"), KINDS, ids=[text for _, text, _ in KINDS])
def test_kind(language: str, text: str, kind: str) -> None:
    (amount,) = find_amounts(text, language)
    assert amount.kind == kind


def test_each_sum_has_the_kind_of_its_own_words() -> None:
    found = find_amounts("a budget of EUR 5 million, of which EUR 2 million was paid", "en")
    assert [amount.kind for amount in found] == ["budget", "paid"]


def test_partner_currencies_are_known() -> None:
    partners = "MAD TND DZD EGP LYD XOF XAF ETB TRY RSD BAM ALL MKD UAH MDL GEL USD GBP CHF NOK"
    union = "EUR BGN CZK DKK HUF PLN RON SEK"
    assert set((partners + " " + union).split()) <= set(currencies())


def test_names_of_five_languages_are_known() -> None:
    names = ["norwegian krone", "couronnes norvégiennes", "norwegische kronen", "coronas noruegas"]
    forms = [lexicon().find(tuple(name.split())) for name in (*names, "corone norvegesi")]
    assert [form.candidates for form in forms if form] == [("NOK",)] * 5


def test_no_code_is_read_as_a_glued_form() -> None:
    for code in currencies():
        form = lexicon().find((code,))
        assert form is not None
        assert form.candidates[0] == code
        assert form.multiplier == Decimal(1)
