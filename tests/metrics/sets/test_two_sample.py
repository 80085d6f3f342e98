from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from synthscope.errors import InputError
from synthscope.imaging.logistic import INVERSE_PENALTY, fit_logistic
from synthscope.metrics.resampling import Sample, intervals
from synthscope.metrics.sets.two_sample import ClassifierTest, _Fields, _weighted_wins, _wins
from synthscope.records.metric import Layout

PLAIN = Layout()
TEST = ClassifierTest()


def clustered(rng: np.random.Generator, specimens: int, rows: int, d: int = 8) -> tuple[np.ndarray, np.ndarray]:
    drawn = 3 * rng.normal(size=(specimens, 1, d)) + rng.normal(size=(specimens, rows, d))
    return drawn.reshape(-1, d), np.repeat(np.arange(specimens), rows)


def test_regressions_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    features = rng.normal(size=(60, 7))
    labels = (rng.random((4, 60)) < 0.4).astype(float)
    labels[3] = features[:, 2] > 0.5  # can be separated: only the penalty holds the weights
    ours = fit_logistic(features, labels)
    for number, label in enumerate(labels):
        theirs = LogisticRegression(C=INVERSE_PENALTY, tol=1e-10, max_iter=10_000).fit(features, label)
        np.testing.assert_allclose(ours.log_odds(features)[number], theirs.decision_function(features), atol=2e-3)


def test_wins_are_the_area_under_the_curve(rng: np.random.Generator) -> None:
    scores = rng.normal(size=(2, 30)).round(1)  # with ties
    labels = (rng.random((2, 30)) < 0.5).astype(float)
    won, pairs = _wins(scores, labels)
    expected = [roc_auc_score(label, score) for label, score in zip(labels, scores, strict=True)]
    np.testing.assert_allclose(won / pairs, expected)


def test_weighted_wins_are_those_of_rows_drawn_so_often(rng: np.random.Generator) -> None:
    low, high = rng.normal(size=12).round(1), rng.normal(size=9).round(1)  # with ties
    w, v = rng.integers(0, 3, (4, 12)).astype(float), rng.integers(0, 3, (4, 9)).astype(float)
    beats = (high > low[:, None]) + 0.5 * (high == low[:, None])
    np.testing.assert_allclose(_weighted_wins(low, high, w, v), np.einsum("bi,ij,bj->b", w, beats, v))


def test_two_sets_of_one_kind_cannot_be_told_apart_and_two_kinds_can(rng: np.random.Generator) -> None:
    same = [TEST.measure(rng.normal(size=(40, 30)), rng.normal(size=(40, 30)), PLAIN)[""] for _ in range(60)]
    assert abs(np.mean(same) - 0.5) < 4 * np.std(same) / np.sqrt(60)
    apart = TEST.measure(rng.normal(size=(40, 30)), 1 + rng.normal(size=(40, 30)), PLAIN)[""]
    assert apart > 0.97


def test_the_area_of_a_known_shift_is_near_the_best_there_is(rng: np.random.Generator) -> None:
    """Two Gaussians one standard deviation apart: no classifier has more than Phi(1 / sqrt 2) = 0.760."""
    best = stats.norm.cdf(1 / np.sqrt(2))
    found = [
        TEST.measure(rng.normal(size=(150, 4)), 0.5 + rng.normal(size=(150, 4)), PLAIN)[""] for _ in range(10)
    ]  # 4 features of half a deviation make one
    assert best - 0.06 < np.mean(found) < best + 0.02


def test_specimens_lie_in_one_fold_and_what_is_alike_in_them_does_not_leak(rng: np.random.Generator) -> None:
    grouped, leaked = [], []
    for _ in range(30):
        (a, of_a), (b, of_b) = clustered(rng, 10, 8), clustered(rng, 10, 8)
        grouped.append(TEST.measure_by_specimen(a, b, PLAIN, (of_a, of_b))[""])
        leaked.append(TEST.measure(a, b, PLAIN)[""])
        folds = _Fields.of(a, b, (of_a, of_b)).folds[: len(a)]
        assert all(len(np.unique(folds[of_a == one])) == 1 for one in range(10))
    assert abs(np.mean(grouped) - 0.5) < 4 * np.std(grouped) / np.sqrt(30)
    assert np.mean(leaked) > 0.7


def test_an_evaluation_tells_the_classifier_the_specimens(rng: np.random.Generator) -> None:
    samples = [Sample(*clustered(rng, 10, 8)) for _ in range(2)]
    found = intervals(TEST, *samples, PLAIN, rng, 200)[""]
    (a, of_a), (b, of_b) = ((one.features, one.units) for one in samples)
    assert found.value == TEST.measure_by_specimen(a, b, PLAIN, (of_a, of_b))[""] != TEST.measure(a, b, PLAIN)[""]
    assert found.low < found.value < found.high


def test_folds_follow_what_is_in_rows_and_not_their_order(rng: np.random.Generator) -> None:
    a, b, order = rng.normal(size=(30, 5)), 0.4 + rng.normal(size=(25, 5)), rng.permutation(30)
    folds = _Fields.of(a, b, None).folds
    assert (_Fields.of(a[order], b, None).folds[:30] == folds[:30][order]).all()
    assert TEST.measure(a[order], b, PLAIN)[""] == TEST.measure(a, b, PLAIN)[""]


def test_p_is_uniform_where_both_sets_are_of_one_kind(rng: np.random.Generator) -> None:
    rows = np.arange(16)
    found = np.array(
        [TEST.p_value(rng.normal(size=(16, 3)), rng.normal(size=(16, 3)), (rows, rows), rng, 49) for _ in range(120)]
    )
    assert stats.kstest(found, "uniform").pvalue > 0.001
    assert 0.02 < (found <= 0.1).mean() < 0.22


def test_p_by_specimens_keeps_its_level_and_by_rows_it_does_not(rng: np.random.Generator) -> None:
    by_specimen, by_row = [], []
    for _ in range(50):
        (a, of_a), (b, of_b) = clustered(rng, 8, 4, 3), clustered(rng, 8, 4, 3)
        rows = np.arange(len(a))
        by_specimen.append(TEST.p_value(a, b, (of_a, of_b), rng, 49))
        by_row.append(TEST.p_value(a, b, (rows, rows), rng, 49))
    assert (np.array(by_specimen) <= 0.1).mean() < 0.25
    assert (np.array(by_row) <= 0.1).mean() > 0.4


def test_p_finds_a_shift(rng: np.random.Generator) -> None:
    rows = np.arange(40)
    assert TEST.p_value(rng.normal(size=(40, 20)), 1 + rng.normal(size=(40, 20)), (rows, rows), rng, 99) == 0.01


def test_the_image_that_is_least_like_real_has_the_highest_odds(rng: np.random.Generator) -> None:
    real, generated = rng.normal(size=(60, 4)), 1 + rng.normal(size=(60, 4))
    generated[11] = 6
    assert TEST.each(real, generated, PLAIN).argmax() == 11


def test_features_that_never_vary_tell_nothing(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    constant = np.full((20, 1), 7.0)
    padded = [np.concatenate([x, constant], axis=1) for x in (a, b)]
    assert _Fields.of(*padded, None).features.shape[1] == 3
    assert TEST.measure(np.repeat(constant, 2, 1), np.repeat(constant, 2, 1), PLAIN)[""] == 0.5


def test_too_few_images_are_refused() -> None:
    with pytest.raises(InputError, match="3 images and 4 are the least"):
        TEST.measure(np.zeros((3, 2)), np.zeros((9, 2)), PLAIN)
