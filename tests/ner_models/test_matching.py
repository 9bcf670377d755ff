"""Matching against every possible assignment of small cases."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ner_models.matching import heaviest_pairs, most_pairs

GRID = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=width, max_size=width),
        min_size=1,
        max_size=4,
    )
)


def best(weights: list[list[int | None]]) -> tuple[float, int]:
    """The greatest weight, and the most pairs with that weight, by trying everything."""
    columns = [*range(len(weights[0])), *[-1] * len(weights)]
    found = (0.0, 0)
    for order in set(permutations(columns, len(weights))):
        taken = [weights[i][j] for i, j in enumerate(order) if j >= 0]
        if None not in taken:
            found = max(found, (float(sum(w for w in taken if w)), len(taken)))
    return found


@given(GRID)
def test_heaviest_pairs(weights: list[list[int | None]]) -> None:
    pairs = heaviest_pairs([[None if w is None else float(w) for w in row] for row in weights])
    used = [j for j in pairs if j >= 0]
    assert len(used) == len(set(used))
    taken = [weights[i][j] for i, j in enumerate(pairs) if j >= 0]
    assert None not in taken
    assert (float(sum(w for w in taken if w)), len(taken)) == best(weights)


@given(GRID)
def test_most_pairs(weights: list[list[int | None]]) -> None:
    edges = [[j for j, w in enumerate(row) if w is not None] for row in weights]
    pairs = most_pairs(edges, len(weights[0]))
    assert all(j < 0 or j in edges[i] for i, j in enumerate(pairs))
    used = [j for j in pairs if j >= 0]
    assert len(used) == len(set(used))
    assert len(used) == best([[None if w is None else 0 for w in row] for row in weights])[1]


def test_no_pairs() -> None:
    assert heaviest_pairs([]) == []
    assert most_pairs([], 0) == []
    assert heaviest_pairs([[], []]) == [-1, -1]
