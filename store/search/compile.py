"""From a tree to what SQLite can run: a query of FTS5, or conditions where it asks for a kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from store.search.kinds import types_of
from store.search.meaning import Alternative, Meaning
from store.search.tree import And, Kind, Name, Near, Node, Not, Or, Text, leaves

_MOST_OWN = 4  # ways to say a word of the query itself that FTS5 ranks
_MOST_PHRASES = 2  # the same of a phrase: it costs most
_MOST_NEAR = 32  # ways to write what is near each other
_PAGE_KIND = """p.id IN (SELECT kp.id FROM mentions km
  JOIN pages kp ON kp.reading_id = km.reading_id AND kp.number = km.page
  WHERE km.label = 'EQUIPMENT' AND json_extract(km.value, '$.type') IN
  (SELECT value FROM json_each(:{name})))"""
_ENTRY_KIND = "e.equipment_type IN (SELECT value FROM json_each(:{name}))"


@dataclass(frozen=True)
class Condition:
    """What the rows of one index must be: found by `match`, and as `where` says.

    `where` is SQL over pages `p` or entries `e`, with the `values` that it names.
    """

    match: str | None
    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def only_text(tree: Node) -> bool:
    """Tell whether a tree asks for no kind."""
    return all(isinstance(leaf, Text) for leaf in leaves(tree))


def match_of(tree: Node, meaning: Meaning, *, names: bool = True) -> str:
    """Return the FTS5 query of a tree that asks for no kind; without `names`, of its own words."""
    match tree:
        case Text():
            return _either(alternatives_of(tree, meaning, names=names))
        case Near(parts, distance):
            return _near(parts, distance, meaning, names=names)
        case Name(whole, parts):
            any_name = match_of(whole, meaning, names=names)
            all_words = " AND ".join(match_of(part, meaning, names=names) for part in parts)
            return f"({any_name} OR ({all_words}))"
        case And(parts) | Or(parts):
            inner = [match_of(part, meaning, names=names) for part in parts]
            return f"({(' AND ' if isinstance(tree, And) else ' OR ').join(inner)})"
        case Not(wanted, unwanted):
            kept = match_of(wanted, meaning, names=names)
            return f"({kept} NOT {match_of(unwanted, meaning)})"
        case Kind():
            raise ValueError("a kind is no text")


def alternatives_of(text: Text, meaning: Meaning, *, names: bool = True) -> list[Alternative]:
    """Return what stands for a text; without `names`, its own words and their first forms.

    Of a phrase those are the ways to say it that occur.
    """
    found = [one for one in meaning.alternatives[text] if one.searched]
    if names:
        return found
    own = [one for one in found if not one.name]
    if len(text.words) == 1:
        return own[:_MOST_OWN]
    return [one for one in own if meaning.newest.get(one.words, True)][:_MOST_PHRASES] or own[:1]


def _either(alternatives: list[Alternative]) -> str:
    queries = [alternative.query() for alternative in alternatives]
    return queries[0] if len(queries) == 1 else f"({' OR '.join(queries)})"


def _near(parts: tuple[Text, ...], distance: int, meaning: Meaning, *, names: bool) -> str:
    each = [alternatives_of(part, meaning, names=names) for part in parts]
    ways = islice(product(*each), _MOST_NEAR)
    written = [
        f"NEAR({' '.join(alternative.query() for alternative in way)}, {distance})" for way in ways
    ]
    return written[0] if len(written) == 1 else f"({' OR '.join(written)})"


def condition_of(tree: Node, meaning: Meaning, index: str) -> Condition:
    """Return how to find the rows of `index` (`pages` or `entries`) that a tree asks for."""
    if only_text(tree):
        return Condition(match_of(tree, meaning))
    writer = _Writer(meaning, index)
    driving = writer.driving(tree)
    return Condition(driving, writer.sql(tree), writer.values)


@dataclass
class _Writer:
    """Writes a tree that asks for kinds as SQL."""

    meaning: Meaning
    index: str
    values: dict[str, Any] = field(default_factory=dict)

    def driving(self, tree: Node) -> str | None:
        """Return an FTS5 query that every row has to match, so that the index leads the search."""
        if only_text(tree):
            return match_of(tree, self.meaning)
        if isinstance(tree, Not):
            return self.driving(tree.wanted)
        if isinstance(tree, And):
            parts = [query for part in tree.parts if (query := self.driving(part))]
            return f"({' AND '.join(parts)})" if parts else None
        return None

    def sql(self, tree: Node) -> str:
        """Return a tree as a condition."""
        if only_text(tree):
            name = self._value(match_of(tree, self.meaning))
            own = "p.id" if self.index == "pages" else "e.id"
            fts = f"{self.index}_fts"
            return f"{own} IN (SELECT rowid FROM {fts} WHERE {fts} MATCH :{name})"  # noqa: S608 - constants
        match tree:
            case Kind(kind, value):
                name = self._value(json.dumps(types_of(kind, value)))
                pattern = _PAGE_KIND if self.index == "pages" else _ENTRY_KIND
                return pattern.format(name=name)
            case And(parts) | Or(parts):
                word = " AND " if isinstance(tree, And) else " OR "
                return f"({word.join(self.sql(part) for part in parts)})"
            case Not(wanted, unwanted):
                return f"({self.sql(wanted)} AND NOT {self.sql(unwanted)})"
        raise ValueError("there is no other node that asks for a kind")

    def _value(self, value: str) -> str:
        name = f"tree{len(self.values)}"
        self.values[name] = value
        return name


def kinds_in(tree: Node) -> Iterator[Kind]:
    """Yield the kinds that a tree asks for."""
    return (leaf for leaf in leaves(tree) if isinstance(leaf, Kind))
