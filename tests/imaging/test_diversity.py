from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.diversity import unshared_part


def noise(count: int, seed: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 48, 48, channels))


def test_independent_images_share_nothing_and_equal_ones_everything() -> None:
    assert unshared_part(noise(8, 0)) == pytest.approx(1.0, abs=0.02)
    assert unshared_part(np.repeat(noise(1, 1), 6, axis=0)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("count", [4, 16, 64])
def test_of_a_pattern_in_all_and_one_of_its_own_the_part_is_that_of_their_variances(count: int) -> None:
    images = 2.0 * noise(1, 2) + 1.0 * noise(count, 3)
    assert unshared_part(images) == pytest.approx(1 / 5, abs=0.02)


def test_contrast_and_brightness_of_the_whole_set_do_not_matter() -> None:
    images = noise(1, 4) + noise(5, 5)
    assert unshared_part(100 + 1000 * images) == pytest.approx(unshared_part(images))


def test_channels_count_alike_and_those_of_one_value_do_not() -> None:
    images = np.concatenate([noise(6, 6), 1000 * np.repeat(noise(1, 7), 6, axis=0), np.ones((6, 48, 48, 1))], axis=-1)
    assert unshared_part(images) == pytest.approx(0.5, abs=0.02)
    assert np.isnan(unshared_part(np.ones((3, 8, 8, 1))))


def test_coarse_textures_share_nothing_either() -> None:
    images = ndimage.gaussian_filter(noise(16, 8), (0, 3, 3, 0))
    assert unshared_part(images) == pytest.approx(1.0, abs=0.1)


def test_one_image_is_refused() -> None:
    with pytest.raises(InputError, match="1 images"):
        unshared_part(noise(1, 9))
