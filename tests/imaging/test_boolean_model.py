"""The digital Boolean model: n seeds on a periodic grid, dilated by a kernel K, for which everything is known exactly.

Any set B of voxels misses all grains with probability (1 - |K + B| / V)^n, whatever the shapes: no continuum, no
discretisation error. What is left empty is the dark phase.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import ndimage, signal

from synthscope.imaging.chords import lineal_path, mean_chord
from synthscope.imaging.configurations import minkowski
from synthscope.imaging.correlations import two_point_probability

DRAWS = 16


@dataclass(frozen=True)
class Model:
    side: int
    kernel: np.ndarray
    count: int

    def missed(self, offsets: np.ndarray) -> float:
        """The probability that voxels at these offsets (K, ndim) are all empty."""
        ndim = self.kernel.ndim
        reach = int(np.max(offsets)) + 1
        probe = np.zeros((reach,) * ndim)
        probe[tuple(np.asarray(offsets).T)] = 1
        covered = np.count_nonzero(signal.convolve(self.kernel.astype(float), probe) > 0.5)
        return float((1 - covered / self.side**ndim) ** self.count)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """One realisation: True in the grains."""
        ndim = self.kernel.ndim
        seeds = np.zeros((self.side,) * ndim)
        seeds[tuple(rng.integers(0, self.side, (ndim, self.count)))] = 1
        margin = self.kernel.shape[0] // 2
        tiled = np.pad(seeds, margin, mode="wrap")
        return signal.fftconvolve(tiled, self.kernel.astype(float), mode="valid") > 0.5


def ball(radius: float, ndim: int) -> np.ndarray:
    side = int(radius)
    return np.sqrt(sum(g.astype(float) ** 2 for g in np.mgrid[(slice(-side, side + 1),) * ndim])) <= radius


DISCS = Model(400, ball(6, 2), 980)
BALLS = Model(56, ball(4, 3), 480)


@pytest.fixture(scope="module")
def discs() -> list[np.ndarray]:
    rng = np.random.default_rng(20261126)
    return [DISCS.draw(rng) for _ in range(DRAWS)]


@pytest.fixture(scope="module")
def balls() -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [BALLS.draw(rng) for _ in range(DRAWS)]


def agrees(found: list[float], expected: float, precise: float = 0.03) -> None:
    """Within four standard errors, and these a small part of the value so that the test means something."""
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found) - expected) < 4 * error, (np.mean(found), expected, error)
    assert error < precise * abs(expected)


def line(length: int, ndim: int) -> np.ndarray:
    offsets = np.zeros((length, ndim), int)
    offsets[:, -1] = np.arange(length)
    return offsets


def corners(*sides: int) -> np.ndarray:
    return np.array(list(itertools.product(*(range(side) for side in sides))))


def test_the_porosity_is_exact(discs: list[np.ndarray]) -> None:
    agrees([1 - minkowski(phase).fraction for phase in discs], DISCS.missed(np.zeros((1, 2), int)))


@pytest.mark.parametrize("distance", [3, 6, 12, 30])
def test_the_two_point_probability_is_exact(discs: list[np.ndarray], distance: int) -> None:
    y, x = np.mgrid[0 : distance + 2, -distance - 1 : distance + 2]
    shell = np.rint(np.hypot(y, x)).astype(int) == distance
    shell &= (y > 0) | (x > 0)
    overlap = signal.correlate(DISCS.kernel.astype(float), DISCS.kernel.astype(float), mode="full")
    middle = overlap.shape[0] // 2
    common = [
        overlap[middle + dy, middle + dx] if max(abs(dy), abs(dx)) <= middle else 0.0
        for dy, dx in zip(y[shell], x[shell], strict=True)
    ]
    union = 2 * DISCS.kernel.sum() - np.array(common)
    expected = float(np.mean((1 - union / DISCS.side**2) ** DISCS.count))
    agrees([two_point_probability(~phase).value[distance] for phase in discs], expected)


@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_the_lineal_path_is_exact(discs: list[np.ndarray], length: int) -> None:
    agrees([lineal_path(~phase)[length - 1] for phase in discs], DISCS.missed(line(length, 2)))


def test_the_mean_chord_is_exact(discs: list[np.ndarray]) -> None:
    one, two = (DISCS.missed(line(k, 2)) for k in (1, 2))
    agrees([mean_chord(~phase) for phase in discs], one / (one - two))


def test_the_euler_density_is_exact_though_the_border_cuts_grains(discs: list[np.ndarray]) -> None:
    one, four = DISCS.missed(corners(1, 1)), DISCS.missed(corners(2, 2))
    expected = 2 * DISCS.missed(line(2, 2)) - four - one
    agrees([minkowski(phase).euler for phase in discs], expected, 0.1)
    # The whole image's Euler number over its area counts pieces that the border makes.
    from skimage.measure import euler_number

    cut = np.mean([euler_number(phase, connectivity=2) / phase.size for phase in discs])
    assert abs(cut - expected) > 0.15 * abs(expected)


def test_in_a_volume_fraction_surface_and_euler_density_are_exact(balls: list[np.ndarray]) -> None:
    found = [minkowski(phase) for phase in balls]
    one, two = (BALLS.missed(line(k, 3)) for k in (1, 2))
    agrees([m.fraction for m in found], 1 - one)
    four, eight = BALLS.missed(corners(1, 2, 2)), BALLS.missed(corners(2, 2, 2))
    agrees([m.euler for m in found], (1 - eight) - 3 * (1 - four) + 3 * (1 - two) - (1 - one), 0.05)
    # Crossings along the axes by themselves: 2 (p1 - p2) for each step.
    crossings = [np.mean([np.diff(phase, axis=axis).mean() for axis in range(3)]) for phase in balls]
    agrees(crossings, 2 * (one - two))


def test_grains_are_as_many_as_seeds_where_none_overlap() -> None:
    sparse = np.zeros((200, 200), bool)
    sparse[20:180:40, 20:180:40] = True
    grown = ndimage.binary_dilation(sparse, ball(6, 2))
    assert minkowski(grown).euler * 199**2 == pytest.approx(16)
