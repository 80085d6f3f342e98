"""Terms of order: what was before, drift that was put in is found, thirds."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.studies.ordinal.contrasts import slope_estimates
from synthscope.studies.ordinal.cumulative import fit_cumulative
from synthscope.studies.ordinal.serial import TITLES, by_third, serial_terms


def test_the_answer_before_is_that_of_the_same_rater_and_block() -> None:
    raters = np.array(["b", "a", "a", "a", "b", "a"])
    ordinals, blocks = np.array([1, 2, 0, 1, 0, 3]), np.array([0, 1, 0, 0, 0, 1])
    answers = np.array([5.0, 4, 1, 2, 3, 5])
    terms = serial_terms(raters, ordinals, blocks, answers)
    assert terms.kept.tolist() == [True, False, False, True, False, True]
    assert terms.names == ("trial", "block", "previous")
    assert terms.columns[:, -1].tolist() == [3 - 4, 1 - 3, 4 - 3]


def test_drift_and_pull_that_were_put_in_are_found() -> None:
    rng = np.random.default_rng(3)
    raters, ordinals = np.repeat(np.arange(20), 120), np.tile(np.arange(120), 20)
    blocks, answers = ordinals // 40, np.zeros(2400)
    lenient = rng.normal(0, 1, 20)
    for k in range(2400):
        before = answers[k - 1] - 2 if ordinals[k] % 40 else 0.0
        latent = lenient[raters[k]] + 0.4 * blocks[k] - 0.5 * (ordinals[k] % 40 - 19.5) / 11.5 + 0.5 * before
        answers[k] = np.digitize(latent + rng.logistic(), [-2, -0.7, 0.7, 2])
    terms = serial_terms(raters, ordinals, blocks, answers)
    fit = fit_cumulative(answers[terms.kept], terms.columns, terms.names, clusters=raters[terms.kept])
    trial, block, previous = slope_estimates(fit, TITLES)
    assert trial.high < 0 < block.low
    assert previous.low > 0.1


def test_without_dependence_the_pull_is_near_none() -> None:
    rng = np.random.default_rng(4)
    raters, ordinals = np.repeat(np.arange(20), 100), np.tile(np.arange(100), 20)
    answers = np.digitize(rng.normal(0, 1.5, 20)[raters] + rng.logistic(size=2000), [-1, 1])
    terms = serial_terms(raters, ordinals, np.zeros(2000), answers)
    assert terms.names == ("trial", "previous")
    fit = fit_cumulative(answers[terms.kept], terms.columns, terms.names, clusters=raters[terms.kept])
    assert abs(fit.slope("previous")) < 3 * fit.errors[1]


def test_thirds_are_means_over_raters() -> None:
    curve = by_third(np.repeat([0, 1], 6), np.tile([5, 4, 3, 2, 1, 0], 2), np.array([1, 1, 0, 0, 1, 0] * 2))
    assert curve.y == pytest.approx((0.5, 0.0, 1.0))
    assert curve.low == pytest.approx(curve.y)
    alone = by_third(np.zeros(3), np.arange(3), np.array([0, 0, 1]))
    assert np.isnan(alone.low).all()


def test_too_few_answers_are_refused() -> None:
    with pytest.raises(InputError, match="No rater has two answers in one block"):
        serial_terms(np.arange(3), np.zeros(3), np.zeros(3), np.arange(3))
    with pytest.raises(InputError, match="No rater has three answers"):
        by_third(np.arange(3), np.zeros(3), np.zeros(3))
