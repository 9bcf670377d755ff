"""Words of each page against poppler's `pdftotext`, beside plain pdfplumber's `extract_text`.

A page's score is the F1 of two multisets of tokens parted by white space, so that order does not
count. Pages are averaged over a file and files over a folder. Pages where pdftotext finds no word
are left out: they have no text layer, and what is read there is OCR's, which has its own measure.
A page that pdftotext reads and we do not counts with 0.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.extract import corpus, poppler
from bench.extract.result import Result, columns, mean
from bench.extract.scores import compare

NOTICED = 0.002  # a loss against pdfplumber from which a page is listed
WORST = 25  # pages listed of each kind
SAMPLE = 12  # words shown of each


@dataclass(frozen=True)
class PageScore:
    """The F1 of one page for both readers, and the tokens that only one side has."""

    path: Path
    number: int
    ours: float
    peer: float
    missing: list[str]
    added: list[str]


def page_scores(path: Path) -> list[PageScore]:
    """Score the pages of a file that have words for pdftotext."""
    document, plain = corpus.ours(path), corpus.peer(path)
    own = {page.number: page.text for page in document.pages}
    scores = []
    for number, text in enumerate(poppler.texts(path), start=1):
        truth = text.split()
        if not truth:
            continue
        tokens = own.get(number, "").split()
        other = plain[number - 1].text.split() if number <= len(plain) else []
        missing, added = Counter(truth) - Counter(tokens), Counter(tokens) - Counter(truth)
        scores.append(
            PageScore(
                path,
                number,
                compare(truth, tokens).f1,
                compare(truth, other).f1,
                list(missing.elements()),
                list(added.elements()),
            )
        )
    return scores


def measure() -> Result:
    """Return the mean F1 of each folder, ours and pdfplumber's, and the pages lost most on."""
    result = Result("text")
    folders = corpus.folders()
    if not folders or not corpus.has_poppler():
        result.skipped = corpus.NO_POPPLER if folders else corpus.NO_FILES
        return result
    rows: list[tuple[str, int, float, float, float]] = []
    pages: list[PageScore] = []
    for folder, paths in folders.items():
        files = [scores for path in paths if (scores := page_scores(path))]
        own = mean(mean(page.ours for page in scores) for scores in files)
        other = mean(mean(page.peer for page in scores) for scores in files)
        pages += [page for scores in files for page in scores]
        rows.append((folder, sum(map(len, files)), own, other, own - other))
        result.note(f"{folder}.ours", own)
        result.note(f"{folder}.pdfplumber", other)
        result.note(f"{folder}.margin", own - other)
    result.lines = columns(("folder", "pages", "ours", "pdfplumber", "margin"), rows)
    # what both readers lose is mostly poppler's: it joins words that a hyphen parts at a line end
    below = [page for page in pages if page.ours < page.peer - NOTICED]
    shared = [page for page in pages if page.ours >= page.peer - NOTICED]
    below.sort(key=lambda page: page.ours - page.peer)
    shared.sort(key=lambda page: page.ours)
    result.losses = [f"below pdfplumber: {_described(page)}" for page in below[:WORST]]
    result.losses += [f"lowest: {_described(page)}" for page in shared[:WORST]]
    return result


def _described(page: PageScore) -> str:
    return (
        f"{page.path.name} page {page.number}: ours {page.ours:.4f}, pdfplumber {page.peer:.4f}; "
        f"{len(page.missing)} missing {page.missing[:SAMPLE]}, "
        f"{len(page.added)} added {page.added[:SAMPLE]}"
    )
