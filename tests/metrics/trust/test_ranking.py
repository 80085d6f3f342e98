"""A ranking is told from noise, and each way of failing has its sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.metrics.trust.ranking import copies_are_caught, ranks_sensibly
from synthscope.records.trust import ControlScore


def control(kind, value, strength=0.0, half=1.0):
    return ControlScore(kind, value, value - half, value + half, strength)


SENSIBLE = (
    control("held-out", 1), control("quilted", 2), control("phase-surrogate", 20),
    control("blurred", 5, 0.5), control("blurred", 9, 1.0), control("noised", 4, 0.1), control("noised", 30, 0.2),
)  # fmt: skip


def replaced(kind, value, strength=0.0, half=1.0):
    others = [c for c in SENSIBLE if (c.kind, c.strength) != (kind, strength)]
    return [*others, control(kind, value, strength, half)]


def test_a_sensible_ranking_is_informative_in_any_order():
    assert ranks_sensibly(SENSIBLE, "low")[0]
    assert ranks_sensibly(SENSIBLE[::-1], "low")[0]


def test_higher_is_better_turns_it_around():
    turned = [ControlScore(c.kind, -c.value, -c.high, -c.low, c.strength) for c in SENSIBLE]
    assert ranks_sensibly(turned, "high")[0]
    assert not ranks_sensibly(SENSIBLE, "high")[0]


def test_near_one_is_better_from_both_sides():
    ratios = [control("held-out", 1.02, half=0.05), control("blurred", 0.4, 1, 0.05), control("noised", 2, 1, 0.05)]
    assert ranks_sensibly(ratios, "one")[0]
    ratios[1] = control("blurred", 0.97, 1, 0.05)
    assert "does not see that real was blurred" in ranks_sensibly(ratios, "one")[1]


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        (replaced("blurred", -5, 0.5), "blurred real ranks above held-out real"),
        (replaced("blurred", 15, 0.5), "blurred real ranks higher the stronger it is"),
        (replaced("phase-surrogate", 1), "the phase surrogate cannot be told"),
        (replaced("quilted", 60), "quilted real ranks below all that was damaged"),
        (replaced("noised", 30, 0.2, math.nan), "no interval"),
    ],
)
def test_what_is_not_sensible_is_said(controls, words):
    informative, reason = ranks_sensibly(controls, "low")
    assert not informative
    assert words in reason


def test_a_phase_surrogate_is_not_asked_of_what_sees_spectra_only():
    assert ranks_sensibly(replaced("phase-surrogate", 1), "low", structural=False)[0]
    assert ranks_sensibly(replaced("blurred", 1, 1.0), "low", sees=("noised", "phase-surrogate"))[0]


def test_a_small_difference_in_the_wrong_direction_is_no_ranking():
    assert ranks_sensibly(replaced("blurred", 9.5, 0.5), "low")[0]


def test_a_metric_that_cannot_see_copying_says_where_to_look():
    assert "search for copies finds 97% of it" in ranks_sensibly(SENSIBLE, "low", quilt_caught=0.97)[1]
    assert "look at the search" in ranks_sensibly(SENSIBLE, "low")[1]
    assert "quilt" not in ranks_sensibly(replaced("quilted", 10), "low")[1]


def test_controls_without_intervals_take_the_spread_of_real_against_real():
    bare = [ControlScore(c.kind, c.value, strength=c.strength) for c in SENSIBLE]
    assert not ranks_sensibly(bare, "low")[0]
    assert ranks_sensibly(bare, "low", floor=(1, 0, 2))[0]
    assert not ranks_sensibly(bare, "low", floor=(1, -30, 32))[0]


def test_noise_alone_seldom_counts_as_a_ranking():
    rng = np.random.default_rng(3)
    kinds = [("held-out", 0.0), ("blurred", 1.0), ("noised", 1.0), ("phase-surrogate", 0.0)]

    def drawn():
        return [control(kind, float(rng.normal()), strength, 1.96) for kind, strength in kinds]

    assert np.mean([ranks_sensibly(drawn(), "low")[0] for _ in range(500)]) < 0.01


def test_a_figure_without_better_values_ranks_nothing():
    assert not ranks_sensibly(SENSIBLE, "none")[0]


def test_copies_are_caught_only_surely():
    assert copies_are_caught(control("held-out", 0.3, half=0.05), control("quilted", 0.9, half=0.05))[0]
    assert not copies_are_caught(control("held-out", 0.3, half=0.05), control("quilted", 0.33, half=0.05))[0]


def test_controls_without_held_out_or_damage_are_refused():
    with pytest.raises(InputError, match="held-out real once"):
        ranks_sensibly(SENSIBLE[1:], "low")
    with pytest.raises(InputError, match="cannot be ranked"):
        ranks_sensibly(SENSIBLE[:2], "low")


def test_a_metric_that_sees_one_kind_of_damage_says_what_it_does_not_see():
    others = [c for c in SENSIBLE if c.kind != "noised"]
    informative, reason = ranks_sensibly([*others, control("noised", 1.5, 0.1), control("noised", 1.6, 0.2)], "low")
    assert informative
    assert "does not see that real was noised" in reason


def test_a_metric_that_sees_no_damage_of_pixels_is_not_informative():
    blind = [control("held-out", 1.0), control("blurred", 1.1, 1), control("noised", 1.2, 1)]
    informative, reason = ranks_sensibly(blind, "low")
    assert not informative
    assert "blurred real cannot be told from held-out real; noised real cannot be told" in reason
