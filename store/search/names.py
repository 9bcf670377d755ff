"""Names of several words: `camion de pompiers` is a fire engine, with quotes or without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from store.search.tree import And, Name, Node, Not, Or, Text

LONGEST_NAME = 8  # words


def with_names(tree: Node, widen: Callable[[str], list[str]]) -> Node:
    """Return a tree in which words beside each other that `widen` knows as one are one `Name`.

    Of names that share words the longest is taken, then the first. What stands in quotes is a
    phrase and stays what it is.
    """
    match tree:
        case And(parts):
            found = _joined([with_names(part, widen) for part in parts], widen)
            return found[0] if len(found) == 1 else And(tuple(found))
        case Or(parts):
            return Or(tuple(with_names(part, widen) for part in parts))
        case Not(wanted, unwanted):
            return Not(with_names(wanted, widen), with_names(unwanted, widen))
    return tree


def _joined(parts: list[Node], widen: Callable[[str], list[str]]) -> list[Node]:
    """Return the parts of an `And` with a `Name` for each run of them that is one."""
    for count in range(min(len(parts), LONGEST_NAME), 1, -1):
        for start in range(len(parts) - count + 1):
            run = [part for part in parts[start : start + count] if isinstance(part, Text)]
            if len(run) == count and all(part.loose for part in run):
                written = " ".join(part.written for part in run)
                if widen(written):
                    before = _joined(parts[:start], widen)
                    after = _joined(parts[start + count :], widen)
                    return [*before, _name(written, run), *after]
    return parts


def _name(written: str, run: list[Text]) -> Name:
    words = tuple(word for part in run for word in part.words)
    parts = tuple(replace(part, part=True) for part in run)
    return Name(Text(written, words), parts)
