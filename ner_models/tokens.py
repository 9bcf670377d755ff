"""The blank pipeline: a tokenizer whose tokens end where annotated spans do, and fast kernels."""

from __future__ import annotations

from typing import Any

import spacy
from spacy.util import compile_infix_regex, compile_suffix_regex
from thinc.api import NumpyOps, set_current_ops

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿĀ-ž"
_INFIXES = (
    rf"(?<=[{_LETTER}])['’](?=[{_LETTER}])",  # l'Union
    r"(?<=\w)[()\[\]](?=\w)",  # 30(1)
    r"(?<=\w)[/](?=\w)",
    r"(?<=[\w.])[:;](?=\w)",
    rf"(?<=[{_LETTER}])[-–—](?=\d)",  # DEVCO-2
    rf"(?<=[0-9%])[-–—](?=[{_LETTER}])",
    r"(?<=[a-zà-ÿ][a-zà-ÿ])\.(?=[A-ZÀ-Ö])",  # a full stop without its space
    r"(?<=[€$£])(?=\d)",
)
_SUFFIXES = (r"[-–—/*]", rf"(?<=[{_LETTER}]{{3}})\d{{1,2}}")  # a footnote's number


def blank() -> Any:
    """Return the empty multilingual pipeline, numbers done by numpy's own BLAS.

    The kernels that come with spaCy are slower at these sizes.
    """
    set_current_ops(NumpyOps(use_blis=False))
    nlp: Any = spacy.blank("xx")
    infixes = [*nlp.Defaults.infixes, *_INFIXES]
    suffixes = [*nlp.Defaults.suffixes, *_SUFFIXES]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    nlp.tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    return nlp
