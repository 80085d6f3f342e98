"""The Laplace equation against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.records.generator import Inputs
from synthscope.records.space import Space


def hidden(image, mask, voxel_size=(1.0, 1.0, 1.0)):
    source = np.where(mask[..., None], 0, image[..., None])
    return Inputs("inpaint", Space("zyxc", (*voxel_size, 1.0)), source, mask)


@pytest.fixture
def box():
    mask = np.zeros((8, 30, 34), dtype=bool)
    mask[2:6, 5:25, 7:20] = True
    return mask


@pytest.mark.parametrize("through", ["volume", "slices"])
def test_a_linear_ramp_is_continued_exactly(make, box, through):
    z, y, x = np.indices(box.shape)
    ramp = 2.0 * z - 3.0 * y + 0.5 * x + 100
    made = make("harmonic", hidden(ramp, box), through=through)
    np.testing.assert_allclose(made[..., 0], ramp, atol=1e-7)


def test_a_discrete_harmonic_function_on_anisotropic_voxels_is_continued_exactly(make, box):
    z, y, x = np.indices(box.shape).astype(float)
    voxel_size = (3.0, 1.0, 0.5)
    # y² + x² - 2 z² in world units solves Laplace's equation, and its finite differences are exact
    saddle = (y * voxel_size[1]) ** 2 + (x * voxel_size[2]) ** 2 - 2 * (z * voxel_size[0]) ** 2
    made = make("harmonic", hidden(saddle, box, voxel_size))
    np.testing.assert_allclose(made[..., 0], saddle, atol=1e-6)


def test_values_stay_between_those_of_the_border(make, box, rng):
    noise = rng.normal(size=box.shape)
    made = make("harmonic", hidden(noise, box))[..., 0]
    assert noise[~box].min() <= made[box].min()
    assert made[box].max() <= noise[~box].max()


def test_channels_are_filled_by_themselves(make, box, rng):
    image = rng.normal(size=(*box.shape, 2))
    source = np.where(box[..., None], 0, image)
    space = Space("zyxc", (1.0,) * 4)
    both = make("harmonic", Inputs("inpaint", space, source, box))
    alone = make("harmonic", Inputs("inpaint", space, source[..., 1:], box))
    np.testing.assert_allclose(both[..., 1:], alone, atol=1e-8)
