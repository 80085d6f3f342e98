"""Things in masks: told apart, measured, and what lies in them."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.draw import ellipse

from synthscope.imaging.object_grey import (
    RINGS,
    correlation_within,
    means_and_deviations,
    radial_distribution,
    rings,
)
from synthscope.imaging.objects import separate, whole_only
from synthscope.imaging.quantiles import rounded_quantiles
from synthscope.imaging.sections import sections


def discs(centres: list[tuple[float, float]], radius: float, shape: tuple[int, int] = (100, 120)) -> np.ndarray:
    y, x = np.indices(shape)
    return np.any([np.hypot(y - cy, x - cx) <= radius for cy, cx in centres], axis=0)


def test_discs_that_touch_are_told_apart_and_a_single_one_is_not_cut() -> None:
    mask = discs([(30, 30), (30, 50), (47, 40), (75, 90)], 11)
    labels = separate(mask)
    assert labels.max() == 4
    assert np.array_equal(labels > 0, mask)
    assert separate(discs([(50, 60)], 30)).max() == 1


def test_small_things_are_left_out_but_small_cells_are_kept_whole() -> None:
    mask = discs([(30, 30)], 8) | discs([(80, 80)], 1.5)
    assert separate(mask, 30).max() == 1
    assert separate(mask).max() == 2
    assert separate(np.zeros((9, 9), bool)).max() == 0


def test_things_that_the_border_cuts_have_no_size() -> None:
    labels = separate(discs([(2, 30), (50, 50)], 8))
    assert len(sections(labels).areas) == 2
    assert len(sections(whole_only(labels)).areas) == 1


def test_an_ellipse_has_its_axes_centre_and_area() -> None:
    labels = np.zeros((90, 110), int)
    labels[ellipse(40, 60, 12, 30, rotation=np.radians(25))] = 3
    found = sections(labels)
    assert found.labels.tolist() == [3]
    assert found.long[0] == pytest.approx(60, rel=0.02)
    assert found.short[0] == pytest.approx(24, rel=0.02)
    assert found.areas[0] == pytest.approx(np.pi * 12 * 30, rel=0.02)
    np.testing.assert_allclose(found.centres[0], [40, 60], atol=0.2)
    assert not len(found.spacing())


def test_the_spacing_of_a_grid_is_its_step() -> None:
    labels = separate(discs([(y, x) for y in (20, 45, 70) for x in (20, 45, 70, 95)], 6))
    assert sections(labels).spacing() == pytest.approx([25] * 12, abs=0.01)


def test_grey_values_are_those_of_each_thing() -> None:
    labels = np.repeat([[0, 1, 2]], 6, axis=0).repeat(2, axis=1)
    values = labels * 10.0
    values[:, 5] += 4
    mean, deviation = means_and_deviations(values, labels)
    assert mean.tolist() == [10, 22]
    assert deviation.tolist() == [0, 2]


def test_brightness_that_falls_to_the_rim_is_seen_in_the_rings() -> None:
    y, x = np.indices((60, 60))
    radius = np.hypot(y - 30, x - 30)
    labels = (radius <= 20).astype(int)
    even = radial_distribution(np.ones(labels.shape), rings(labels))
    assert even == pytest.approx([1] * RINGS)
    cone = radial_distribution(np.where(labels > 0, 1 - radius / 40, 0), rings(labels))
    assert np.all(np.diff(cone) < 0)
    assert np.isnan(radial_distribution(np.ones((5, 5)), np.full((5, 5), -1))).all()


def test_channels_are_correlated_inside_only() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 40, 40))
    inside = np.zeros((40, 40), bool)
    inside[10:30, 10:30] = True
    b[inside] = 3 - 2 * a[inside]
    assert correlation_within(a, b, inside) == pytest.approx(-1)
    assert abs(correlation_within(a, b, ~inside)) < 0.15
    assert np.isnan(correlation_within(a, np.ones(a.shape), inside))


def test_the_median_of_rounded_values_moves_with_every_value() -> None:
    rng = np.random.default_rng(2)
    exact = rng.normal(7.3, 2, 20001)
    found = rounded_quantiles(np.rint(exact), [0.1, 0.5, 0.9], 1.0)
    np.testing.assert_allclose(found, np.quantile(exact, [0.1, 0.5, 0.9]), atol=0.08)
    assert rounded_quantiles(exact, [0.5], 0.0)[0] == np.median(exact)
    assert rounded_quantiles(np.array([3, 3, 3, 3]), [0.5], 1.0)[0] == 3
    assert rounded_quantiles(np.zeros(5), [0.5], 1.0, lowest=0.0)[0] == 0.25
    assert np.isnan(rounded_quantiles(np.empty(0), [0.5], 1.0)).all()
    assert np.isnan(rounded_quantiles(np.array([1, np.nan]), [0.5], 1.0)).all()
