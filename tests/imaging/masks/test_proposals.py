"""What all searches share."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.imaging.masks.dead_lines import dead_lines_job, find_dead_lines
from synthscope.imaging.masks.dead_pixels import dead_pixels_job, find_dead_pixels
from synthscope.imaging.masks.proposals import blank_surround, sigma_of
from synthscope.imaging.masks.rings import find_rings, rings_job
from synthscope.imaging.masks.streaks import find_streaks, streaks_job
from synthscope.records.events import Progress

SEARCHES = [
    (rings_job, find_rings, "rings"),
    (streaks_job, find_streaks, "streaks"),
    (dead_lines_job, find_dead_lines, "lines"),
    (dead_pixels_job, find_dead_pixels, "pixels"),
]


@pytest.mark.parametrize(("job", "find", "kind"), SEARCHES)
def test_a_job_tells_each_slice_and_gives_what_the_function_gives(job, find, kind, rng: np.random.Generator) -> None:
    stack = rng.normal(100, 5, (6, 70, 80))
    stack[:, 30, 40] = stack[2, 35, :] = 200
    running, told = job(stack), []
    while True:
        try:
            told.append(next(running))
        except StopIteration as end:
            found = end.value
            break
    assert [event.done for event in told if isinstance(event, Progress)] == [0, 1, 2, 3, 4, 5]
    assert {event.total for event in told} == {6}
    again = find(stack)
    np.testing.assert_array_equal(found.mask, again.mask)
    assert found.mask.shape == stack.shape
    assert found.mask.dtype == bool
    assert (found.kind, found.count, found.sentence) == (kind, again.count, again.sentence)


@pytest.mark.parametrize(("job", "find", "kind"), SEARCHES)
def test_a_plane_gives_a_plane_and_is_left_as_it_was(job, find, kind, rng: np.random.Generator) -> None:
    plane = rng.normal(100, 5, (70, 80))
    plane[3, 4] = np.nan
    before = plane.copy()
    assert find(plane).mask.shape == plane.shape
    np.testing.assert_array_equal(plane, before)


def test_the_surroundings_of_a_round_field_of_view_are_blank(rng: np.random.Generator) -> None:
    y, x = np.ogrid[:60, :60]
    seen = (y - 30) ** 2 + (x - 30) ** 2 < 26**2
    plane = np.where(seen, rng.normal(50, 3, (60, 60)), 0).astype(np.float32)
    np.testing.assert_array_equal(blank_surround(plane), ~seen)
    assert blank_surround(plane, 3).sum() > (~seen).sum()
    assert not blank_surround(rng.normal(0, 1, (60, 60)).astype(np.float32)).any()


def test_the_robust_deviation_is_that_of_a_normal_distribution(rng: np.random.Generator) -> None:
    values = rng.normal(3, 2, 100_000)
    values[:1000] = 1e6
    assert sigma_of(values) == pytest.approx(2, rel=0.03)
    assert sigma_of(np.zeros(0)) == 0
