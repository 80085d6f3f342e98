"""The sentence on whether a material looks the same from every side, where something assumes so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.records.request import Restoration
from synthscope.records.space import Space
from synthscope.services.sidedness import sides_of_restoration, sides_of_training

THICK = Space("zyx", (3.0, 1.0, 1.0), "µm")
FINER = Restoration("isotropic", 3, 0.0, True)


def thick(sigma: tuple[float, float, float], seed: int = 0) -> np.ndarray:
    fine = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(144, 144, 144)), sigma, mode="wrap")
    return fine.reshape(48, 3, 144, 144).mean(axis=1)


def test_an_isotropic_material_is_told_to_show_nothing_against_it():
    (sentence,) = sides_of_restoration(FINER, thick((3, 3, 3)), THICK)
    assert sentence.startswith("Nothing notable speaks against")
    assert "cubes" in sentence


@pytest.mark.parametrize(("sigma", "words"), [((6, 3, 3), "along z"), ((3, 6, 3), "along y"), ((3, 3, 6), "along x")])
def test_a_stretched_one_is_named_with_the_axis_and_how_much_and_is_not_refused(sigma, words):
    (sentence,) = sides_of_restoration(FINER, thick(sigma), THICK)
    assert "does not look the same from every side" in sentence
    assert words in sentence
    assert "times as far" in sentence
    assert float(sentence.split("reach ")[1].split()[0]) == pytest.approx(2, rel=0.2)


def test_too_little_to_tell_is_said_too():
    (sentence,) = sides_of_restoration(FINER, thick((3, 3, 3))[:4], THICK)
    assert "could not be tested" in sentence


@pytest.mark.parametrize("kind", [None, Restoration("denoise", 1, 2.0), Restoration("upscale", 2, 0.0, True)])
def test_what_assumes_nothing_says_nothing(kind):
    assert sides_of_restoration(kind, thick((6, 3, 3)), THICK) == ()


def test_channels_and_series_are_looked_at_too():
    series = np.stack([np.stack([thick((6, 3, 3))] * 2), np.zeros((2, 48, 144, 144))])
    (sentence,) = sides_of_restoration(FINER, series, Space("tczyx", (1.0, 1.0, 3.0, 1.0, 1.0), "µm"))
    assert "along z" in sentence


def test_a_training_on_all_planes_says_only_what_speaks_against_it():
    alike, longer = (
        ndimage.gaussian_filter(np.random.default_rng(1).normal(size=(64, 64, 64)), sigma, mode="wrap")[..., None]
        for sigma in ((2, 2, 2), (2, 2, 4))
    )
    assert sides_of_training([alike], (1.0, 1.0, 1.0)) == ()
    (sentence,) = sides_of_training([np.zeros((1, 99, 99, 1)), longer], (1.0, 1.0, 1.0))
    assert "along x" in sentence
    assert sides_of_training([np.zeros((1, 99, 99, 1))], (1.0, 1.0, 1.0)) == ()
