"""What kind of sum it is, by the words around: budget, estimate, ceiling, award, paid, price."""

import re
from functools import cache

BEFORE, AFTER, CEILING_AFTER = 90, 60, 15
"""How far, in characters, a word can be that tells the kind; `maximum` behind a sum has to be
close.
"""

CUES: dict[str, str] = {
    "ceiling": (
        r"up to|maxim(?:um|al|ale|aux)|máxim[oa]s?|massim[oaie]|höchst\w*|maximal\w*|ceiling"
        r"|not exceed\w*|no more than"
        r"|at most|cap(?:ped)? (?:of|at)|plafond\w*|jusqu|n[’']exc[ée]d\w*|ne d[ée]pass\w*|au"
        r" plus|bis zu|obergrenze"
        r"|nicht mehr als|hasta|límite|no super\w*|tope|fino a|non super\w*|tetto|upper limit"
    ),
    "estimate": (
        r"estimat\w*|estim[ée]\w*|indicative|pr[ée]visionnel\w*|forecast|projected|geschätzt\w*"
        r"|schätz\w*|voraussichtlich\w*"
        r"|estimad\w*|estimaci\w*|stimat\w*|base di gara|base d[’']asta|presunt\w*|expected"
        r" (?:cost|value)|mise [àa] prix"
    ),
    "award": (
        r"award\w*|contract value|value of the contract|won a contract|contract worth"
        r"|contracts? (?:of|for)|attribu\w*"
        r"|adjug\w*|montant du march[ée]|zuschlag\w*|auftragswert|auftrag (?:über|in höhe)"
        r"|vergeben|adjudic\w*"
        r"|aggiudic\w*|affidat\w*|importo contrattuale|final total value|total value of the"
        r" (?:procurement|contract)"
    ),
    "paid": (
        r"paid|pay(?:s|ments?|ing)?|disburs\w*|spent|spend\w*|invoiced|reimburs\w*|pay[ée]e?s?"
        r"|vers[ée]e?s?|d[ée]caiss\w*"
        r"|d[ée]pens\w*|rembours\w*|gezahlt|bezahlt\w*|ausgezahlt\w*|ausgegeben|zahlung\w*"
        r"|pagad\w*|pagos?|desembols\w*"
        r"|gastad\w*|pagat\w*|erogat\w*|speso|spesi|versat\w*|liquidat\w*"
    ),
    "price": (
        r"(?:unit |sale |purchase |selling )?price|unit cost|at a cost of|costs?(?= ?$)|each"
        r"|apiece|per unit|a piece|costing|prix"
        r"|co[ûu]te(?:nt)?|co[ûu]tant|(?:la|par) pi[èe]ce|l[’']unit[ée]|\w*preis\w*|kostet"
        r"|kosten(?= ?$)|(?:je|pro) stück"
        r"|precios?|cuesta\w*|por unidad|cada un[oa]|prezz[oi]|costa|costano|cadaun[oa]|l[’']un[oa]"
    ),
    "budget": (
        r"budget\w*|allocat\w*|envelope|funding|funded|funds?|financ\w*|grant\w*|contribut\w*"
        r"|earmark\w*|set aside"
        r"|commit\w*|appropriation\w*|programme worth|enveloppe|dotation|dot[ée]e?|cr[ée]dits"
        r"|subvention\w*|budg[ée]t\w*"
        r"|engag[ée]\w*|fonds|haushalt\w*|mittel|zuweisung\w*|zuschuss|fördermittel|beitrag"
        r"|finanz\w*|bereitgestellt"
        r"|presupuest\w*|dotaci\w*|dotad\w*|asigna\w*|subvenci\w*|fondos?|aportaci\w*"
        r"|bilanci\w*|stanzia\w*"
        r"|dotazion\w*|contribut[oi]|sovvenzion\w*|fond[oi]|assegn\w*"
    ),
}
PRIORITY = ("ceiling", "estimate", "paid", "award", "price", "budget")
"""Which cue wins at the same distance."""

_STOP = re.compile(r"\n\s*\n|[;•|]|(?<![0-9A-Z])[.!?](?=\s+[A-ZÀ-Ý])")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:" + "|".join(f"(?P<{kind}>{CUES[kind]})" for kind in PRIORITY) + r")(?!\w)",
        re.IGNORECASE,
    )


def kind_of(text: str, start: int, end: int, *, floor: int = 0, ceiling: int | None = None) -> str:
    """The kind of the sum at text[start:end].

    The nearest telling word of the same sentence decides, one behind the sum counting as twice as
    far.  `floor` and
    `ceiling` are the end of the sum before and the start of the sum after: words beyond them
    speak of those.
    Returns "unknown" where nothing tells.
    """
    before = text[max(floor, start - BEFORE) : start]
    after = text[end : min(len(text) if ceiling is None else ceiling, end + AFTER)]
    stops = [match.end() for match in _STOP.finditer(before)]
    before = before[stops[-1] :] if stops else before
    stop = _STOP.search(after)
    after = after[: stop.start()] if stop else after
    found = [
        (len(before) - match.end(), PRIORITY.index(str(match.lastgroup)))
        for match in _pattern().finditer(before)
    ]
    found += [
        (2 * match.start() + 1, PRIORITY.index(str(match.lastgroup)))
        for match in _pattern().finditer(after)
        if match.lastgroup != "ceiling" or match.start() < CEILING_AFTER
    ]
    return PRIORITY[min(found)[1]] if found else "unknown"
