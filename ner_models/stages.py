"""How far a transfer has come, by the words of its sentence."""

from __future__ import annotations

import re
from functools import lru_cache

from core.records import Stage
from core.text import fold

# On folded text; the first that is found decides, the furthest stage first.
_CUES: tuple[tuple[Stage, re.Pattern[str]], ...] = (
    (
        "planned",
        re.compile(
            r"\bwill (?:be )?(?:receiv|deliver|suppl|provid|procur|purchas|buy|hand|equip|financ)"
            r"|\bwill (?:be )?fund|\bshall\b|\bplan(?:s|ned|ning)?\b|indicative"
            r"|\bto be (?:deliver|procur|purchas|suppl)"
            r"|\bsera\b|\bseront\b|prevoit|prevue?s?\b|\bgeplant|\bvorgesehen|\bsoll(?:en)?\b"
            r"|\bsera[n']?\b|\bprevist[oaie]s?\b|\bsara(?:nno)?\b|\bpreve(?:de|dono|n)\b"
        ),
    ),
    (
        "delivered",
        re.compile(
            r"\bhanded over|\bhand-?over|\bdelivered\b|\bdonated?\b|\breceived\b|\bgave\b"
            r"|\btook delivery|\bhas (?:supplied|provided|equipped)|\bwere (?:supplied|provided)"
            r"|\ba (?:remis|livre|recu|offert|fourni|dote)|\bont (?:recu|remis|livre)|\bremise de\b"
            r"|\bubergeben|\bubergab\b|\bgeliefert|\berhalten|\berhielt|\buberlassen|\bgespendet"
            r"|\bentreg(?:o|ado|ada|aron)|\brecibi|\bdon(?:o|ado|ada)\b|\bconsegnat|\bdonat[oaie]\b"
            r"|\bha (?:ricevuto|fornito)|\bricevut"
        ),
    ),
    (
        "awarded",
        re.compile(
            r"\baward|\bcontract (?:was )?(?:signed|concluded)|\bwon\b|\bwinner\b|attribu|titulaire"
            r"|\bvergeben\b|zuschlag|auftragnehmer|adjudic|aggiudic|contratista"
        ),
    ),
    (
        "tendered",
        re.compile(
            r"\btender|\bcall for\b|\bprocurement of\b|\binvit(?:es|ation)"
            r"|appel d'offres|marche public"
            r"|ausschreibung|\blicitacion|\bgara\b|\bbando\b|\bconcurso\b|^supply of\b"
            r"|^fourniture\b"
            r"|^lieferung\b|^suministro\b|^fornitura\b"
        ),
    ),
)


@lru_cache(maxsize=64)  # all entries of a long sentence ask the same
def stage_of(quote: str) -> Stage:
    """Return the stage that a sentence's words tell, `unknown` where they tell none."""
    folded = fold(quote)
    return next((stage for stage, cue in _CUES if cue.search(folded)), "unknown")
