"""What a date is the date of, by the words around it: delivery, contract, deadline, document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from vocabulary.dates_model import Kind

BEFORE, AFTER = 90, 45
"""How far, in characters, a word can be that tells the kind."""


@dataclass(frozen=True, kw_only=True)
class Cues:
    """The words of one language that tell the kind, as regular expressions of whole words.

    `limit` are words for a last day, `due` the same of a delivery; `by` and `of` are weaker: they
    stand right before the date, and `of` counts behind a word for a document alone.
    """

    due: str
    limit: str
    delivery: str
    contract: str
    document: str
    paper: str
    by: str
    of: str


CUES: Mapping[str, Cues] = {
    "en": Cues(
        due=r"delivery (?:deadline|time|date|period)"
        r"|(?:deadline|time[- ]limit) (?:for|of) (?:the )?(?:final )?deliver\w*"
        r"|delivered (?:by|before|no later than|not later than)",
        limit=r"deadlines?|closing date|time[- ]limits?|due date|expir\w+|cut-off date"
        r"|final date|last day|valid until",
        delivery=r"deliver\w*|handed over|hand-?over|shipped|shipments?|dispatched|arrived|arrival",
        contract=r"contract\w*|sign(?:ed|ature|ing)|conclu(?:ded|sion)|award(?:ed|s)?"
        r"|ent(?:ered|ry) into force",
        document=r"dated|date of (?:this |the )?(?:document|dispatch|publication|issue|adoption)"
        r"|published|publication|adopted|issued|done at|document date|version of|brussels,"
        r"|strasbourg,|luxembourg,",
        paper=r"decisions?|regulations?|directives?|letters?|notes?|reports?|resolutions?|minutes"
        r"|opinion|communication|notice|recommendation|annex(?:es)?|conclusions|act",
        by=r"(?:by|until|till|before|no later than|not later than)(?: the)?(?: end of| end)?",
        of=r"of|from|on",
    ),
    "fr": Cues(
        due=r"(?:délais?|dates?(?: limite)?|échéance) de (?:la )?livraison|livr\w+ (?:avant|au plus"
        r" tard|d['’]ici)",
        limit=r"dates? limites?|délais?|échéances?|expir\w+|au plus tard|clôture|dernier jour",
        delivery=r"livr(?:aison|é|ée|és|ées|er|era|ables?)s?|réception|remis(?:e|es)?|expédi\w+",
        contract=r"sign(?:é|ée|és|ées|ature)|conclu(?:e|s|es|sion)?|contrats?|marchés?"
        r"|attribu(?:é|ée|tion)|notifi\w+|entr(?:é|ée) en vigueur",
        document=r"datée?s?|en date du|publiée?s?|publication|adoptée?s?|fait à|date d['’]envoi"
        r"|date du document|bruxelles, le|strasbourg, le|luxembourg, le",
        paper=r"décisions?|règlements?|directives?|lettres?|notes?|rapports?|résolutions?|avis"
        r"|communication|procès-verbal|recommandation|annexes?|conclusions|arrêté|courrier",
        by=r"avant(?: le| la)?(?: fin)?(?: de)?|jusqu['’]au"
        r"|d['’]ici(?: le| au| à)?(?: la)?(?: fin)?(?: de)?|pour le",
        of=r"du|de|le|d['’]",
    ),
    "de": Cues(
        due=r"liefer(?:frist|termin|datum|zeit\w*)\w*|lieferung bis(?: zum)?"
        r"|frist für die lieferung",
        limit=r"\w*frist\w*|spätestens|schlusstermin|schlussdatum|stichtag|ablauf|letzter tag"
        r"|läuft ab",
        delivery=r"(?:aus)?liefer\w*|(?:aus)?geliefert\w*|übergabe\w*|übergeben|\w*lieferung(?:en)?"
        r"|versandt|versand|eingetroffen|zu liefern",
        contract=r"\w*vertrag\w*|unterzeich\w+|unterschrieben|zuschlag\w*|abgeschlossen|abschluss"
        r"|vergeben|vergabe|auftragserteilung|in kraft",
        document=r"datiert|veröffentlich\w+|angenommen|datum|ausgestellt|geschehen zu"
        r"|tag der absendung|brüssel, (?:den|am)|straßburg, den|luxemburg, den",
        paper=r"beschl(?:uss|üsse)\w*|verordnung(?:en)?|richtlinien?|schreiben|bericht\w*"
        r"|mitteilung|entscheidung|protokoll\w*|bekanntmachung|anhang|anhänge|empfehlung|stellungnahme",
        by=r"bis(?: zum)?(?: ende)?|vor dem|vor",
        of=r"vom|von|am|des",
    ),
    "es": Cues(
        due=r"(?:plazo|fecha(?: límite)?) de (?:la )?entrega"
        r"|entreg\w+ (?:antes del?|a más tardar|hasta)",
        limit=r"plazos?|fecha límite|a más tardar|venc\w+|expir\w+|cierre|último día|caduc\w+",
        delivery=r"entreg(?:a|as|ado|ada|ados|adas|ar|ará|arán|aron)|suministrad[oa]s?|recepción"
        r"|envi(?:ado|ada|ados|adas|o)",
        contract=r"firm(?:a|ado|ada|ados|adas)|contratos?|adjudic\w+|celebrad[oa]|suscrit[oa]"
        r"|formaliz\w+|entr(?:ó|ada) en vigor",
        document=r"fechad[oa]s?|de fecha|con fecha|public\w+|adoptad[oa]s?|hecho en|fecha de envío"
        r"|fecha del documento|bruselas, (?:a )?|estrasburgo, (?:a )?|luxemburgo, (?:a )?",
        paper=r"decisi(?:ón|ones)|reglamentos?|directivas?|cartas?|notas?|informes?|resoluci(?:ón|ones)"
        r"|comunicación|acta|recomendación|dictamen|anuncio|anexos?|conclusiones",
        by=r"antes del?(?: finales de)?|hasta(?: el)?(?: finales de)?|para el",
        of=r"del?|el|a",
    ),
    "it": Cues(
        due=r"(?:termin[ei]|data|scadenza) (?:ultim[oa] )?(?:di|della|per la) consegna"
        r"|consegn\w+ (?:entro|prima del)",
        limit=r"termin[ei]|scadenz[ae]|scad(?:e|uto)|al più tardi|ultimo giorno|data limite"
        r"|data di chiusura",
        delivery=r"consegn(?:a|e|ato|ata|ati|ate|are)|forniti?|fornit[ae]|spedi(?:to|ta|ti|te|zione)"
        r"|ricezione",
        contract=r"firm(?:a|ato|ata|ati|ate)|contratt[oi]|aggiudic\w+|stipul\w+|sottoscri\w+"
        r"|conclus[oaie]|conclusione|entrat[oa] in vigore",
        document=r"datat[oaie]|in data|pubblic\w+|adottat[oaie]|fatto a"
        r"|data di (?:invio|spedizione)|data del documento"
        r"|bruxelles, (?:il |addì )?|strasburgo, (?:il )?|lussemburgo, (?:il )?",
        paper=r"decision[ei]|regolament[oi]|direttiv[ae]|letter[ae]|not[ae]|relazion[ei]|risoluzion[ei]"
        r"|comunicazione|verbale|raccomandazione|parere|bando|allegat[oi]|conclusioni|delibera",
        by=r"entro(?: il| la)?(?: fine)?(?: del)?|fino al|prima del|non oltre(?: il)?",
        of=r"del|dell['’]|di|il|al",
    ),
}
_STRONG: tuple[Kind, ...] = ("delivery", "contract", "document")
_BREAK = re.compile(r"[.!?;]\s+(?=[^\W\d_a-z])|;|\n\s*\n|\f")


@dataclass(frozen=True, slots=True)
class _Rules:
    due: re.Pattern[str]
    limit: re.Pattern[str]
    strong: re.Pattern[str]
    paper: re.Pattern[str]
    by: re.Pattern[str]


@cache
def _rules(language: str) -> _Rules:
    cues = CUES[language]
    strong = "|".join(f"(?P<{kind}>{getattr(cues, kind)})" for kind in _STRONG)
    return _Rules(
        _whole(cues.due),
        _whole(cues.limit),
        _whole(strong),
        _compile(rf"(?<!\w)(?:{cues.paper})\b[^.;]{{0,40}}?\b(?:{cues.of})\s*$"),
        _compile(rf"(?<!\w)(?:{cues.by})\s*$"),
    )


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)


def _whole(pattern: str) -> re.Pattern[str]:
    return _compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def kind_of(
    text: str, start: int, end: int, language: str, *, floor: int = 0, ceiling: int | None = None
) -> Kind:
    """What text[start:end] is the date of.

    `floor` is where the date before ends, `ceiling` where the next begins: words between two dates
    of a sentence belong to the second.  Languages without cue words give `unknown`.
    """
    if language not in CUES:
        return "unknown"
    rules = _rules(language)
    before = _last_clause(text[max(floor, start - BEFORE) : start])
    said = _said(rules, before) if before.strip() else None
    if said is not None:
        return said
    behind = _said_behind(rules, _behind(text, end, ceiling))
    if behind != "delivery" and rules.by.search(before):
        return "deadline"
    return behind or "unknown"


def _last_clause(before: str) -> str:
    breaks = list(_BREAK.finditer(before))
    return before[breaks[-1].end() :] if breaks else before


def _behind(text: str, end: int, ceiling: int | None) -> str:
    window = text[end : end + AFTER]
    stop = _BREAK.search(window)
    if stop is not None:
        return window[: stop.start()]
    return "" if ceiling is not None and ceiling < end + AFTER else window


def _said(rules: _Rules, before: str) -> Kind | None:
    """The kind by the words before: a last day first, else the nearest word, a document's last."""
    if rules.due.search(before):
        return "delivery"
    if rules.limit.search(before):
        return "deadline"
    if rules.paper.search(before):
        return "document"
    strong = list(rules.strong.finditer(before))
    return _kind(strong[-1]) if strong else None


def _said_behind(rules: _Rules, behind: str) -> Kind | None:
    if not behind.strip():
        return None
    if rules.limit.search(behind):
        return "deadline"
    strong = rules.strong.search(behind)
    return _kind(strong) if strong else None


def _kind(match: re.Match[str]) -> Kind | None:
    return next((kind for kind in _STRONG if kind == match.lastgroup), None)
