"""What an amount is worth in euro, as the columns of `entries` hold it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vocabulary.rates import in_eur

REVIEWER = "reviewer"
"""`eur_source` of a sum in euro that a reviewer has given; else it is that of an `EurValue`."""


def euro_columns(amount: str | None, currency: str | None, published: str | None) -> dict[str, Any]:
    """Return `amount_eur` and the `eur_` columns of an amount at its document's date.

    All are None without an amount. With one, `eur_source` says where the euro come from or why
    there are none; an amount whose currency is not stated has no rate.
    """
    if not amount:
        return dict.fromkeys(("amount_eur", "eur_rate", "eur_rate_date", "eur_source"))
    worth = in_eur(Decimal(amount), currency or "", published)
    return {
        "amount_eur": None if worth.eur is None else float(worth.eur),
        # a mean rate may come as 1.43968E+6
        "eur_rate": None if worth.rate is None else f"{worth.rate:f}",
        "eur_rate_date": worth.rate_date,
        "eur_source": worth.source,
    }


def reviewers_euro(euro: float | None) -> dict[str, Any]:
    """Return the same columns for a sum in euro that a reviewer has given."""
    return {
        "amount_eur": euro,
        "eur_rate": None,
        "eur_rate_date": None,
        "eur_source": REVIEWER,
    }
