"""Sums in words: `one million five hundred thousand`, `deux millions`, `zweihundertfünfzigtausend`.

Five languages.  German and Italian write a number as one word: it is cut into known parts in one
pass
from its end, so that the time stays linear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

LANGUAGES = ("en", "fr", "de", "es", "it")
MAX_WORD = 120
"""Longer words are no numbers."""
MAX_VALUE = Decimal(10**18)
"""What is larger is no sum of money but a heap of scales."""


def _series(words: str, start: int = 0, step: int = 1) -> dict[str, Decimal]:
    return {word: Decimal(start + step * place) for place, word in enumerate(words.split())}


_UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "en": _series(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    | _series("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    "fr": _series(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"
        " quinze seize"
    )
    | _series("vingt trente quarante cinquante soixante septante huitante nonante", 20, 10)
    | {"une": Decimal(1), "vingts": Decimal(20)},
    "de": _series(
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn"
        " fünfzehn sechzehn "
        "siebzehn achtzehn neunzehn"
    )
    | _series("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10)
    | {"eins": Decimal(1), "eine": Decimal(1), "einer": Decimal(1), "einen": Decimal(1)}
    | {"zwo": Decimal(2), "dreissig": Decimal(30)},
    "es": _series(
        "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"
        " quince dieciséis "
        "diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro"
        " veinticinco veintiséis "
        "veintisiete veintiocho veintinueve"
    )
    | _series("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
    | _series(
        "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos", 100, 100
    )
    | {"ochocientos": Decimal(800), "novecientos": Decimal(900), "ciento": Decimal(100)}
    | {"una": Decimal(1), "uno": Decimal(1), "veintiuno": Decimal(21), "veintiuna": Decimal(21)},
    "it": _series(
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici"
        " quattordici quindici "
        "sedici diciassette diciotto diciannove"
    )
    | _series("venti trenta quaranta cinquanta sessanta settanta ottanta novanta", 20, 10)
    | _series("vent trent quarant cinquant sessant settant ottant novant", 20, 10)
    | {"un": Decimal(1), "una": Decimal(1), "tré": Decimal(3)},
}
_HUNDREDS: Mapping[str, tuple[str, ...]] = {
    "en": ("hundred",),
    "fr": ("cent", "cents"),
    "de": ("hundert",),
    "es": (),
    "it": ("cento", "cent"),
}
_SCALES: Mapping[str, Mapping[str, int]] = {
    "en": {"thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "trillion": 12},
    "fr": {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9},
    "de": {
        "tausend": 3,
        "million": 6,
        "millionen": 6,
        "milliarde": 9,
        "milliarden": 9,
        "billionen": 12,
    },
    "es": {"mil": 3, "millón": 6, "millon": 6, "millones": 6, "billón": 12, "billones": 12},
    "it": {"mille": 3, "mila": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9},
}
_HALVES: Mapping[str, tuple[str, ...]] = {
    "en": ("half",),
    "fr": ("demi", "demie"),
    "de": ("halb", "halbe", "halben"),
    "es": ("medio", "media"),
    "it": ("mezzo", "mezza"),
}
_LINKS: Mapping[str, tuple[str, ...]] = {
    "en": ("and", "a"),
    "fr": ("et",),
    "de": ("und",),
    "es": ("y",),
    "it": ("e",),
}
_ARTICLES: Mapping[str, tuple[str, ...]] = {
    "en": ("a", "an"),
    "fr": ("un", "une"),
    "de": ("ein", "eine", "einen", "einer"),
    "es": ("un", "una"),
    "it": ("un", "una", "uno"),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a number: a plain value, a hundred, a power of ten, a half, or a link."""

    kind: str
    value: Decimal = Decimal(0)


_COUNT_THEMSELVES = frozenset({"mille", "cent", "hundert", "tausend", "mil", "cien", "cento"})
_ONE_AND_A_HALF = {"anderthalb": Decimal("1.5"), "eineinhalb": Decimal("1.5")}


@cache
def _parts(language: str) -> Mapping[str, _Part]:
    table = {word: _Part("unit", value) for word, value in _UNITS[language].items()}
    table |= {word: _Part("hundred", Decimal(100)) for word in _HUNDREDS[language]}
    table |= {word: _Part("scale", Decimal(10**n)) for word, n in _SCALES[language].items()}
    table |= {word: _Part("half", Decimal("0.5")) for word in _HALVES[language]}
    if language == "de":
        table |= {word: _Part("unit", value) for word, value in _ONE_AND_A_HALF.items()}
        table["einhalb"] = _Part("half", Decimal("0.5"))
    return table


@cache
def _by_length(language: str) -> tuple[str, ...]:
    """The parts that one word may be built of, longest first."""
    links = ("und",) if language == "de" else ()
    return tuple(sorted((*_parts(language), *links), key=len, reverse=True))


