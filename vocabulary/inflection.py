"""Inflected forms of equipment terms, from the rules in `inflection.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

_RULES_FILE = Path(__file__).with_name("inflection.toml")


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """The inflection of one language; the fields are explained in `inflection.toml`."""

    head: str
    agree: bool
    stop: frozenset[str]
    invariant: frozenset[str]
    irregular: Mapping[str, tuple[str, ...]]
    rules: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    spelling: tuple[tuple[str, str], ...]
    fixed_first: frozenset[str]
    adjective: tuple[str, ...]


@cache
def grammars() -> Mapping[str, Grammar]:
    """The grammar of each language that has one, by ISO 639-1 code."""
    with _RULES_FILE.open("rb") as file:
        data = tomllib.load(file)
    return {language: _grammar(entry) for language, entry in data.items()}


def _grammar(entry: Mapping[str, object]) -> Grammar:
    def words(key: str) -> list[str]:
        value = entry.get(key, [])
        return [str(word) for word in value] if isinstance(value, list) else []

    irregular = entry.get("irregular", {})
    rules = entry.get("rules", [])
    spelling = entry.get("spelling", [])
    if not (isinstance(irregular, dict) and isinstance(rules, list) and isinstance(spelling, list)):
        raise TypeError(f"{_RULES_FILE.name}: irregular is a table, rules and spelling are lists")
    return Grammar(
        head=str(entry["head"]),
        agree=bool(entry["agree"]),
        stop=frozenset(words("stop")),
        invariant=frozenset(words("invariant")),
        irregular={word: tuple(forms) for word, forms in irregular.items()},
        rules=tuple((re.compile(pattern), tuple(forms)) for pattern, *forms in rules),
        spelling=tuple((a, b) for a, b in spelling),
        fixed_first=frozenset(words("fixed_first")),
        adjective=tuple(words("adjective")),
    )


def inflect(term: str, language: str) -> tuple[str, ...]:
    """The lower-cased forms of a base form (singular), itself first, each once.

    A multiword term inflects its head, which is the last word before a preposition in English
    and German and the first in Romance languages (there the adjectives follow the head). In
    German a word that starts with a small letter is an adjective and is declined. A term
    written with bars (`Rad|Räder`) has exactly the forms given. A language without a grammar
    gives the term alone.

    >>> inflect("chambre à air", "fr")
    ('chambre à air', 'chambres à air')
    >>> inflect("patrol boat", "en")
    ('patrol boat', 'patrol boats')
    """
    if "|" in term:
        return _unique(form.strip().lower() for form in term.split("|"))
    grammar = grammars().get(language)
    if grammar is None:
        return (term.lower(),)
    forms = _phrase_forms(term, grammar)
    return _unique(spelt for form in forms for spelt in _spellings(form, grammar))


def _phrase_forms(term: str, grammar: Grammar) -> list[str]:
    words = _split_elision(term)
    cut = next((i for i, w in enumerate(words) if i and w.lower() in grammar.stop), len(words))
    group, rest = words[:cut], [word.lower() for word in words[cut:]]
    phrases = [[word.lower() for word in group]]
    if grammar.head == "last":
        phrases += _head_last(group, grammar)
    else:
        phrases += _head_first(group, grammar)
    joined = [_join(phrase + rest) for phrase in phrases]
    if rest and grammar.agree and len(rest) > 2:
        joined += _late_agreement(phrases[1:], rest, grammar)
    return joined


def _head_last(group: list[str], grammar: Grammar) -> list[list[str]]:
    heads = [group[-1].lower(), *word_forms(group[-1].lower(), grammar)]
    befores = [_declined(word, grammar) for word in group[:-1]]
    return [[*before, head] for head in heads for before in _rows(befores)]


def _rows(choices: list[list[str]]) -> list[list[str]]:
    """Rows that take the n-th form of each word (all adjectives of a phrase decline alike)."""
    width = max((len(choice) for choice in choices), default=1)
    return [[c[min(i, len(c) - 1)] for c in choices] for i in range(width)]


def _declined(word: str, grammar: Grammar) -> list[str]:
    stem = re.sub(r"(e|en|er|es|em)$", "", word)
    if not grammar.adjective or not word[0].islower() or stem == word:
        return [word.lower()]
    return [stem + ending for ending in grammar.adjective]


def _head_first(group: list[str], grammar: Grammar) -> list[list[str]]:
    words = [word.lower() for word in group]
    first = [[form, *words[1:]] for form in word_forms(words[0], grammar)]
    if not grammar.agree or len(words) == 1:
        return first
    choices = [word_forms(word, grammar) or [word] for word in words]
    return first + [list(row) for row in product(*choices)]


def _late_agreement(phrases: list[list[str]], rest: list[str], grammar: Grammar) -> list[str]:
    """Forms in which an adjective after the complement agrees with the head in front."""
    return [
        _join([*phrase, *rest[:-1], form])
        for phrase in phrases
        for form in word_forms(rest[-1], grammar)
    ]


def word_forms(word: str, grammar: Grammar) -> list[str]:
    """The other forms of one lower-cased word, without the word itself."""
    if word in grammar.irregular:
        return list(grammar.irregular[word])
    if word in grammar.invariant or any(c.isdigit() for c in word):
        return []
    if grammar.adjective and (ending := _compound_end(word, grammar)):
        return [word.removesuffix(ending) + form for form in grammar.irregular[ending]]
    if "-" in word and grammar.agree:
        return _hyphenated_forms(word, grammar)
    return _by_rule(word, grammar)


def _compound_end(word: str, grammar: Grammar) -> str:
    starts = range(1, len(word) - 2)
    return next((word[i:] for i in starts if word[i:] in grammar.irregular), "")


def _hyphenated_forms(word: str, grammar: Grammar) -> list[str]:
    first, _, last = word.partition("-")
    lasts = _by_rule(last, grammar)
    if first in grammar.fixed_first or not first.isalpha():
        return [f"{first}-{form}" for form in lasts]
    firsts = _by_rule(first, grammar)
    both = [f"{a}-{b}" for a, b in product(firsts, lasts)]
    return [f"{form}-{last}" for form in firsts] + [f"{first}-{form}" for form in lasts] + both


def _by_rule(word: str, grammar: Grammar) -> list[str]:
    for pattern, replacements in grammar.rules:
        if pattern.search(word):
            return [pattern.sub(form, word, count=1) for form in replacements]
    return []


def _spellings(form: str, grammar: Grammar) -> list[str]:
    found = [form]
    for one, other in grammar.spelling:
        found += [f.replace(one, other) for f in found if one in f]
    if "-" in form:
        found += [f.replace("-", " ") for f in found]
    elif grammar.head == "last" and not grammar.adjective and form.count(" ") > 1:
        plain = not grammar.stop.intersection(form.split())
        found += [f.replace(" ", "-", 1) for f in found if plain]
    return found


def _split_elision(term: str) -> list[str]:
    return re.sub(r"(?<=\b[dlDL]')(?=\w)", " ", re.sub(r"(?<=ll')(?=\w)", " ", term)).split()


def _join(words: list[str]) -> str:
    return " ".join(words).replace("' ", "'")


def _unique(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in forms if form))
