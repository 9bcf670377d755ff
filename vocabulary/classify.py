"""Find the equipment type that a free noun phrase names."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias, TypeVar

from vocabulary.inflection import grammars
from vocabulary.surface import surface

_TOKEN = re.compile(r"[^\W_]+(?:'(?=[^\W_]))?|[,;:/()\[\]]")
_BREAK = frozenset(",;:/()[]")
_LONGEST_TERM = 9  # words
_SHORTEST_PREFIX = 3  # letters before a German head, so that `Beamter` is no `Amt`
_Value = TypeVar("_Value")
_Kind_co = TypeVar("_Kind_co", covariant=True)
Terms: TypeAlias = Callable[[], Mapping[str, str]]
Keep: TypeAlias = Callable[[str, Callable[[], dict[str, str]]], dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What the classifier of one language knows; forms are written as `surface` writes them.

    `code` is the language's own code, `language` the one whose grammar it is read by.
    `terms` gives its own, `common` those of all languages together, when they are asked for;
    `banned` are those of other languages that mean something else in this one.
    """

    code: str
    language: str
    terms: Terms
    common: Terms
    banned: frozenset[str]
    heads: Mapping[str, str]
    exact: Mapping[str, str]
    contexts: Mapping[str, frozenset[str]]
    generic: frozenset[str]
    services: frozenset[str]
    family_of: Mapping[str, str]
    general: frozenset[str]


@dataclass(frozen=True)
class _Token:
    text: str  # surface form
    start: int
    end: int
    capital: bool  # starts with a capital, as German nouns do


@dataclass(frozen=True)
class _Match:
    first: int  # token
    last: int  # token, exclusive
    type_id: str


def _key(form: str) -> str:
    return " ".join(token.text for token in _tokens(form))


def _tokens(phrase: str) -> list[_Token]:
    text = surface(phrase)
    return [
        _Token(m.group(), m.start(), m.end(), phrase[m.start()].isupper())
        for m in _TOKEN.finditer(text)
    ]


def compound_type(
    word: str, heads: Mapping[str, str], contexts: Mapping[str, frozenset[str]]
) -> str | None:
    """The type whose head is or ends the compound `word` (a surface form); the longest head counts.

    None when no head does, or when `word` is listed as meaning something else.
    """
    starts = (0, *range(_SHORTEST_PREFIX, len(word) - 2))
    type_id = next((heads[word[i:]] for i in starts if word[i:] in heads), None)
    return None if type_id in contexts.get(word, frozenset()) else type_id


@dataclass(frozen=True)
class Borrowed:
    """A language's own terms and, behind them, those of all languages that it may borrow."""

    own: Mapping[str, str]
    common: Mapping[str, str]
    banned: frozenset[str]

    def get(self, key: str) -> str | None:
        """The type of a term, None where there is none."""
        found = self.own.get(key)
        if found is not None:
            return found
        return None if key in self.banned else self.common.get(key)


class _Table(Protocol[_Kind_co]):
    def get(self, key: str, /) -> _Kind_co | None: ...


