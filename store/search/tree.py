"""What a query means, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Text:
    """A word or a phrase; `prefix` lets its last word go on, `exact` takes it as it stands.

    `loose` stands without quotes, so that it may be a `part` of a name that was found.
    """

    written: str
    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False
    loose: bool = field(default=False, compare=False)
    part: bool = False


@dataclass(frozen=True)
class Kind:
    """A type or a family of equipment, as a person wrote it."""

    field: Literal["type", "family"]
    value: str


@dataclass(frozen=True)
class Near:
    """Words and phrases with at most `distance` words between the first and the last."""

    parts: tuple[Text, ...]
    distance: int


@dataclass(frozen=True)
class Name:
    """Loose words that name one thing together: any of its names, or all the words on a page."""

    whole: Text
    parts: tuple[Text, ...]


@dataclass(frozen=True)
class And:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """At least one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """What has `wanted` and lacks `unwanted`."""

    wanted: Node
    unwanted: Node


Node: TypeAlias = Text | Kind | Near | Name | And | Or | Not


def leaves(node: Node) -> Iterator[Text | Kind]:
    """Yield all words, phrases and kinds of a tree, from left to right."""
    match node:
        case Text() | Kind():
            yield node
        case Not(wanted, unwanted):
            yield from leaves(wanted)
            yield from leaves(unwanted)
        case Name(whole, parts):
            yield whole
            yield from parts
        case Near(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)


def wanted_texts(node: Node) -> Iterator[Text]:
    """Yield the words and phrases that a hit has because it was found."""
    match node:
        case Text():
            yield node
        case Kind():
            pass
        case Not(wanted, _):
            yield from wanted_texts(wanted)
        case Name(whole, parts):
            yield whole
            yield from parts
        case Near(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from wanted_texts(part)


def names_in(node: Node) -> Iterator[Name]:
    """Yield the names of several words that a hit may have."""
    match node:
        case Name():
            yield node
        case Not(wanted, _):
            yield from names_in(wanted)
        case And(parts) | Or(parts):
            for part in parts:
                yield from names_in(part)


def excludes(node: Node) -> bool:
    """Tell whether a tree asks that something be lacking."""
    match node:
        case Not():
            return True
        case And(parts) | Or(parts):
            return any(excludes(part) for part in parts)
    return False
