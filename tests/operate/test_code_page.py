"""docs/issues.md against the source: every code, state and exit status that there is, no other."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.errors import DocumentError, MaterielError
from crawlers.answers import _MEANINGS
from operate.session import DONE, FAILED, MISSED
from store.database import Store

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "crawlers", "extract", "ner_models", "operate", "store", "review")
PAGE = (ROOT / "docs" / "issues.md").read_text(encoding="utf-8")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
# Functions that take a code as a word, and where that word stands among their arguments.
TAKERS = {"issue": 0, "note": 0, "_note": 0, "Answer": 1, "not_there": 2, "leave_out": 1,
          "Forbidden": 0, "_issue": 0, "_cut": 0}  # fmt: skip
# Where a code that was made elsewhere is handed on: those that are made are found elsewhere.
HANDED_ON = {
    "crawlers/answers.py", "crawlers/politeness/robots.py",
    "crawlers/ledger.py", "crawlers/spiders/attachments.py", "crawlers/spiders/base.py",
    "extract/common.py", "extract/pdf/read.py", "operate/processing.py", "operate/session.py",
}  # fmt: skip
NO_ISSUES = {"erased"}  # what is left of an issue in a journal; nothing takes it in


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax trees of all rooms by path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    }


def words(node: ast.expr) -> Iterator[str | None]:
    """Yield the texts that an expression may be; None for a code that was made elsewhere."""
    if isinstance(node, ast.IfExp):
        yield from words(node.body)
        yield from words(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif "code" in ast.unparse(node):
        yield None


def codes_of(call: ast.Call) -> Iterator[str | None]:
    """Yield the codes that a call hands over."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    if name in {"Issue", *TAKERS} and named:
        yield from words(named[0])
    elif name in TAKERS and len(call.args) > TAKERS[name]:
        yield from words(call.args[TAKERS[name]])


@cache
def called() -> dict[str, set[str | None]]:
    """Return the codes in calls, by path."""
    return {
        path: {
            code
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for code in codes_of(node)
            if code is None or _CODE.fullmatch(code)
        }
        for path, tree in trees().items()
    }


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield a class and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def explained() -> Iterator[str]:
    """Yield the codes that `crawlers.spiders.outcomes.explained` returns."""
    for node in ast.walk(trees()["crawlers/spiders/outcomes.py"]):
        if isinstance(node, ast.FunctionDef) and node.name == "explained":
            for each in ast.walk(node):
                if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
                    yield from filter(None, words(each.value.elts[0]))


def all_codes() -> set[str]:
    """Return every code of an issue that the source can raise."""
    found = {code for codes in called().values() for code in codes if code}
    found |= {str(kind.code) for kind in subclasses(DocumentError) if kind is not DocumentError}
    found |= {code for _, code in _MEANINGS.values() if code} | set(explained())
    found |= {"list_missing", "unexpected_status", "robots_refused"}  # chosen a line before
    return found - NO_ISSUES


def documented() -> set[str]:
    """Return the codes that the page's tables explain."""
    codes = PAGE.split("\n## States of a run", 1)[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", codes, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}


def test_the_source_was_really_read() -> None:
    assert len(all_codes()) > 80
    assert {"journal_line_unreadable", "clock_set_back", "timeout", "worker_died"} <= all_codes()


def test_codes_that_are_handed_on_come_from_where_they_are_looked_for() -> None:
    assert {path for path, codes in called().items() if None in codes} <= HANDED_ON


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_a_code_is_explained(code: str) -> None:
    assert code in documented()


def test_no_code_is_explained_that_there_is_not() -> None:
    texts = {
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {code for code in documented() if code not in texts} == set()


def states() -> Iterator[tuple[str, str, str]]:
    """Yield table, column and value of every state that the database allows."""
    told = {
        ("runs", "state"), ("source_runs", "state"), ("work", "state"), ("entries", "state"),
        ("fetches", "outcome"), ("versions", "change"), ("digests", "state"),
    }  # fmt: skip
    for table, column, values in _allowed():
        if (table, column) in told:
            for value in values:
                yield table, column, value


@cache
def _allowed() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    found = []
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "x.db") as store:
        for row in store.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
            for column, values in re.findall(r"(\w+) IN \(([^()]*)\)", row["sql"] or ""):
                named = tuple(re.findall(r"'([a-z_]+)'", values))
                found.append((row["name"], column, named))
    return tuple(found)


def test_there_are_states_to_look_for() -> None:
    assert len(list(states())) > 35


@pytest.mark.parametrize(("table", "column", "value"), sorted(states()))
def test_a_state_is_explained(table: str, column: str, value: str) -> None:
    heading = f"`{table}.{column}`"
    (section,) = (part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE) if heading in part)
    assert f"| `{value}` |" in section


def test_every_exit_status_is_explained() -> None:
    kinds = [kind for kind in subclasses(MaterielError) if hasattr(kind, "exit_status")]
    found = {kind.exit_status for kind in kinds} | {DONE, FAILED, MISSED}
    section = PAGE.split("## Exit statuses", 1)[1]
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)} == found
