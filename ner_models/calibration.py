"""Does a proposal's score mean what it says? Of those with 0.7, seven in ten should be right."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

BINS = 10
Judged: TypeAlias = tuple[float, bool]
"""A proposal's score, and whether it states a transfer that there is."""

_STEPS = 60
_RIDGE = 0.1
"""Keeps data of one kind alone finite."""
_HEAD = 'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12"'


def calibration(judged: Sequence[Judged]) -> dict[str, Any] | None:
    """Return the expected calibration error over ten equal bins, and the bins; None for nothing.

    The error is the mean distance between score and share of right ones, bins weighed by size
    (Naeini and others, "Obtaining well calibrated probabilities using Bayesian binning", 2015).
    """
    bins = []
    for number in range(BINS):
        inside = [j for j in judged if min(int(j[0] * BINS), BINS - 1) == number]
        if inside:
            said = sum(score for score, _ in inside) / len(inside)
            right = sum(is_right for _, is_right in inside) / len(inside)
            bins.append({"n": len(inside), "score": round(said, 4), "right": round(right, 4)})
    if not bins:
        return None
    error = sum(b["n"] * abs(b["score"] - b["right"]) for b in bins) / len(judged)
    return {"ece": round(error, 4), "n": len(judged), "bins": bins}


def render_calibration(result: Mapping[str, Any] | None) -> list[str]:
    """Return the bins as lines to read."""
    if result is None:
        return []
    lines = ["", f"scores of entries: expected calibration error {result['ece']:.3f}"]
    lines += [
        f"  said {each['score']:.2f}  right {each['right']:.2f}  of {each['n']}"
        for each in result["bins"]
    ]
    return lines


def _logit(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def _loss(x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]) -> float:
    scores = x @ w
    apart = np.logaddexp(0.0, scores) - y * scores
    return float(apart.sum() + 0.5 * _RIDGE * ((w - [1.0, 0.0]) ** 2).sum())


def fit(judged: Sequence[Judged]) -> dict[str, float]:
    """Return slope and constant of Platt's scaling (1999) that make scores probabilities."""
    if not judged:
        return {"slope": 1.0, "": 0.0}
    x = np.array([[_logit(score), 1.0] for score, _ in judged])
    y = np.array([float(right) for _, right in judged])
    w = np.array([1.0, 0.0])
    for _ in range(_STEPS):  # Newton's method, a step halved until it helps
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + _RIDGE * (w - [1.0, 0.0])
        hessian = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        while _loss(x, y, w - step) > _loss(x, y, w) and np.abs(step).max() > 1e-9:
            step = step / 2
        w = w - step
    return {"slope": round(float(w[0]), 4), "": round(float(w[1]), 4)}


def calibrated(score: float, weights: Mapping[str, float]) -> float:
    """Return the probability that `fit` found for a raw score; no weights leave it as it is."""
    if not weights:
        return score
    return 1.0 / (1.0 + math.exp(-(weights["slope"] * _logit(score) + weights[""])))


def draw(result: Mapping[str, Any], title: str) -> str:
    """Return the bins as an SVG picture: score across, share of right ones upwards."""
    side, edge = 300, 45
    parts = [
        f'<svg {_HEAD} width="{side + 2 * edge}" height="{side + 2 * edge}">',
        f"<title>{title}</title>",
        f'<rect width="{side + 2 * edge}" height="{side + 2 * edge}" fill="white"/>',
        f'<text x="{edge}" y="24">{title}</text>',
        f'<path d="M{edge} {edge + side}L{edge + side} {edge}" stroke="#999" '
        f'stroke-dasharray="4"/>',
        f'<rect x="{edge}" y="{edge}" width="{side}" height="{side}" fill="none" stroke="#333"/>',
    ]
    largest = max(each["n"] for each in result["bins"])
    for each in result["bins"]:
        x, y = edge + side * each["score"], edge + side * (1 - each["right"])
        radius = 3 + 9 * math.sqrt(each["n"] / largest)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#1f5fa8" opacity="0.7">'
            f"<title>said {each['score']:.2f}, right {each['right']:.2f}, {each['n']} entries"
            f"</title></circle>"
        )
    for tick in (0.0, 0.5, 1.0):
        parts.append(f'<text x="{edge + side * tick - 8:.0f}" y="{edge + side + 16}">{tick}</text>')
        parts.append(f'<text x="{edge - 26}" y="{edge + side * (1 - tick) + 4:.0f}">{tick}</text>')
    parts.append(f'<text x="{edge + side // 2 - 20}" y="{edge + side + 34}">score</text>')
    parts.append(f'<text x="{edge + 6}" y="{edge + 16}">share that states a transfer</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main(gold: Sequence[Path], target: Path) -> None:
    """Draw the calibration measured on annotated files into an SVG file."""
    from ner_models.evaluate import evaluate  # noqa: PLC0415 - it measures with this module

    result = evaluate(gold)["calibration"]
    if result is not None:
        title = f"{result['n']} proposals, expected calibration error {result['ece']:.2f}"
        target.write_text(draw(result, title), encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:-1]], Path(sys.argv[-1]))
