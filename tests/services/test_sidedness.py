"""The sentence on whether a material looks the same from every side, where something assumes so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.generators.diffusion.depth import ASSUMED
from synthscope.records.request import Restoration
from synthscope.records.space import Space
from synthscope.services.sidedness import sides_of_planes, sides_of_restoration, sides_of_training

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


CUBIC = Space("zyx", (1.0, 1.0, 1.0), "µm")
SAID = ("Something else.", ASSUMED)


def cubic(sigma: tuple[float, float, float]) -> np.ndarray:
    field = ndimage.gaussian_filter(np.random.default_rng(2).normal(size=(64, 64, 64)), sigma, mode="wrap")
    return np.asarray(1000 + 100 * field / field.std()).astype(np.uint16)


def middle() -> np.ndarray:
    mask = np.zeros((64, 64, 64), bool)
    mask[16:48, 16:48, 16:48] = True
    return mask


@pytest.mark.parametrize("task", ["inpaint", "vary"])
def test_slices_made_through_all_planes_say_whether_the_source_supports_it(task):
    first, alike = sides_of_planes(SAID, task, cubic((2, 2, 2)), middle(), CUBIC)
    assert first == "Something else."
    assert "nothing notable speaks against" in alike
    _, unlike = sides_of_planes(SAID, task, cubic((4, 2, 2)), middle(), CUBIC)
    assert "does not look the same from every side: along z" in unlike
    assert "set planes to xy" in unlike
    assert "assumed" not in alike + unlike


def test_what_a_fill_does_not_know_is_not_looked_at_and_what_a_variation_begins_with_is():
    block = cubic((2, 2, 2))
    block[middle()] = cubic((8, 2, 2))[middle()]
    known, seen = (sides_of_planes(SAID, task, block, middle(), CUBIC)[1] for task in ("inpaint", "vary"))
    assert known == sides_of_planes(SAID, "inpaint", cubic((2, 2, 2)), middle(), CUBIC)[1]
    assert "nothing notable" in known
    assert "(p" in seen
    assert seen != known


def test_the_first_time_point_of_a_series_is_looked_at_with_its_mask():
    series = np.stack([cubic((4, 2, 2)), cubic((2, 2, 2))])
    mask = np.stack([middle(), np.ones((64, 64, 64), bool)])
    _, said = sides_of_planes(SAID, "inpaint", series, mask, Space("tzyx", (1.0, 1.0, 1.0, 1.0), "µm"))
    assert said == sides_of_planes(SAID, "inpaint", series[0], middle(), CUBIC)[1]


@pytest.mark.parametrize(
    ("task", "real", "mask"),
    [
        ("synthesize", cubic((4, 2, 2)), None),
        ("synthesize", None, None),
        ("inpaint", cubic((4, 2, 2))[:6], middle()[:6]),
        ("inpaint", cubic((4, 2, 2)), np.ones((64, 64, 64), bool)),
    ],
    ids=["an example is no source", "no source", "too few slices", "nothing known"],
)
def test_what_cannot_be_tested_stays_assumed(task, real, mask):
    assert sides_of_planes(SAID, task, real, mask, CUBIC) == SAID


def test_where_planes_take_no_part_nothing_is_tested():
    assert sides_of_planes(("Something else.",), "inpaint", cubic((4, 2, 2)), middle(), CUBIC) == ("Something else.",)
