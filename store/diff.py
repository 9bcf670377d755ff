"""A word diff of two versions of a document, page by page, within the rule on redactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec
from rapidfuzz.distance import LCSseq

from core.errors import UnknownKey, UsageError
from store.changes import Change, PageSide, Side, compare, paired_pages
from store.database import Store
from store.history import versions_of
from store.versions import side_of
from store.withholding import withheld_answer

_CONTEXT = 6  # words shown before and after a change
_GAP = 2  # equal words between two larger changes that make them one: "of the" is no anchor
# Words of the old page times words of the new one, without what both begin and end with: the
# longest common subsequence takes a bit of memory for each pair, here 12 MB.
_PAIRS = 100_000_000

Span: TypeAlias = tuple[int, int, int, int]
Rule = Literal["words", "blackened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Words that were removed and words that came in their place, with the equal ones around."""

    removed: str
    added: str
    before: str
    after: str


def diff(
    store: Store, key: str, before: int | None = None, after: int | None = None
) -> dict[str, Any]:
    """Return what changed between two versions of a document, by default the last step.

    `rule` is `words` where the pages' words are compared, and `blackened` where one of the versions
    is withdrawn or a step between them is a redaction: then only where and how much is told. Raises
    `UnknownKey` for no document, `UsageError` for versions that cannot be compared.
    """
    withheld = withheld_answer(store, key)
    if withheld is not None:
        return withheld
    rows = store.rows("SELECT id FROM documents WHERE key = ?", (key,))
    if not rows:
        raise UnknownKey(f"There is no document with the key {key!r}.")
    document_id = rows[0]["id"]
    versions = {version["number"]: version for version in versions_of(store, document_id)}
    old, new = _chosen(key, versions, before, after)
    sides = [side_of(store.connection, version["sha256"]) for version in (old, new)]
    change = compare(*sides)
    steps = [versions[n] for n in range(old["number"] + 1, new["number"] + 1) if n in versions]
    open_to_all = _is_open(old, new, steps, change)
    rule: Rule = "words" if open_to_all else "blackened"
    pages = list(_pages(*sides)) if open_to_all else _blackened(change)
    return {
        "document": key,
        "from": _named(old),
        "to": _named(new),
        "change": new["change"] if len(steps) == 1 else change.kind,
        "rule": rule,
        "fields": _fields(*sides) if open_to_all else [],
        "pages": pages,
    }


def _chosen(
    key: str, versions: dict[int, dict[str, Any]], before: int | None, after: int | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the versions to compare; raise `UsageError` where there are no two that were read."""
    read = [number for number, version in versions.items() if version["read"]]
    for number in (before, after):
        if number is not None and number not in versions:
            raise UsageError(f"{key} has no version {number}; it has {_listed(versions)}.")
        if number is not None and number not in read:
            raise UsageError(f"Version {number} of {key} has not been read; `status` may say why.")
    if after is None:
        after = max((n for n in read if before is None or n > before), default=None)
    if before is None:
        before = max((n for n in read if after is not None and n < after), default=None)
    if before is None or after is None:
        raise UsageError(f"{key} has no two versions that have been read; there is no difference.")
    if before >= after:
        raise UsageError(f"--from {before} is not before --to {after}; name the older one first.")
    return versions[before], versions[after]


def _is_open(
    old: dict[str, Any], new: dict[str, Any], steps: Sequence[dict[str, Any]], change: Change
) -> bool:
    """Tell whether the words of two versions may be compared before everybody's eyes."""
    if old["withdrawn"] or new["withdrawn"]:
        return False
    if any(step["change"] == "redaction" and not step["released"] for step in steps):
        return False
    # a store that was filled before versions were compared for redactions
    return change.kind != "redaction" or any(step["released"] for step in steps)


def _listed(versions: dict[int, dict[str, Any]]) -> str:
    return ", ".join(map(str, versions)) or "none"


def _named(version: dict[str, Any]) -> dict[str, Any]:
    return {name: version[name] for name in ("number", "sha256", "first_seen", "change")}


def _fields(old: Side, new: Side) -> list[dict[str, Any]]:
    """Return what the files say of themselves where it differs."""
    return [
        {"field": name, "before": getattr(old, name), "after": getattr(new, name)}
        for name in ("kind", "language", "title")
        if getattr(old, name) != getattr(new, name)
    ]


def _blackened(change: Change) -> list[dict[str, Any]]:
    """Return where and how much text went, without a word of it."""
    return [
        {
            "page": page.after,
            "before": page.before,
            "redacted": page.redacted,
            "words": {"removed": page.removed, "added": page.added},
            "share": {"before": page.area_before, "after": page.area_after},
        }
        for page in change.pages
    ]


def _pages(old: Side, new: Side) -> Iterator[dict[str, Any]]:
    for before, after in paired_pages(old.pages, new.pages):
        words = _words(before), _words(after)
        if before and after and words[0] == words[1]:
            continue
        operations = operations_of(*words)
        yield {
            "page": after.number if after else None,
            "before": before.number if before else None,
            "too_long": operations is None,
            "operations": msgspec.to_builtins(operations or []),
        }


def _words(page: PageSide | None) -> list[str]:
    return page.text.split() if page else []


def operations_of(before: Sequence[str], after: Sequence[str]) -> list[Operation] | None:
    """Return the changes that turn some words into others, in order; None where both are too long
    to compare.

    >>> operations_of("five boats for Tunisia".split(), "six boats for Tunisia".split())
    [Operation(removed='five', added='six', before='', after='boats for Tunisia')]
    """
    spans = changed_spans(before, after)
    if spans is None:
        return None
    return [
        Operation(
            removed=" ".join(before[left:right]),
            added=" ".join(after[first:last]),
            before=" ".join(before[max(0, left - _CONTEXT) : left]),
            after=" ".join(before[right : right + _CONTEXT]),
        )
        for left, right, first, last in spans
    ]


def changed_spans(before: Sequence[str], after: Sequence[str]) -> list[Span] | None:
    """Return where two lists of words differ, in order: start and end in one and in the other.

    What stands between two spans is the same in both. None where both are too long to compare.
    """
    start, tail = _common(before, after)
    old, new = before[start : len(before) - tail], after[start : len(after) - tail]
    if len(old) * len(new) > _PAIRS:
        return None
    return [
        (left + start, right + start, first + start, last + start)
        for left, right, first, last in _merged(old, new)
    ]


def _common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many words both begin with, and how many of the rest both end with."""
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    most -= start
    tail = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return start, tail


def _merged(old: Sequence[str], new: Sequence[str]) -> list[Span]:
    """Return the spans of both that differ; those with hardly anything between them as one."""
    spans: list[Span] = []
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            continue
        span = (code.src_start, code.src_end, code.dest_start, code.dest_end)
        if spans and _belong(spans[-1], span):
            spans[-1] = (spans[-1][0], span[1], spans[-1][2], span[3])
        else:
            spans.append(span)
    return spans


def _belong(one: Span, two: Span) -> bool:
    """Tell whether less stands between two changes than in the smaller of them."""
    between = two[0] - one[1]
    sizes = [span[1] - span[0] + span[3] - span[2] for span in (one, two)]
    return between == 0 or (between <= _GAP and between < min(sizes))
