"""The distance by which weights are chosen: it sees what is too sharp and too smooth, in whatever order images come."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import gaussian_filter

from synthscope.generators.adversarial.examining import LOOKED_AT, Examiner
from synthscope.generators.schooling.patches import Patches


def textures(seed: int, smooth: float = 1.5, channels: int = 1) -> np.ndarray:
    """Images (N, C, Y, X) in a network's units: mean 0, standard deviation 0.5."""
    noise = np.random.default_rng(seed).normal(size=(LOOKED_AT, channels, 32, 32))
    made = gaussian_filter(noise, (0, 0, smooth, smooth))
    return (0.5 * made / made.std()).astype(np.float32)


def examiner(channels: int = 1) -> Examiner:
    return Examiner(
        Patches(torch.from_numpy(textures(0, channels=channels)), torch.zeros(LOOKED_AT, dtype=torch.int64))
    )


def test_images_like_real_ones_are_nearer_than_smoother_and_sharper_ones():
    found = examiner()
    alike, smoother, sharper = (found.distance(textures(1, smooth)) for smooth in (1.5, 1.8, 1.2))
    assert 10 * alike < smoother
    assert 10 * alike < sharper


def test_a_little_noise_on_each_image_counts_although_features_hardly_see_it():
    """Fine detail that nothing real has: its power is far below that of the texture, and many times the real one."""
    noisy = textures(1) + np.random.default_rng(2).normal(0, 0.02, (LOOKED_AT, 1, 32, 32)).astype(np.float32)
    found = examiner()
    assert found.distance(noisy) > 10 * found.distance(textures(1))


def test_the_order_of_images_does_not_matter():
    for channels in (1, 3):
        made, found = textures(1, 1.8, channels), examiner(channels)
        np.testing.assert_allclose(found.distance(made[::-1]), found.distance(made), rtol=1e-6)
        shuffled = np.random.default_rng(0).permutation(made)
        np.testing.assert_allclose(found.distance(shuffled), found.distance(made), rtol=1e-6)
