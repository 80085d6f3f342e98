"""What must hold for any data: closed forms, outside programs, and rates of error by simulation."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.discrimination.crossed import crossed_mean
from synthscope.studies.discrimination.equivalence import equivalence, equivalence_trials, exact_equivalence
from synthscope.studies.discrimination.mrmc import arm_mean, compare_arms, reader_study
from synthscope.studies.discrimination.multiplicity import benjamini_hochberg, holm
from synthscope.studies.discrimination.proportions import MEASURED_TYPE_I
from synthscope.studies.discrimination.scores import ReaderScores
from synthscope.studies.discrimination.staircase import Staircase
from synthscope.studies.discrimination.threshold import fit_threshold, psychometric

READERS, CASES = 8, 120


def answers_without_difference(rng, runs):
    """Right or wrong by chance, with readers and images that differ: standard deviations .35 and .6 on the logit."""
    readers = rng.normal(0, 0.35, (runs, READERS, 1))
    cases = rng.normal(0, 0.6, (runs, 1, CASES))
    return rng.random((runs, READERS, CASES)) < expit(readers + cases)


def ratings(rng, arms=2, readers=4, images=60, shift=1.0):
    positive = np.arange(images) % 2 == 0
    scores = rng.normal(size=(arms, readers, images)) + shift * positive + 0.5 * rng.normal(size=images)
    return ReaderScores(np.round(scores, 1), positive, np.arange(images))


def test_pooled_answers_find_what_is_not_there_and_crossed_ones_do_not():
    rng = np.random.default_rng(1)
    right = answers_without_difference(rng, 1000)
    pooled = np.mean([stats.binomtest(int(r.sum()), r.size).pvalue < 0.05 for r in right])
    assert pooled == pytest.approx(MEASURED_TYPE_I, abs=0.06)
    crossed = sum(crossed_mean(r.astype(float)).p_value < 0.05 for r in right[:200])
    assert crossed <= stats.binom.ppf(0.9995, 200, 0.07)


def test_the_crossed_interval_holds_the_truth():
    rng = np.random.default_rng(2)
    found = [crossed_mean(r.astype(float)) for r in answers_without_difference(rng, 200)]
    hits = sum(one.low <= 0.5 <= one.high for one in found)
    assert covers(hits, 200) or hits > 190


def test_the_crossed_variance_is_that_of_a_two_way_table():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(5, 30)) + rng.normal(size=(5, 1)) + rng.normal(size=30)
    mean, reader, case = values.mean(), values.mean(axis=1), values.mean(axis=0)
    rest = values - reader[:, None] - case + mean
    both = (rest**2).sum() / (4 * 29)
    between = 30 * ((reader - mean) ** 2).sum() / 4 + 5 * ((case - mean) ** 2).sum() / 29
    assert crossed_mean(values).variance == pytest.approx((between - both) / values.size, rel=1e-9)


@pytest.mark.parametrize("method", ["jackknife", "delong", "unbiased"])
def test_areas_are_those_of_an_outside_program(method):
    data = ratings(np.random.default_rng(4))
    study = reader_study(data, method)
    peer = [[roc_auc_score(data.positive, scores) for scores in arm] for arm in data.scores]
    np.testing.assert_allclose(study.areas, peer, atol=1e-12)
    assert study.components.variance > study.components.cov1 > 0


def test_one_arm_alone_keeps_its_level():
    rng = np.random.default_rng(5)
    found = [arm_mean(reader_study(ratings(rng, 1, 5, 40, 0.0))).p_value < 0.05 for _ in range(200)]
    assert sum(found) <= stats.binom.ppf(0.9995, 200, 0.06)


def test_alike_arms_are_found_different_no_more_often_than_stated():
    rng = np.random.default_rng(6)
    found = [compare_arms(reader_study(ratings(rng, 2, 5, 40))).p_value < 0.05 for _ in range(200)]
    assert sum(found) <= stats.binom.ppf(0.9995, 200, 0.06)


def test_equivalence_takes_many_answers():
    assert equivalence_trials(0.05) == 857
    assert equivalence_trials(0.1) == 215
    assert exact_equivalence(500, 1000, 0.05).equivalent
    assert not exact_equivalence(50, 100, 0.05).equivalent
    assert not equivalence(0.53, 0.02, 0.05).equivalent
    with pytest.raises(InputError, match=r"margin of 0\.7"):
        equivalence(0.5, 0.1, 0.7)


@pytest.mark.parametrize(("ours", "name"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_adjusted_p_values_are_those_of_an_outside_program(ours, name):
    p_values = np.random.default_rng(7).random(12) ** 3
    np.testing.assert_allclose(ours(p_values), multipletests(p_values, method=name)[1], atol=1e-12)


def test_a_staircase_finds_the_exposure_that_is_needed():
    rng, truth, hits = np.random.default_rng(8), np.log2(150.0), 0
    for _ in range(100):
        staircase, history = Staircase(500.0), []
        for _ in range(80):
            shown = np.log2(staircase.next_ms(history))
            history.append(bool(rng.random() < psychometric(np.array(shown), truth, 0.8)))
        found = fit_threshold(np.array(staircase.shown(history)), np.array(history))
        hits += found.low <= 150.0 <= found.high
    assert covers(hits, 100)
