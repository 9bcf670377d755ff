"""Importing this module loads the language model, so that a worker has it before it forks."""

from __future__ import annotations

from extract.language import guess_language

__all__ = ["READY"]

READY = (
    guess_language("Two patrol boats were handed over to the coast guard in the summer.") == "en"
)
"""Whether a first text's language was told."""
