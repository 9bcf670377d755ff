"""What the columns of a table hold, told by their headers in five languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.records import Table
from core.text import fold
from vocabulary.amounts import find_unit

Role = Literal["item", "quantity", "unit_price", "date", "total", "recipient", "supplier", "fund"]

# Tried in this order on the folded header; the first that fits is the column's role.
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "unit_price",
        re.compile(
            r"unit (?:price|cost|rate|value)|(?:price|cost|rate) (?:per|/) ?unit"
            r"|prix unit|cout unit"
            r"|p\.? ?u\.?$|einzelpreis|stuckpreis|preis (?:je|pro)|(?:precio|coste) unit"
            r"|prezzo unit"
            r"|costo unit|price each"
        ),
    ),
    (
        "quantity",
        re.compile(
            r"\bqty\b|quantit|menge|anzahl|\bstuck|cantidad|unidades|\bunits?\b(?! of meas)|\bpcs\b"
            r"|no\.? of (?:units|items|pieces)|number of (?:units|items|pieces)|nombre|\bnumero\b"
            r"|\bnumber$|\bpieces\b|\bunites\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"(?!.*(?:amount|value|price|cost|total|budget|montant|valeur|betrag|importe|importo))"
            r"(?:(?:[\w-]+ ){0,3}(?<!to )(?<!and )(?<!et )dates?\b|\w*datum\b|fecha\b"
            r"|data(?: d[ei]| prevista|$)|liefer(?:frist|termin|zeitpunkt)"
            r"|(?:delivery )?deadline|(?:delai|termine|plazo) d[ei] (?:la )?(?:livraison|consegna"
            r"|entrega)|delivered (?:on|by)$|(?:(?:expected|planned|actual|final) )?"
            r"(?:delivery|livraison|lieferung|consegna|entrega)(?: prevue| prevista)?$)"
        ),
    ),
    (
        "supplier",
        re.compile(
            r"contractor|supplier|implement|partner|vendor|fournisseur|titulaire|attributaire"
            r"|prestataire|auftragnehmer|lieferant|bieter|contratista|proveedor"
            r"|adjudicatari|fornitor"
            r"|aggiudicatari|winner|\bdonor|bailleur|tenderer"
        ),
    ),
    (
        "recipient",
        re.compile(
            r"beneficiar|recipient|destinat|beneficiaire|empfanger|begunstigte"
            r"|end[ -]user|consignee"
            r"|\bcountry\b|\bpays\b|\bland\b|\bpais\b|\bpaese\b|utilisateur|\bservice\b|authority"
        ),
    ),
    (
        "item",
        re.compile(
            r"descri|\bitems?\b|designation|bezeichnung|\bgoods\b|equip|artikel|gegenstand|articulo"
            r"|articolo|\bbene\b|\bbeni\b|\barticles?\b|\bsubject\b|\bobjet\b|\bobjeto\b|oggetto"
            r"|\bbienes?\b|\bmateriel|\bmaterial|ausrustung|gerat|attrezzatur|\bproduct|denomina"
            r"|\blibelle|\bsupplies\b|\bbudget line\b|\btitle\b|\bcosts?$|\bactivit|\bposition\b"
        ),
    ),
    (
        "total",
        re.compile(
            r"total|amount|montant|gesamt|betrag|\bsumme|importe|importo|\bvalue\b|valeur|\bwert\b"
            r"|\bvalor\b|\bvalore\b|\bcost|budget|\bprice|\bpreis|\bprix|precio|prezzo|contribution"
            r"|\beur\b|\beuros?\b|€|\busd\b|allocation"
        ),
    ),
    ("fund", re.compile(r"\bfunds?\b|\bfunding|instrument|programm|fonds|\bfondo|financ|finanz")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column's role, its header and, for sums, the currency and multiplier that this says."""

    role: Role
    currency: str | None = None
    multiplier: Decimal = Decimal(1)
    header: str = ""


def role_of(header: str) -> Role | None:
    """Return what a column with this header holds, None where the header does not tell."""
    folded = fold(header)
    for role, pattern in _ROLES:
        # dates are told by how a header begins: `Equipment up to date` names goods
        if pattern.match(folded) if role == "date" else pattern.search(folded):
            return role
    return None


def columns_of(table: Table, header: Sequence[str]) -> dict[int, Column]:
    """Return the columns whose role the headers tell, by place; of two of a role the last sum
    column and the first other one count, of dates all."""
    found: dict[int, Column] = {}
    seen: dict[Role, int] = {}
    for place, text in enumerate(header):
        role = role_of(text)
        if role is None:
            continue
        if role in seen and role != "date":
            if role != "total":
                continue
            del found[seen[role]]
        seen[role] = place
        unit = find_unit(text)
        if unit is None:
            found[place] = Column(role, table.currency, Decimal(table.multiplier), text)
        else:
            multiplier = unit.multiplier if unit.multiplier != 1 else Decimal(table.multiplier)
            found[place] = Column(role, unit.currency, multiplier, text)
    return found
