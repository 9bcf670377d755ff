"""Word vectors: what a word means beside what it looks like, across languages.

Each word alone went through a multilingual sentence encoder; `ner_models.distil` says how.
`vectors.npz` holds a row of bytes for every word, by the word's hash.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id
from spacy.vectors import Vectors

FILE = Path(__file__).parent / "vectors.npz"
_LEAST = 5
"""How many letters of an unknown word must be a known one: its stem, or a compound's last part."""


@cache
def _table() -> tuple[dict[int, int], NDArray[np.int8]]:
    """Rows by the words' hashes, and the vectors."""
    loaded = np.load(FILE)
    keys = [int(key) for key in loaded["keys"]]
    rows = dict(zip(keys, range(len(keys)), strict=True))
    return rows, loaded["vectors"]


@lru_cache(maxsize=50_000)
def key_of(word: str) -> int:
    """Return the key of the vector of a word in small letters, 0 for none.

    A word that is not known itself takes the vector of its stem, or of its longest known end:
    a compound means a kind of what its last part means.
    """
    known = _table()[0]
    key = int(get_string_id(word))
    if key in known:
        return key
    if not word.isalpha():
        return 0
    for length in range(len(word) - 1, max(_LEAST, len(word) * 2 // 3) - 1, -1):
        if (key := int(get_string_id(word[:length]))) in known:
            return key
    for start in range(1, len(word) - _LEAST + 1):
        if (key := int(get_string_id(word[start:]))) in known:
            return key
    return 0


@cache
def vectors() -> Any:
    """Return the table that spaCy looks up by a token's lemma, where `key_of` was written."""
    known, rows = _table()
    data = rows.astype(np.float32)
    data /= np.linalg.norm(data, axis=1, keepdims=True) + 1e-6
    keys = np.array(list(known), dtype=np.uint64)
    return Vectors(data=data, keys=keys, attr="LEMMA")
