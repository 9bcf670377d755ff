"""What the pages for people tell to type is typed here, on a store of its own."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import pipeline
from core.settings import Settings
from operate.commands import run_add
from operate.reference import PAGE, reference
from store.database import Store

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted(set((ROOT / "docs").glob("*.md")) - {PAGE})]
# These ask real sites or a cluster, serve until they are stopped, or take minutes: tests of their
# own run them, and here their arguments are read alone.
_READ_ALONE = {"run", "crawl", "probe", "review", "train", "demo"}
# What the example says of a store that is not this one.
_SAYS = {
    "withhold --release": "is no redaction",
    "withhold --lift": "is not withheld",
    "diff DOCUMENT": "no two versions",
    "export run": "has crawled anything",
}


def commands(page: Path) -> Iterator[str]:
    """Yield the commands of a page in order: of its code blocks, and those named in its text."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"^\s*(?:\.venv/bin/)?python pipeline\.py (.+)$", text, re.MULTILINE)
    yield from re.findall(r"`python pipeline\.py ([^`\n]+)`", text)


def arguments(line: str, place: Path, names: dict[str, str]) -> list[str]:
    """Return a command's arguments with what stands for something put in its place."""
    words = [word for word in shlex.split(line, comments=True) if word != "..."]
    found = []
    for word in words:
        whole = names.get(word, word)
        if whole.startswith("/backups/"):
            whole = str(place / Path(whole).name)
        found.append(whole)
    if "--output" in found:
        del found[found.index("--output") : found.index("--output") + 2]
    return found


@pytest.fixture(scope="module")
def ready(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with a small store."""
    output = tmp_path_factory.mktemp("ready") / "output"
    run_add(Settings(output=output, workers=1), [str(folder)], quiet=True)
    return output


@pytest.fixture
def names(ready: Path, folder: Path, tmp_path: Path) -> dict[str, str]:
    """What the pages' capital words stand for."""
    with Store.open(ready / "materiel.db", readonly=True) as store:
        key = store.value("SELECT key FROM entries ORDER BY key LIMIT 1")
        document = store.value(
            "SELECT d.key FROM documents d WHERE parent_id IS NULL ORDER BY d.key LIMIT 1"
        )
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        json.dumps({"id": "a", "lang": "en", "text": "4 drones.", "spans": [], "entries": []})
        + "\n",
        encoding="utf-8",
    )
    text = tmp_path / "text.txt"
    text.write_text("The EU gave 4 drones to the Border Police.\n", encoding="utf-8")
    return {"KEY": key, "DOCUMENT": document, "FOLDER": str(folder), "FILE": str(text),
            "GOLD.jsonl": str(gold), "N": "1", "NAME": "drones"}  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_works(
    page: Path, ready: Path, names: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list(commands(page))
    if not lines:
        pytest.skip(f"{page.name} names no command")
    output = tmp_path / "output"
    shutil.copytree(ready, output)
    monkeypatch.chdir(tmp_path)
    for line in lines:
        words = arguments(line, tmp_path, names)
        command = pipeline.cli.commands[words[0]]
        if words[0] in _READ_ALONE or "--scheduler" in words:
            above = click.Context(pipeline.cli, **pipeline.cli.context_settings)
            command.make_context(words[0], words[1:], parent=above)
            continue
        where = tmp_path / "restored" if words[0] == "restore" else output
        deepest = words[:2] if isinstance(command, click.Group) else words[:1]
        given = [*deepest, *words[len(deepest) :], "--output", str(where)]
        if words[0] == "restore":
            given.append("--replace")
        if words[0] in ("evaluate", "tag-text", "schedule") or words[:2] == ["withhold", "--erase"]:
            given = words + (["--yes", "--output", str(output)] if "--erase" in words else [])
        done = CliRunner().invoke(pipeline.cli, given)
        said = next((said for start, said in _SAYS.items() if line.startswith(start)), "")
        told = f"{done.output} {done.exception}"
        assert done.exit_code in (0, 3) or (said and said in told), f"{line}: {told}"


def test_the_reference_is_what_help_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(pipeline.cli), "run `make docs`"
