"""Properties of the date grammar: round trips in five languages, offsets, order, hostile text."""

import datetime as dt
import time

import pytest
from babel.dates import format_date
from hypothesis import assume, given
from hypothesis import strategies as st

from vocabulary.dates import find_dates
from vocabulary.dates_convert import calendar_day

LANGUAGES = ("en", "fr", "de", "es", "it")
languages = st.sampled_from(LANGUAGES)
every_language = st.sampled_from((*LANGUAGES, "pl", "hu", ""))
days = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31))
texts = st.lists(
    st.sampled_from(
        (
            *("17", "1er", "3.", "1º ", "May", "mai", "Mai", "mayo", "maggio", "Sept.", "Q2", "II"),
            *("2021", "1999", "05", "31", "2021-05-17", "03/04/2021", " ", " ", " ", "\n", "\n\n"),
            *("-", "–", "/", ".", ",", " de ", " to ", " and ", "between ", "in ", "nel ", "bis "),
            *(
                "quarter",
                "trimestre",
                "Quartal",
                " of ",
                "th",
                "T",
                "\u00a0",
                "delivered ",
                "(",
                ")",
            ),
        )
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)


@given(day=days, language=languages, style=st.sampled_from(["long", "d MMMM y", "dd MMMM yyyy"]))
def test_days_in_words_round_trip(day: dt.date, language: str, style: str) -> None:
    raw = format_date(day, style, locale=language)
    (found,) = find_dates(f"({raw})", language)
    assert (found.raw, found.value, found.precision) == (raw, day.isoformat(), "day")
    assert not found.ambiguous


@given(day=days, language=languages)
def test_months_round_trip(day: dt.date, language: str) -> None:
    raw = format_date(day, "LLLL y", locale=language).title()
    (found,) = find_dates(f"{raw}.", language)
    assert (found.raw, found.value, found.precision) == (raw, f"{day:%Y-%m}", "month")


@given(day=days, language=every_language, separator=st.sampled_from("./-"), padded=st.booleans())
def test_numbers_round_trip_and_keep_both_readings(
    day: dt.date, language: str, separator: str, *, padded: bool
) -> None:
    width = 2 if padded else 1
    raw = f"{day.day:0{width}}{separator}{day.month:0{width}}{separator}{day.year}"
    (found,) = find_dates(f"on {raw} ", language)
    assert (found.raw, found.value) == (raw, day.isoformat())
    swapped = separator != "." and day.day <= 12 and day.day != day.month
    other = (f"{day.year}-{day.day:02}-{day.month:02}",) if swapped else ()
    assert found.readings == (day.isoformat(), *other)


@given(day=days, language=every_language)
def test_iso_dates_round_trip(day: dt.date, language: str) -> None:
    for text in (day.isoformat(), f"{day.isoformat()}T10:00:00", f"{day.isoformat()}+02:00"):
        (found,) = find_dates(text, language)
        assert (found.start, found.raw, found.readings) == (0, day.isoformat(), (found.raw,))


@given(first=days, length=st.integers(1, 40), language=languages)
def test_ranges_round_trip(first: dt.date, length: int, language: str) -> None:
    last = first + dt.timedelta(days=length)
    style = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
    assume(first.year == last.year)
    raw = f"{format_date(first, style, locale=language)} - "
    raw += format_date(last, "d MMMM y", locale=language)
    (found,) = find_dates(raw, language)
    assert (found.raw, found.value, found.last) == (raw, first.isoformat(), last.isoformat())


@given(text=texts, language=every_language)
def test_offsets_order_and_values_hold_for_any_text(text: str, language: str) -> None:
    end = 0
    for found in find_dates(text, language):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.raw
        assert found.readings[0] == found.value
        assert len(found.readings) == len(set(found.readings)) <= 2
        assert found.last is None or found.last > found.value
        assert found.value[:4] in found.raw
        end = found.end


@given(text=texts, language=languages)
def test_far_text_before_and_behind_changes_nothing(text: str, language: str) -> None:
    apart = "\n\n" + "~ " * 80
    alone = [(found.start, found.end, found.value) for found in find_dates(text, language)]
    shift = len(apart) + 2
    framed = find_dates(f"{apart}\n\n{text}\n\n{apart}", language)
    assert [(one.start - shift, one.end - shift, one.value) for one in framed] == alone


@given(day=st.integers(-5, 99), month=st.integers(0, 99), year=st.integers(1900, 2099))
def test_only_days_of_the_calendar_are_converted(day: int, month: int, year: int) -> None:
    try:
        expected = dt.date(year, month, day)
    except ValueError:
        expected = None
    assert calendar_day(day, str(month), year, "en") == expected


HOSTILE = {
    "digits": "1" * 200_000,
    "years": "2021 " * 40_000,
    "glued years": "2021" * 50_000,
    "years and dashes": "2021-" * 40_000,
    "years and strokes": "2021/" * 40_000,
    "strokes": "1/" * 100_000,
    "stops": "1." * 95_000 + "2021",
    "days": "17-" * 60_000 + " 2021",
    "days by years": ("17 - " * 20 + "2021 ") * 1_900,
    "dates": "3/4/2021 " * 22_000,
    "half a range": "1.-1.1.2021-" * 16_000,
    "months": ("May - " * 15 + "2021 ") * 2_100,
    "blanks": ("in" + " \n" * 40 + "2021") * 2_300,
    "blanks alone": " " * 200_000,
    "quarters": "Q1-Q2-2021-" * 18_000,
}


@pytest.fixture(scope="module")
def warm() -> None:
    for language in LANGUAGES:  # dateparser's import is not what is measured
        find_dates("3/4/2021, 17.05.2021", language)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(warm: None, name: str, language: str) -> None:
    begun = time.process_time()
    find_dates(HOSTILE[name], language)
    assert time.process_time() - begun < 3.0


@given(unit=st.text(alphabet="0123456789./-, ", min_size=1, max_size=12))
def test_any_repeated_digits_and_separators_take_linear_time(unit: str) -> None:
    text = f"{unit} 2021{unit}2021 " * (20_000 // (2 * len(unit) + 10))
    begun = time.process_time()
    find_dates(text, "en")
    assert time.process_time() - begun < 3.0


def test_a_document_of_many_different_dates_is_bounded_by_the_days_of_a_year() -> None:
    first = dt.date(1950, 1, 1)
    stated = [first + dt.timedelta(days=number) for number in range(18_000)]
    text = " ".join(f"{day.day}.{day.month}.{day.year}" for day in stated)
    begun = time.process_time()
    found = find_dates(text, "de")
    assert [date.value for date in found] == [day.isoformat() for day in stated]
    assert time.process_time() - begun < 5.0
