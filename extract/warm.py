"""Importing this module loads what is loaded on first use, so that a worker forks with it."""

from __future__ import annotations

from extract.language import guess_language

__all__ = ["READY"]

READY = (
    guess_language("Two patrol boats were handed over to the coast guard in the summer.") == "en"
)
"""Whether a first text's language was told."""
