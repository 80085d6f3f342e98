"""What a picture tells beside its content: a colour picture tells of its detail what a grey one does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from synthscope.studies.leaks.features import picture_features


def grey(seed: int, smooth: float = 0.0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(128, 40, (1, 96, 80, 1))
    return np.clip(gaussian_filter(noise, (0, smooth, smooth, 0)), 0, 255).astype(np.uint8)


def test_the_spectrum_of_grey_in_three_colours_is_that_of_grey():
    picture = grey(0, 1.0)
    alone, threefold = (picture_features(one)["spectrum"] for one in (picture, np.repeat(picture, 3, axis=-1)))
    assert alone.keys() == threefold.keys()
    assert threefold == pytest.approx(alone)
    assert len(alone) >= 4


def test_blur_of_a_colour_picture_shows_in_its_highest_band():
    sharp, blurred = (np.concatenate([grey(seed, s) for seed in (0, 1, 2)], axis=-1) for s in (0.0, 1.0))
    band = "power at 0.375 to 0.5"
    assert picture_features(blurred)["spectrum"][band] < picture_features(sharp)["spectrum"][band] - 1
