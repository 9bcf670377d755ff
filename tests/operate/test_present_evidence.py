"""Citations, packs, parties and pairs on the terminal, through the command line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.records import Proposal
from operate.present_evidence import day_in_words, grouped, printable, sum_line
from tests.builders import House, amount, evidence, key_of, open_house, proposal, tagging
from tests.operate.conftest import Run

TEXT = "10 boats worth EUR 1250000 for the Guard."
AGAIN = "The Guard got 10 boats worth EUR 1250000."


def boats(text: str) -> Proposal:
    """Return the entry that a text makes."""
    return proposal(
        text, "boats", equipment_type="patrol_boat", equipment_family="vessel",
        quantity=evidence(text, "10", {"min": 10, "max": 10}),
        amount=amount(text, "EUR 1250000", "1250000"), amount_kind="award",
        recipient=evidence(text, "Guard"), recipient_country="LY",
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with one delivery in two documents."""
    made = open_house(tmp_path)
    for key, text in (("url:a", TEXT), ("url:b", AGAIN)):
        made.take(key, key.encode(), title="Boats")
        made.read(key.encode(), text, tagged=tagging(boats(text)))
    yield made
    made.store.close()


def test_from_candidate_to_one_sum(house: House, run: Run, tmp_path: Path) -> None:
    where = ("--output", tmp_path)
    one, other = (row["key"] for row in house.store.rows("SELECT key FROM entries ORDER BY key"))
    listed = run("same", *where)
    assert "same amount: EUR 1250000" in listed.stdout, listed.stderr
    assert one in listed.stdout
    assert "perhaps the same delivery" in run("show", one, *where).stdout
    before = run("show", "recipient:guard", *where).stdout
    assert "award, pending: EUR 2 500 000 in 2 amounts of 2 entries" in before
    assert "1 pair of these may be the same delivery" in before
    assert "are one delivery" in run("same", one, other, "--as", "ana", *where).stdout
    after = run("show", "recipient:guard", *where).stdout
    assert "award, pending: EUR 1 250 000 in 1 amount of 2 entries" in after
    assert f"counted with {one}" in after
    file = tmp_path / "e.csv"
    exported = json.loads(run("export", "entries", file, "--json", *where).stdout)
    assert exported["rows"] == 2
    assert [(s["low"], s["amounts"]) for s in exported["sums"]] == [("1250000", 1)]
    assert run("same", *where).stdout == "No pair waits for a person.\n"


def test_cite_and_pack(house: House, run: Run, tmp_path: Path) -> None:
    where = ("--output", tmp_path)
    key = key_of("url:a", boats(TEXT))
    assert run("cite", key, *where).stdout.startswith(f"“{TEXT}”\n\nSomebody, “Boats”, page 1.\n")
    assert json.loads(run("cite", "url:a", "--json", *where).stdout)["page"] is None
    pack = tmp_path / "a.zip"
    done = run("show", key, "--pack", pack, *where)
    assert f"files in {pack}." in done.stdout, done.stderr
    with zipfile.ZipFile(pack) as archive:
        assert "README.txt" in archive.namelist()


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (("cite", "nothing"), "no entry and no document", 1),
        (("show", "recipient:Nobody"), "No entry has a recipient named 'Nobody'.", 1),
        (("show", "recipient:"), "Write the name of a body", 2),
        (("same", "a", "b", "c"), "two entries at most", 2),
        (("same", "a", "b"), "could be paired", 1),
        (("show", "url:a", "--pack", "a.tar"), "must end in .zip", 2),
    ],
)
def test_mistakes_are_one_sentence(
    house: House, run: Run, tmp_path: Path, arguments: tuple[str, ...], sentence: str, status: int
) -> None:
    done = run(*arguments, "--output", tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
    assert sentence in done.stderr


def test_what_would_steer_a_terminal_is_not_printed() -> None:
    assert printable("a\x1b[31mb\x07\u202ec\n") == "a[31mbc\n"


def test_days_in_words() -> None:
    assert day_in_words("2021-05-14") == "14 May 2021"
    assert day_in_words("2021-05") == "May 2021"
    assert day_in_words("2021") == "2021"
    assert day_in_words("soon") == "soon"
    assert day_in_words("2021-13-01") == "2021-13-01"


def test_numbers_are_grouped() -> None:
    assert grouped("1250000.50") == "1 250 000.50"
    assert grouped("900.00") == "900"


def test_a_sum_says_what_it_counts() -> None:
    found = {
        "kind": "unknown", "review": "pending", "currency": "USD", "low": "1000", "high": "2000",
        "shared": "400", "eur": "900.40", "no_rate": 1, "amounts": 2, "entries": 3,
    }  # fmt: skip
    assert sum_line(found) == (
        "of unknown kind, pending: USD 1 000-2 000 (about EUR 900, 1 amount without a rate) in 2"
        " amounts of 3 entries, 400 of it for several goods together"
    )
