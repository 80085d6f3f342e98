from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.fields import coarse_field, smooth_field


@pytest.mark.parametrize("sigma", [0.0, 2.0, (1.0, 4.0)])
def test_a_field_has_mean_0_and_deviation_1(rng: np.random.Generator, sigma: float) -> None:
    field = smooth_field((64, 48), sigma, rng)
    assert field.shape == (64, 48)
    assert field.mean() == pytest.approx(0, abs=1e-5)
    assert field.std() == pytest.approx(1, abs=1e-5)


def test_neighbours_correlate_as_the_scale_says(rng: np.random.Generator) -> None:
    """Smoothing white noise with sigma gives the correlation exp(-d**2 / (4 sigma**2))."""
    field = smooth_field((512, 512), 4.0, rng)
    found = np.mean(field * np.roll(field, 4, axis=1))
    assert found == pytest.approx(np.exp(-0.25), abs=0.05)


def test_the_edges_fit_together(rng: np.random.Generator) -> None:
    field = smooth_field((64, 64), 4.0, rng)
    assert np.abs(field[0] - field[-1]).max() < 1.0


@pytest.mark.parametrize("shape", [(40, 50), (3, 40, 50)])
def test_a_coarse_field_has_the_shape_and_about_the_spread(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    field = coarse_field(shape, 9.0, rng)
    assert field.shape == shape
    assert np.abs(field).max() < 6
    assert field.std() > 0.3


def test_a_single_value_has_no_spread(rng: np.random.Generator) -> None:
    assert smooth_field((1, 1), 3.0, rng).tolist() == [[0.0]]
