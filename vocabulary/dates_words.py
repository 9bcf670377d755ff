"""The words of dates in five languages, as parts of regular expressions.

`~` stands for white space between two words: it may hold one line break, never a blank line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GAP = r"(?:[^\S\n]{1,3}(?:\n[^\S\n]{0,3})?|\n[^\S\n]{0,3})"


@dataclass(frozen=True, kw_only=True)
class Words:
    """How one language writes dates."""

    months: str
    """All spellings, blank between them; an abbreviation's full stop is not among them."""
    unsure: frozenset[str]
    """Spellings that are other words too: in small letters, without day or full stop, no month."""
    suffix: str
    """What may stand behind the day: `th`, `er`, a full stop, an ordinal sign."""
    to_month: str
    to_year: str
    """Between day and month, between month (or quarter) and year."""
    to: str
    """The word in the middle of a range."""
    between: str
    both: str
    """`between` and `and`."""
    article: str
    ordinals: tuple[str, str, str, str]
    quarter: str
    half: str
    short: str
    """Letters of a short quarter: `Q2`."""
    year_cue: str
    """What makes a four-digit number behind it a year."""


NUMBER = (
    r"v|ver|vers|versi[oó]n|versione|release|fassung|art|articles?|artikel|artículos?|articol[oi]"
    r"|sect|sections?|sezione|sección|abschnitt|clause|point|punkt|punto|paragraph(?:e|s)?|paragrafo"
    r"|apartado|no|nr|num|núm|n|numbers?|nummer|numéro|número|numero|ref|tel|tél|fax|phone"
    r"|telefon|teléfono|telefono|téléphone|pp?|pages?|seite|página|pagina|chapter|chapitre|kapitel"
    r"|capítulo|capitolo|annexe?|anhang|anexo|allegato|lots?|lote|lotto|isbn|issn|ip|ziff(?:er)?|abs"
)
"""What a number in the shape of a date is when it is none, in any language: pages quote others."""

