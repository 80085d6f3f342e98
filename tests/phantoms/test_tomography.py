from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.tomography import Scanner

N = 64


def disc(radius: float) -> np.ndarray:
    offset = np.arange(N) - N // 2
    return (np.hypot(offset[:, None], offset[None, :]) <= radius).astype(float)


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(views=121, photons=1e5)


@pytest.fixture(scope="module")
def lines(scanner: Scanner) -> np.ndarray:
    return scanner.project(0.02 * disc(22))


def test_the_longest_line_through_a_disc_is_its_diameter(lines: np.ndarray) -> None:
    assert lines.max() == pytest.approx(0.02 * 45, rel=0.05)


def test_every_view_holds_the_whole_attenuation(lines: np.ndarray) -> None:
    assert np.allclose(lines.sum(axis=0), 0.02 * disc(22).sum(), rtol=0.01)


def test_back_projection_gives_the_attenuation_back(scanner: Scanner, lines: np.ndarray) -> None:
    found = scanner.reconstruct(lines)
    assert found[disc(17) > 0].mean() == pytest.approx(0.02, rel=0.03)
    assert abs(found[(disc(30) > 0) & (disc(26) == 0)].mean()) < 0.001


@pytest.mark.parametrize("size", [N, N + 1])
def test_the_rings_are_exactly_what_gain_errors_add(rng: np.random.Generator, size: int) -> None:
    scanner = Scanner(views=360, photons=1e5)
    gain = 1 + 0.05 * rng.standard_normal(size)
    sinogram = np.repeat(-np.log(gain)[:, None], scanner.views, axis=1)
    added, predicted = scanner.reconstruct(sinogram), scanner.rings(gain)
    inside = np.hypot(*np.meshgrid(np.arange(size) - size // 2, np.arange(size) - size // 2)) < size // 2 - 2
    assert np.corrcoef(added[inside], predicted[inside])[0, 1] > 0.99
    assert np.abs(added - predicted)[inside].mean() < 0.05 * np.abs(predicted)[inside].mean() + 1e-9


def test_a_weak_pixel_makes_a_bright_ring_at_its_distance(scanner: Scanner) -> None:
    gain = np.ones(N)
    gain[N // 2 + 15] = 0.9
    rings = scanner.rings(gain)
    assert rings[N // 2, N // 2 + 15] > 0
    assert rings[N // 2 - 15, N // 2] > 0
    assert rings[N // 2, N // 2 + 15] > 5 * abs(rings[N // 2, N // 2 + 25])


def test_a_perfect_detector_makes_no_rings(scanner: Scanner) -> None:
    assert not scanner.rings(np.ones(N)).any()


def test_noise_falls_with_the_root_of_the_photons(lines: np.ndarray, rng: np.random.Generator) -> None:
    spreads = []
    for photons in (1e4, 16e4):
        scanner = Scanner(121, photons)
        noise = scanner.count(lines, np.ones(N), rng) - lines
        spreads.append(float(noise.std()))
    assert spreads[0] / spreads[1] == pytest.approx(4.0, rel=0.05)


def test_counted_lines_have_no_bias_but_the_gain(lines: np.ndarray, rng: np.random.Generator) -> None:
    gain = np.full(N, 0.9)
    measured = Scanner(121, 1e6).count(lines, gain, rng)
    assert np.mean(measured - lines) == pytest.approx(-np.log(0.9), abs=1e-3)


def test_hardening_dims_long_lines_less(lines: np.ndarray, rng: np.random.Generator) -> None:
    measured = Scanner(121, 1e8, hardening=0.5).count(3 * lines, np.ones(N), rng)
    ratio = measured[N // 2].mean() / (3 * lines[N // 2].mean())
    assert ratio < 0.9


def test_a_blocked_pixel_counts_at_least_one_photon(rng: np.random.Generator) -> None:
    measured = Scanner(5, 100.0).count(np.full((8, 5), 60.0), np.ones(8), rng)
    assert np.all(np.isfinite(measured))
