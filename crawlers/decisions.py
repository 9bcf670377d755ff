"""Names of files of Commission decisions on external action: what they say of the decision.

Such a name is `aap-2026-c2026-2542-greenland-part-1_en.zip`: class of the document, its year,
number of the decision, country, part or annex, language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from crawlers.pages import find_reference

# `aap` and `mip` are reported from the site; the others are usual in the decisions themselves
CLASSES = {
    "aap": "Annual action plan",
    "im": "Individual measure",
    "map": "Multiannual action plan",
    "mip": "Multiannual indicative programme",
    "sm": "Special measure",
}
_CLASS = re.compile(r"([a-z]+)[-_ ]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class DecisionFile:
    """What a file's name says: the class of the document and the number of its decision."""

    kind: str
    reference: str


def file_name_of(url: str) -> str:
    """Return the name under which an address offers a file: `filename=`, else the end of its path.

    >>> file_name_of("https://x.eu/document/download/1_en?filename=mip%20mali_fr.pdf")
    'mip mali_fr.pdf'
    """
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query)).get("filename")
    return named or unquote(parts.path.rsplit("/", 1)[-1])


def read_name(name: str) -> DecisionFile | None:
    """Return what a file name says of a decision, None for one of another form.

    >>> read_name("mip-2021-c2021-9376-mali-annex_fr.pdf")
    DecisionFile(kind='Multiannual indicative programme', reference='C(2021)9376')
    """
    begins = _CLASS.match(name.strip())
    kind = CLASSES.get(begins[1].lower()) if begins else None
    reference = find_reference(name) if kind else None
    return DecisionFile(kind=kind, reference=reference) if kind and reference else None
