"""One-to-one matching of spans and of entries, for measuring."""

from __future__ import annotations

from collections.abc import Sequence


def most_pairs(edges: Sequence[Sequence[int]], right: int) -> list[int]:
    """Match left nodes with right ones so that the most are matched.

    `edges[i]` are the right nodes that left node `i` may take. Returns for each left node its
    right one, -1 where it got none (augmenting paths after Kuhn).
    """
    owner = [-1] * right

    def place(left: int, seen: set[int]) -> bool:
        for node in edges[left]:
            if node in seen:
                continue
            seen.add(node)
            if owner[node] < 0 or place(owner[node], seen):
                owner[node] = left
                return True
        return False

    for left in range(len(edges)):
        place(left, set())
    result = [-1] * len(edges)
    for node, left in enumerate(owner):
        if left >= 0:
            result[left] = node
    return result


def heaviest_pairs(weights: Sequence[Sequence[float | None]]) -> list[int]:
    """Match left nodes with right ones so that the sum of the weights is greatest.

    `weights[i][j]` is None where the pair is not allowed; a pair of weight 0 counts as matched.
    Returns for each left node its right one, -1 for none (Hungarian method, cubic).
    """
    rows, columns = len(weights), max((len(row) for row in weights), default=0)
    size = max(rows, columns)
    if size == 0:
        return []
    top = 1.0 + max((w for row in weights for w in row if w is not None), default=0.0)
    cost = [[top] * size for _ in range(size)]
    for i, row in enumerate(weights):
        for j, weight in enumerate(row):
            if weight is not None:
                cost[i][j] = top - weight - 1e-6
    column_of = _assign(cost)
    return [
        j if j < len(weights[i]) and weights[i][j] is not None else -1
        for i, j in enumerate(column_of[:rows])
    ]


def _assign(cost: list[list[float]]) -> list[int]:
    """The cheapest assignment of a square matrix: column of each row (Kuhn-Munkres, by Lawler)."""
    size = len(cost)
    row_price, column_price = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of = [0] * (size + 1)
    for row in range(1, size + 1):
        _augment(cost, row, row_price, column_price, row_of)
    column_of = [0] * size
    for column in range(1, size + 1):
        column_of[row_of[column] - 1] = column - 1
    return column_of


def _augment(
    cost: list[list[float]],
    row: int,
    row_price: list[float],
    column_price: list[float],
    row_of: list[int],
) -> None:
    """Give one more row its column, prices kept dual feasible."""
    size = len(cost)
    slack, way = [float("inf")] * (size + 1), [0] * (size + 1)
    used = [False] * (size + 1)
    row_of[0], column = row, 0
    while row_of[column] != 0:
        used[column] = True
        current, delta, following = row_of[column], float("inf"), 0
        for j in range(1, size + 1):
            if used[j]:
                continue
            reduced = cost[current - 1][j - 1] - row_price[current] - column_price[j]
            if reduced < slack[j]:
                slack[j], way[j] = reduced, column
            if slack[j] < delta:
                delta, following = slack[j], j
        for j in range(size + 1):
            if used[j]:
                row_price[row_of[j]] += delta
                column_price[j] -= delta
            else:
                slack[j] -= delta
        column = following
    while column:
        row_of[column] = row_of[way[column]]
        column = way[column]
