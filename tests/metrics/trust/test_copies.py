"""Copies are called copies, honest fields are not; features and duplicates by closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from tests.metrics.grainy import grains
from tests.metrics.trust.defects import COPIES, cropped

from synthscope.errors import InputError
from synthscope.jobs.drain import drain
from synthscope.metrics.trust.copies import copies_job, judged, threshold_of
from synthscope.metrics.trust.duplicates import duplicates, same_sets, shared_fields
from synthscope.metrics.trust.neighbours import copying_statistic, mann_whitney_z, neighbour_ratio
from synthscope.records.events import Progress
from synthscope.records.trust import Match

TRAINING = list(grains(2, (1, 128, 128), 1))


def held_out(count, seed):
    rng = np.random.default_rng(seed)
    others = grains(4, (1, 128, 128), 100 + seed)
    return np.stack([cropped(others[i % 4], 32, rng) for i in range(count)]).astype(float)


@pytest.mark.parametrize("way", COPIES)
def test_copies_are_all_found_and_honest_fields_are_not(way):
    rng = np.random.default_rng(7)
    copies = np.stack([COPIES[way](cropped(TRAINING[i % 2], 32, rng), rng) for i in range(4)])
    honest = held_out(4, 2)
    found = drain(copies_job(np.concatenate([honest, copies]), held_out(12, 3), TRAINING, shown=4))
    assert found.copies == (4, 5, 6, 7)
    assert set(found.closest) == {4, 5, 6, 7}
    assert [found.matches[i].image for i in found.copies] == [0, 1, 0, 1]
    assert max(found.p_values[4:]) == 1 / 13
    assert min(found.p_values[:4]) > 1 / 13


def test_the_search_tells_its_progress_from_nothing_to_all():
    events = []
    drain(copies_job(held_out(2, 4), held_out(8, 5), TRAINING), events.append)
    assert all(isinstance(event, Progress) for event in events)
    assert events[0].fraction == 0
    assert events[-1].fraction == 1


def matches(values):
    return tuple(Match(float(v), 0, 0, 0, 0, 0) for v in values)


def test_p_values_are_ranks_among_held_out_fields():
    found = judged(matches([0.5, 0.95, 0.05]), matches(np.arange(1, 100) / 100))
    assert found.p_values == (0.51, 0.06, 0.96)
    assert found.closest == (1, 0, 2)


def test_the_threshold_by_rank_is_passed_by_one_honest_field_in_a_hundred():
    rng = np.random.default_rng(1)
    passed = [(rng.random(1000) >= threshold_of(rng.random(199)).value).mean() for _ in range(200)]
    assert np.mean(passed) == pytest.approx(0.01, abs=0.002)


@pytest.mark.parametrize("count", [8, 40])
def test_with_few_fields_the_threshold_is_a_prediction_limit_of_maxima(count):
    rng = np.random.default_rng(2)
    honest = np.tanh(0.3 + 0.03 * rng.gumbel(size=(2000, count + 1)))
    passed = [row[0] >= threshold_of(row[1:]).value for row in honest]
    assert threshold_of(honest[0, 1:]).rule == "extreme-value fit"
    assert np.mean(passed) == pytest.approx(0.01, abs=0.006)


def test_too_few_held_out_fields_are_refused():
    with pytest.raises(InputError, match="3 held-out fields"):
        drain(copies_job(held_out(2, 4), held_out(3, 5), TRAINING))


def test_the_ratio_of_neighbours_is_that_of_their_distances():
    training = np.array([[0.0, 0], [10, 0], [0, 4]])
    assert neighbour_ratio(np.array([[0.0, 1], [10, 0], [0, 2]]), training) == pytest.approx([1 / 3, 0, 1])
    assert neighbour_ratio(np.zeros((1, 2)), np.zeros((3, 2))) == 1


def test_the_mann_whitney_statistic_equals_that_of_scipy(rng):
    a, b = np.round(rng.normal(size=40), 1), np.round(rng.normal(size=55) + 0.3, 1)
    p = mannwhitneyu(a, b, use_continuity=False, method="asymptotic").pvalue
    assert math.erfc(abs(mann_whitney_z(a, b)) / math.sqrt(2)) == pytest.approx(p, rel=1e-9)
    assert mann_whitney_z(a, b) == pytest.approx(-mann_whitney_z(b, a))
    assert mann_whitney_z(np.ones(5), np.ones(7)) == 0


@pytest.mark.parametrize("cells", [1, 3])
def test_copying_is_far_below_zero_and_honest_sampling_near_it(rng, cells):
    training, test, honest = rng.normal(size=(3, 200, 8))
    copies = training[:100] + 0.01 * rng.normal(size=(100, 8))
    assert abs(copying_statistic(training, test, honest, cells=cells)) < 3
    assert copying_statistic(training, test, copies, cells=cells) < -5
    assert copying_statistic(training, test, 3 * honest, cells=cells) > 5


def test_honest_sampling_gives_a_standard_normal_statistic(rng):
    values = [copying_statistic(*rng.normal(size=(3, 60, 4))) for _ in range(200)]
    assert abs(np.mean(values)) < 0.35
    # both sets share their training rows, which widens it a little
    assert 0.8 < np.std(values) < 1.6


def test_duplicates_are_named_in_pairs():
    fields = grains(6, (1, 32, 32), 9)
    fields[4] = fields[1]
    fields[5] = np.clip(fields[2].astype(int) + 1, 0, 255)
    found = duplicates(fields)
    assert [(d.first, d.second, d.exact) for d in found] == [(1, 4, True), (2, 5, False)]
    assert found[1].value > 0.999


def test_honest_and_constant_fields_are_no_duplicates():
    flat = np.stack([np.full((1, 16, 16, 1), v, np.uint8) for v in (3, 5, 3)])
    assert duplicates(grains(5, (1, 32, 32), 10)) == ()
    assert [(d.first, d.second) for d in duplicates(flat)] == [(0, 2)]


def test_a_set_that_is_named_twice_and_fields_in_common_are_told():
    assert same_sets({"dcgan": "aa", "stylegan": "aa", "real": "bb"}) == (("dcgan", "stylegan"),)
    assert shared_fields(["a", "b", "c"], ["b", "c", "d", "e"]) == pytest.approx(2 / 3)
    assert shared_fields([], ["a"]) == 0
