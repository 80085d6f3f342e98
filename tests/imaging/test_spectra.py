"""Power spectra against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.spectra import (
    directional_distance,
    directional_spectrum,
    radial_spectrum,
    spectrum_distance,
)


@pytest.mark.parametrize("shape", [(32, 32), (33, 50), (9, 24, 24)])
def test_an_image_is_at_no_distance_from_itself(shape, rng):
    image = rng.normal(size=shape)
    assert spectrum_distance(image, image) == 0
    assert directional_distance(image, image) == 0


def test_a_factor_of_ten_is_two_decades_of_power(rng):
    image = rng.normal(size=(40, 40))
    assert spectrum_distance(image, 10 * image) == pytest.approx(2)


def test_white_noise_has_a_flat_spectrum_of_its_variance(rng):
    power = np.mean([radial_spectrum(rng.normal(scale=2, size=(64, 64))).power for _ in range(50)], axis=0)
    np.testing.assert_allclose(power, 4, rtol=0.25)


def test_a_wave_peaks_at_its_frequency_in_units_of_the_voxel():
    x = np.arange(128) * 0.5
    image = np.tile(np.sin(2 * np.pi * 0.25 * x), (128, 1))
    spectrum = radial_spectrum(image, (0.5, 0.5))
    assert spectrum.frequency[spectrum.power.argmax()] == pytest.approx(0.25, abs=0.02)


def test_a_wave_points_along_its_direction():
    y, x = np.indices((96, 96))
    spectrum = directional_spectrum(np.sin(0.5 * x) + 0 * y)
    assert spectrum.frequency[spectrum.power.argmax()] == 0
    spectrum = directional_spectrum(np.sin(0.5 * y) + 0 * x)
    assert spectrum.frequency[spectrum.power.argmax()] == 90


def test_turning_a_texture_is_seen_by_direction_and_not_by_radius(rng):
    image = ndimage.gaussian_filter(rng.normal(size=(128, 128)), (0.5, 4))
    assert spectrum_distance(image, image.T) < 1e-9
    assert directional_distance(image, image.T) > 0.3


def test_channels_are_averaged(rng):
    image = rng.normal(size=(32, 32))
    both = np.stack([image, image], axis=-1)
    np.testing.assert_allclose(radial_spectrum(both, (1.0, 1.0)).power, radial_spectrum(image).power)


def test_images_of_two_shapes_are_refused():
    with pytest.raises(InputError, match="one shape"):
        spectrum_distance(np.zeros((8, 8)), np.zeros((8, 9)))


def test_a_constant_image_gives_a_number():
    assert np.isfinite(spectrum_distance(np.ones((16, 16)), np.ones((16, 16))))
