from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from synthscope.phantoms.composite import (
    ATTENUATION,
    COATING,
    CRACK,
    FIBRE,
    GREY_OF_AIR,
    GREY_PER_ATTENUATION,
    MATRIX,
    PHASES,
    VOID,
    CompositeParameters,
    ceramic_composite,
)
from synthscope.phantoms.phantom import Phantom

SMALL = CompositeParameters(width=128, depth=6, noise=0.0, crack_opening=2.6)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return ceramic_composite(SMALL, seed=3)


def test_all_phases_are_there_and_fill_the_volume(phantom: Phantom) -> None:
    assert set(np.unique(phantom.labels("phases"))) == set(PHASES)
    parts = [phantom.figures[f"{name} (part of the volume)"] for name in PHASES.values()]
    assert sum(parts) == pytest.approx(1.0)


def test_phases_are_as_bright_as_they_attenuate(phantom: Phantom) -> None:
    phases = phantom.labels("phases")
    found = (np.asarray(phantom.image.pixels, float) - GREY_OF_AIR) / GREY_PER_ATTENUATION
    mean = {k: found[phases == k].mean() for k in PHASES}
    assert mean[VOID] < mean[CRACK] < mean[COATING] < mean[FIBRE] < mean[MATRIX]
    interior = ndimage.binary_erosion(phases == FIBRE, np.ones((1, 3, 3)), iterations=2)
    assert found[interior].mean() == pytest.approx(ATTENUATION[FIBRE], rel=0.02)


def test_fibre_numbers_are_where_fibres_are_and_are_counted(phantom: Phantom) -> None:
    numbers = phantom.labels("fibres")
    assert np.array_equal(numbers > 0, phantom.labels("phases") == FIBRE)
    assert phantom.figures["fibres (number)"] == len(np.unique(numbers)) - 1


def test_whole_fibres_have_the_area_of_their_diameter(phantom: Phantom) -> None:
    numbers = phantom.labels("fibres")[0]
    edge = {*np.unique(numbers[0]), *np.unique(numbers[-1]), *np.unique(numbers[:, 0]), *np.unique(numbers[:, -1])}
    areas = [np.sum(numbers == k) for k in np.unique(numbers) if k not in edge]
    expected = np.pi * (0.5 * SMALL.fibre_diameter / SMALL.voxel_size) ** 2
    assert np.median(areas) == pytest.approx(expected, rel=0.1)


def test_each_fibre_is_one_piece_that_goes_on_in_the_next_slice(phantom: Phantom) -> None:
    numbers = phantom.labels("fibres")
    for number in np.unique(numbers[numbers > 0]):
        both = [set(np.flatnonzero(numbers[z].ravel() == number).tolist()) for z in (2, 3)]
        if min(map(len, both)) > 30:
            assert len(both[0] & both[1]) > 0.7 * min(map(len, both))


def test_coatings_lie_around_fibres(phantom: Phantom) -> None:
    phases = phantom.labels("phases")
    near = ndimage.binary_dilation(phases == FIBRE, np.ones((1, 3, 3)), iterations=3)
    assert np.mean(near[phases == COATING]) > 0.97  # a few belong to fibres beyond the border


def test_without_cracks_and_voids_there_are_none() -> None:
    whole = ceramic_composite(replace(SMALL, depth=2, cracks=0, voids=0.0), seed=3)
    assert not np.isin(whole.labels("phases"), [CRACK, VOID]).any()


def test_cracks_turn_aside_at_fibres() -> None:
    """The fibres of a cracked composite are those of the sound one."""
    cracked = ceramic_composite(SMALL, seed=3).labels("phases")[0]
    assert np.mean(cracked == CRACK) > 0.001
    touching = ndimage.binary_dilation(cracked == CRACK, np.ones((3, 3)), iterations=1)
    assert np.any(cracked[touching] == FIBRE)


def test_thicker_infiltration_leaves_fewer_voids() -> None:
    parts = [
        ceramic_composite(replace(SMALL, depth=2, infiltration=t), 1).figures["void (part of the volume)"]
        for t in (1.0, 6.0)
    ]
    assert parts[0] > parts[1]


def test_noise_is_as_large_as_wanted() -> None:
    quiet = np.asarray(ceramic_composite(SMALL, 2).image.pixels, float)
    noisy = np.asarray(ceramic_composite(replace(SMALL, noise=0.05), 2).image.pixels, float)
    assert (noisy - quiet).std() == pytest.approx(0.05 * GREY_PER_ATTENUATION, rel=0.02)