class Classifier:
    """Classifies noun phrases of one language."""

    def __init__(self, lexicon: Lexicon, keep: Keep | None = None) -> None:
        """`keep` may bring back a table of a name that was made before."""
        self._lexicon = lexicon
        self._keep: Keep = keep or (lambda _, make: make())
        grammar = grammars()[lexicon.language]
        self._stop = grammar.stop
        self._head_last = grammar.head == "last"
        self._own = self._table(lexicon.code, lexicon.terms)
        self._contexts = {_key(form): ids for form, ids in lexicon.contexts.items()}
        names = sorted(lexicon.exact, key=len, reverse=True)
        self._exact = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})s?(?!\w)")

    def _table(self, name: str, terms: Terms) -> dict[str, str]:
        """The terms by their words, as a phrase is looked up."""
        return self._keep(
            f"classify-{name}",
            lambda: {_key(form): type_id for form, type_id in terms().items()},
        )

    @cached_property
    def _all(self) -> Borrowed:
        common = self._table("common", self._lexicon.common)
        return Borrowed(self._own, common, frozenset(map(_key, self._lexicon.banned)))

    def classify(self, phrase: str) -> str | None:
        """The id of the type that `phrase` names, or None."""
        tokens = _tokens(phrase)
        exact = self._exact_matches(phrase, tokens)
        return self._decide(tokens, [*self._matches(tokens, self._own), *exact]) or self._decide(
            tokens, self._matches(tokens, self._all)
        )

    def _exact_matches(self, phrase: str, tokens: list[_Token]) -> list[_Match]:
        matches = []
        for found in self._exact.finditer(phrase):
            inside = [
                i for i, t in enumerate(tokens) if found.start() < t.end and t.start < found.end()
            ]
            if inside:
                type_id = self._lexicon.exact[found.group(1)]
                matches.append(_Match(inside[0], inside[-1] + 1, type_id))
        return matches

    def _matches(self, tokens: list[_Token], terms: _Table[str]) -> list[_Match]:
        words = [token.text for token in tokens]
        blocked = list(self._found(words, self._contexts))
        matches = []
        for first, last, type_id in self._found(words, terms):
            if not any(a < last and first < b and type_id in ids for a, b, ids in blocked):
                matches.append(_Match(first, last, type_id))
        covered = {i for match in matches for i in range(match.first, match.last)}
        return matches + self._compounds(tokens, covered)

    @staticmethod
    def _found(words: list[str], table: _Table[_Value]) -> Iterable[tuple[int, int, _Value]]:
        """The longest entry of `table` from each word on, none inside an earlier longer one."""
        reached = 0
        for first in range(len(words)):
            for last in range(min(len(words), first + _LONGEST_TERM), max(first, reached), -1):
                if (value := table.get(" ".join(words[first:last]))) is not None:
                    yield first, last, value
                    reached = last
                    break

    def _compounds(self, tokens: list[_Token], covered: set[int]) -> list[_Match]:
        lexicon = self._lexicon
        return [
            _Match(i, i + 1, type_id)
            for i, token in enumerate(tokens)
            if i not in covered
            and token.capital
            and (type_id := compound_type(token.text, lexicon.heads, lexicon.contexts))
        ]

    def _decide(self, tokens: list[_Token], matches: list[_Match]) -> str | None:
        """Choose the match at the head of the first word group that says anything."""
        start = 0
        while start < len(tokens):
            end = self._group_end(tokens, start, matches)
            words = [token.text for token in tokens[start:end]]
            group = [m for m in matches if start <= m.first < end]
            if group:
                return self._head(group, tokens, start, end)
            if words and not self._opens(words):
                return None
            start = end + 1
        return None

    def _group_end(self, tokens: list[_Token], start: int, matches: list[_Match]) -> int:
        """The next preposition or punctuation mark that is inside no match."""
        inside = {i for m in matches for i in range(m.first, m.last)}
        return next(
            (
                i
                for i in range(start, len(tokens))
                if i not in inside and (tokens[i].text in self._stop or tokens[i].text in _BREAK)
            ),
            len(tokens),
        )

    def _opens(self, words: list[str]) -> bool:
        """Does a group without a term say "a set of", "supply of", "system for"?"""
        known = self._lexicon.generic
        told = [word for word in words if not word[0].isdigit()]
        if not told:
            return True
        return (told[-1] in known) if self._head_last else any(word in known for word in told)

    def _head(self, group: list[_Match], tokens: list[_Token], start: int, end: int) -> str | None:
        if self._head_last:
            best = max(group, key=lambda m: (m.last, m.last - m.first))
            beside = tokens[best.last : end]
        else:
            best = min(group, key=lambda m: (m.first, m.first - m.last))
            beside = tokens[start : best.first]
        if any(token.text in self._lexicon.services for token in beside):
            return None
        return self._specific(best, group)

    def _specific(self, best: _Match, group: list[_Match]) -> str:
        """A special type of the same family that stands beside a general one, if there is one."""
        lexicon = self._lexicon
        if best.type_id not in lexicon.general:
            return best.type_id
        family = lexicon.family_of[best.type_id]
        return next(
            (
                m.type_id
                for m in group
                if m.type_id not in lexicon.general and lexicon.family_of[m.type_id] == family
            ),
            best.type_id,
        )
