"""What reviewers decided, as passages that `train` takes in: accepted, corrected, rejected apart.

A passage is the paragraph that decided entries rest on, in the form of annotated passages
(`ner_models.evaluate.read_gold`), with what was decided beside it:

- `judgement`: `rejected` where all its entries were, `corrected` where one was corrected or added,
  else `accepted`;
- `spans`: the quotes that reviewers left standing, and what the tagger marked besides;
- `entries`: those accepted or corrected; `rejected`: the others, with the reason.

A paragraph with an entry that nobody has decided on is left out: it would teach that there is none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from core.archive import explained
from core.errors import UsageError
from core.files import written_beside
from core.settings import Settings
from core.text import one_line
from operate.queries import reading
from operate.silver import Measure
from store.database import Store
from store.decisions import decisions_on, judged

_FIELDS = ("equipment", "quantity", "amount", "recipient", "supplier", "fund")
_LABELS = {name: name.upper() for name in _FIELDS}
_QUOTED = ("equipment", "recipient", "supplier", "fund")  # columns that are the quote itself
_REACH = 400  # characters on each side of an entry that its paragraph has at most
_DECIDED = ("accepted", "corrected", "rejected")
_PAGES = """
SELECT x.reading_id, x.page, r.sha256, coalesce(r.language, min(d.language), 'en') AS language
FROM entries e
JOIN entry_evidence x ON x.entry_key = e.key AND x.start >= 0
JOIN shown_readings r ON r.id = x.reading_id
JOIN documents d ON d.id = e.document_id
WHERE e.state IN ('accepted', 'corrected', 'rejected') AND e.text_withdrawn = 0
  AND d.id NOT IN (SELECT id FROM hidden_documents)
GROUP BY x.reading_id, x.page ORDER BY r.sha256, x.page
"""
# All that rests on a page, in whatever document that has the content.
_RESTING = """
SELECT e.key, e.state, d.key AS document, d.url, x.field, x.start, x."end", x.raw,
  e.equipment, e.recipient, e.supplier, e.fund, d.id IN (SELECT id FROM hidden_documents) AS hidden
FROM versions v JOIN entries e ON e.document_id = v.document_id
JOIN documents d ON d.id = e.document_id
JOIN entry_evidence x ON x.entry_key = e.key
WHERE v.sha256 = :sha256 AND x.reading_id = :reading_id AND x.page = :page AND x.start >= 0
  AND e.state <> 'withdrawn' ORDER BY e.id, x.start
"""
_TEXT = "SELECT text FROM pages WHERE reading_id = ? AND number = ?"
_MENTIONS = """
SELECT start, "end", label FROM mentions WHERE reading_id = ? AND page = ? AND start >= 0
ORDER BY start, "end" DESC
"""


@dataclass
class _Entry:
    """An entry on a page: how it was decided, and where its fields stand."""

    key: str
    document: str
    url: str
    state: str
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    reason: str | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        return min(s for s, _ in self.places.values()), max(e for _, e in self.places.values())


def run_corrections(settings: Settings, target: Path, gold: Sequence[Path]) -> dict[str, Any]:
    """Write the passages into a .jsonl file; return how many of each judgement, and what was left.

    `gold` are annotated passages: nothing of their documents, nor any text that shares eight words
    in a row with them, is written. Raises `UsageError` for another ending.
    """
    if target.suffix != ".jsonl":
        raise UsageError(f"{target} does not end in .jsonl; that is the one form there is.")
    measure = Measure.of(gold)
    left: Counter[str] = Counter()
    judgements: Counter[str] = Counter()
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            reading(settings) as store,
            written_beside(target) as beside,
            beside.open("w", encoding="utf-8") as file,
        ):
            for passage in passages(store, measure, left):
                judgements[passage["judgement"]] += 1
                # ASCII alone, as some line ends of Unicode would cut a line in two
                file.write(json.dumps(passage) + "\n")
    told = {name: judgements[name] for name in _DECIDED}
    return {"file": str(target), "passages": told, "left": dict(left)}


def passages(store: Store, measure: Measure, left: Counter[str]) -> Iterator[dict[str, Any]]:
    """Yield the decided passages in the order of contents and pages; count in `left` the others."""
    seen: set[str] = set()
    for row in store.rows(_PAGES):
        text = store.value(_TEXT, (row["reading_id"], row["page"]))
        page = {**dict(row), "text": text or ""}
        entries = _entries(store, page)
        mentions = [tuple(row) for row in store.rows(_MENTIONS, (page["reading_id"], page["page"]))]
        for start, end in _windows(page["text"], entries):
            inside = [one for one in entries if _meet(one.bounds, (start, end))]
            said = page["text"][start:end]
            why = _unfit(inside, said, measure, seen)
            if why:
                left[why] += 1
                continue
            seen.add(one_line(said))
            yield _passage(page, (start, end), inside, mentions)


def _entries(store: Store, page: Mapping[str, Any]) -> list[_Entry]:
    found: dict[str, _Entry] = {}
    values = {name: page[name] for name in ("sha256", "reading_id", "page")}
    for row in store.rows(_RESTING, values):
        start, end = row["start"], row["end"]
        if row["hidden"] or page["text"][start:end] != row["raw"]:
            continue
        entry = found.setdefault(
            row["key"], _Entry(row["key"], row["document"], row["url"], row["state"])
        )
        told = row["field"] in _LABELS
        if told and (row["field"] not in _QUOTED or row[row["field"]] == one_line(row["raw"])):
            entry.places[row["field"]] = (start, end)
    entries = [one for one in found.values() if one.places]
    for one in entries:
        decision = judged(decisions_on(store.connection, one.key))
        if decision is None:
            continue
        if one.state == "accepted" and decision.verdict == "add":
            one.state = "corrected"
        row = store.rows("SELECT reason FROM decisions WHERE id = ?", (decision.id,))[0]
        one.reason = row["reason"]
    return entries


def _windows(text: str, entries: Iterable[_Entry]) -> list[tuple[int, int]]:
    """Return the paragraphs that decided entries stand in, apart from each other."""
    cut = sorted(_paragraph(text, *one.bounds) for one in entries if one.state in _DECIDED)
    joined: list[tuple[int, int]] = []
    for start, end in cut:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Return whole lines around a span, up to an empty one or 400 characters away."""
    first, last = max(0, start - _REACH), min(len(text), end + _REACH)
    blank, behind = text.rfind("\n\n", first, start), text.find("\n\n", end, last)
    begin = blank + 2 if blank >= 0 else _line_start(text, first, start)
    until = behind if behind >= 0 else _line_end(text, end, last)
    while begin < start and text[begin].isspace():
        begin += 1
    while until > end and text[until - 1].isspace():
        until -= 1
    return begin, until