def _cut(word: str, language: str) -> list[_Part] | None:
    """The parts of one word, or None where something else is in it."""
    table = _parts(language)
    if word in table:
        return [table[word]]
    if (
        language not in ("de", "it")
        or len(word) > MAX_WORD
        or not word.startswith(_by_length(language))
    ):
        return None
    cuts = _cuts(word, language)
    place, found = 0, []
    while place < len(word):
        part = cuts[place]
        if part is None:
            return None
        found += [table[part]] if part in table else []
        place += len(part)
    return found or None


def _cuts(word: str, language: str) -> list[str | None]:
    """For each place of a word, the longest part there after which the rest can be cut too; from
    the end on.
    """
    cuts: list[str | None] = [None] * len(word) + [""]
    for place in range(len(word) - 1, -1, -1):
        for part in _by_length(language):
            if word.startswith(part, place) and cuts[place + len(part)] is not None:
                cuts[place] = part
                break
    return cuts


def _add_scale(total: Decimal, group: Decimal, scale: Decimal) -> Decimal:
    """`dos mil | millones`: what is smaller than the scale is multiplied, the rest stays."""
    low = total % scale
    return total - low + (low + group or Decimal(1)) * scale


def _halved_article(parts: list[_Part], words: Sequence[str], language: str) -> list[_Part]:
    """`eine halbe Million` is a half, not one and a half: the article is dropped."""
    if len(parts) > 1 and parts[1].kind == "half" and words[0] in _ARTICLES[language]:
        return parts[1:] if _cut(words[1], language) == parts[1:2] else parts
    return parts


def _adds(tail: Decimal, value: Decimal, language: str) -> bool:
    """Whether a value can stand behind the last two digits: `twenty | five`, not `two | five`."""
    if tail == 0:
        return True
    if language == "de" and tail < 10:
        return value >= 20 and value % 10 == 0
    return tail >= 20 and tail % 10 == 0 and value < (20 if language == "fr" else 10)


def _value(parts: Sequence[_Part], language: str) -> Decimal | None:
    """The value of the parts of a number; None above `MAX_VALUE` and for mere lists of numbers."""
    total = group = Decimal(0)
    last_scale = Decimal(1)
    for place, part in enumerate(parts):
        heap = (
            part.kind == "scale" and not group and last_scale <= part.value and total >= part.value
        )
        if heap or max(total, group) > MAX_VALUE:
            return None
        if part.kind == "unit":
            french_eighty = language == "fr" and part.value == 20 and group % 100 == 4
            if not french_eighty and not _adds(group % 100, part.value, language):
                return None
            group += Decimal(76) if french_eighty else part.value
        elif part.kind == "hundred":
            group = group - group % 100 + (group % 100 or 1) * 100
        elif part.kind == "scale":
            total, group, last_scale = _add_scale(total, group, part.value), Decimal(0), part.value
        else:
            follows = place + 1 < len(parts)
            group += part.value if follows else Decimal(0)
            total += Decimal(0) if follows else part.value * last_scale
    return total + group


@dataclass(frozen=True, slots=True)
class WordNumber:
    """A number in words: its value, how many words it took, and whether hundreds are in it."""

    value: Decimal
    words: int
    firm: bool


def _run(words: Sequence[str], language: str) -> tuple[list[_Part], int]:
    """The longest run of number words from the start; links count only between two of them."""
    parts: list[_Part] = []
    taken = 0
    for place, word in enumerate(words):
        cut = _cut(word, language)
        if cut is None:
            linked = parts or word in _ARTICLES[language]
            if not linked or word not in (*_LINKS[language], *_ARTICLES[language]):
                break
            continue
        parts += cut
        taken = place + 1
    return parts, taken


def is_number_word(word: str, language: str) -> bool:
    """Whether a casefolded word is a number or part of one."""
    return _cut(word, language) is not None


def read_words(words: Sequence[str], language: str) -> WordNumber | None:
    """Read the number that casefolded words begin with, in one of `LANGUAGES`; None for no number.

    A lone article (`un`, `eine`) is no number, nor is a scale that nothing counts.
    """
    parts, taken = _run(words, language)
    if not taken:
        return None
    large = any(part.kind in ("scale", "hundred") for part in parts)
    article = words[0] in _ARTICLES[language]
    compound = len(_cut(words[0], language) or ()) > 1
    counted = parts[0].kind == "unit" or article or compound or words[0] in _COUNT_THEMSELVES
    if not (large or counted) or not (counted or parts[0].kind == "half"):
        return None
    if not large and (article or parts[0].kind == "half"):
        return None
    value = _value(_halved_article(parts, words, language), language)
    return None if value is None else WordNumber(value, taken, firm=large)
