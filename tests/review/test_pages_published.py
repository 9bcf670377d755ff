"""Visitors see what is published and nothing else; nobody sees what is hidden or withdrawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from core.settings import Settings
from store.load import upsert_sources
from store.published import may_show, published
from store.readings import save_reading
from store.withholding import know_withheld
from tests.builders import (
    House,
    amount,
    document,
    evidence,
    key_of,
    open_house,
    page,
    proposal,
    sha,
    source,
    tagging,
)
from tests.review.conftest import Web, serving

OPEN, CLOSED, UNSEEN, HIDDEN, BLACK = "url:open", "url:closed", "url:unseen", "url:hid", "url:black"
TEXT = "Delivery of 12 boats worth EUR 500 to the harbour of Misrata. Then 7 pending lorries."
LICENSED = "Delivery of 3 radars to the customs of Malta, as Kleverstein wrote."
WAITS = "Delivery of 4 drones to the police of Unterhausen."
WITHHELD = "Delivery of 5 helmets to the guard of Verborgen."
BEFORE = "Delivery of 6 ambulances to the hospital of Zuwara."
AFTER = "Delivery of 6 ambulances to the hospital."
# Words that stand nowhere but in one document, or in what may not be shown of it.
NOT_FOR_VISITORS = ("Kleverstein", "Unterhausen", "Verborgen", "Zuwara")
FOR_NOBODY = ("Verborgen", "Zuwara")
NAMES = {OPEN: "harbour of Misrata", CLOSED: "customs of Malta", UNSEEN: "police of Unterhausen",
         HIDDEN: "guard of Verborgen", BLACK: "hospital of Zuwara"}  # fmt: skip

boats = proposal(
    TEXT, "boats", quantity=evidence(TEXT, "12", {"min": 12, "max": 12}),
    amount=amount(TEXT, "EUR 500", "500"), recipient=evidence(TEXT, "harbour of Misrata"),
)  # fmt: skip
lorries = proposal(TEXT, "pending lorries")
radars = proposal(LICENSED, "radars", recipient=evidence(LICENSED, "customs of Malta"))
drones = proposal(WAITS, "drones", recipient=evidence(WAITS, "police of Unterhausen"))
helmets = proposal(WITHHELD, "helmets", recipient=evidence(WITHHELD, "guard of Verborgen"))
ambulances = proposal(BEFORE, "ambulances", recipient=evidence(BEFORE, "hospital of Zuwara"))
WORDS = ("delivery", "boats", "radars", "drones", "helmets", "ambulances", "hospital", "pending")
FOLLOWED = ("/document/", "/entry/", "/recipient/", "/supplier/")
KEYS = {
    "boats": key_of(OPEN, boats),
    "lorries": key_of(OPEN, lorries),
    "radars": key_of(CLOSED, radars),
    "drones": key_of(UNSEEN, drones),
    "helmets": key_of(HIDDEN, helmets),
    "ambulances": key_of(BLACK, ambulances),
}


def parsed(text: str) -> Any:
    """Return a page as a tree; its queries give elements or texts."""
    return html.fromstring(text)


def fill(house: House) -> None:
    """Take in five documents: open, closed by licence, not reviewed, withheld, blackened."""
    upsert_sources(house.store, [source("closed", show_full_text=False, show_images=False)])
    for key, text, made, more in (
        (OPEN, TEXT, (boats, lorries), {}),
        (CLOSED, LICENSED, (radars,), {"source": "closed"}),
        (UNSEEN, WAITS, (drones,), {}),
        (HIDDEN, WITHHELD, (helmets,), {}),
        (BLACK, BEFORE, (ambulances,), {}),
    ):
        data = key.encode()
        house.take(key, data, title=f"Paper on the {NAMES[key]}" if key != CLOSED else "A paper",
                   **more)  # fmt: skip
        save_reading(house.store, document(data, text), tagging(*made))
    accepted = {"boats": boats, "radars": radars, "helmets": helmets, "ambulances": ambulances}
    for name, one in accepted.items():
        house.decide(KEYS[name], "accept", one)
    house.take(BLACK, b"blackened", title="A blackened paper")
    black = document(b"blackened", pages=(page(AFTER, 1, redacted_area=0.01),))
    save_reading(house.store, black, tagging())
    with house.store.transaction() as connection:
        know_withheld(connection, HIDDEN, since="2025-03-03", by="Root", why=None)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_house(tmp_path_factory.mktemp("published"))
    fill(house)
    yield house
    house.store.close()


@pytest.fixture(scope="module")
def public(filled: House) -> Iterator[Web]:
    with serving(Settings(output=filled.folder, workers=1), publish=True) as web:
        yield web


@pytest.fixture(scope="module")
def private(filled: House) -> Iterator[Web]:
    with serving(Settings(output=filled.folder, workers=1)) as web:
        yield web


def seeds() -> list[str]:
    """Return addresses of all pages for all documents, entries and bodies, found or guessed."""
    paths = ["/", "/search", "/search/terms?terms=boats%0Aradars", "/watches", "/feed.atom"]
    for key in NAMES:
        path = f"/document/{quote(key, safe=':')}"
        paths += [path, f"{path}/diff", f"{path}/version/2"]
        paths += [f"{path}/version/{n}/page/1?start=0&end=9" for n in (1, 2)]
        paths += [f"{path}?marks=none&as=text"]
    paths += [f"/entry/{key}" for key in KEYS.values()]
    for name in NAMES.values():
        paths += [f"/recipient/{quote(name)}", f"/supplier/{quote(name)}"]
    for word in (*WORDS, "Kleversteim", "Unterhausem", "Verborgem", "Zuwarra"):
        paths += [
            f"/search?q={word}",
            f"/search?q={word}&state=pending",
            f"/search?q={word}&page=2",
        ]
    return paths


def crawl(client: httpx.Client) -> dict[str, httpx.Response]:
    """Return the pages of the seeds and those of documents, entries and bodies behind them."""
    waiting, seen = seeds(), dict[str, httpx.Response]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = seen[path] = client.get(path)
        if "html" not in answer.headers["content-type"]:
            continue
        for link in parsed(answer.text).xpath("//a/@href"):
            parts = urlsplit(urljoin(path, link))
            if not parts.netloc and parts.path.startswith(FOLLOWED) and "marks=" not in link:
                waiting.append(parts._replace(fragment="").geturl())
    return seen


def shown(answer: httpx.Response) -> str:
    """Return a page without what the reader typed."""
    if "html" not in answer.headers["content-type"]:
        return answer.text
    tree = parsed(answer.text)
    for typed in tree.xpath("//input | //textarea[@name='terms'] | //title"):
        typed.drop_tree()
    return " ".join(tree.itertext())


def test_without_publish_visitors_see_one_sentence(private: Web) -> None:
    with private.client() as client:
        answer = client.get("/")
        assert answer.status_code == 200
        assert "Sign-in is needed" in answer.text
        for path in seeds()[1:]:
            answer = client.get(path)
            assert answer.status_code == 401, path
            for word in (*NAMES.values(), "boats worth"):
                assert word not in shown(answer), path


def test_visitors_of_a_published_site_see_the_allow_list_alone(public: Web) -> None:
    with public.client() as client:
        pages = crawl(client)
        answered = {path: answer.status_code for path, answer in pages.items()}
        assert set(answered.values()) <= {200, 400, 401, 404}
        for path, answer in pages.items():
            for word in NOT_FOR_VISITORS:
                told = shown(answer)
                # the address itself may be told back: "No entry has a recipient named ..."
                assert word not in told or answer.status_code == 404, (path, word)
            assert KEYS["lorries"] not in answer.text or path.endswith(KEYS["lorries"]), path
        assert answered["/document/url:open"] == answered[f"/entry/{KEYS['boats']}"] == 200
        assert "12 × boats" in shown(pages["/document/url:open"])
        for name in ("lorries", "drones", "helmets", "ambulances"):
            assert answered[f"/entry/{KEYS[name]}"] == 404
        for key in (UNSEEN, HIDDEN, BLACK):
            assert answered[f"/document/{key}"] == 404
        assert answered["/watches"] == answered["/feed.atom"] == 401


def test_where_the_licence_keeps_the_text_only_the_entry_is_told(public: Web) -> None:
    with public.client() as client:
        paper = client.get("/document/url:closed")
        assert paper.status_code == 200
        assert "does not let its texts be shown" in paper.text
        assert "customs of Malta" in paper.text
        assert "as Kleverstein" not in paper.text
        assert client.get("/document/url:closed/version/1/page/1").status_code == 404
        entry = client.get(f"/entry/{KEYS['radars']}")
        assert entry.status_code == 200
        assert "radars" in entry.text
        assert "as Kleverstein" not in entry.text
        assert "/version/1/page/1" not in entry.text
        found = client.get("/search?q=radars")
        assert KEYS["radars"] in found.text
        assert "as Kleverstein" not in shown(found)
        assert "Nothing was found" in client.get("/search?q=Kleverstein+-customs").text


def test_counts_of_visitors_tell_nothing_of_the_rest(public: Web) -> None:
    with public.client() as visitor, public.client("Ana") as reviewer:
        told = shown(visitor.get("/search?q=delivery"))
        assert "2 documents" in told
        told = shown(reviewer.get("/search?q=delivery"))
        assert "4 documents" in told  # but for the withheld one


def test_reviewers_see_all_but_the_hidden_and_withdrawn(private: Web) -> None:
    with private.client("Ana") as client:
        pages = crawl(client)
        for path, answer in pages.items():
            for word in FOR_NOBODY:
                assert word not in shown(answer) or answer.status_code == 404, (path, word)
        assert pages[f"/entry/{KEYS['lorries']}"].status_code == 200
        assert pages[f"/entry/{KEYS['helmets']}"].status_code == 404
        withheld = pages["/document/url:hid"]
        assert withheld.status_code == 404
        assert "is withheld since 2025-03-03" in withheld.text
        assert "helmets" not in withheld.text
        assert pages["/document/url:black/version/1"].status_code == 200
        assert pages["/document/url:black/version/1/page/1?start=0&end=9"].status_code == 404
        changed = pages["/document/url:black/diff"].text
        assert "only where and how much is told" in changed


def test_history_is_for_reviewers(public: Web) -> None:
    with public.client() as visitor, public.client("Ana") as reviewer:
        path = f"/entry/{KEYS['boats']}"
        assert "accepted it" in reviewer.get(path).text
        told = visitor.get(path).text
        assert "accepted it" not in told
        assert "ana" not in shown(visitor.get(path)).split()
        assert 'class="badge accepted"' in told


def test_every_table_of_the_store_is_narrowed_or_named(filled: House) -> None:
    database = filled.folder / "materiel.db"
    filled.store.connection.execute("CREATE TABLE IF NOT EXISTS later (word TEXT)")
    filled.store.connection.execute("INSERT INTO later VALUES ('Zuwara')")
    try:
        with published(database) as store:
            names = [
                row[0]
                for row in store.rows("SELECT name FROM sqlite_temp_master WHERE type = 'view'")
            ]
            assert {"later", "decisions", "reviewers", "sign_ins", "work", "runs"} <= set(names)
            for name in names:
                told = str([tuple(row) for row in store.rows(f'SELECT * FROM "{name}"')])
                for word in ("Unterhausen", "Verborgen", "Zuwara", "Kleverstein", "'ana'"):
                    assert word not in told, name
            for name in ("decisions", "later", "reviewers", "work"):
                assert store.rows(f"SELECT * FROM {name}") == []
            assert [row["key"] for row in store.rows("SELECT key FROM documents ORDER BY key")] == [
                CLOSED, OPEN,
            ]  # fmt: skip
            assert may_show(store, sha(OPEN.encode())) == (True, True)
            for key in (CLOSED, UNSEEN, HIDDEN, BLACK):
                assert may_show(store, sha(key.encode())) == (False, False)
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                store.connection.execute("DELETE FROM main.entries")
    finally:
        filled.store.connection.execute("DROP TABLE later")


def test_a_correction_after_publishing_takes_an_entry_back(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    fill(house)
    with published(tmp_path / "materiel.db") as store:
        assert store.value("SELECT count(*) FROM entries") == 2
    house.decide(KEYS["boats"], "reject", replace(boats))
    with published(tmp_path / "materiel.db") as store:
        assert [row["key"] for row in store.rows("SELECT key FROM entries")] == [KEYS["radars"]]
        assert store.rows("SELECT key FROM documents WHERE key = ?", (OPEN,)) == []
    house.store.close()
