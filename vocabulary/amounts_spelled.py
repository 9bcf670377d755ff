"""Sums in words: beside a currency (`deux millions d'euros`), or as second writing of a figure in
brackets.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from vocabulary.amounts_grammar import OF
from vocabulary.amounts_model import Amount, Denomination, canonical
from vocabulary.amounts_quantities import DASHES
from vocabulary.amounts_tokens import APOSTROPHES, Gap, Token
from vocabulary.amounts_words import LANGUAGES, WordNumber, is_number_word, read_words
from vocabulary.currencies import Form

REACH = 16
"""How many words a number in words has at most."""
VAGUE = frozenset(
    {
        "several",
        "many",
        "some",
        "few",
        "mehrere",
        "einige",
        "viele",
        "quelques",
        "plusieurs",
        "varios",
        "algunos",
        "alcuni",
        "diversi",
    }
)


def spelled(
    text: str, tokens: list[Token], figures: Sequence[Amount], language: str | None
) -> list[Amount]:
    """Sums in words in a text, apart from the figures already found."""
    languages = (language,) if language in LANGUAGES else LANGUAGES
    taken = _taken(tokens, figures)
    found: list[Amount] = []
    for place, token in enumerate(tokens):
        if token.kind != "cur" or place in taken or token.form is None:
            continue
        amount = _before(text, tokens, place, taken, languages, sure=language in LANGUAGES)
        if amount is None and not token.form.suffix_only:
            amount = _behind(text, tokens, place, languages)
        if amount is not None:
            found.append(amount)
    return found + list(_second_writings(text, tokens, figures, languages))


def _taken(tokens: list[Token], figures: Sequence[Amount]) -> set[int]:
    """Places of the tokens inside the figures."""
    taken: set[int] = set()
    place = 0
    for figure in figures:
        while place < len(tokens) and tokens[place].start < figure.start:
            place += 1
        while place < len(tokens) and tokens[place].end <= figure.end:
            taken.add(place)
            place += 1
    return taken


def _is_word(token: Token) -> bool:
    return token.kind == "word" or (
        token.kind == "mult" and token.factor is not None and not token.factor.short
    )


def _words_behind(tokens: list[Token], place: int) -> tuple[list[str], list[int]]:
    """Casefolded words from a place on, hyphens between them left out, and the places they stand
    at.
    """
    words: list[str] = []
    places: list[int] = []
    while place < len(tokens) and len(words) < REACH:
        token = tokens[place]
        if token.gap > Gap.LINE and words:
            break
        if _is_word(token):
            words.append(token.text.casefold())
            places.append(place)
        elif not (token.text in DASHES and token.gap == Gap.NONE):
            break
        place += 1
    return words, places


def _words_before(tokens: list[Token], place: int, taken: set[int]) -> list[int]:
    """Places of the words directly before a place, nearest last; `d'`, `of` and hyphens are
    stepped over.
    """
    place -= 1
    if place > 0 and tokens[place].text in APOSTROPHES and tokens[place - 1].text.casefold() == "d":
        place -= 2
    elif place >= 0 and (tokens[place].text.casefold() in OF or tokens[place].text in DASHES):
        place -= 1
    places: list[int] = []
    while place >= 0 and place not in taken and len(places) < REACH:
        token = tokens[place]
        if _is_word(token):
            places.append(place)
        elif not (token.text in DASHES and token.gap == Gap.NONE):
            break
        if token.gap > Gap.LINE:
            break
        place -= 1
    return places[::-1]


def _readers(words: list[str], languages: Sequence[str]) -> Iterator[WordNumber]:
    for language in languages:
        number = read_words(words, language)
        if number is not None:
            yield number


def _before(
    text: str,
    tokens: list[Token],
    place: int,
    taken: set[int],
    languages: Sequence[str],
    *,
    sure: bool,
) -> Amount | None:
    """`five billion euros`: the longest number in words that ends where the currency begins."""
    if tokens[place].gap > Gap.LINE:
        return None
    places = _words_before(tokens, place, taken)
    words = [tokens[at].text.casefold() for at in places]
    if not words or not any(is_number_word(words[-1], tongue) for tongue in languages):
        return None
    for skip in range(len(words)):
        for number in _readers(words[skip:], languages):
            vague = skip > 0 and words[skip - 1] in VAGUE
            if number.words == len(words) - skip and (sure or number.firm) and not vague:
                start, end = tokens[places[skip]].start, tokens[place].end
                return _amount(text, start, end, number.value, tokens[place].form)
    return None


def _behind(text: str, tokens: list[Token], place: int, languages: Sequence[str]) -> Amount | None:
    """`euro centomila/63`: a number in words behind its currency, with cents in figures."""
    words, places = _words_behind(tokens, place + 1)
    if not words or tokens[places[0]].gap > Gap.LINE:
        return None
    for number in _readers(words, languages):
        if not number.firm:
            continue
        last = places[number.words - 1]
        value, end = number.value, tokens[last].end
        cents = tokens[last + 1 : last + 3]
        if (
            len(cents) == 2
            and cents[0].text == "/"
            and cents[1].kind == "num"
            and len(cents[1].text) == 2
        ):
            value, end = value + Decimal(cents[1].text) / 100, cents[1].end
        return _amount(text, tokens[place].start, end, value, tokens[place].form)
    return None


def _second_writings(
    text: str, tokens: list[Token], figures: Sequence[Amount], languages: Sequence[str]
) -> Iterator[Amount]:
    """`EUR 500 000 (five hundred thousand)`: words in brackets that say the figure before them
    again.
    """
    place = 0
    for figure in figures:
        while place < len(tokens) and tokens[place].start < figure.end:
            place += 1
        if place >= len(tokens) or tokens[place].text != "(":
            continue
        words, places = _words_behind(tokens, place + 1)
        for number in _readers(words, languages) if words else ():
            last = places[number.words - 1]
            closed = last + 1 < len(tokens) and tokens[last + 1].text in (")", "/", ",")
            if closed and int(number.value) == int(figure.maximum):
                start, end = tokens[places[0]].start, tokens[last].end
                yield Amount(
                    start,
                    end,
                    text[start:end],
                    figure.minimum,
                    figure.maximum,
                    figure.currency,
                    figure.readings,
                    currencies=figure.currencies,
                )
                break


def _amount(text: str, start: int, end: int, value: Decimal, form: Form | None) -> Amount:
    money = Denomination.of(form or Form((), None), text, start)
    (scaled,) = canonical([value * money.multiplier])
    return Amount(
        start,
        end,
        text[start:end],
        scaled,
        scaled,
        money.code,
        (scaled,),
        currencies=money.candidates,
    )
