"""An output folder with a document that is to disappear, and with everything that tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.records import Issue, Mention, SourceRun, Stated, Waiting
from core.settings import Settings
from operate.feeds import write_feeds
from operate.progress import Progress
from operate.session import session
from store.filters import Filters
from store.linkage import refresh_pairs
from store.matching import match_watches
from store.pairs import decide_pair
from store.readings import save_reading
from store.watches import add_watch
from tests.builders import (
    DAY,
    House,
    amount,
    document,
    evidence,
    fetched,
    key_of,
    open_house,
    proposal,
    sha,
    tagging,
)

WORD = "Qzuwaranta"  # stands in the document's text, title, address and headers, and nowhere else
LONG = "Qzuwarantaboote"  # a compound, which is kept for searches inside of words
DOC, INSIDE, OPEN = f"url:https://ministry.example/{WORD}", "url:inside", "url:open"
TEXT = f"Delivery of 12 boats worth EUR 500 to the harbour of {WORD} in Libya. {LONG}."
CLEAR = "Delivery of 9 trucks worth EUR 700 to the customs of Malta."
BODY, BODY_INSIDE, BODY_OPEN = f"%PDF {WORD}".encode(), f"inside {WORD}".encode(), b"open"


@dataclass
class Office:
    """The folder, its settings, and the keys of two entries."""

    house: House
    settings: Settings
    boats: str
    trucks: str

    def bytes_with(self, word: str = WORD) -> list[str]:
        """Return the files in the folder whose bytes have a word, in whatever encoding."""
        wanted = {word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
        wanted |= {word.lower().encode()}
        return [
            path.relative_to(self.settings.output).as_posix()
            for path in sorted(self.settings.output.rglob("*"))
            if path.is_file() and any(each in path.read_bytes() for each in wanted)
        ]


BOATS = proposal(
    TEXT,
    "boats",
    amount=amount(TEXT, "EUR 500", "500"),
    recipient=evidence(TEXT, f"harbour of {WORD}"),
    recipient_country="LY",
)
TRUCKS = proposal(CLEAR, "trucks", amount=amount(CLEAR, "EUR 700", "700"))


def read_secret(house: House, body: bytes = BODY) -> None:
    """Read the document with all kinds of rows that name the place."""
    place = TEXT.index(WORD)
    mention = Mention(page=1, start=place, end=place + len(WORD), label="RECIPIENT", raw=WORD)
    made = document(
        body, TEXT, language="de", title=f"Boats for {WORD}", reference=f"{WORD}/1",
        stated={"place": Stated(text=WORD)},
        issues=(Issue(code="odd", room="extract", sha256=sha(body), detail=f"odd: {WORD}"),),
    )  # fmt: skip
    save_reading(house.store, made, tagging(BOATS, mentions=[mention]))


def furnish(folder: Path) -> Office:
    """Make the folder: a document with one inside it, one that stays, decisions, a watch, feeds."""
    settings = Settings(output=folder)
    house = open_house(folder)
    # as where SQLite is built so: what was deleted before stays in the file's unused space
    house.store.connection.execute("PRAGMA secure_delete = OFF")
    add_watch(house.store, "harbours", "harbour", Filters(), exact=False)
    url = f"https://ministry.example/{WORD}"
    headers = {"content-disposition": f"attachment; filename={WORD}.pdf"}
    house.take(DOC, BODY, url=url, final_url=url, title=f"On {WORD}", headers=headers,
               fetched_at=DAY.format(1), name=f"{WORD}.pdf")  # fmt: skip
    house.take(INSIDE, BODY_INSIDE, parent_key=DOC, url=f"{url}#inside", final_url=f"{url}#inside")
    house.take(OPEN, BODY_OPEN)
    house.load(house.journal(
        Issue(code="slow", room="crawlers", url=url, detail=f"{url} took 9 s"),
        SourceRun(source="ministry", state="ok", listed=1, confirmed=1, fetched=1, minimum=0,
                  maximum=9, rest=(Waiting(url=url, said={"title": WORD}),)),
        fetched(DOC, None, outcome="not_modified", status=304, url=url, final_url=url),
    ))  # fmt: skip
    read_secret(house)
    read_secret(house)
    house.read(BODY_INSIDE, f"An annex on {WORD}.")
    house.read(BODY_OPEN, CLEAR, tagged=tagging(TRUCKS))
    boats, trucks = key_of(DOC, BOATS), key_of(OPEN, TRUCKS)
    house.decide(boats, "correct", BOATS, {"supplier": f"{WORD} yard"})
    house.decide(trucks, "accept", TRUCKS)
    refresh_pairs(house.store)
    decide_pair(house.store, boats, trucks, "same", reviewer="ana", note=f"as at {WORD}")
    match_watches(house.store, lambda _: [])
    write_feeds(house.store, folder / "feeds")
    with house.store.transaction() as connection:
        report = {"failed": {sha(BODY): f"{url} is odd"}}
        connection.execute(
            "INSERT INTO runs (command, started_at, state, report)"
            " VALUES ('run', '', 'finished', ?)",
            (msgspec.json.encode(report).decode(),),
        )
    picture = settings.images / sha(BODY)[:2] / sha(BODY) / "1.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(f"picture of {WORD}".encode())
    return Office(house, settings, boats, trucks)


def begin_run(office: Office) -> None:
    """Run a command that loads what any journal holds."""
    with session(office.settings, "process", Progress(quiet=True)):
        pass
