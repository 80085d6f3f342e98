"""The report of correlated features, of features whose correlation is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synthscope.errors import InputError
from synthscope.metrics.structure.cells import CellFeature
from synthscope.metrics.structure.feature_correlation import feature_correlation, fisher_interval, pearson

FEATURES = (
    CellFeature("area", "Area", "", "shape"),
    CellFeature("c1-mean", "Mean, channel 1", "1", "intensity"),
    CellFeature("c1-within", "Within, channel 1", "1", "intensity"),
    CellFeature("c2-mean", "Mean, channel 2", "2", "intensity"),
)


def related(real: np.ndarray, correlations: tuple[float, ...], seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(real.shape)
    r = np.asarray(correlations)
    return r * real + np.sqrt(1 - r**2) * noise


def test_correlations_are_those_that_were_put_in_and_stand_beside_their_ceiling() -> None:
    real = np.random.default_rng(0).standard_normal((4000, 4))
    synthetic = related(real, (0.9, 0.2, 0.3, 0.7), 1)
    replicate = related(real, (0.6, 0.6, 0.6, 0.6), 2)
    found = feature_correlation(FEATURES, real, synthetic, (real, replicate))
    values = [feature.value for feature in found.features]
    np.testing.assert_allclose(values, [0.9, 0.2, 0.3, 0.7], atol=0.03)
    for feature, column in zip(found.features, range(4), strict=True):
        assert feature.value == pytest.approx(stats.pearsonr(real[:, column], synthetic[:, column])[0])
        assert feature.low < feature.value < feature.high
        assert feature.ceiling == pytest.approx(0.6, abs=0.03)
    assert found.value == pytest.approx(np.median(values))
    assert (found.pairs, found.replicates) == (4000, 4000)


def test_groups_are_channels_by_category() -> None:
    real = np.random.default_rng(3).standard_normal((200, 4))
    replicate = related(real, (0.5,) * 4, 4)
    found = feature_correlation(FEATURES, real, related(real, (0.9, 0.1, 0.1, 0.9), 5), (real, replicate))
    groups = {(group.channel, group.category): group for group in found.groups}
    assert set(groups) == {("", "shape"), ("1", "intensity"), ("2", "intensity")}
    assert groups["1", "intensity"].features == 2
    assert groups["1", "intensity"].above == 0
    assert groups["2", "intensity"].above == 1


def test_features_that_do_not_vary_or_are_not_told_have_no_number() -> None:
    real = np.random.default_rng(6).standard_normal((10, 4))
    synthetic = real.copy()
    synthetic[:, 0] = 0.1
    synthetic[:7, 1] = np.nan
    found = feature_correlation(FEATURES, real, synthetic)
    values = [feature.value for feature in found.features]
    assert np.isnan(values[:2]).all()
    assert values[2:] == pytest.approx([1, 1])
    assert found.features[1].n == 3
    assert np.isnan(found.ceiling)
    assert np.isnan(found.groups[0].value)
    assert np.isnan(found.groups[0].above)


def test_the_interval_is_that_of_fisher() -> None:
    expected = stats.pearsonr(np.arange(20.0), np.sin(np.arange(20.0)))
    low, high = fisher_interval(float(expected[0]), 20)
    known = expected.confidence_interval(0.95)
    assert (low, high) == pytest.approx((known.low, known.high))
    assert np.isnan(fisher_interval(0.5, 3)).all()


def test_correlation_does_not_depend_on_scale_or_offset() -> None:
    a, b = np.random.default_rng(7).standard_normal((2, 30))
    assert pearson(1e6 + a, 1e-6 * b)[1] == pytest.approx(pearson(a, b)[1], abs=1e-6)
    assert pearson(np.full(30, 0.1), b) == (30, pytest.approx(np.nan, nan_ok=True))


def test_rows_that_are_no_pairs_are_refused() -> None:
    real = np.zeros((10, 4))
    with pytest.raises(InputError, match="row for each pair"):
        feature_correlation(FEATURES, real, real[:9])
    with pytest.raises(InputError, match="at least 4"):
        feature_correlation(FEATURES, real[:3], real[:3])
    with pytest.raises(InputError, match="replicate"):
        feature_correlation(FEATURES, real, real, (real, real[:, :3]))
