from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.random_features import RandomFeatures, kernel_distance, mean_distance


def textures(count: int, seed: int, sigma: float = 1.5) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(count, 48, 48))
    blurred = ndimage.gaussian_filter(noise, (0, sigma, sigma))
    return (blurred / blurred.std() / 2)[..., None]


def test_the_same_filters_are_drawn_everywhere() -> None:
    images = textures(3, 0)
    np.testing.assert_array_equal(RandomFeatures(1).of(images), RandomFeatures(1).of(images))
    assert RandomFeatures(1).of(images).shape == (3, 384)
    assert (RandomFeatures(1, seed=1).of(images) != RandomFeatures(1).of(images)).any()


def test_each_picture_has_its_features_whatever_the_others() -> None:
    images = textures(4, 1)
    np.testing.assert_array_equal(RandomFeatures(1).of(images)[2:3], RandomFeatures(1).of(images[2:3]))


def test_features_do_not_know_the_mean_but_the_contrast() -> None:
    images = textures(2, 2)
    features = RandomFeatures(1)
    np.testing.assert_allclose(features.of(images + 1.0), features.of(images), atol=1e-5)
    assert (features.of(2 * images) > 1.5 * features.of(images)).mean() > 0.9


def test_the_distance_is_that_of_its_definition() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(4, 6)), rng.normal(size=(5, 6))

    def k(x: np.ndarray, y: np.ndarray) -> float:
        return (x @ y / 6 + 1) ** 3

    within_a = np.mean([k(a[i], a[j]) for i in range(4) for j in range(4) if i != j])
    within_b = np.mean([k(b[i], b[j]) for i in range(5) for j in range(5) if i != j])
    between = np.mean([k(x, y) for x in a for y in b])
    assert kernel_distance(a, b) == pytest.approx(within_a + within_b - 2 * between)


def test_the_distance_is_unbiased_for_two_sets_of_one_kind() -> None:
    rng = np.random.default_rng(4)
    found = [kernel_distance(rng.normal(size=(6, 8)), rng.normal(size=(7, 8))) for _ in range(4000)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))


def test_another_texture_is_told_apart_and_so_is_one_of_equal_spectrum() -> None:
    features = RandomFeatures(1)
    real = np.tanh(4 * textures(40, 5))  # two phases
    turned = np.fft.fft2(real[..., 0], axes=(1, 2))
    noise = np.fft.fft2(np.random.default_rng(6).normal(size=turned.shape), axes=(1, 2))
    surrogate = np.fft.ifft2(np.abs(turned) * noise / np.abs(noise), axes=(1, 2)).real[..., None]
    a, b, c = (features.of(images) for images in (real[:20], real[20:], surrogate))
    scale = a.std(axis=0) + a.std(axis=0).mean() / 10
    first, second, third = ((found - a.mean(axis=0)) / scale for found in (a, b, c))
    assert kernel_distance(first, third) > 20 * abs(kernel_distance(first, second))


def test_what_is_too_small_is_refused() -> None:
    with pytest.raises(InputError, match="sides of at least"):
        RandomFeatures(1).of(np.zeros((2, 10, 10, 1)))
    with pytest.raises(InputError, match="1 channels"):
        RandomFeatures(1).of(np.zeros((2, 48, 48, 3)))
    with pytest.raises(InputError, match="two rows"):
        kernel_distance(np.zeros((1, 3)), np.zeros((2, 3)))
    assert np.isfinite(RandomFeatures(1).of(np.zeros((1, RandomFeatures(1).least_side, 32, 1)))).all()


def test_the_mean_distance_is_that_of_all_pairs_and_identical_rows_have_none() -> None:
    rows = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]])
    assert mean_distance(rows) == pytest.approx((5 + 4 + 3) / 3)
    assert mean_distance(np.tile(rows[1], (5, 1))) == 0
    with pytest.raises(InputError, match="1 rows"):
        mean_distance(rows[:1])


def test_the_mean_distance_of_normal_rows_is_that_of_theory() -> None:
    rows = np.random.default_rng(7).normal(size=(3000, 2))
    assert mean_distance(rows) == pytest.approx(np.sqrt(np.pi), rel=0.05)  # a Rayleigh variable of scale sqrt(2)
