"""Distances of named quantities and of curves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synthscope.metrics.structure.curves import CurveDistances
from synthscope.metrics.structure.quantities import QuantityDistances, column_distances
from synthscope.records.metric import Curve, Layout

TWO = Layout(names=("a", "b"))
LINE = Layout(names=("a",), curves=(Curve("line", "Line", 1, 6, (0.0, 1.0, 2.0, 3.0, 4.0), "x"),))


@pytest.mark.parametrize(("n", "m"), [(7, 7), (5, 12), (40, 30)])
def test_the_distance_of_columns_is_the_wasserstein_distance(n: int, m: int) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.standard_normal((n, 4)), rng.normal((0, 0.5, 1, 3), size=(m, 4))
    expected = [stats.wasserstein_distance(a[:, i], b[:, i]) for i in range(4)]
    np.testing.assert_allclose(column_distances(a, b), expected, rtol=1e-12)


def test_a_shift_by_one_standard_deviation_is_one() -> None:
    real = np.random.default_rng(0).normal(10, 3, (200, 2))
    shifted = real + real.std(axis=0, ddof=1) * [1, 0]
    found = QuantityDistances().measure(real, shifted, TWO)
    assert found == {"a": pytest.approx(1), "b": 0}


def test_a_change_of_units_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    real, made = rng.normal(size=(30, 2)), rng.normal(size=(20, 2))
    metric = QuantityDistances()
    found = metric.measure(real, made, TWO)
    assert metric.measure(1000 * real + 5, 1000 * made + 5, TWO) == pytest.approx(found)


def test_fields_that_do_not_tell_a_quantity_are_left_out_of_it() -> None:
    rng = np.random.default_rng(2)
    real, made = rng.normal(size=(20, 2)), rng.normal(size=(16, 2))
    gaps = made.copy()
    gaps[:5, 0] = np.nan
    found = QuantityDistances().measure(real, gaps, TWO)
    spread = real[:, 0].std(ddof=1)
    assert found["a"] == pytest.approx(stats.wasserstein_distance(real[:, 0], made[5:, 0]) / spread)
    assert np.isfinite(found["b"])


def test_a_quantity_that_most_fields_do_not_tell_has_no_number() -> None:
    rng = np.random.default_rng(3)
    real, made = rng.normal(size=(20, 2)), rng.normal(size=(16, 2))
    made[:8, 0] = np.nan
    assert np.isnan(QuantityDistances().measure(real, made, TWO)["a"])
    real[:, 1] = np.inf
    assert np.isnan(QuantityDistances().measure(real, made, TWO)["b"])


def test_a_quantity_that_is_one_value_in_all_real_fields_is_zero_or_cannot_be_told() -> None:
    real, made = np.full((6, 2), 0.1), np.full((6, 2), 0.1)
    made[0, 1] = 4.0
    found = QuantityDistances().measure(real, made, TWO)
    assert found["a"] == 0
    assert np.isnan(found["b"])


def test_the_field_that_lies_far_away_has_the_largest_number() -> None:
    rng = np.random.default_rng(4)
    real, made = rng.normal(size=(50, 2)), rng.normal(size=(10, 2))
    made[3] += 8
    made[5, 0] = np.nan
    found = QuantityDistances().each(real, made, TWO)
    assert found.argmax() == 3
    assert np.isfinite(found).all()


def test_directions_on_both_sides_of_the_cut_are_near() -> None:
    way = Layout(names=("a", "direction"), periods={"direction": 180.0})
    rng = np.random.default_rng(9)
    real, made = rng.normal(size=(200, 2)) * [1, 4], rng.normal(size=(200, 2)) * [1, 4]
    far = made + np.array([0, 8])
    plain = QuantityDistances().measure(real, far, TWO)["b"]
    cut = [np.column_stack([x[:, 0], x[:, 1] % 180]) for x in (real, made, far)]
    found = QuantityDistances().measure(cut[0], cut[2], way)["direction"]
    assert found == pytest.approx(plain, rel=0.01)
    assert QuantityDistances().measure(cut[0], cut[1], way)["direction"] < 0.2
    np.testing.assert_allclose(
        QuantityDistances().each(cut[0], cut[2], way), QuantityDistances().each(real, far, TWO), rtol=0.05
    )


def test_curves_that_are_one_deviation_apart_at_every_point_are_at_one() -> None:
    rng = np.random.default_rng(5)
    real = rng.normal(size=(100, 6)) * [1, 1, 2, 3, 4, 5]
    made = real + real.std(axis=0, ddof=1)
    assert CurveDistances().measure(real, made, LINE) == {"line": pytest.approx(1)}
    assert CurveDistances().measure(real, real[::-1], LINE)["line"] == pytest.approx(0, abs=1e-12)


def test_where_real_fields_do_not_differ_a_curve_is_not_infinitely_far() -> None:
    rng = np.random.default_rng(6)
    real = rng.normal(size=(50, 6))
    real[:, 5] = 0
    made = real.copy()
    made[:, 5] = 0.01
    found = CurveDistances().measure(real, made, LINE)["line"]
    assert 0 < found < 0.3


def test_points_that_half_of_the_fields_do_not_tell_are_left_out() -> None:
    rng = np.random.default_rng(7)
    real = rng.normal(size=(40, 6))
    made = real + 1.0
    made[:30, 1] = np.nan
    found = CurveDistances().measure(real, made, LINE)["line"]
    expected = np.sqrt(np.mean((1 / real[:, 2:].std(axis=0, ddof=1)) ** 2))
    assert found == pytest.approx(expected)
    made[:] = np.nan
    assert np.isnan(CurveDistances().measure(real, made, LINE)["line"])
    assert np.isnan(CurveDistances().each(real, made, LINE)).all()


def test_the_curve_that_lies_far_away_has_the_largest_number() -> None:
    rng = np.random.default_rng(8)
    real, made = rng.normal(size=(50, 6)), rng.normal(size=(10, 6))
    made[7, 1:] -= 6
    assert CurveDistances().each(real, made, LINE).argmax() == 7