def _line_start(text: str, first: int, start: int) -> int:
    """Return the first start of a line behind `first`; that of a word where there is none."""
    if first == 0:
        return 0
    line = text.find("\n", first - 1, start)
    word = text.find(" ", first, start)
    return (line if line >= 0 else word if word >= 0 else start - 1) + 1


def _line_end(text: str, end: int, last: int) -> int:
    if last == len(text):
        return last
    line = text.rfind("\n", end, last + 1)
    word = text.rfind(" ", end, last)
    return line if line >= 0 else word if word >= 0 else end


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _unfit(entries: Sequence[_Entry], text: str, measure: Measure, seen: set[str]) -> str | None:
    """Return why a passage is left out; None for one that can be used."""
    if any(one.state not in _DECIDED for one in entries):
        return "undecided_beside"
    if any(_measured(one, measure) for one in entries) or measure.shares(text):
        return "measured_on"
    return "same_text" if one_line(text) in seen else None


def _measured(entry: _Entry, measure: Measure) -> bool:
    """Tell whether a document is one that annotated passages are from, by its file or number."""
    stem = PurePosixPath(unquote(urlsplit(entry.url).path)).stem
    kind, _, number = entry.document.partition(":")
    return stem in measure.stems or (kind == "ted" and measure.has_number(number))


def _passage(
    page: Mapping[str, Any],
    window: tuple[int, int],
    entries: Sequence[_Entry],
    mentions: Sequence[tuple[Any, ...]],
) -> dict[str, Any]:
    start, end = window
    text = page["text"][start:end]
    wrong = [
        one.places["equipment"]
        for one in entries
        if one.state == "rejected" and one.reason == "not_equipment" and "equipment" in one.places
    ]
    kept: dict[tuple[int, int], str] = {}
    for one in entries:
        for name, place in one.places.items():
            outside = not (start <= place[0] and place[1] <= end)
            if not (outside or place in wrong or any(_meet(place, k) for k in kept if k != place)):
                kept.setdefault(place, _LABELS[name])
    for first, last, label in mentions:
        place = (first, last)
        taken = any(_meet(place, other) for other in (*kept, *wrong))
        if start <= first and last <= end and not taken:
            kept[place] = label
    spans = [
        {"start": s - start, "end": e - start, "label": label}
        for (s, e), label in sorted(kept.items())
    ]
    good = [one for one in entries if one.state != "rejected"]
    bad = [one for one in entries if one.state == "rejected"]
    states = {one.state for one in good}
    judgement = "corrected" if "corrected" in states else "accepted" if good else "rejected"
    return {
        "id": f"{page['sha256'][:16]}-{page['page']}-{start}",
        "source": entries[0].document,
        "page": page["page"],
        "lang": page["language"],
        "judgement": judgement,
        "text": text,
        "spans": spans,
        "entries": [_told(one, kept, text, start) for one in good],
        "rejected": [{**_told(one, kept, text, start), "reason": one.reason} for one in bad],
    }


def _told(
    entry: _Entry, kept: Mapping[tuple[int, int], str], text: str, start: int
) -> dict[str, Any]:
    at = {
        name: [place[0] - start, place[1] - start]
        for name, place in entry.places.items()
        if kept.get(place) == _LABELS[name]
    }
    quotes = {name: text[at[name][0] : at[name][1]] if name in at else None for name in _FIELDS}
    return {**quotes, "at": at, "entry": entry.key, "judgement": entry.state}
