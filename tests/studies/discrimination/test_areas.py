"""Areas of readers: outside programs, brute force, ties, covariances that are unbiased, intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import auc, roc_auc_score
from sklearn.metrics import roc_curve as peer_curve
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.discrimination.covariances import METHODS, components, covariances, left_out
from synthscope.studies.discrimination.roc import area_under_curve, roc_curve
from synthscope.studies.discrimination.scores import ReaderScores, areas_of, reader_scores


def ratings(rng: np.random.Generator, arms: int = 2, readers: int = 3, cases: int = 24) -> ReaderScores:
    positive = np.arange(cases) % 2 == 0
    shared = positive * 0.8 + rng.normal(0, 1, cases)
    return reader_scores(np.round(shared + rng.normal(0, 0.8, (arms, readers, cases))), positive)


def brute_area(scores: np.ndarray, positive: np.ndarray) -> float:
    there = np.isfinite(scores)
    one, other = scores[there & positive], scores[there & ~positive]
    return float(np.mean((one[:, None] > other) + 0.5 * (one[:, None] == other)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 60), st.integers(1, 8))
def test_an_outside_program_gives_the_same_curve_and_area(seed: int, count: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, steps + 1, count).astype(float), np.arange(count) % 2 == 0
    found = area_under_curve(scores, positive)
    assert found.value == pytest.approx(roc_auc_score(positive, scores))
    assert found.value == pytest.approx(brute_area(scores, positive))
    false, true = roc_curve(scores, positive)
    peer = peer_curve(positive, scores, drop_intermediate=False)
    assert (false, true) == (pytest.approx(peer[0]), pytest.approx(peer[1]))
    assert auc(false, true) == pytest.approx(found.value)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_turning_the_scale_turns_the_area(rng: np.random.Generator) -> None:
    scores, positive = rng.normal(0, 1, 40), np.arange(40) < 15
    one, other = area_under_curve(scores, positive), area_under_curve(-scores, positive)
    assert (one.value, one.se, one.low) == pytest.approx((1 - other.value, other.se, 1 - other.high))


def test_perfect_answers_still_have_an_interval() -> None:
    found = area_under_curve(np.arange(20.0), np.arange(20) >= 10)
    assert (found.value, found.se, found.high) == pytest.approx((1, 0, 1))
    assert 0.6 < found.low < 0.9


def test_intervals_of_an_area_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs, positive = np.random.default_rng(2), 200, np.arange(80) < 40
    hits = 0
    for _ in range(runs):
        found = area_under_curve(positive * 1.0 + rng.normal(0, 1, 80), positive)
        hits += found.low <= 0.7602 <= found.high
    assert covers(hits, runs)


def test_leaving_out_is_what_it_says(rng: np.random.Generator) -> None:
    data = ratings(rng)
    mixed = reader_scores(data.scores, data.positive, np.repeat(np.arange(8), 3))
    for one in (data, mixed):
        without = left_out(one, areas_of(one))
        for unit in range(int(one.units.max()) + 1):
            kept = one.units != unit
            brute = [brute_area(row[kept], one.positive[kept]) for row in one.rows]
            assert without[:, unit] == pytest.approx(brute)


def brute_unbiased(data: ReaderScores, a: int, b: int) -> float:
    """Products of comparisons that share no image, taken one by one."""
    rows, p, n = data.rows, np.flatnonzero(data.positive), np.flatnonzero(~data.positive)

    def compare(k: int, i: int, j: int) -> float:
        x, y = rows[k, i], rows[k, j]
        return np.nan if np.isnan(x + y) else float(x > y) + 0.5 * float(x == y)

    one = {(i, j): compare(a, i, j) for i in p for j in n}
    two = {(i, j): compare(b, i, j) for i in p for j in n}
    apart = [x * y for (i, j), x in one.items() for (k, m), y in two.items() if i != k and j != m]
    return float(np.nanmean(list(one.values())) * np.nanmean(list(two.values())) - np.nanmean(apart))


def test_unbiased_covariances_are_their_brute_force(rng: np.random.Generator) -> None:
    data = ratings(rng, readers=2, cases=10)
    scores = data.scores.copy()
    scores[0, 0, 3] = scores[1, :, 4] = np.nan
    holey = reader_scores(scores, data.positive)
    for one in (data, holey):
        found = covariances(one, "unbiased").reshape(4, 4)
        brute = [[brute_unbiased(one, a, b) for b in range(4)] for a in range(4)]
        assert found == pytest.approx(np.array(brute), abs=1e-12)


def test_delong_is_the_single_readers_error(rng: np.random.Generator) -> None:
    data = ratings(rng)
    found = covariances(data, "delong")
    for t in range(2):
        for r in range(3):
            alone = area_under_curve(data.scores[t, r], data.positive)
            assert found[t, r, t, r] == pytest.approx(alone.se**2)


@pytest.mark.parametrize("method", METHODS)
def test_covariances_are_symmetric_and_near_each_other(method: str, rng: np.random.Generator) -> None:
    data = ratings(rng, cases=200)
    found = covariances(data, method).reshape(6, 6)  # type: ignore[arg-type]
    assert found == pytest.approx(found.T)
    assert np.diag(found) == pytest.approx(np.diag(covariances(data, "delong").reshape(6, 6)), rel=0.05)


def test_unbiased_covariances_are_unbiased() -> None:
    rng, runs = np.random.default_rng(3), 800
    studies = [ratings(rng, cases=16) for _ in range(runs)]
    areas = np.array([areas_of(one).values for one in studies])
    found = np.mean([covariances(one, "unbiased") for one in studies], axis=0).reshape(6, 6)
    truth = components(np.cov(areas.T).reshape(2, 3, 2, 3))
    mean = components(found.reshape(2, 3, 2, 3))
    for name in ("variance", "cov1", "cov2", "cov3"):
        assert getattr(mean, name) == pytest.approx(getattr(truth, name), rel=0.12)


def test_arms_that_share_no_image_have_no_covariance(rng: np.random.Generator) -> None:
    scores = np.full((2, 3, 40), np.nan)
    scores[0, :, :20] = rng.normal(0, 1, (3, 20))
    scores[1, :, 20:] = rng.normal(0, 1, (3, 20))
    data = reader_scores(scores, np.arange(40) % 2 == 0)
    for method in ("delong", "unbiased"):
        assert covariances(data, method)[0, :, 1, :] == pytest.approx(np.zeros((3, 3)), abs=1e-12)  # type: ignore[arg-type]


def test_what_has_no_area_is_said(rng: np.random.Generator) -> None:
    positive = np.arange(8) < 4
    with pytest.raises(InputError, match="One reader says nothing of other readers"):
        reader_scores(np.ones((1, 8)), positive)
    lacking = np.ones((2, 3, 8))
    lacking[1, 2, :3] = np.nan
    with pytest.raises(InputError, match="Reader 3 has 1 answers to positive images of arm 2"):
        reader_scores(lacking, positive)
    grouped = reader_scores(rng.normal(0, 1, (2, 3, 8)), positive, np.repeat(np.arange(4), 2))
    with pytest.raises(InputError, match="use 'jackknife'"):
        covariances(grouped, "delong")
    with pytest.raises(InputError, match="One case holds all images of a kind"):
        covariances(reader_scores(rng.normal(0, 1, (2, 3, 8)), positive, np.r_[0, 0, 0, 0, 1, 2, 3, 4]))
    with pytest.raises(InputError, match="needs 2 images of each kind"):
        area_under_curve(np.arange(4.0), np.arange(4) < 1)
