"""Differences, versions and events as the terminal shows them."""

from __future__ import annotations

from typing import Any

import pytest

from operate.present_diff import event_line, show_diff, version_line

OLD = {"number": 1, "sha256": "a" * 64, "first_seen": "2025-03-01T04:00:00Z", "change": "first"}
NEW = {"number": 2, "sha256": "b" * 64, "first_seen": "2025-03-02T04:00:00Z", "change": "text"}


def found(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what `store.diff.diff` gives."""
    whole = {"document": "url:a", "from": OLD, "to": NEW, "change": "text",
             "rule": "words", "fields": [], "pages": list(pages)}  # fmt: skip
    return {**whole, **more}


def words(removed: str, added: str, before: str = "", after: str = "") -> dict[str, Any]:
    return {"removed": removed, "added": added, "before": before, "after": after}


def page(*operations: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {"page": 3, "before": 3, "too_long": False, "operations": list(operations)}
    return {**whole, **more}


CASES = [
    (found(page(words("five", "six", "Delivery of", "drones [for] all"))),
     ["url:a: version 1 (2025-03-01) to version 2 (2025-03-02): the text differs.", "",
      "--- page 3", "  … Delivery of [-five-] {+six+} drones [for] all …"]),
    (found(page(words("", "[bold]new", "a")), page(words("old", "", "", "b"), page=4)),
     ["--- page 3", "  … a {+[bold]new+}", "", "--- page 4 (page 3 before)", "  [-old-] b …"]),
    (found(page(words("", "new"), before=None), page(words("old", ""), page=None)),
     ["--- page 3 is new", "  {+new+}", "", "--- page 3 of the older version is gone",
      "  [-old-]"]),
    (found(page(too_long=True), page()),
     ["  It differs in more words than are compared; read both versions.", "", "--- page 3",
      "  It has no words."]),
    (found(change="metadata", fields=[{"field": "title", "before": None, "after": "Final"}]),
     ["(2025-03-02): only metadata differ.", "title: not stated became “Final”",
      "No word of any page differs; dates or other metadata of the file do."]),
    (found(), ["No word of any page differs; tables, or pictures that could not be read, may."]),
    (found({"page": 2, "before": 1, "redacted": True, "words": {"removed": 12, "added": 0},
            "share": {"before": 0.01, "after": 0.034}},
           {"page": 3, "before": 2, "redacted": False, "words": {"removed": 1, "added": 2},
            "share": {"before": 0.0, "after": 0.0}}, change="redaction", rule="blackened"),
     ["text was blackened.", "The older text is withdrawn; only where and how much is told.",
      "  page 2 (page 1 before): redacted, 12 words gone, 0 new, 2.4% of the page blackened",
      "  page 3 (page 2 before): changed, 1 words gone, 2 new"]),
    ({"document": "url:a", "withheld": True}, ["url:a is withheld."]),
]  # fmt: skip


@pytest.mark.parametrize(("made", "lines"), CASES)
def test_a_difference(
    made: dict[str, Any], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    show_diff(made)
    printed = capsys.readouterr().out
    assert "\n".join(lines) in printed
    assert "\x1b" not in printed  # no terminal, no colours


def test_colours_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show_diff(found(page(words("five", "six"))))
    printed = capsys.readouterr().out
    assert "\x1b[31m[-five-]\x1b[0m" in printed
    assert "\x1b[32m{+six+}\x1b[0m" in printed


def test_a_version_that_is_not_compared_came_back_and_is_withdrawn() -> None:
    row = {"number": 3, "sha256": "ab", "first_seen": "2025", "change": None, "same_as": 1,
           "withdrawn": True, "redacted": []}  # fmt: skip
    assert version_line(row) == (
        "version 3: ab, first seen 2025, not compared yet, the same bytes as version 1, withdrawn"
    )


@pytest.mark.parametrize(
    ("outcome", "status", "line"),
    [
        ("new", 200, "2025 first fetched (status 200)"),
        ("moved", 200, "2025 moved to https://x.example/b (status 200)"),
        ("failed", 0, "2025 could not be fetched"),
        ("returned", 200, "2025 came back (status 200)"),
        ("refused", 403, "2025 refused by the site (status 403)"),
        ("not_modified", 304, "2025 asked for, not modified (status 304)"),
        ("changed", 200, "2025 fetched with other bytes (status 200)"),
        ("unchanged", 0, "2025 fetched, unchanged"),
    ],
)
def test_an_event(outcome: str, status: int, line: str) -> None:
    event = {"outcome": outcome, "fetched_at": "2025", "status": status,
             "final_url": "https://x.example/b"}  # fmt: skip
    assert event_line(event) == line
