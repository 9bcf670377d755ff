"""What `tag-text` prints: the mentions and entries of a text as one JSON-ready object."""

from __future__ import annotations

from typing import Any

from core.languages import language_code
from core.records import Mention, Proposal
from ner_models import tag_text
from ner_models.language import detect


def text_report(text: str, language: str | None = None) -> dict[str, Any]:
    """Return language, mentions and entries of a text; entry fields hold the quote."""
    code = language_code(language) or detect(text)
    tagging = tag_text(text, code)
    return {
        "language": code,
        "mentions": [_mention(mention) for mention in tagging.mentions],
        "entries": [_entry(proposal) for proposal in tagging.proposals],
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.start,
        "end": mention.end,
        "label": mention.label,
        "text": mention.raw,
        "value": mention.value,
        "maker": mention.maker,
        "score": mention.score,
    }


def _entry(proposal: Proposal) -> dict[str, str | None]:
    quotes = {name: found.raw for name, found in proposal.evidence().items()}
    return {
        "equipment": quotes.get("equipment"),
        "equipment_type": proposal.equipment_type,
        "quantity": quotes.get("quantity"),
        "amount": quotes.get("amount"),
        "currency": _currency(proposal),
        "recipient": quotes.get("recipient"),
        "recipient_country": proposal.recipient_country,
        "supplier": quotes.get("supplier"),
        "fund": quotes.get("fund"),
    }


def _currency(proposal: Proposal) -> str | None:
    value = proposal.amount.value if proposal.amount else None
    return value.get("currency") if isinstance(value, dict) else None
