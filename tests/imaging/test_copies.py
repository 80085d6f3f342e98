"""The longest copied piece against pieces that were put there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.copies import longest_copy, noise_level


@pytest.fixture
def mask():
    mask = np.zeros((80, 90), dtype=bool)
    mask[30:60, 30:60] = True
    return mask


@pytest.fixture
def source(rng, mask):
    return np.rint(30000 + 4000 * ndimage.gaussian_filter(rng.normal(size=mask.shape), 0.7)).astype(np.uint16)


def planted(source, mask, rng):
    filled = source.copy()
    filled[mask] = rng.permutation(source[~mask])[: mask.sum()]
    filled[35:50, 32:52] = source[5:20, 60:80]
    return filled


def test_a_planted_piece_is_found_with_its_size_and_place(source, mask, rng):
    found = longest_copy(planted(source, mask, rng), source, mask)
    assert found.offset == (-30, 28)
    assert found.side == 15
    assert 300 <= found.voxels <= 310


def test_a_planted_piece_is_found_in_colour_and_in_a_stack(mask, rng):
    source = rng.integers(0, 255, size=(3, *mask.shape, 3)).astype(np.uint8)
    block = np.broadcast_to(mask, source.shape[:3])
    filled = source.copy()
    filled[block] = rng.integers(0, 255, size=(block.sum(), 3))
    filled[:, 35:45, 32:44] = source[:, 5:15, 60:72]
    found = longest_copy(filled, source, block)
    assert found.offset == (0, -30, 28)
    assert found.voxels >= 3 * 10 * 12


def test_a_shifted_and_noisy_piece_is_a_copy_within_noise_only(source, mask, rng):
    filled = planted(source, mask, rng).astype(float)
    level = noise_level(source, mask)
    filled[35:50, 32:52] += 500 + rng.normal(scale=0.1 * level, size=(15, 20))
    assert longest_copy(filled, source, mask).voxels == 0
    found = longest_copy(filled, source, mask, noise=level / 2)
    assert found.offset == (-30, 28)
    assert found.side >= 9


def test_independent_noise_is_no_copy(mask, rng):
    source, other = rng.normal(size=(2, *mask.shape))
    filled = np.where(mask, other, source)
    assert longest_copy(filled, source, mask).voxels == 0
    assert longest_copy(filled, source, mask, noise=noise_level(source, mask) / 2).voxels < 20


def test_what_the_source_holds_under_the_mask_is_not_looked_at(source, mask):
    assert longest_copy(source, source, mask).voxels == 0


def test_the_noise_of_white_noise_is_its_standard_deviation(rng):
    assert noise_level(rng.normal(scale=3, size=(300, 300))) == pytest.approx(3, rel=0.03)
    assert noise_level(rng.normal(scale=3, size=(30, 60, 60))) == pytest.approx(3, rel=0.03)