WORDS: Mapping[str, Words] = {
    "en": Words(
        months="january february march april may june july august september october november"
        " december jan feb mar apr jun jul aug sep sept oct nov dec",
        unsure=frozenset({"may", "march", "mar", "dec", "sep", "oct", "jan"}),
        suffix=r"~?(?:st|nd|rd|th)",
        to_month=r"(?:[-/]|~(?:(?:day~)?of~)?)",
        to_year=r"(?:[-/]|,?~(?:of~)?(?:the~)?(?:year~)?)",
        to=r"to|until|till|through",
        between="between",
        both="and",
        article="the",
        ordinals=("first|1st", "second|2nd", "third|3rd", "fourth|4th"),
        quarter="quarter",
        half="half|half-year|semester",
        short="Q",
        year_cue=r"in|during|since|until|by|before|after|early|late|mid|year|(?:the~)?end~of"
        r"|(?:in|by|at)~(?:the~)?end|(?:early|later|late|back)~in|(?:the~)?beginning~of",
    ),
    "fr": Words(
        months="janvier février fevrier mars avril mai juin juillet août aout septembre octobre"
        " novembre décembre decembre janv févr fevr fév fev avr juil juill sept oct nov déc dec",
        unsure=frozenset({"mars"}),
        suffix=r"~?(?:er|ᵉʳ|re)|e",
        to_month=r"(?:[-/]|~)",
        to_year=r"(?:[-/]|,?~(?:de~)?(?:l['’]année~)?)",
        to=r"au|à|jusqu['’](?:au|à)",
        between="entre",
        both="et",
        article="le",
        ordinals=(
            r"premier|1~?er|1ᵉʳ",
            r"deuxième|second|2~?(?:e|è|ème|nd|d|ᵉ)",
            r"troisième|3~?(?:e|è|ème|ᵉ)",
            r"quatrième|4~?(?:e|è|ème|ᵉ)",
        ),
        quarter="trimestre",
        half="semestre",
        short="QT",
        year_cue=r"en|durant|pendant|depuis|avant|après|d['’]ici(?:~(?:à|la~fin(?:~de)?|fin))?|fin"
        r"|début|courant|(?:l['’])?année|mi|exercice|jusqu['’]en",
    ),
    "de": Words(
        months="januar jänner jaenner februar feber märz maerz april mai juni juli august september"
        " oktober november dezember jan jän feb mär mrz apr jun jul aug sep sept okt nov dez",
        unsure=frozenset(),
        suffix=r"\.|te[rn]?",
        to_month=r"(?:[-/]|~|(?<=\.))",
        to_year=r"(?:[-/]|,?~(?:des~jahres~)?)",
        to=r"bis(?:~zum|~einschließlich)?",
        between="zwischen",
        both="und",
        article="dem|den",
        ordinals=(
            r"1\.|erste[snrm]?",
            r"2\.|zweite[snrm]?",
            r"3\.|dritte[snrm]?",
            r"4\.|vierte[snrm]?",
        ),
        quarter="quartals?|vierteljahr(?:e?s)?",
        half="halbjahr(?:e?s)?",
        short="Q",
        year_cue=r"in|(?:\w{0,12})?jahre?s?|seit|bis|vor|nach|ab|ende|anfang|mitte|(?:bis~)?ende",
    ),
    "es": Words(
        months="enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre"
        " noviembre diciembre ene feb mar abr may jun jul ago sept sep set oct nov dic",
        unsure=frozenset({"mar", "set", "ago", "sep", "may", "ene", "dic"}),
        suffix=r"\.?~?[ºo°]|ro|er",
        to_month=r"(?:[-/]|~(?:de~)?)",
        to_year=r"(?:[-/]|,?~(?:del?~)?(?:año~)?)",
        to=r"al?|hasta",
        between="entre",
        both="y|e",
        article="el",
        ordinals=(
            r"primer|primero|1\.?~?(?:[ºo°]|er)",
            r"segundo|2\.?~?[ºo°]",
            r"tercer|tercero|3\.?~?(?:[ºo°]|er)",
            r"cuarto|4\.?~?[ºo°]",
        ),
        quarter="trimestre",
        half="semestre",
        short="QT",
        year_cue=r"en|durante|desde|hasta|antes~de|después~de|año|(?:a~)?finales~de|fines~de"
        r"|(?:a~)?principios~de|mediados~de|ejercicio|para",
    ),
    "it": Words(
        months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre"
        " novembre dicembre gen genn feb febbr mar apr mag magg giu lug ago set sett ott nov dic",
        unsure=frozenset({"mar", "set", "ago", "mag", "ott", "gen", "dic", "lug"}),
        suffix=r"~?[°ºo]",
        to_month=r"(?:[-/]|~)",
        to_year=r"(?:[-/]|,?~(?:del(?:~|l['’]anno~))?)",
        to=r"al?|fino~al?",
        between="tra|fra",
        both="e",
        article="il",
        ordinals=(
            r"primo|1~?[°ºo]",
            r"secondo|2~?[°ºo]",
            r"terzo|3~?[°ºo]",
            r"quarto|4~?[°ºo]",
        ),
        quarter="trimestre",
        half="semestre",
        short="QT",
        year_cue=r"nel|(?:nell['’])?anno|dal|entro(?:~il)?|durante~il|(?:entro~|a~)?fine"
        r"|(?:entro~)?la~fine~del|inizio|metà|prima~del|dopo~il|fino~al|esercizio",
    ),
}
"""By ISO 639-1 code: the languages whose dates are read in words."""

ROMAN = ("i", "ii", "iii", "iv")

COUNTED = (
    r"~?(?:€|%|\$|£|EUR|USD|GBP|euros?|units?|unités?|einheiten|unidades|unità|people|persons?"
    r"|personnes|personen|personas|persone|pieces|pcs|stück|km|kg|litres?|m[²2³3]?|h|kW|MW)\b"
)
"""What a number counts that is no year: `by 2000 EUR`."""
