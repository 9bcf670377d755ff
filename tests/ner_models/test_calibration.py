"""Scores that mean what they say."""

from __future__ import annotations

import random
from xml.etree import ElementTree as ET

import pytest

from ner_models.calibration import calibrated, calibration, draw, fit


def test_the_error_is_the_mean_distance_of_the_bins() -> None:
    judged = [(0.9, True), (0.9, False), (0.1, False), (0.1, False)]
    result = calibration(judged)
    assert result is not None
    assert result["ece"] == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)
    assert result["bins"] == [
        {"n": 2, "score": 0.1, "right": 0.0},
        {"n": 2, "score": 0.9, "right": 0.5},
    ]


def test_nothing_to_judge_has_no_error() -> None:
    assert calibration([]) is None


def test_scaling_mends_scores_that_are_too_sure() -> None:
    dice = random.Random(4)
    judged = []
    for _ in range(2000):
        said = dice.uniform(0.5, 1.0)
        judged.append((said, dice.random() < 0.2 + 0.5 * (said - 0.5)))
    before = calibration(judged)
    weights = fit(judged)
    after = calibration([(calibrated(said, weights), right) for said, right in judged])
    assert before is not None
    assert after is not None
    assert before["ece"] > 0.3
    assert after["ece"] < 0.05


def test_scaling_keeps_the_order_and_stays_between_nought_and_one() -> None:
    weights = fit([(0.2, False), (0.4, True), (0.6, False), (0.8, True)])
    values = [calibrated(score / 100, weights) for score in range(101)]
    assert values == sorted(values)
    assert 0.0 <= values[0] <= values[-1] <= 1.0


def test_without_weights_a_score_stays() -> None:
    assert calibrated(0.37, {}) == 0.37
    assert fit([]) == {"slope": 1.0, "": 0.0}


def test_the_picture_has_a_circle_for_every_bin() -> None:
    result = calibration([(0.9, True), (0.15, False), (0.55, True)])
    assert result is not None
    root = ET.fromstring(draw(result, "three"))
    assert len(root.findall(".//{http://www.w3.org/2000/svg}circle")) == 3
