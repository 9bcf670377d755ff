"""The numbers of the overview: each amount and delivery once, pending apart from reviewed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from core.records import Proposal
from store.counting import count_amounts
from store.database import Store
from store.export import listed_conditions
from store.filters import Filters
from store.load import upsert_sources
from store.overview import RememberedOverviews, overview
from store.overview_records import AmountRow, FamilyRow, Overview, ProgressRow
from store.overview_words import human, periods
from store.pairs import decide_pair
from tests.builders import House, amount, evidence, key_of, proposal, source, tagging
from tests.store.test_redaction_rule import DOC, OLD, blacken, read_old

TODAY = dt.date(2025, 3, 20)
TEXT = (
    "The Instrument for Stability gives 3 boats, 4 drones, 5 radios and 6 trucks worth EUR 100,"
    " EUR 250.50, USD 10 and LYD 7 to the Guard; =SUM(1) pays."
)


def made(equipment: str, eur: str | None = None, **more: Any) -> Proposal:
    """Return a candidate entry; `eur` is an amount as the text writes it."""
    if eur is not None:
        currency, number = eur.split()
        more["amount"] = amount(TEXT, eur, number, currency)
        more.setdefault("amount_kind", "award")
    if fund := more.pop("fund", None):
        more["fund"] = evidence(TEXT, fund)
    return proposal(TEXT, equipment, **more)


def add(house: House, key: str, *proposals: Proposal, data: bytes | None = None) -> None:
    """Take in and read a document of May 2024."""
    body = data or key.encode()
    house.take(key, body, published="2024-05-02")
    house.read(body, TEXT, tagged=tagging(*proposals))


def look(house: House, *, published: bool = False, **filters: Any) -> Overview:
    """Return the overview of the day."""
    return overview(house.store, Filters(**filters), published=published, today=TODAY)


def sums(found: Overview) -> dict[tuple[str, str, str], tuple[str, int, str, int]]:
    """Return the sums and numbers of amounts by kind, fund and year: reviewed, then pending."""
    return {
        (row.kind, row.fund, row.year): (
            f"{row.reviewed:.2f}", row.reviewed_amounts, f"{row.pending:.2f}", row.pending_amounts,
        )
        for row in found.amounts.records
    }  # fmt: skip


def goods(found: Overview) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the numbers of entries by family and country: reviewed, then pending."""
    return {(r.family, r.country): (r.reviewed, r.pending) for r in found.families.records}


BOATS = made("boats", "EUR 100", equipment_family="vessels", recipient_country="LY",
             stage="delivered", fund="Instrument for Stability")  # fmt: skip
DRONES = made("drones", "EUR 250.50", equipment_family="unmanned", stage="awarded")


def test_reviewed_and_pending_are_apart_in_each_number(house: House) -> None:
    add(house, "url:a", BOATS, DRONES)
    add(house, "url:b", BOATS)
    house.decide(key_of("url:a", BOATS), "accept", BOATS)
    found = look(house)
    assert sums(found) == {
        ("award", "Instrument for Stability", "2024"): ("100.00", 1, "100.00", 1),
        ("award", "no fund stated", "2024"): ("0.00", 0, "250.50", 1),
    }
    assert goods(found) == {
        ("Vessels and marine equipment", "Libya"): (1, 1),
        ("Unmanned systems", "not stated"): (0, 1),
    }
    stages = {(r.stage, r.period): (r.reviewed, r.pending) for r in found.deliveries.records}
    assert stages == {("delivered", "2024-05"): (1, 1), ("awarded", "2024-05"): (0, 1)}
    assert found.amounts.says == (
        "Awards come to 100 EUR reviewed and 350 EUR pending; the largest part of what is reviewed"
        " is of Instrument for Stability."
    )


def test_kinds_are_not_added_up(house: House) -> None:
    kinds = ("budget", "estimate", "ceiling", "award", "paid", "price", "unknown")
    for kind in kinds:
        add(house, f"url:{kind}", made("boats", "EUR 100", amount_kind=kind))
    found = sums(look(house))
    assert {key[0] for key in found} == set(kinds)
    assert set(found.values()) == {("0.00", 0, "100.00", 1)}


