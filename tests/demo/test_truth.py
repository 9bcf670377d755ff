"""truth.json is what the content says now, and the content is what the tests and people expect."""

from __future__ import annotations

import json
from collections import Counter

from core.keys import canonical_url, notice_key, url_key
from demo.build import Site
from demo.truth import TRUTH, truth, truth_text
from demo.world import download_path

SOURCES = ("eutf", "enlargement", "ted")


def test_the_committed_file_is_up_to_date(built: Site) -> None:
    assert TRUTH.read_text(encoding="utf-8") == truth_text(built), "run python -m demo truth"
    assert json.loads(truth_text(built)) == truth(built)


def test_size_of_the_world(built: Site) -> None:
    documents = [d for d in truth(built)["documents"] if d["source"] in SOURCES]
    sources = Counter(d["source"] for d in documents if d["member"] is None)
    assert sources == {"eutf": 9, "enlargement": 13, "ted": 13}
    languages = Counter(d["language"] for d in documents)
    assert languages == {"en": 25, "fr": 12}


def test_keys_are_the_ones_that_addresses_give(built: Site) -> None:
    for _, download in built.world.downloads():
        assert url_key(canonical_url(f"http://127.0.0.1{download_path(download)}")) == download.key
    for notice in built.world.notices:
        assert notice_key(f"{notice.number:08d}-{notice.year}") == notice.key


def test_documents_without_a_transfer_have_no_entry(built: Site) -> None:
    stated = {(e["document_key"], e["member"]) for e in truth(built)["entries"]}
    without = [
        d["title"]
        for d in truth(built)["documents"]
        if (d["key"], d["member"]) not in stated and d["kind"] != "zip" and d["source"] in SOURCES
    ]
    assert without == [
        "Annex 2 - EU for justice",
        "Formation d'agents de sécurité aéroportuaire en Afrique de l'Ouest",
    ]


def test_a_transfer_stated_twice_is_listed_at_each_place(built: Site) -> None:
    key = built.world.publications[0].downloads[0].key
    boats = [
        (e["equipment"], e["quantity"], e["amount"], e["recipient"], e["page"])
        for e in truth(built)["entries"]
        if e["document_key"] == key and "boats" in (e["equipment"] or "").lower()
    ]
    assert boats == [
        ("patrol boats", 10, "3500000", "Libyan Coast Guard", 2),
        ("Patrol boats", 10, "3500000", "Libyan Coast Guard", 3),
    ]


def test_a_notice_entry_takes_buyer_winner_and_value(built: Site) -> None:
    entry = next(e for e in truth(built)["entries"] if e["document_key"] == "ted:402876-2026")
    assert entry == {
        "document_key": "ted:402876-2026",
        "member": None,
        "source": "ted",
        "page": 1,
        "equipment": "medium-altitude long-endurance drones",
        "quantity": 4,
        "amount": "18750000",
        "currency": "EUR",
        "recipient": "European Border Training Centre",
        "supplier": "Helvion Aerosystems GmbH",
        "fund": None,
    }


def test_a_sum_may_go_to_a_supplier_without_goods(built: Site) -> None:
    bare = [(e["supplier"], e["amount"]) for e in truth(built)["entries"] if e["equipment"] is None]
    assert bare == [("FIIAPP", "6500000"), ("ICMPD", "1400000")]
