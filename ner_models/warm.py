"""Importing this module loads the tagging pipeline, so that a worker has it before it forks."""

from __future__ import annotations

from ner_models import model, tag_text

__all__ = ["READY"]

if model.exists():
    model.networks()

READY = bool(tag_text("Two patrol boats for EUR 1 million were handed over.", "en").mentions)
"""Whether a first text was tagged: the vocabularies are loaded as well."""
