"""`python -m operate.reference` writes docs/commands.md from what each command says by `--help`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import click

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
_HEAD = """# Commands

Each is called as `python pipeline.py COMMAND`. This page is made from what `--help` says
(`make docs`); when to use what is told for [operators](operate.md), [reviewers](review.md),
in [search](search.md) and for [the web pages](web.md).
"""


def reference(group: click.Group) -> str:
    """Return the page: every command and subcommand with its usage, text and options."""
    parts = [_HEAD]
    with click.Context(group, info_name="pipeline.py", **group.context_settings) as top:
        for names, command, context in _commands(group, top):
            title = " ".join(names)
            text = command.get_help(context).replace("pipeline.py ", "", 1)
            lines = "\n".join(line.rstrip() for line in text.splitlines())
            parts.append(f"## {title}\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)


def _commands(
    group: click.Group, above: click.Context, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None or command.hidden:
            continue
        context = click.Context(command, info_name=name, parent=above, max_content_width=100)
        context.terminal_width = 100
        path = (*names, name)
        yield path, command, context
        if isinstance(command, click.Group):
            yield from _commands(command, context, path)


if __name__ == "__main__":
    # Only the command line knows all commands, and it imports this room.
    PAGE.write_text(reference(importlib.import_module("pipeline").cli), encoding="utf-8")
