"""The language of a text whose source does not say it.

The detector's model takes a second and a hundred megabytes to unpack. What is needed of it is kept
beside this module as plain arrays, as Python keeps bytecode, and mapped into memory: the next
process starts at once, and pages of the model that no text touches are never loaded. Where the
folder cannot be written, the model is unpacked anew.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from core.languages import EU_LANGUAGES, PARTNER_LANGUAGES

_LANGUAGES = (*EU_LANGUAGES, *PARTNER_LANGUAGES)
_FOLDER = Path(__file__).parent / "__kept__"
_SHORTEST = 40  # characters; below, a guess is often wrong
_ENOUGH = 5000
_SURE = 0.8
_ARRAYS = ("ptc", "pc", "classes", "nextmove", "row", "output")


def _place(folder: Path) -> Path:
    """Return where the arrays lie for this version of the detector and these languages."""
    made_of = f"{version('py3langid')} {' '.join(_LANGUAGES)}"
    return folder / f"language.{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"


def _unpacked() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier


def _keep(identifier: Any, place: Path) -> None:
    """Write the arrays of a detector so that others see all of them or none."""
    values = (
        identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes, identifier.tk_nextmove,
        identifier.tk_row, identifier.tk_output,
    )  # fmt: skip
    place.parent.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=place.parent, suffix=".new"))
    new.chmod(0o755)  # others who run this program read it too
    for name, value in zip(_ARRAYS, values, strict=True):
        np.save(new / f"{name}.npy", np.asarray(value))
    with suppress(OSError):  # another process was first
        new.rename(place)
    shutil.rmtree(new, ignore_errors=True)
    for other in place.parent.glob("language.*"):
        if other != place and other.suffix != ".new":
            shutil.rmtree(other, ignore_errors=True)


def _mapped(place: Path) -> Any:
    """Return the detector from its kept arrays; raise `OSError` or `ValueError` without."""
    read = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    return LanguageIdentifier(
        read["ptc"],
        np.array(read["pc"]),
        read["classes"].tolist(),
        memoryview(read["nextmove"]),  # a number at a time is got faster from it than from numpy
        read["output"].tolist(),
        norm_probs=True,
        tk_row=read["row"].tolist(),
    )


def load_identifier(folder: Path = _FOLDER) -> Any:
    """Return the detector, from `folder` where it is kept there, and keep it where it is not."""
    place = _place(folder)
    try:
        return _mapped(place)
    except (OSError, ValueError, EOFError):
        shutil.rmtree(place, ignore_errors=True)  # damaged, if it is there at all
    identifier = _unpacked()
    with suppress(OSError):
        _keep(identifier, place)
    return identifier


@cache
def _identifier() -> Any:
    return load_identifier()


def guess_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`; None where it is short or unclear."""
    sample = text.strip()[:_ENOUGH]
    if sum(c.isalpha() for c in sample) < _SHORTEST:
        return None
    code, certainty = _identifier().classify(sample)
    return str(code) if certainty >= _SURE else None