def test_what_is_said_is_of_a_known_kind_that_is_reviewed(house: House) -> None:
    odd = made("boats", "EUR 100", amount_kind="unknown")
    add(house, "url:a", odd)
    house.decide(key_of("url:a", odd), "accept", odd)
    assert look(house).amounts.says.startswith("Amounts of no stated kind come to 100 EUR reviewed")
    planned = made("boats", "EUR 250.50", amount_kind="budget")
    add(house, "url:b", planned)
    assert look(house).amounts.says.startswith("Amounts of no stated kind")
    house.decide(key_of("url:b", planned), "accept", planned)
    says = "Budgets come to 250 EUR reviewed and 0 EUR pending"
    assert look(house).amounts.says.startswith(says)
    assert look(house, state="pending").amounts.says == "No amount to show yet."


def test_an_amount_that_goods_share_counts_once(house: House) -> None:
    shared = {"amount_group": "p1:1", "amount_scope": "shared"}
    total = made("radios", "EUR 100", amount_group="p1:1", amount_scope="total")
    one, two = made("boats", "EUR 100", **shared), made("drones", "EUR 100", **shared)
    add(house, "url:a", one, two, total)
    assert list(sums(look(house)).values()) == [("0.00", 0, "100.00", 1)]
    house.decide(key_of("url:a", two), "accept", two)
    assert list(sums(look(house)).values()) == [("100.00", 1, "0.00", 0)]
    assert sum(row.reviewed + row.pending for row in look(house).families.records) == 3


def test_the_same_file_at_two_addresses_counts_once(house: House) -> None:
    add(house, "url:a", BOATS, DRONES, data=b"same")
    add(house, "url:b", BOATS, DRONES, data=b"same")
    house.decide(key_of("url:b", BOATS), "correct", BOATS, {"recipient_country": "TN"})
    found = look(house)
    assert goods(found) == {
        ("Vessels and marine equipment", "Tunisia"): (1, 0),
        ("Unmanned systems", "not stated"): (0, 1),
    }
    assert sums(found)["award", "Instrument for Stability", "2024"] == ("100.00", 1, "0.00", 0)
    assert "2 further entries were left out" in found.families.caveats[-1]
    now = found.progress.records[-1]
    assert (now.corrected, now.pending) == (1, 3)  # each is reviewed


def test_a_confirmed_pair_counts_once_at_its_furthest_stage(house: House) -> None:
    plan = made("boats", "EUR 100", stage="planned")
    gift = made("boats", "EUR 250.50", stage="delivered")
    add(house, "url:plan", plan)
    add(house, "url:gift", gift)
    keys = key_of("url:plan", plan), key_of("url:gift", gift)
    before = look(house)
    assert [row.stage for row in before.deliveries.records] == ["delivered", "planned"]
    decide_pair(house.store, *keys, "same", reviewer="ana")
    found = look(house)
    assert [(r.stage, r.pending) for r in found.deliveries.records] == [("delivered", 1)]
    assert list(sums(found).values()) == [("0.00", 0, "250.50", 1)]
    decide_pair(house.store, *keys, "undo", reviewer="ana")
    assert look(house) == before


def test_a_reviewed_entry_of_a_pair_goes_before_one_of_a_further_stage(house: House) -> None:
    plan, gift = made("boats", stage="planned"), made("boats", stage="delivered")
    add(house, "url:plan", plan)
    add(house, "url:gift", gift)
    keys = key_of("url:plan", plan), key_of("url:gift", gift)
    decide_pair(house.store, *keys, "same", reviewer="ana")
    house.decide(keys[0], "accept", plan)
    stages = [(r.stage, r.reviewed, r.pending) for r in look(house).deliveries.records]
    assert stages == [("planned", 1, 0)]


