"""Properties of the amount grammar: round trips in every style, offsets, order, hostile text."""

import time
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from vocabulary.amounts import find_amounts, find_unit, parse_cell

LANGUAGES = ("en", "fr", "de", "es", "it", None)
STYLES = [(",", "."), (".", ","), (" ", ","), (" ", "."), ("\u00a0", ","), ("\u202f", ",")]
STYLES += [("\u2009", ","), ("'", "."), ("’", "."), ("", "."), ("", ",")]
MULTIPLIERS = {
    "en": {"million": 10**6, "billion": 10**9, "m": 10**6, "bn": 10**9, "k": 1000},
    "fr": {"millions d'euros": 10**6, "milliards d’euros": 10**9, "M€": 10**6, "k€": 1000},
    "de": {"Mio. EUR": 10**6, "Mrd. Euro": 10**9, "Tsd. EUR": 1000, "Millionen Euro": 10**6},
    "es": {"millones de euros": 10**6, "mil millones de euros": 10**9, "M€": 10**6},
    "it": {"milioni di euro": 10**6, "miliardi di euro": 10**9, "mila euro": 1000, "mln €": 10**6},
}
SCALED = [(lang, word, factor) for lang, row in MULTIPLIERS.items() for word, factor in row.items()]
cents = st.decimals(min_value=0, max_value=10**13, places=2, allow_nan=False, allow_infinity=False)
alphabet = st.sampled_from("019.,'’ -–/()[]%\n\t\u00a0€$£kMm") | st.characters(codec="utf-8")
pieces = st.sampled_from(
    (
        *("EUR", "€", " 5", "1.000", "million", "d'euros", "\n", " ", "-", "to", "between "),
        *("FCFA", "Mio.", "(EUR 000)", "   ", "US$", "one", "Lot 1", "2014", "%", "and", "k"),
        *("euro", "zwei", "Currency:"),
    )
)


def _written(value: Decimal, group: str, point: str) -> str:
    whole, _, decimals = f"{value:,.2f}".partition(".")
    return whole.replace(",", group) + point + decimals


@given(value=cents, style=st.sampled_from(STYLES), language=st.sampled_from(LANGUAGES))
def test_cents_round_trip_in_every_style(
    value: Decimal, style: tuple[str, str], language: str | None
) -> None:
    for text in (f"EUR {_written(value, *style)}", f"{_written(value, *style)} €"):
        (amount,) = find_amounts(text, language)
        assert (amount.raw, amount.minimum, amount.readings) == (text, value, (value,))


@given(value=st.integers(1, 10**12), language=st.sampled_from(["en", "fr", "de", "es", "it"]))
def test_whole_sums_round_trip_as_each_language_writes_them(value: int, language: str) -> None:
    text = format_decimal(value, locale=language) + " EUR"
    (amount,) = find_amounts(text, language)
    assert (amount.raw, amount.readings) == (text, (Decimal(value),))


@given(
    value=st.decimals(min_value="0.1", max_value=999, places=1),
    scaled=st.sampled_from(SCALED),
)
def test_multipliers_round_trip(value: Decimal, scaled: tuple[str, str, int]) -> None:
    language, word, factor = scaled
    number = str(value).replace(".", "." if language == "en" else ",")
    text = (
        f"EUR {number}{'' if len(word) < 3 else ' '}{word}"
        if language == "en"
        else f"{number} {word}"
    )
    (amount,) = find_amounts(text, language)
    assert (amount.raw, amount.maximum, amount.currency) == (text, value * factor, "EUR")


@given(value=st.integers(1, 999), code=st.sampled_from(["EUR", "USD", "NOK", "XOF", "TND", "UAH"]))
def test_a_number_that_can_be_two_keeps_both(value: int, code: str) -> None:
    (amount,) = find_amounts(f"{value}.234 {code}", None)
    assert set(amount.readings) == {Decimal(f"{value}234"), Decimal(f"{value}.234")}


@given(low=st.integers(1, 500), step=st.integers(1, 400), language=st.sampled_from(LANGUAGES))
def test_ranges_keep_their_order(low: int, step: int, language: str | None) -> None:
    (amount,) = find_amounts(f"EUR {low}-{low + step} million", language)
    assert [amount.minimum, amount.maximum] == [Decimal(low * 10**6), Decimal((low + step) * 10**6)]


@given(value=cents)
def test_cells_round_trip(value: Decimal) -> None:
    amount = parse_cell(_written(value, " ", ","), "MAD", 1000, "fr")
    assert amount is not None
    assert (amount.maximum, amount.currency) == (value * 1000, "MAD")


def _holds(text: str, language: str | None) -> None:
    last = 0
    for amount in find_amounts(text, language):
        assert last <= amount.start < amount.end
        assert text[amount.start : amount.end] == amount.raw
        assert amount.minimum <= amount.maximum
        assert amount.readings[0] == amount.maximum
        assert len(set(amount.readings)) == len(amount.readings)
        last = amount.end
    unit = find_unit(text)
    assert unit is None or text[unit.start : unit.end] == unit.raw


@given(text=st.text(alphabet, max_size=80), language=st.sampled_from(LANGUAGES))
def test_any_text_holds(text: str, language: str | None) -> None:
    _holds(text, language)


@given(parts=st.lists(pieces, max_size=25), language=st.sampled_from(LANGUAGES))
def test_any_mixture_of_parts_holds(parts: list[str], language: str | None) -> None:
    _holds("".join(parts), language)
    _holds(" ".join(parts), language)


HOSTILE = {
    "signs": "€",
    "digits": "1",
    "digits with a currency": "EUR 11111111",
    "points": "1.",
    "groups": "1 000 ",
    "sums": "EUR 1 ",
    "dashes": "EUR 5-",
    "multipliers": "EUR million ",
    "word numbers": "one million euros and ",
    "one long word": "hundert",
    "franc": "f cfa ",
    "between": "between EUR 5 and ",
    "tables": "(in EUR)\n1.000\n",
    "rows": "x 1,000\nEUR 1,000\n",
    "columns": "EUR   5.000   5\n",
    "lists": "EUR 5 million, 3 million, ",
    "spaces": " ",
    "brackets": "EUR (",
    "d'": "d'€",
    "millions of millions": "EUR 5 million million billion ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_length_only(unit: str) -> None:
    """Four times the text takes about four times as long; a quadratic step would take sixteen."""
    seconds = []
    for size in (10_000, 40_000):
        text = (unit * (size // len(unit) + 1))[:size]
        tries = []
        for _ in range(3):  # the least: a machine at work on other things makes any try longer
            started = time.process_time()
            find_amounts(text)
            tries.append(time.process_time() - started)
        seconds.append(min(tries))
    assert seconds[1] < 9 * seconds[0] + 0.1


@pytest.mark.parametrize(
    "text", ["bn " * 9000 + "EUR", "tausend" * 17 + " Euro", "Million " * 99 + "Euro"]
)
def test_heaps_of_scales_are_no_sum(text: str) -> None:
    assert find_amounts(text, "de") == []
    assert find_amounts("5 " + text, "de") == []


@pytest.mark.parametrize(
    "unit", ["1", "hundert", " ", pytest.param("EUR 1 000 000 and ", marks=pytest.mark.soak)]
)
def test_a_megabyte_is_read(unit: str) -> None:
    text = unit * (10**6 // len(unit))
    started = time.process_time()
    _ = find_amounts(text)
    assert time.process_time() - started < 60
