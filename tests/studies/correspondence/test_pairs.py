"""Choices and images on which a metric and experts part, and their marks over its map."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.records.study_events import Mark
from synthscope.studies.correspondence.disagreement import disagreements
from synthscope.studies.correspondence.marks import compare_maps, mark_density, mark_mask
from synthscope.studies.correspondence.pairs import agreement_scores, area, human_ceiling, krasula, pair_agreement
from synthscope.studies.tables import RatingTable


def test_agreement_is_scored_as_lpips_does() -> None:
    # Zhang et al. 2018: s = (d0 < d1)(1 - g) + (d1 < d0) g + (d0 == d1) / 2, with distances d and g for the second
    first, second, chosen = np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.1, 0.3]), np.array([0.2, 0.6, 0.9])
    expected = (first < second) * (1 - chosen) + (second < first) * chosen + (first == second) * 0.5
    assert agreement_scores(first - second, chosen) == pytest.approx(expected)


def test_human_ceiling_is_the_published_one_and_free_of_oneself() -> None:
    assert human_ceiling(np.array([0.8])) == pytest.approx(0.68)
    rng, count = np.random.default_rng(0), np.full(20_000, 3)
    drawn = rng.binomial(3, 0.8, 20_000) / 3
    assert human_ceiling(drawn, count) == pytest.approx(0.68, abs=0.01)
    assert human_ceiling(drawn) > 0.72
    assert np.isnan(human_ceiling(np.array([1.0]), np.array([1])))


def test_a_metric_that_chooses_as_the_raters_scores_as_they_do() -> None:
    rng = np.random.default_rng(1)
    values = (rng.random((15, 200)) < 0.8).astype(float)
    table = RatingTable(values, tuple(map(str, range(15))), tuple(map(str, range(200))))
    right, ceiling = pair_agreement(table, np.ones(200), "m", rng, resamples=200)
    assert right.value == pytest.approx(0.8, abs=0.03)
    assert right.low < 0.8 < right.high
    assert ceiling.value == pytest.approx(0.68, abs=0.03)
    wrong, _ = pair_agreement(table, -np.ones(200), "m", rng, resamples=50)
    assert wrong.value == pytest.approx(1 - right.value)
    blind, _ = pair_agreement(table, np.zeros(200), "m", rng, resamples=50)
    assert blind.value == 0.5


def test_krasulas_areas_are_one_for_the_truth_and_a_half_for_noise() -> None:
    rng = np.random.default_rng(2)
    quality = np.repeat([0.0, 1.0, 3.0, 6.0], 6)
    table = RatingTable(
        quality + rng.normal(0, 0.3, (10, 24)), tuple(map(str, range(10))), tuple(f"{k:02d}" for k in range(24))
    )
    found = krasula(table, quality)
    assert min(found.better, found.right, found.different) > 0.97  # one pair in twenty of equals is told apart
    assert 0 < found.apart < found.pairs == 276
    noise = krasula(table, rng.random(24))
    assert abs(noise.better - 0.5) < 0.2
    assert krasula(table, -quality).better < 0.03
    with pytest.raises(InputError, match="No two items share two raters"):
        krasula(RatingTable(np.array([[1.0, np.nan], [np.nan, 2]]), ("a", "b"), ("x", "y")), np.arange(2.0))


def test_area_counts_ties_as_halves() -> None:
    assert area(np.array([1.0, 2]), np.array([1.0, 0])) == pytest.approx(3.5 / 4)
    assert np.isnan(area(np.array([]), np.array([1.0])))


def test_disagreements_list_the_largest_gap_first() -> None:
    ratings = np.array([[1.0, 5, 3, 2, 4], [1, 4, 3, 2, 5]])
    table = RatingTable(ratings, ("r", "s"), tuple("abcde"))
    good, bad = disagreements(table, np.array([5.0, 1, 3, 2, 4]))
    assert good[0].item == "a"
    assert (good[0].metric_place, good[0].human_place, good[0].gap) == (1, 0, 1)
    assert bad[0].item == "b"
    assert bad[0].gap < 0
    assert good[0].error == 0
    assert bad[0].error == pytest.approx(0.5)
    assert disagreements(table, np.arange(5.0), 1)[0].__len__() <= 1
    assert disagreements(table, table.means) == ((), ())


def test_marks_are_drawn_where_they_are() -> None:
    marks = [
        Mark("point", ((2.2, 3.9),)), Mark("box", ((6.0, 6.0), (4.0, 8.0)), slice=1),
        Mark("region", ((0.0, 0.0), (0.0, 3.0), (3.0, 0.0)), slice=1), Mark("point", ((99.0, -5.0),)),
    ]  # fmt: skip
    mask = mark_mask(marks, (2, 10, 12))
    assert np.argwhere(mask[0]).tolist() == [[2, 4], [9, 0]]
    assert mask[1, 4:7, 6:9].all()
    assert mask[1, 1, 1]
    assert not mask[1, 3, 3]
    with pytest.raises(InputError, match="lies in slice 7, and the picture has 2"):
        mark_mask([Mark("point", ((0.0, 0.0),), slice=7)], (2, 4, 4))


def test_density_is_the_part_of_the_raters() -> None:
    point = [Mark("point", ((20.0, 20.0),))]
    density = mark_density({"a": point, "b": point, "c": [], "d": []}, (1, 41, 41), sigma=3)
    assert density.max() == density[0, 20, 20] == pytest.approx(0.5)
    assert density[0, 0, 0] < 1e-6
    with pytest.raises(InputError, match="Nobody saw the picture"):
        mark_density({}, (1, 4, 4))


def test_density_falls_with_the_distance_from_a_box_as_from_a_point() -> None:
    painted = mark_density({"a": [Mark("box", ((12.0, 15.0), (28.0, 25.0)))]}, (2, 41, 41), sigma=3)
    assert (painted[0, 12:29, 15:26] == 1).all()
    point = mark_density({"a": [Mark("point", ((20.0, 20.0),))]}, (2, 41, 41), sigma=3)
    for away in (1, 3, 6):
        assert painted[0, 20, 15 - away] == painted[0, 28 + away, 20] == point[0, 20, 20 + away]
        assert point[0, 20 - away, 20] == pytest.approx(math.exp(-0.5 * (away / 3) ** 2))
    assert painted[0, 31, 29] == pytest.approx(math.exp(-0.5 * (3**2 + 4**2) / 9)), "from its corner"
    assert not painted[1].any(), "another slice"


def test_a_map_that_shows_the_faults_is_told_from_one_that_does_not() -> None:
    rng = np.random.default_rng(3)
    faults = {"a": [Mark("point", ((15.0, 40.0),))], "b": [Mark("point", ((16.0, 41.0),))], "c": []}
    density = mark_density(faults, (1, 64, 64), sigma=4)
    error = rng.random((1, 64, 64)) * 0.2
    error[0, 10:22, 34:48] += 1
    found = compare_maps(error, density, rng, raters=3, shifts=199)
    assert found.area > 0.95
    assert found.area_p < 0.05
    assert found.correlation > 0.1
    assert 0 < found.marked < 0.2
    assert compare_maps(-error, density, rng, raters=3, shifts=19).area < 0.05
    nothing = compare_maps(error, np.zeros((1, 64, 64)), rng)
    assert np.isnan(nothing.area)
    with pytest.raises(InputError, match="does not fit a density"):
        compare_maps(error[0], density, rng)


def test_large_maps_are_averaged_and_say_the_same() -> None:
    rng = np.random.default_rng(4)
    density = mark_density({"a": [Mark("point", ((300.0, 800.0),))]}, (1, 1100, 1203), sigma=16)
    error = gaussian_filter(rng.random((1, 1100, 1203)), (0, 3, 3)) + density
    small = compare_maps(error[:, 200:400, 700:900], density[:, 200:400, 700:900], rng, shifts=9)
    large = compare_maps(error, density, rng, shifts=9)
    assert large.area > 0.95
    assert large.marked * 1100 * 1203 == pytest.approx(small.marked * 200 * 200, rel=0.1)


def test_shifted_marks_keep_the_level_on_smooth_maps_where_single_pixels_would_not() -> None:
    rng, runs, kept = np.random.default_rng(5), 200, 0
    for _ in range(runs):
        error = gaussian_filter(rng.standard_normal((1, 32, 32)), (0, 4, 4), mode="wrap")
        points = rng.uniform(0, 32, (3, 2))
        density = mark_density({"a": [Mark("point", (tuple(p),)) for p in points]}, (1, 32, 32), sigma=3)
        kept += compare_maps(error, density, rng, shifts=99).area_p > 0.05
    assert covers(kept, runs)
