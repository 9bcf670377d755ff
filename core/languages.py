"""Language codes as they occur in sources, brought to ISO 639-1."""

from __future__ import annotations

EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip

# Of partner countries whose documents on EU aid come in them; none that is told apart from one
# above by little but chance.
PARTNER_LANGUAGES = ("ar", "tr", "uk", "ru", "sr", "bs", "sq", "mk", "ka", "no")

# Both the terminological and the bibliographic ISO 639-2 codes of the EU's languages and of
# languages that partner countries' documents come in.
_THREE = {
    "bul": "bg", "ces": "cs", "cze": "cs", "dan": "da", "deu": "de", "ger": "de", "ell": "el",
    "gre": "el", "eng": "en", "spa": "es", "est": "et", "fin": "fi", "fra": "fr", "fre": "fr",
    "gle": "ga", "hrv": "hr", "hun": "hu", "ita": "it", "lit": "lt", "lav": "lv", "mlt": "mt",
    "nld": "nl", "dut": "nl", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "slk": "sk",
    "slo": "sk", "slv": "sl", "swe": "sv", "ara": "ar", "tur": "tr", "ukr": "uk", "rus": "ru",
    "srp": "sr", "bos": "bs", "sqi": "sq", "alb": "sq", "mkd": "mk", "mac": "mk", "nor": "no",
    "isl": "is", "ice": "is", "kat": "ka", "geo": "ka",
}  # fmt: skip


def language_code(code: str | None) -> str | None:
    """Return the ISO 639-1 code for `EN`, `eng`, `en-GB`, `fr_FR`; None for what is no code.

    >>> language_code("FRA"), language_code("en-GB"), language_code("1A")
    ('fr', 'en', None)
    """
    if not code:
        return None
    head = code.strip().replace("_", "-").split("-")[0].lower()
    if len(head) == 3:
        return _THREE.get(head)
    return head if len(head) == 2 and head.isalpha() else None
