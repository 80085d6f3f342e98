from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.optics import Camera, Microscope

COHERENT = Microscope(pixel_size=0.3, aperture=0.8, condenser=0.0)


def bump(height: float) -> np.ndarray:
    y, x = np.mgrid[:128, :128] - 64
    return height * np.exp(-(x**2 + y**2) / (2 * 14.0**2))


def test_a_phase_object_in_focus_cannot_be_seen() -> None:
    assert COHERENT.brightfield(bump(0.05), 0.0) == pytest.approx(np.ones((128, 128)), abs=0.01)


def test_a_weak_object_out_of_focus_shows_its_curvature() -> None:
    """Transport of intensity (Teague 1983): I = 1 - defocus x Laplacian of the path."""
    path = bump(0.01)
    laplacian = sum(np.gradient(np.gradient(path, 0.3, axis=a), 0.3, axis=a) for a in (0, 1))
    seen = COHERENT.brightfield(path, 3.0) - 1
    assert np.abs(seen + 3.0 * laplacian).max() < 0.06 * np.abs(3.0 * laplacian).max()


def test_no_light_is_lost_on_the_way() -> None:
    assert COHERENT.brightfield(bump(0.05), 8.0).mean() == pytest.approx(1.0, abs=1e-3)


def test_above_and_below_focus_contrast_turns_over() -> None:
    above, below = (COHERENT.brightfield(bump(0.05), z)[64, 64] - 1 for z in (2.0, -2.0))
    assert above > 0 > below


def test_a_wide_condenser_takes_contrast_away() -> None:
    wide = Microscope(0.3, 0.8, 0.5).brightfield(bump(0.05), 8.0)
    assert wide.std() < COHERENT.brightfield(bump(0.05), 8.0).std()


def test_blur_grows_with_depth_on_both_sides() -> None:
    blurs = [COHERENT.blur(z, 0.46) for z in (0.0, 1.0, -1.0, 5.0)]
    assert blurs[0] < blurs[1] == blurs[2] < blurs[3]
    assert blurs[0] * 0.3 == pytest.approx(0.21 * 0.46 / 0.8)


def test_a_camera_adds_shot_and_read_noise(rng: np.random.Generator) -> None:
    grey = Camera(gain=2.0, offset=100.0, read_noise=3.0).expose(np.full((400, 400), 50.0), rng)
    assert grey.mean() == pytest.approx(200.0, abs=0.3)
    assert grey.var() == pytest.approx(4 * (50 + 9), rel=0.03)
