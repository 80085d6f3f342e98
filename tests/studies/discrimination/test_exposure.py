"""Staircases and thresholds: a pure machine, its balance, what its answers tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.discrimination.staircase import Staircase
from synthscope.studies.discrimination.threshold import fit_threshold, mean_threshold, psychometric

TRUTH = 120.0


def run(
    rng: np.random.Generator, trials: int, stairs: Staircase, truth: float = TRUTH
) -> tuple[np.ndarray, np.ndarray]:
    """Let an observer with a threshold (75 %) and a spread of one octave climb."""
    history: list[bool] = []
    for _ in range(trials):
        shown = np.log2(stairs.next_ms(history))
        history.append(bool(rng.random() < psychometric(shown, np.log2(truth), 1.0)))
    return np.array(stairs.shown(history)), np.array(history)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), max_size=60), st.floats(20, 1500), st.floats(0.55, 0.9))
def test_it_shows_what_a_screen_can_and_remembers_nothing(history: list[bool], start: float, target: float) -> None:
    stairs = Staircase(start, target=target)
    exposure = stairs.next_ms(history)
    assert exposure in stairs.levels
    assert stairs.next_ms(list(history)) == exposure
    assert stairs.shown(history) == tuple(stairs.next_ms(history[:k]) for k in range(len(history)))
    assert stairs.least_ms <= exposure <= stairs.most_ms


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), max_size=40))
def test_right_answers_never_lengthen_and_wrong_ones_never_shorten(history: list[bool]) -> None:
    stairs = Staircase(500)
    now = stairs.next_ms(history)
    assert stairs.next_ms([*history, True]) <= now <= stairs.next_ms([*history, False])


def test_steps_keep_the_balance_of_kaernbach() -> None:
    """Kaernbach 1991: three right answers undo one wrong answer at a target of 75 %."""
    stairs = Staircase(500, halvings=0, frame_ms=0.1)
    assert stairs.next_ms([False, True, True, True]) == pytest.approx(500, abs=0.2)
    assert stairs.next_ms([True]) == pytest.approx(500 / 2**0.5, abs=0.1)


def test_steps_are_halved_at_reversals() -> None:
    stairs = Staircase(500, frame_ms=0.1)
    assert stairs.reversals([True, True, False, False, True]) == (2, 4)
    before = stairs.next_ms([True, True, False, False])
    assert stairs.next_ms([True, True, False, False, True]) == pytest.approx(before / 2**0.125, abs=0.2)


def test_small_steps_add_up_between_frames() -> None:
    stairs = Staircase(100, step=0.05, halvings=0)
    assert len(set(stairs.shown([True] * 12))) > 1
    assert stairs.next_ms([True] * 200) == stairs.levels[0]


def test_levels_are_whole_frames() -> None:
    stairs = Staircase(100, least_ms=20, most_ms=100)
    assert stairs.levels == pytest.approx([100 / 3, 50, 200 / 3, 250 / 3, 100])


def test_answers_settle_at_the_target(rng: np.random.Generator) -> None:
    parts = [run(rng, 150, Staircase(500))[1][30:].mean() for _ in range(30)]
    assert np.mean(parts) == pytest.approx(0.75, abs=0.02)


def test_intervals_of_a_threshold_hold_the_truth() -> None:
    rng, runs = np.random.default_rng(3), 200
    found = [fit_threshold(*run(rng, 60, Staircase(500))) for _ in range(runs)]
    inside = sum(one.low <= TRUTH <= one.high for one in found)
    assert inside >= 0.93 * runs
    middle = np.median([one.value for one in found])
    assert middle == pytest.approx(TRUTH, rel=0.15)


def test_intervals_of_fixed_exposures_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs, hits = np.random.default_rng(4), 200, 0
    shown = np.repeat([30.0, 60, 120, 240, 480], 40)
    for _ in range(runs):
        right = rng.random(200) < psychometric(np.log2(shown), np.log2(TRUTH), 1.0)
        found = fit_threshold(shown, right)
        hits += found.low <= TRUTH <= found.high
    assert covers(hits, runs)


def test_the_curve_goes_through_its_target() -> None:
    octaves = np.linspace(-30, 30, 7)
    part = psychometric(octaves, 0.0, 2.0, target=0.8, chance=0.25, lapses=0.05)
    assert part[3] == pytest.approx(0.8)
    assert (part[0], part[-1]) == pytest.approx((0.25, 0.95), abs=1e-6)


def test_readers_who_are_always_right_or_guess_have_no_threshold(rng: np.random.Generator) -> None:
    sharp = fit_threshold(np.full(40, 50 / 3), np.ones(40, bool))
    assert (sharp.determined, sharp.low) == (False, 0)
    blind = fit_threshold(np.full(60, 2000.0), np.arange(60) % 2 == 0)
    assert (blind.determined, blind.high) == (False, float("inf"))


def test_the_mean_of_readers_is_geometric_and_counts_who_is_left_out(rng: np.random.Generator) -> None:
    found = [fit_threshold(*run(rng, 80, Staircase(500), truth)) for truth in (80, 120, 160, 200)]
    found.append(fit_threshold(np.full(40, 50 / 3), np.ones(40, bool)))
    mean = mean_threshold(tuple(found))
    assert (mean.readers, mean.left_out, mean.df) == (4, 1, 3)
    assert mean.value == pytest.approx(np.exp(np.mean(np.log([one.value for one in found[:4]]))))
    with pytest.raises(InputError, match="1 of 1 readers have a threshold"):
        mean_threshold((found[0],))


def test_what_no_staircase_can_do_is_said() -> None:
    with pytest.raises(InputError, match=r"start at 5000 ms is not within"):
        Staircase(5000)
    with pytest.raises(InputError, match=r"target of 0\.5"):
        Staircase(500, target=0.5)
    with pytest.raises(InputError, match="lead nowhere"):
        Staircase(500, step=0)
    with pytest.raises(InputError, match="cannot be shown"):
        Staircase(500, least_ms=3000)
    with pytest.raises(InputError, match="needs 10 pairs"):
        fit_threshold(np.ones(5), np.ones(5, bool))
    with pytest.raises(InputError, match="exposure of 0 ms"):
        fit_threshold(np.zeros(10), np.ones(10, bool))
    with pytest.raises(InputError, match=r"target of 0\.99"):
        fit_threshold(np.ones(10), np.ones(10, bool), target=0.99)
