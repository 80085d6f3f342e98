"""Coverage of held-out voxels: the figures of a card, and the sentence that a person reads."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.generators.training import Refilled
from synthscope.services.calibrating import calibrated, calibration_words

PLACES, FILLS, VOXELS = 24, 19, 60


def refilled(rng: np.random.Generator, spread: float) -> Refilled:
    """Grey values about 100: the truth with a spread of 10, fills with `spread` times that."""
    real = tuple(np.rint(rng.normal(100, 10, (VOXELS, 1))).astype(np.uint8) for _ in range(PLACES))
    made = tuple(rng.normal(100, 10 * spread, (FILLS, VOXELS, 1)) for _ in range(PLACES))
    return Refilled(real, made)


def test_honest_fills_have_their_level_inside_the_interval_and_are_said_to_be_honest(rng):
    figures = calibrated(refilled(rng, 1.0), np.dtype(np.uint8), 0)
    assert (figures["coverage_places"], figures["coverage_fills"]) == (PLACES, FILLS)
    assert (figures["coverage_90_real"], figures["coverage_50_real"]) == (0.9, 0.5)
    for level in ("90", "50"):
        low, value, high = (figures[f"coverage_{level}{end}"] for end in ("_low", "", "_high"))
        assert low < value < high
        assert low <= int(level) / 100 <= high
    assert calibration_words(figures).endswith(", as honest fills would have it.")


@pytest.mark.parametrize(("spread", "words"), [(0.5, "differ too little"), (2.0, "differ more from each other")])
def test_fills_of_another_spread_are_named_in_the_right_direction(rng, spread, words):
    assert words in calibration_words(calibrated(refilled(rng, spread), np.dtype(np.uint8), 0))


def test_the_sentence_gives_numbers_and_intervals_in_per_cent():
    figures = {
        "coverage_90": 0.861, "coverage_90_low": 0.78, "coverage_90_high": 0.92, "coverage_50": 0.47,
        "coverage_50_low": 0.4, "coverage_50_high": 0.55, "coverage_places": 24.0, "coverage_fills": 19.0,
    }  # fmt: skip
    assert calibration_words(figures) == (
        "Of the true grey values in 24 held-out holes, 86 % (78 to 92) lay within the middle 90 % of 19 fills, "
        "47 % (40 to 55) within the middle 50 %, as honest fills would have it."
    )


def test_whole_numbers_are_compared_as_a_result_holds_them(rng):
    # Of a flat image every fill is the truth once it is rounded; unrounded ones would lie to one side.
    flat = Refilled((np.full((4000, 1), 7, np.uint8),) * 3, (np.full((FILLS, 4000, 1), 7.3),) * 3)
    figures = calibrated(flat, np.dtype(np.uint8), 0)
    assert figures["coverage_90"] == pytest.approx(0.9, abs=0.01)


def test_one_place_has_no_interval_and_no_verdict(rng):
    whole = refilled(rng, 1.0)
    figures = calibrated(Refilled(whole.real[:1], whole.made[:1]), np.dtype(np.uint8), 0)
    assert "coverage_90_low" not in figures
    words = calibration_words(figures)
    assert words.startswith("Of the true grey values in 1 held-out hole, ")
    assert "(" not in words
    assert words.endswith("within the middle 50 %.")


def test_nothing_measured_is_no_figure_and_no_sentence():
    assert calibrated(Refilled((), ()), np.dtype(np.uint8), 0) == {}
    assert calibration_words({"spectrum_distance": 0.1}) == ""
