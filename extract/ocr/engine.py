"""Tesseract through tesserocr: where its data lie, one engine per set of languages, words out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Literal

from core.errors import DocumentError
from extract.ocr.turn import Box, Grey

# Tesseract names its data by ISO 639-2/T, with a few exceptions.
DATA = {
    "ar": "ara", "bg": "bul", "bs": "bos", "cs": "ces", "da": "dan", "de": "deu", "el": "ell",
    "en": "eng", "es": "spa", "et": "est", "fi": "fin", "fr": "fra", "ga": "gle", "hr": "hrv",
    "hu": "hun", "is": "isl", "it": "ita", "ka": "kat", "lt": "lit", "lv": "lav", "mk": "mkd",
    "mt": "mlt", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus",
    "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp", "sv": "swe", "tr": "tur", "uk": "ukr",
}  # fmt: skip
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)
_CERTAIN = 95.0  # of 100, of a letter; those of invented words have about 90


class OcrFault(DocumentError):
    """Raised by `read_page` when Tesseract is there and cannot load its data or read a picture."""

    code: ClassVar[str] = "ocr_failed"


@dataclass(frozen=True)
class Availability:
    """Which of the languages asked for can be read.

    `languages` and `missing` are ISO 639-1 in the order asked. `advice` is one sentence on how to
    install what is missing, empty where nothing is.
    """

    languages: tuple[str, ...]
    missing: tuple[str, ...]
    advice: str


@dataclass(frozen=True)
class ReadWord:
    """A word with its box in pixels, its confidence (0 to 1), and the number of its line."""

    text: str
    box: Box
    confidence: float
    line: int


def _candidates() -> Iterator[Path]:
    named = os.environ.get("TESSDATA_PREFIX")
    if named:
        # Up to version 3 the variable named the folder above.
        yield Path(named)
        yield Path(named) / "tessdata"
    yield Path(sys.prefix) / "share" / "tessdata"
    yield from (Path(folder) for folder in _FOLDERS)


def data_folder() -> Path | None:
    """Return the first folder with data of Tesseract: that of TESSDATA_PREFIX or a usual one."""
    return next((folder for folder in _candidates() if any(folder.glob("*.traineddata"))), None)


def available(languages: Sequence[str]) -> Availability:
    """Tell which of the languages (ISO 639-1) can be read, and how to install the others."""
    asked = tuple(dict.fromkeys(languages))
    folder = data_folder()
    binding = find_spec("tesserocr") is not None
    can = tuple(
        language
        for language in asked
        if binding
        and folder is not None
        and language in DATA
        and (folder / f"{DATA[language]}.traineddata").is_file()
    )
    missing = tuple(language for language in asked if language not in can)
    return Availability(can, missing, _advice(missing, binding=binding, folder=folder))


def _advice(missing: tuple[str, ...], *, binding: bool, folder: Path | None) -> str:
    if not missing:
        return ""
    known = [DATA[language] for language in missing if language in DATA]
    steps = []
    if not binding:
        steps.append("install the Python package tesserocr")
    if known:
        packages = ["tesseract-ocr"] if folder is None else []
        packages += [f"tesseract-ocr-{name}" for name in known]
        files = ", ".join(f"{name}.traineddata" for name in known)
        steps.append(
            f"install Tesseract's data (on Debian: apt install {' '.join(packages)}; elsewhere "
            f"put {files} into a folder and name it in TESSDATA_PREFIX)"
        )
    if not steps:
        return f"Tesseract has no data for {', '.join(missing)}; give the page as text."
    return f"To read scanned pages in {', '.join(missing)}, {' and '.join(steps)}."


class Engine:
    """Tesseract with its data loaded; not to be shared between threads."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        """Load the data `names` (as in DATA) from a folder; raises `OcrFault`."""
        # Read when the library is loaded. Two threads on a page of text take longer than one.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        # Optional, and so imported only here.
        tesserocr: Any = import_module("tesserocr")
        self._names = tesserocr
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        try:
            self._api = tesserocr.PyTessBaseAPI(
                path=str(folder), lang="+".join(names), variables={"debug_file": os.devnull}
            )
        except RuntimeError as error:
            packages = " ".join(f"tesseract-ocr-{name}" for name in names)
            raise OcrFault(
                f"Tesseract cannot load its data in {folder}; install them anew "
                f"(on Debian: apt install --reinstall {packages})."
            ) from error

    def read(
        self, pixels: Grey, dpi: int, mode: Literal["page", "block", "line"], seconds: float
    ) -> tuple[list[ReadWord], bool]:
        """Return the words in Tesseract's order, and whether it came to the end in time.

        `page` looks for columns, tables and pictures, `block` takes all as one block of text,
        `line` as one line.
        """
        modes = self._names.PSM
        choices = {"page": modes.AUTO, "block": modes.SINGLE_BLOCK, "line": modes.SINGLE_LINE}
        self._api.SetPageSegMode(choices[mode])
        high, wide = pixels.shape
        self._api.SetImageBytes(pixels.tobytes(), wide, high, 1, wide)
        self._api.SetSourceResolution(dpi)
        try:
            whole = bool(self._api.Recognize(max(1, int(seconds * 1000))))
            return list(self._words()), whole
        finally:
            self._api.Clear()

    def _words(self) -> Iterator[ReadWord]:
        found = self._api.GetIterator()
        level, line = self._names.RIL, -1
        if found is None or found.Empty(level.WORD):
            return
        while True:
            if found.IsAtBeginningOf(level.TEXTLINE):
                line += 1
            box = found.BoundingBox(level.WORD)
            text = "".join(found.GetUTF8Text(level.WORD).split()) if box else ""
            if text:
                x0, top, x1, bottom = (float(side) for side in box)
                # This reads the word's letters, so it stands last: it moves on to the last one.
                yield ReadWord(text, (x0, top, x1, bottom), self._confidence(found), line)
            if not found.Next(level.WORD):
                return

    def _confidence(self, found: Any) -> float:
        """Return the confidence of a word.

        Where Tesseract parts or joins words by itself it gives 0, though each letter is certain.
        """
        level = self._names.RIL
        confidence = float(found.Confidence(level.WORD))
        if confidence > 0:
            return confidence / 100
        least = 100.0
        while True:
            least = min(least, float(found.Confidence(level.SYMBOL)))
            if found.IsAtFinalElement(level.WORD, level.SYMBOL) or not found.Next(level.SYMBOL):
                break
        return least / 100 if least >= _CERTAIN else 0.0


@lru_cache(maxsize=2)  # documents of two languages in turn; an engine holds some 30 MB
def _engine(folder: Path, names: tuple[str, ...]) -> Engine:
    return Engine(folder, names)


def engine(languages: Sequence[str]) -> Engine | None:
    """Return the engine for those of the languages that can be read, None for none of them.

    One is kept per process and set of languages. Raises `OcrFault`.
    """
    folder, can = data_folder(), available(languages).languages
    if folder is None or not can:
        return None
    return _engine(folder, tuple(DATA[language] for language in can))
