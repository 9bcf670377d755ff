"""The pipeline's own component: vocabulary hits as token tags, a feature of the model."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from spacy.language import Language

from ner_models.lexicon import Hit, find_hits
from ner_models.vectors import key_of

HITS = "vocabulary_hits"
_SOFT = re.compile(r"(?<=\S)\n(?=\S)")

NER_CONFIG: dict[str, Any] = {
    "model": {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": 96,
                "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "TAG"],
                "rows": [2000, 500, 1000, 500, 64],
                "include_static_vectors": True,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": 96,
                "depth": 4,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        },
    }
}
"""NER over a CNN of width 96 and depth 4, each token known by five hashed attributes."""


def model_text(text: str) -> str:
    """Return the text as the model sees it, as long as it was: single line breaks as spaces."""
    return _SOFT.sub(" ", text)


def make_doc(nlp: Any, text: str, hits: Sequence[Hit]) -> Any:
    """Return a tokenized text that carries its hits for the component below."""
    doc = nlp.make_doc(model_text(text))
    doc.user_data[HITS] = hits
    return doc


@Language.component("vocabulary_tags")
def vocabulary_tags(doc: Any) -> Any:
    """Write `B-EQ`, `I-EQ` ... of the hits into `token.tag_` and the key of each token's vector
    into `token.lemma`; offsets are those of `doc.text`."""
    for token in doc:
        token.lemma = key_of(token.lower_)
    hits = doc.user_data.get(HITS)
    if hits is None:
        hits = find_hits(doc.text, doc.lang_ if doc.lang_ != "xx" else "en")
    starts = [token.idx for token in doc]
    for hit in hits:
        place = bisect_left(starts, hit.start)
        mark = "B"
        while place < len(starts) and starts[place] < hit.end:
            doc[place].tag_ = f"{mark}-{hit.kind}"
            mark = "I"
            place += 1
    return doc
