"""The pages for people are whole: every code, setting, command and path that they should name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import pipeline
from core import errors
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "output" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ISSUES = (ROOT / "docs" / "issues.md").read_text(encoding="utf-8")
_ISSUE = re.compile(
    r"""(?:issue|_note|Refusal|Failure)\(\s*(?:\w+,\s*)?["']([a-z]+(?:_[a-z]+)*)["']|code=["']([a-z_]+)["']"""
)


def issue_codes() -> set[str]:
    """Return the codes that the rooms' sources raise issues with."""
    codes = {
        found
        for room in ("crawlers", "extract", "ner_models", "operate")
        for path in (ROOT / room).rglob("*.py")
        for pair in _ISSUE.findall(path.read_text(encoding="utf-8"))
        for found in pair
        if found
    }
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    own = {kind.code for kind in kinds if issubclass(kind, errors.DocumentError)}
    return codes | (own - {errors.DocumentError.code})


def test_there_are_codes_to_look_for() -> None:
    assert {"unhandled_field", "page_without_text", "worker_died"} <= issue_codes()


@pytest.mark.parametrize("code", sorted(issue_codes()))
def test_an_issue_code_is_explained(code: str) -> None:
    assert f"`{code}`" in ISSUES


@pytest.mark.parametrize("name", [f.name for f in fields(Settings) if f.name != "sources"])
def test_a_setting_is_explained(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_links_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for command in re.findall(r"pipeline\.py ([a-z][a-z-]*)", text):
        assert command in pipeline.cli.commands, command
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
    for target in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
