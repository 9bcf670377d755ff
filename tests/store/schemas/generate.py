"""Makes a database of the present schema from invented documents, for tests of later migrations.

`python -m tests.store.schemas.generate` writes `<last migration>.db.gz` beside this file. It is run
by the code that a schema is released with, and its file is never made anew.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from core.records import (
    Award,
    Cell,
    Issue,
    Lot,
    Mention,
    Notice,
    Party,
    Proposal,
    SourceRun,
    Stated,
    Table,
    Verdict,
    Waiting,
)
from store.alerts import make_digest, waiting_digests
from store.erase import decide_contents, erase_rows, mark_erased, mark_finished, remains_of
from store.filters import Filters
from store.linkage import refresh_pairs
from store.matching import match_watches
from store.migrations import known
from store.pairs import decide_pair
from store.readings import save_reading
from store.reviewing.answers import Answer
from store.reviewing.audits import page_to_check, save_answer, save_page_audit
from store.reviewing.deciding import decide, seen_of
from store.reviewing.queue import assign, hidden_until_answered
from store.reviewing.reviewers import add_reviewer, new_sign_in
from store.runs import finish_run, start_run
from store.watches import add_watch
from store.withholding import know_withheld, refuse_erased
from store.work import fail
from tests.builders import (
    DAY,
    House,
    amount,
    document,
    evidence,
    fetched,
    key_of,
    open_house,
    page,
    proposal,
    sha,
    tagging,
)

FOLDER = Path(__file__).parent
_BOATS = "Delivery of 12 patrol boats worth EUR 500 000 to the harbour of Zuwara in Libya."
_BLACK = "Delivery of 12 patrol boats worth EUR 500 000 to the ████████████████ in Libya."
_TRUCKS = "Neun Lastkraftwagen im Wert von USD 700 000 für den Zoll von Malta."
_PRICE = amount(_TRUCKS, "USD 700 000", "700000", "USD")
_PENDING = (
    "SELECT e.key FROM entries e JOIN shown_entries s USING (key) WHERE e.state = 'pending'"
    " ORDER BY e.key"
)
_VERDICTS: tuple[Verdict, ...] = ("accept", "correct", "reject", "skip", "flag", "undo")


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as name:
        house = open_house(Path(name))
        fill(house)
        house.store.connection.execute("VACUUM")
        house.store.close()
        with closing(sqlite3.connect(Path(name) / "materiel.db")) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        data = (Path(name) / "materiel.db").read_bytes()
    place = FOLDER / f"{max(known())}.db.gz"
    place.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{place}: {place.stat().st_size} bytes")  # noqa: T201


def fill(house: House) -> None:
    """Fill a database with a row of every kind."""
    store = house.store
    run_id = start_run(store, "run")
    add_watch(store, "boats", "boats", Filters(lang="en"), exact=False)
    add_watch(store, "exact", '"patrol boats"', Filters(min=100.0), exact=True)
    _redacted_document(house)
    _archive_with_members(house)
    _notice(house)
    _two_of_one_delivery(house)
    refresh_pairs(store)
    _decided_entries(house)  # wait to be compared
    _what_went_wrong(house)
    _reviewed(house)
    _erased(house)
    match_watches(store, lambda _: [])
    make_digest(store, mailed=True)
    assert waiting_digests(store)
    finish_run(store, run_id, state="finished", verdict="All stages completed.", report={"a": 1})


def _redacted_document(house: House) -> None:
    house.take("url:paper", b"paper 1", title="Boats", fetched_at=DAY.format(1))
    boats = proposal(
        _BOATS, "patrol boats", amount=amount(_BOATS, "EUR 500 000", "500000"),
        recipient=evidence(_BOATS, "harbour of Zuwara"), recipient_country="LY",
    )  # fmt: skip
    start = _BOATS.index("Zuwara")
    mention = Mention(page=1, start=start, end=start + 6, label="RECIPIENT", raw="Zuwara")
    house.read(b"paper 1", _BOATS, "Nothing of note.", tagged=tagging(boats, mentions=[mention]))
    house.decide(key_of("url:paper", boats), "accept", boats)
    house.take("url:paper", b"paper 2", title="Boats", fetched_at=DAY.format(2))
    pages = (page(_BLACK, 1, redacted_area=0.02), page("Nothing of note.", 2))
    black = proposal(_BLACK, "patrol boats", amount=amount(_BLACK, "EUR 500 000", "500000"))
    save_reading(house.store, document(b"paper 2", pages=pages), tagging(black))
    house.miss("url:paper", "gone", 404)
    house.take("url:copy", b"paper 2")


def _archive_with_members(house: House) -> None:
    house.take("url:zip", b"zip", title="Annexes")
    house.read(b"zip", kind="zip")
    house.take("url:zip#in", b"inside", parent_key="url:zip", language="de")
    row = (Cell("Lastkraftwagen"), Cell("700"))
    table = Table(page=1, number=1, header=("Ware", "EUR"), rows=(row,))
    trucks = proposal(_TRUCKS, "Lastkraftwagen", amount=_PRICE)
    house.read(
        b"inside", _TRUCKS, language="de", tables=(table,), stated={"buyer": Stated(text="Zoll")},
        tagged=tagging(trucks),
    )  # fmt: skip
    house.take("url:hidden", b"hidden")
    house.read(b"hidden", "Three hidden helicopters.")
    with house.store.transaction() as connection:
        know_withheld(connection, "url:hidden", since=DAY.format(3), by="ana", why="a name in it")


def _notice(house: House) -> None:
    house.take("ted:1-2025", b"notice", media_type="application/xml")
    customs = Party(name=Stated(text="Customs"), country="MT")
    winner = Party(name=Stated(text="Truck GmbH"), country="DE")
    notice = Notice(
        format="eforms",
        type="result",
        number="1-2025",
        buyers=(customs,),
        title=Stated(text="Trucks"),
        cpv=("34140000",),
        lots=(Lot(number="LOT-0001", title=Stated(text="Trucks")),),
        awards=(Award(number="1", lots=("LOT-0001",), winners=(winner,)),),
    )
    made = document(b"notice", _TRUCKS, kind="notice", notice=notice, language="de")
    trucks = proposal(_TRUCKS, "Lastkraftwagen", amount=_PRICE)
    save_reading(house.store, made, tagging(trucks))
    one, other = key_of("ted:1-2025", trucks), key_of("url:zip#in", trucks)
    decide_pair(house.store, one, other, "same", reviewer="ana", note="one tender")


def _two_of_one_delivery(house: House) -> None:
    for key in ("url:plan", "url:award"):
        text = f"({key}) Two patrol boats for EUR 900 000 for the coast guard of Malta."
        made = proposal(
            text, "patrol boats", amount=amount(text, "EUR 900 000", "900000"),
            quantity=evidence(text, "Two", {"min": "2", "max": "2"}),
            recipient=evidence(text, "coast guard of Malta"), recipient_country="MT",
            equipment_type="patrol_vessel", equipment_family="vessels",
        )  # fmt: skip
        house.take(key, key.encode())
        house.read(key.encode(), text, tagged=tagging(made))


def _decided_entries(house: House) -> None:
    for number, verdict in enumerate(_VERDICTS):
        _decided_entry(house, f"url:{verdict}", number, verdict)
    changed = _decided_entry(house, "url:asked-again", 8, "correct")
    text = changed.quote
    house.read(b"url:asked-again", text, tagged=tagging(replace(changed, amount=None)))
    _decided_entry(house, "url:no-more", 9, None)
    house.read(b"url:no-more", "Nothing is left of it.")


def _decided_entry(house: House, key: str, number: int, verdict: Verdict | None) -> Proposal:
    text = f"Handing over of {number + 2} drones worth EUR {number}00 to the police of Niger."
    made = proposal(text, "drones", amount=amount(text, f"EUR {number}00", f"{number}00"))
    house.take(key, key.encode())
    house.read(key.encode(), text, tagged=tagging(made))
    entry = key_of(key, made)
    if verdict == "undo":
        house.decide(entry, "accept", made)
    if verdict is not None:
        house.decide(entry, verdict, made, {"fund": "EUTF"} if verdict == "correct" else {})
    return made


def _what_went_wrong(house: House) -> None:
    house.take("url:bad", b"bad")
    fail(house.store, sha(b"bad"), "damaged_document", fatal=False, max_attempts=1)
    house.take("url:waits", b"waits")
    waiting = Waiting(url="https://ministry.example/late", said={"key": "url:late"})
    house.load(
        house.journal(
            Issue(code="slow", room="crawlers", source="ministry", detail="9 s"),
            SourceRun(source="ministry", state="ok", listed=9, confirmed=9, fetched=9, minimum=1,
                      maximum=99, rest=(waiting,)),
            fetched("url:moved", None, outcome="moved", status=200),
        ),
        run_id=1,
    )  # fmt: skip


def _reviewed(house: House) -> None:
    store = house.store
    add_reviewer(store, "ana", "administrator")
    new_sign_in(store, add_reviewer(store, "ben").name)
    pending = [row["key"] for row in store.rows(_PENDING)]
    for key in pending:
        if hidden_until_answered(key):
            save_answer(store, key, "ben", {"fund": "EUTF", "supplier": None})
    key = next(key for key in pending if not hidden_until_answered(key))
    assign(store, key, "ben", by="ana", note="knows Niger")
    seen = seen_of(store.connection, key)
    decide(store, key, Answer(verdict="accept", seen=seen), reviewer="ben")
    document, reading_id, number = page_to_check(store, "ben") or ("", 0, 0)
    sha256 = store.value("SELECT sha256 FROM readings WHERE id = ?", (reading_id,))
    save_page_audit(store, sha256, number, "ben", "complete", f"all of {document}")


def _erased(house: House) -> None:
    store = house.store
    _decided_entry(house, "url:erased", 7, "accept")
    (remains,) = remains_of(store, "url:erased")
    with store.transaction() as connection:
        mark_erased(connection, remains, root="url:erased", at=DAY.format(4), by="ana", why="law")
    decide_contents(store)
    erase_rows(store)
    mark_finished(store, DAY.format(4))
    with store.transaction() as connection:  # it came again, and waits to be removed
        assert refuse_erased(connection, fetched("url:erased", b"url:erased"))


if __name__ == "__main__":
    main()
