"""Two-point probability and local thickness beside PoreSpy: its values as they were computed, and itself if installed.

The values are those of PoreSpy 3.2.0 on the fields of `blobs`:
``porespy.metrics.two_point_correlation(phase).probability[:16] * phase.mean()`` and
``numpy.unique(porespy.filters.local_thickness(phase)[phase], return_counts=True)``.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.correlations import two_point_probability
from synthscope.imaging.thickness import local_thickness

FLAT, DEEP = (200, 200), (48, 48, 48)
VOXELS = {FLAT: 19_790, DEEP: 48_005}
TWO_POINT = {
    FLAT: (
        0.49475, 0.462518, 0.433102, 0.407908, 0.385055, 0.360401, 0.339247, 0.320953, 0.304161, 0.290557, 0.279664,
        0.270869, 0.26425, 0.259002, 0.255171, 0.252587,
    ),
    DEEP: (
        0.434073, 0.397464, 0.372288, 0.346812, 0.322375, 0.299053, 0.278975, 0.260588, 0.244463, 0.230365, 0.21902,
        0.209491, 0.202593, 0.197543, 0.194108, 0.192036,
    ),
}  # fmt: skip
THICKNESS = {
    FLAT: (112, 614, 726, 1169, 2262, 1990, 3350, 1138, 2280, 2352, 1198, 1610, 301, 361, 3, 8, 4, 312),
    DEEP: (347, 1386, 1689, 4368, 6475, 7111, 5357, 8354, 8298, 743, 853, 486, 2538),
}
"""Voxels of radius 1, 2, 3, ..."""
BINS = 5e-4
"""PoreSpy's bins hold distances from k to k + 1, ours those that round to k: both are read at the mean of its bins."""


def blobs(shape: tuple[int, ...], seed: int = 6) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(shape)
    phase: np.ndarray = ndimage.gaussian_filter(noise, 4.0) > 0
    return phase


def in_bins_of_porespy(phase: np.ndarray, count: int) -> np.ndarray:
    steps = np.mgrid[(slice(-count - 1, count + 2),) * phase.ndim]
    radius = np.sqrt((steps.astype(float) ** 2).sum(axis=0)).ravel()
    shell = np.floor(radius).astype(int)
    middle = (np.bincount(shell, radius) / np.bincount(shell))[:count]
    found = two_point_probability(phase)
    return np.interp(middle, found.distance, found.value)


def counted(thickness: np.ndarray, phase: np.ndarray) -> tuple[int, ...]:
    return tuple(int(n) for n in np.bincount(thickness[phase].astype(int))[1:])


@pytest.mark.parametrize("shape", [FLAT, DEEP])
def test_the_two_point_probability_is_that_of_porespy(shape: tuple[int, ...]) -> None:
    phase = blobs(shape)
    assert phase.sum() == VOXELS[shape]
    np.testing.assert_allclose(in_bins_of_porespy(phase, 16), TWO_POINT[shape], atol=BINS)


@pytest.mark.parametrize("shape", [FLAT, DEEP])
def test_the_local_thickness_of_every_voxel_counts_as_in_porespy(shape: tuple[int, ...]) -> None:
    phase = blobs(shape)
    assert counted(local_thickness(phase), phase) == THICKNESS[shape]


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("shape", [FLAT, DEEP])
@pytest.mark.filterwarnings("default")  # PoreSpy and what it imports warn of what they will do one day
def test_porespy_itself_agrees_where_it_is_installed(shape: tuple[int, ...], seed: int) -> None:
    porespy = pytest.importorskip("porespy", reason="PoreSpy is not installed; it is in the extra `oracles`")
    porespy.settings.tqdm = {"disable": True}
    phase = blobs(shape, seed)
    theirs = porespy.metrics.two_point_correlation(phase).probability[:16] * phase.mean()
    np.testing.assert_allclose(in_bins_of_porespy(phase, 16), theirs, atol=BINS)
    np.testing.assert_array_equal(local_thickness(phase), porespy.filters.local_thickness(phase))
