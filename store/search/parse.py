"""From what a person types to a tree. The language is told in `docs/search.md`.

Grammar, with what stands beside each other joined by AND:

    query  = or
    or     = and {"OR" and}
    and    = not {["AND"] not}
    not    = ["NOT" | "-"] atom
    atom   = "(" or ")" | "NEAR(" {text} ["," number] ")" | field ":" value | text
    text   = ["="] (word | '"' words '"') ["*"]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, cast

from store.search.tree import And, Kind, Near, Node, Not, Or, Text
from store.search.words import words_of

LONGEST = 4_000  # characters of a query that are looked at
MOST_TEXTS = 100  # words, phrases and kinds of a query
DEEPEST = 20  # brackets in brackets
MOST_WORDS = 20  # of a phrase
FARTHEST = 1_000  # words between what is near
_NEAR = 10  # as FTS5 has it where no distance is given

# Numbers of acts and of the Official Journal are written with a space: C(2025) 5935.
_REFERENCE = r"[A-Za-z]{1,6}\(\d{4}\)\s\d+|\d{4}/S\s\d{3}-\d{1,9}"
# A bracket groups where it stands alone and belongs to a reference inside one: C(2025)5935.
_TOKEN = re.compile(
    rf"""(?P<near>NEAR\()|(?P<open>\()|(?P<close>\))
    |(?P<minus>-)?(?P<field>type|family):(?P<value>"[^"]*"|[^\s()"]+)
    |(?P<exact>=)?(?:"(?P<phrase>[^"]*)"|(?P<word>{_REFERENCE}|[^\s()"]+(?:\([^\s()"]*\)[^\s()"]*)*))
    (?P<star>(?<=")\*)?
    |(?P<stray>")""",
    re.VERBOSE,
)
_DISTANCE = re.compile(r"(?:(?P<word>[^\s,]*)(?P<comma>,))?(?P<distance>\d{1,6})")
_OPERATORS = ("AND", "OR", "NOT")


_AROUND = " \t\n,;:.!?"  # signs that stand around words


class Broken(Exception):
    """The query's syntax is broken; it never leaves this package."""


@dataclass(frozen=True)
class Query:
    """A parsed query: no tree where there is nothing to search for.

    `plain` says that the syntax was broken and the words alone were taken, `cut` that not all of
    a long query was.
    """

    tree: Node | None
    plain: bool = False
    cut: bool = False


def parse(query: str) -> Query:
    """Return what a query means; it never raises."""
    text = query[:LONGEST].replace("\x00", " ")
    cut = len(query) > LONGEST
    try:
        reader = _Reader(_tokens(text))
        tree = reader.whole()
        return Query(tree, cut=cut or reader.cut)
    except Broken:
        found = [word for word in re.findall(r"\w+", text) if word not in (*_OPERATORS, "NEAR")]
        texts = [Text(word, words_of(word), loose=True) for word in dict.fromkeys(found)]
        texts = [text for text in texts if text.words]
        return Query(
            _joined(And, texts[:MOST_TEXTS]), plain=True, cut=cut or len(texts) > MOST_TEXTS
        )


def _tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(text))


def _joined(kind: type[And | Or], parts: list[Node] | list[Text]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


@dataclass
class _Reader:
    """Reads a tree out of tokens; raises `Broken` where they make none."""

    tokens: list[re.Match[str]]
    at: int = 0
    depth: int = 0
    texts: int = 0
    cut: bool = False
    negated: set[int] = field(default_factory=set)  # tokens whose leading `-` has been read

    def whole(self) -> Node | None:
        if not self.tokens:
            return None
        tree = self._or()
        if self.at < len(self.tokens):
            raise Broken
        return tree

    def _next(self) -> re.Match[str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _is(self, operator: str) -> bool:
        token = self._next()
        return token is not None and token[0] == operator

    def _or(self) -> Node | None:
        parts = [self._and()]
        while self._is("OR"):
            self.at += 1
            parts.append(self._and())
        return _joined(Or, [part for part in parts if part is not None])

    def _and(self) -> Node | None:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        first = True
        while (token := self._next()) is not None and not token["close"] and token[0] != "OR":
            if token[0] == "AND":
                if first:
                    raise Broken
                self.at += 1
            negative, part = self._not()
            if part is not None:
                (unwanted if negative else wanted).append(part)
            first = False
        if first or (unwanted and not wanted):
            raise Broken
        kept = _joined(And, wanted)
        dropped = _joined(Or, unwanted)
        return kept if kept is None or dropped is None else Not(kept, dropped)

    def _not(self) -> tuple[bool, Node | None]:
        token = self._next()
        if token is None:
            raise Broken
        if token[0] == "NOT":
            self.at += 1
            return True, self._atom()
        word = token["word"] or ""
        if word == "-" and self._touches():
            self.at += 1
            return True, self._atom()
        if token["minus"] or (word.startswith("-") and len(word) > 1 and not token["exact"]):
            self.negated.add(self.at)
            return True, self._atom()
        return False, self._atom()

    def _touches(self) -> bool:
        """Tell whether the next token but one begins where this one ends."""
        here, after = self.tokens[self.at], self.at + 1
        return after < len(self.tokens) and self.tokens[after].start() == here.end()

    def _atom(self) -> Node | None:
        token = self._next()
        if token is None or token["close"] or token["stray"] or token[0] in _OPERATORS:
            raise Broken
        if token["open"]:
            return self._group()
        if token["near"]:
            return self._near()
        leaf = self._leaf(token)
        self.at += 1
        if leaf is None:
            return None
        self.texts += 1
        if self.texts > MOST_TEXTS:
            self.cut = True
            return None
        return leaf

    def _group(self) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Broken
        self.at += 1
        inner = self._or()
        token = self._next()
        if token is None or not token["close"]:
            raise Broken
        self.at += 1
        self.depth -= 1
        return inner

    def _near(self) -> Node | None:
        self.at += 1
        parts: list[Text] = []
        distance = _NEAR
        while (token := self._next()) is not None and not token["close"]:
            if token["open"] or token["near"] or token["field"] or token["stray"]:
                raise Broken
            ends = self.at + 1 < len(self.tokens) and self.tokens[self.at + 1]["close"]
            far = _DISTANCE.fullmatch(token[0]) if ends and parts else None
            if far and (far["comma"] or self._after_comma()):
                distance = min(int(far["distance"]), FARTHEST)
                parts += [part] if (part := _text(far["word"] or "")) else []
                self.at += 1
                break
            leaf = self._leaf(token)
            self.at += 1
            if isinstance(leaf, Text):
                parts.append(leaf)
        token = self._next()
        if token is None or not token["close"] or len(parts) > MOST_WORDS:
            raise Broken
        self.at += 1
        self.texts += len(parts)
        if len(parts) < 2:
            return parts[0] if parts else None
        return Near(tuple(parts), distance)

    def _after_comma(self) -> bool:
        return self.tokens[self.at - 1][0].endswith(",")

    def _leaf(self, token: re.Match[str]) -> Text | Kind | None:
        if token["field"]:
            value = token["value"].strip('"')
            name = cast(Literal["type", "family"], token["field"])
            return Kind(name, value) if words_of(value) else None
        if token["phrase"] is not None:
            return _text(token["phrase"], prefix=bool(token["star"]), exact=bool(token["exact"]))
        word = token["word"]
        if self.at in self.negated:
            word = word[1:]
        prefix = word.endswith("*")
        exact = bool(token["exact"])
        return _text(word.rstrip("*"), prefix=prefix, exact=exact, loose=not (prefix or exact))


def _text(
    written: str, *, prefix: bool = False, exact: bool = False, loose: bool = False
) -> Text | None:
    written = written.strip(_AROUND)
    words = words_of(written)
    if len(words) > MOST_WORDS:
        words, prefix = words[:MOST_WORDS], False
    if not words:
        return None
    return Text(written, words, prefix=prefix, exact=exact, loose=loose)