@pytest.mark.parametrize("how", ["withheld", "inside", "blackened", "rejected", "withdrawn"])
def test_what_is_hidden_rejected_or_withdrawn_never_counts(house: House, how: str) -> None:
    add(house, "url:a", BOATS)
    add(house, "url:b", DRONES)
    both = look(house)
    key, change = key_of("url:a", BOATS), house.store.connection.execute
    if how == "withheld":
        change("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    elif how == "inside":
        add(house, "url:zip")
        change("UPDATE documents SET withheld = 1 WHERE key = 'url:zip'")
        change("UPDATE documents SET parent_id = (SELECT id FROM documents WHERE key = 'url:zip')"
               " WHERE key = 'url:a'")  # fmt: skip
    elif how == "blackened":
        change("UPDATE entries SET text_withdrawn = 1 WHERE key = ?", (key,))
    elif how == "rejected":
        house.decide(key, "reject", BOATS)
    else:
        house.read(b"url:a", TEXT, tagged=tagging(), extractor="2")
    found = look(house)
    assert len(both.amounts.records) == len(both.families.records) == 2
    assert list(sums(found)) == [("award", "no fund stated", "2024")]
    assert goods(found) == {("Unmanned systems", "not stated"): (0, 1)}
    assert [row.stage for row in found.deliveries.records] == ["awarded"]
    now = found.progress.records[-1]
    assert (now.rejected, now.pending) == (int(how == "rejected"), 1)


def test_blackened_text_is_in_no_table(house: House) -> None:
    house.take(DOC, OLD)
    read_old(house)
    before = " ".join(chart.csv() for chart in look(house).charts)
    assert "Libya" in before
    blacken(house)
    after = " ".join(chart.says + chart.csv() for chart in look(house).charts)
    assert "Libya" not in after
    assert look(house).progress.records[-1].pending == 1


def test_amounts_without_a_rate_are_counted_and_named(house: House) -> None:
    add(house, "url:a", made("boats", "LYD 7"), made("drones", "EUR 100"))
    (row,) = look(house).amounts.records
    assert (row.pending, row.pending_amounts, row.pending_no_rate) == (Decimal(100), 2, 1)
    assert look(house).amounts.caveats[-1] == ("1 amount has no euro rate and is in no sum: LYD 1.")


def test_published_leaves_accepted_and_corrected_entries_alone(house: House) -> None:
    add(house, "url:a", BOATS, DRONES, made("radios", "USD 10"))
    house.decide(key_of("url:a", BOATS), "accept", BOATS)
    house.decide(key_of("url:a", DRONES), "reject", DRONES)
    found = look(house, published=True)
    assert list(sums(found).values()) == [("100.00", 1, "0.00", 0)]
    assert goods(found) == {("Vessels and marine equipment", "Libya"): (1, 0)}
    told = " ".join(
        " ".join((chart.says, *chart.caveats, chart.csv())) for chart in found.charts
    ).lower()
    for word in ("pending", "rejected", "reopened", "drone", "unmanned"):
        assert word not in told, word
    assert found.progress.says == "1 entry reviewed: 1 accepted as read, 0 corrected."


def test_a_filter_narrows_all_numbers_but_the_health_of_sources(house: House) -> None:
    add(house, "url:a", BOATS, DRONES)
    found = look(house, country="ly")
    assert goods(found) == {("Vessels and marine equipment", "Libya"): (0, 1)}
    assert [r.fund for r in found.amounts.records] == ["Instrument for Stability"]
    assert found.progress.records[-1].pending == 1
    assert look(house, state="rejected").families.records == ()


def test_progress_is_of_the_day_of_the_last_decision_that_counts(house: House) -> None:
    add(house, "url:a", BOATS, DRONES, made("radios"), made("trucks"))
    first, second, third = (key_of("url:a", p) for p in (BOATS, DRONES, made("radios")))
    house.decide(first, "reject", BOATS)
    house.decide(first, "accept", BOATS)
    house.decide(second, "accept", DRONES)
    house.decide(second, "undo", DRONES)
    house.decide(third, "skip", made("radios"))
    house.store.connection.execute(
        "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields, part)"
        " VALUES (?, 'ben', '2025-09-01T00:00:00Z', 'reject', '{}', 'second')",
        (first,),
    )
    chart = look(house).progress
    assert chart.records == (
        ProgressRow(period="2025-03", accepted=1, corrected=0, rejected=0),
        ProgressRow(period="all, now", accepted=1, corrected=0, rejected=0, pending=3, reopened=0,
                    share=0.25),
    )  # fmt: skip
    assert chart.says == "1 of 4 entries are decided (25 %); 3 wait."


def crawl(house: House, run: int, name: str, state: str, confirmed: int, minimum: int = 10) -> None:
    """Write how a source's crawl ended on a day of March 2025."""
    change = house.store.connection.execute
    change("INSERT OR IGNORE INTO runs (id, command, started_at, state)"
           " VALUES (?, 'run', ?, 'finished')", (run, f"2025-03-{run:02}T02:00:00Z"))  # fmt: skip
    change("INSERT INTO source_runs (run_id, source, state, listed, confirmed, fetched, minimum,"
           " maximum) VALUES (?, ?, ?, ?, ?, 1, ?, 99)",
           (run, name, state, confirmed, confirmed, minimum))  # fmt: skip


def test_health_of_sources_shows_those_in_need_first(house: House) -> None:
    upsert_sources(house.store, [source(name) for name in ("a", "b", "c", "d", "silent")])
    for run in range(1, 18):
        crawl(house, run, "a", "ok", 20)
    crawl(house, 17, "b", "ok", 9)
    crawl(house, 3, "c", "nothing_new", 20)
    crawl(house, 17, "c", "unreachable", 0)
    crawl(house, 17, "d", "interrupted", 2)
    chart = look(house).sources
    rows = {row.source: row for row in chart.records}
    assert [row.source for row in chart.records] == ["c", "b", "d", "a"]
    assert {name: row.well for name, row in rows.items()} == {
        "a": True, "b": False, "c": False, "d": True,
    }  # fmt: skip
    assert (rows["c"].days, rows["c"].last_good, rows["d"].days) == (17, "2025-03-03", None)
    assert rows["c"].states == ("nothing_new", "unreachable")
    assert len(rows["a"].states) == 14
    assert chart.says == "2 of 4 sources need a look: c, b."
    assert "2 sources have never been crawled." in chart.caveats
    assert [row.source for row in look(house, source="a").sources.records] == ["a"]


def test_nothing_yet(house: House) -> None:
    found = look(house)
    assert [chart.rows() for chart in found.charts] == [[], [], [], [], []]
    assert [chart.says for chart in found.charts] == [
        "No amount to show yet.", "No entry to show yet.", "No entry to show yet.",
        "No entry to review yet.", "No source has been crawled yet.",
    ]  # fmt: skip


def test_what_is_remembered_follows_the_database(house: House) -> None:
    add(house, "url:a", BOATS)
    with Store.open(house.store.path, readonly=True) as reader:
        quick = RememberedOverviews(reader, pause=0, most=2)
        slow = RememberedOverviews(reader, pause=60)
        first = quick.get(Filters(), today=TODAY)
        assert first == slow.get(Filters(), today=TODAY) == look(house)
        assert quick.get(Filters(limit=7), today=TODAY) is first
        assert quick.get(Filters(), published=True, today=TODAY) == look(house, published=True)
        add(house, "url:b", DRONES)
        assert quick.get(Filters(), today=TODAY) == look(house) != first
        assert slow.get(Filters(), today=TODAY) == first
        for country in ("LY", "TN", "UA"):
            quick.get(Filters(country=country), today=TODAY)
        assert len(quick._known) == 2
        house.store.connection.execute("DELETE FROM entries")
        assert quick.get(Filters(country="UA"), today=TODAY).families.records == ()


def test_csv_is_the_table_and_no_formula(house: House) -> None:
    add(house, "url:a", made("boats", "EUR 100", fund="=SUM(1)"))
    chart = look(house).amounts
    heading, row = csv.reader(io.StringIO(chart.csv()))
    assert tuple(heading) == chart.headings
    assert row[:4] == ["award", "'=SUM(1)", "2024", "0.00"]
    assert len(row) == len(AmountRow.COLUMNS)
    assert chart.rows() == [("award", "=SUM(1)", "2024", "0.00", 0, 0, "100.00", 1, 0)]


STATES = ("pending", "accepted", "corrected", "rejected", "reopened", "withdrawn")


def scatter(house: House, seed: int, count: int = 600) -> None:
    """Write entries at random, with shared amounts, copies and confirmed pairs among them."""
    pick = random.Random(seed)
    change = house.store.connection
    change.execute("BEGIN")
    change.executemany(
        "INSERT INTO contents VALUES (?, 'application/pdf', 1, 'x')",
        [(f"{n:064x}",) for n in range(20)],
    )
    for n in range(30):
        change.execute(
            "INSERT INTO documents (id, key, source, url, withheld)"
            " VALUES (?, ?, 'ministry', 'u', ?)",
            (n, f"url:{n}", int(n == 7)),
        )
        change.execute(
            "INSERT INTO versions (id, document_id, number, sha256, first_seen, last_seen)"
            " VALUES (?, ?, 1, ?, '', '')",
            (n, n, f"{n % 20:064x}"),
        )
    keys = [f"{pick.getrandbits(60):016x}" for _ in range(count)]
    for key in keys:
        n, number = pick.randrange(30), str(pick.choice((5, 10, 20)))
        group = pick.choice((None, None, f"p1:{pick.randrange(4)}"))
        currency = pick.choice(("EUR", "EUR", "LYD"))
        euro = float(number) + 0.1 if currency == "EUR" else None
        change.execute(
            "INSERT INTO entries (key, document_id, version_id, page, equipment_family, amount_min,"
            " amount_max, currency, amount_eur, amount_kind, amount_group, amount_scope, fund,"
            " date, stage, score, quote, state, text_withdrawn)"
            " VALUES (?, ?, ?, 1, 'vessels', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0.5, '', ?, ?)",
            (key, n, n, number, number, currency, euro,
             pick.choice(("award", "budget")), group, "shared" if group else "own",
             pick.choice((None, *(f"Fund {f}" for f in range(40)))),
             pick.choice((None, "2001", "2019-04", "2024-05-02", "2031-01-01")),
             pick.choice(("planned", "delivered", "unknown")), pick.choice(STATES),
             int(pick.random() < 0.05)),
        )  # fmt: skip
        if pick.random() < 0.9:
            change.execute("INSERT INTO entry_evidence VALUES (?, 'amount', 1, 1, ?, 9, '', NULL,"
                           " '[]', '[]', 'm', 1)", (key, pick.randrange(12)))  # fmt: skip
    for _ in range(40):
        first, second = sorted(pick.sample(keys, 2))
        change.execute(
            "INSERT INTO pair_decisions (first, second, reviewer, decided_at, verdict, reasons)"
            " VALUES (?, ?, 'ana', '', 'same', '[]')",
            (first, second),
        )
    change.commit()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("filters", [Filters(), Filters(fund="Fund"), Filters(since="2019")])
def test_the_sums_are_those_of_the_counting_of_amounts(
    house: House, seed: int, filters: Filters
) -> None:
    scatter(house, seed)
    rule: Counter[tuple[str, str, str]] = Counter()
    counted = count_amounts(house.store, listed_conditions(filters), filters.given())
    for found in counted.sums:
        rule[found.kind, found.review, "amounts"] += found.amounts
        rule[found.kind, found.review, "cents"] += round(found.eur * 100)
        rule[found.kind, found.review, "no rate"] += found.no_rate
    ours: Counter[tuple[str, str, str]] = Counter()
    for row in overview(house.store, filters, today=TODAY).amounts.records:
        ours[row.kind, "reviewed", "amounts"] += row.reviewed_amounts
        ours[row.kind, "pending", "amounts"] += row.pending_amounts
        ours[row.kind, "reviewed", "cents"] += round(row.reviewed * 100)
        ours[row.kind, "pending", "cents"] += round(row.pending * 100)
        ours[row.kind, "reviewed", "no rate"] += row.reviewed_no_rate
        ours[row.kind, "pending", "no rate"] += row.pending_no_rate
    assert len(counted.counted_with) > 5
    assert +ours == +rule


def test_tables_stay_small_and_lose_nothing(house: House) -> None:
    scatter(house, 1)
    found = look(house)
    funds = {row.fund for row in found.amounts.records}
    assert len(funds) == 13
    assert {"other funds", "no fund stated"} <= funds
    assert {row.year for row in found.amounts.records} <= {
        "before 2015", "2019", "2024", "after 2024", "no date",
    }  # fmt: skip
    rows: tuple[FamilyRow, ...] = found.families.records
    by_time = sum(row.reviewed + row.pending for row in found.deliveries.records)
    assert sum(row.reviewed + row.pending for row in rows) == by_time > 100


@pytest.mark.parametrize(
    ("dates", "labels"),
    [
        ([], ()),
        ([None, "soon", "2024-13", "２０２４"], ()),
        (["2024-11-30", "2025-01"], ("2024-11", "2024-12", "2025-01")),
        (["2024", "2025-01"], ("2024", "2025")),
        (["1999", "2025"], ("before 2016", *map(str, range(2016, 2026)))),
        (["2025-01", "2060-05"], ("2025-01", "after 2025-01")),
        (["2060"], ("2026", "after 2026")),
    ],
)
def test_periods(dates: list[str | None], labels: tuple[str, ...]) -> None:
    found = periods(dates, 2026)
    assert found.labels == labels
    assert {found.of(date) for date in dates} <= {*labels, "no date"}


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (0.4, "below 1"), (999.4, "999"), (999.6, "1 k"), (9_960, "10 k"),
     (10**15, "over 999 tn"), (-1_500, "-1.5 k"), (1_949_999, "1.9 M")],
)  # fmt: skip
def test_numbers_as_people_say_them(number: float, words: str) -> None:
    assert human(number) == words
