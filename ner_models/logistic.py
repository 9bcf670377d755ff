"""Logistic regression on sets of named features: small, exact, without a library."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Features = Sequence[str]
_STEPS = 250
_RATE = 0.15


def probability(weights: Mapping[str, float], features: Features) -> float:
    """Return the probability that the weights give to a set of features."""
    total = weights.get("", 0.0)
    for name in features:
        total += weights.get(name, 0.0)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def fit(
    instances: Iterable[tuple[Features, bool]], *, seldom: int = 3, decay: float = 0.6
) -> dict[str, float]:
    """Return the weights by feature (`""`: the constant), features seen less than `seldom`
    times left out; L2 penalty `decay`, full batches, Adam."""
    rows = [(tuple(dict.fromkeys(features)), label) for features, label in instances]
    counts = Counter(name for features, _ in rows for name in features)
    names = sorted(name for name, count in counts.items() if count >= seldom)
    if not rows:
        return {}
    place = {name: i for i, name in enumerate(names)}
    columns = np.array([place[n] for f, _ in rows for n in f if n in place], dtype=np.int64)
    lengths = [sum(n in place for n in features) for features, _ in rows]
    owners = np.repeat(np.arange(len(rows)), lengths)
    labels = np.array([label for _, label in rows], dtype=np.float64)
    weights, constant = _descend(columns, owners, labels, len(names), decay)
    kept = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}
    return {"": round(constant, 3)} | {name: w for name, w in kept.items() if abs(w) >= 0.01}


def _descend(
    columns: NDArray[np.int64],
    owners: NDArray[np.int64],
    labels: NDArray[np.float64],
    width: int,
    decay: float,
) -> tuple[NDArray[np.float64], float]:
    """Adam on the whole batch; the constant is the last weight and carries no penalty."""
    weights = np.zeros(width + 1)
    first, second = np.zeros(width + 1), np.zeros(width + 1)
    for step in range(1, _STEPS + 1):
        scores = np.bincount(owners, weights[columns], len(labels)) + weights[-1]
        errors = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))) - labels
        gradient = np.append(
            np.bincount(columns, errors[owners], width) + decay * weights[:-1], errors.sum()
        )
        gradient /= len(labels)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights -= _RATE * (1 - step / (_STEPS + 1)) * move
    return weights[:-1], float(weights[-1])
