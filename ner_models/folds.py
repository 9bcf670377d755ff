"""Which passages a cross-validation leaves out together."""

from __future__ import annotations

FOLDS = 4
_BLOCK = 5
"""Passages that stand together in a file stay in one fold."""


def fold_of(place: int) -> int:
    """Return the fold of the passage at a place of the corpus."""
    return (place // _BLOCK) % FOLDS
