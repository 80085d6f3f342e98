"""The biharmonic equation against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.records.generator import Inputs
from synthscope.records.space import Space


@pytest.mark.parametrize("through", ["volume", "slices"])
def test_a_plane_is_continued_exactly(make, through):
    mask = np.zeros((7, 24, 24), dtype=bool)
    mask[3:5, 9:13, 8:14] = True
    z, y, x = np.indices(mask.shape)
    image = (4.0 * y - 2.0 * x + z + 50)[..., None]
    inputs = Inputs("inpaint", Space("zyxc", (1.0,) * 4), np.where(mask[..., None], 0, image), mask)
    np.testing.assert_allclose(make("biharmonic", inputs, through=through), image, atol=1e-6)


def test_a_cubic_is_continued_exactly_where_a_membrane_is_flat(make):
    mask = np.zeros((1, 32, 32), dtype=bool)
    mask[0, 12:20, 12:20] = True
    _, y, x = np.indices(mask.shape) / 8.0
    image = (y**3 - 2 * x**2 * y + x)[..., None]
    inputs = Inputs("inpaint", Space("zyxc", (1.0,) * 4), np.where(mask[..., None], 0, image), mask)
    np.testing.assert_allclose(make("biharmonic", inputs), image, atol=1e-6)
    assert np.abs(make("harmonic", inputs) - image).max() > 0.05


def test_parts_far_apart_are_filled_as_if_alone(make, rng):
    image = rng.normal(size=(1, 40, 60, 1))
    space = Space("zyxc", (1.0,) * 4)
    masks = np.zeros((2, 1, 40, 60), dtype=bool)
    masks[0, 0, 10:16, 8:14] = True
    masks[1, 0, 20:25, 40:48] = True
    both = masks.any(axis=0)
    limits = ((-10.0, 10.0),)
    together = make("biharmonic", Inputs("inpaint", space, np.where(both[..., None], 0, image), both, limits=limits))
    for mask in masks:
        alone = make("biharmonic", Inputs("inpaint", space, np.where(mask[..., None], 0, image), mask, limits=limits))
        np.testing.assert_allclose(together[mask], alone[mask], atol=1e-9)
