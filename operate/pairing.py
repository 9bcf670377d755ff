"""The command `same`: entries that may be one delivery are listed, confirmed or told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.errors import UsageError
from core.settings import Settings
from operate.queries import reading
from store.database import Store
from store.linkage import refresh_pairs
from store.pairs import Verdict, decide_pair, open_pairs, pairs_of


def run_same(
    settings: Settings, keys: Sequence[str], verdict: Verdict, *, reviewer: str, limit: int
) -> dict[str, Any]:
    """List the candidates (no key), those of one entry (one), or decide on two (two keys).

    Candidates are first brought up to what entries say now. Raises `UsageError` for more keys.
    """
    if len(keys) > 2:
        raise UsageError("`same` takes two entries at most; name them by their keys.")
    with reading(settings):
        pass  # says so where there is no database
    with Store.open(settings.database) as store:
        if len(keys) == 2:
            return decide_pair(store, keys[0], keys[1], verdict, reviewer=reviewer)
        refresh_pairs(store)
        return {"pairs": pairs_of(store, keys[0]) if keys else open_pairs(store, limit)}
