"""Words a second of the whole tagger, against a bare network of spaCy's in the same run.

`python -m bench.tagging [FOLDER]` (by default ../shared/data) reads notices and PDFs first, then
tags them in this one process: mentions, values, entries. The peer is an untrained blank NER CNN
(width 96, depth 4, batches of 64) over the same texts with the same kernels. Load is the time of
a fresh process from its start to its first tagged sentence in English, less the interpreter's;
memory that of a process which tags in five languages.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import extract
import ner_models
from core.errors import MaterielError
from core.records import Document

NOTICES, PAPERS = 400, 8
RUNS = 3
_LABELS = ("A", "B", "C", "D", "E", "F")
_LANGUAGES = ("en", "fr", "de", "es", "it")
_ALL = (
    "import ner_models, pathlib\n"
    f"for language in {_LANGUAGES}:\n"
    "    ner_models.tag_text('Polizei drones 12 véhicules blindados e altro. ' * 60, language)\n"
    # the high-water mark of this program alone: `ru_maxrss` has that of the parent in it
    "status = pathlib.Path('/proc/self/status').read_text()\n"
    "print(status.split('VmHWM:')[1].split()[0])"
)
_FIRST = "import ner_models; ner_models.tag_text('The police got ten drones.', 'en')"


def documents(folder: Path) -> Iterator[Document]:
    """Yield some of a folder's notices and PDFs as read, the same ones each time."""
    for pattern, most in (("*.xml", NOTICES), ("*.pdf", PAPERS)):
        paths = sorted(folder.rglob(pattern))
        random.Random(1).shuffle(paths)  # noqa: S311 - a sample, no secret
        for path in paths[:most]:
            try:
                read = extract.read(path.read_bytes(), sha256="0" * 64, name=path.name)
            except MaterielError:
                continue
            yield read.document


def bare_network() -> Any:
    """Return spaCy's blank pipeline with an untrained NER CNN of the tagger's size."""
    import spacy  # noqa: PLC0415 - after the first document, as in the tagger
    from thinc.api import NumpyOps, set_current_ops  # noqa: PLC0415

    set_current_ops(NumpyOps(use_blis=False))
    nlp: Any = spacy.blank("xx")
    tok2vec = {
        "@architectures": "spacy.HashEmbedCNN.v2", "width": 96, "depth": 4, "embed_size": 2000,
        "window_size": 1, "maxout_pieces": 3, "subword_features": True,
        "pretrained_vectors": None,
    }  # fmt: skip
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner",
        "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2, "use_upper": True,
        "tok2vec": tok2vec,
    }  # fmt: skip
    ner = nlp.add_pipe("ner", config={"model": parser})
    for label in _LABELS:
        ner.add_label(label)
    nlp.initialize()
    return nlp


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of a call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def load_time() -> float:
    """Return the seconds from a fresh process's start to its first tagged sentence."""

    def run(code: str) -> float:
        begin = time.monotonic()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.monotonic() - begin

    return min(run(_FIRST) for _ in range(RUNS)) - min(run("pass") for _ in range(RUNS))


def memory() -> float:
    """Return the most memory, in MiB, of a process that tags in all five languages."""
    said = subprocess.run([sys.executable, "-c", _ALL], check=True, capture_output=True)
    return int(said.stdout) / 1024


def main() -> None:
    """Print words a second of both, their ratio, load time and memory."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data").resolve()
    read = list(documents(folder))
    if not read:
        sys.exit(f"There is no notice and no PDF in {folder}; name a folder to measure on.")
    texts = [page.text for document in read for page in document.pages]
    words = sum(len(text.split()) for text in texts)
    nlp = bare_network()
    for document in read:  # what is loaded once counts as load
        ner_models.tag(document)
    pairs = []
    for _ in range(RUNS):
        whole = seconds(lambda: [ner_models.tag(document) for document in read])
        bare = seconds(lambda: list(nlp.pipe(texts, batch_size=64)))
        pairs.append((words / whole, words / bare))
    ours, peer = (sorted(figures)[RUNS // 2] for figures in zip(*pairs, strict=True))
    ratio = sorted(whole / bare for whole, bare in pairs)[RUNS // 2]
    print(f"{len(read)} documents, {words} words")
    print(f"tagger {ours:8.0f} words/s  bare network {peer:8.0f} words/s  ratio {ratio:.2f}")
    print(f"load {load_time():.2f} s, memory {memory():.0f} MiB")


if __name__ == "__main__":
    main()
