from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from synthscope.phantoms.phantom import Phantom
from synthscope.phantoms.rock import (
    ATTENUATION,
    BRIGHT_RING,
    CALCITE,
    CLAY,
    DARK_RING,
    FELDSPAR,
    GREY_OF_AIR,
    GREY_PER_ATTENUATION,
    HEAVY,
    OUTSIDE,
    PORE,
    QUARTZ,
    RockParameters,
    rock_microct,
)

CLEAN = RockParameters(width=96, depth=4, views=151, photons=1e7, hardening=0.0, gain_error=0.0, rings=0)
RINGED = replace(CLEAN, photons=1e5, rings=9, ring_strength=0.12)


@pytest.fixture(scope="module")
def clean() -> Phantom:
    return rock_microct(CLEAN, seed=2)


@pytest.fixture(scope="module")
def ringed() -> Phantom:
    return rock_microct(RINGED, seed=2)


def attenuation(phantom: Phantom) -> np.ndarray:
    return (np.asarray(phantom.image.pixels, float) - GREY_OF_AIR) / GREY_PER_ATTENUATION


def test_the_scan_holds_the_attenuation_of_the_true_phases(clean: Phantom) -> None:
    phases = clean.labels("phases")
    fractions = np.bincount(phases.ravel(), minlength=len(ATTENUATION)) / phases.size
    assert attenuation(clean).mean() == pytest.approx(float(fractions @ ATTENUATION), rel=0.03)


def test_phases_are_as_bright_as_they_attenuate(clean: Phantom) -> None:
    phases, found = clean.labels("phases"), attenuation(clean)
    mean = {k: found[phases == k].mean() for k in np.unique(phases).tolist()}
    assert mean[OUTSIDE] == pytest.approx(0.0, abs=0.05)
    interior = ndimage.binary_erosion(phases == QUARTZ, np.ones((1, 3, 3)), iterations=2)  # no partial volume
    assert found[interior].mean() == pytest.approx(ATTENUATION[QUARTZ], rel=0.03)
    order = [k for k in (OUTSIDE, PORE, CLAY, QUARTZ, FELDSPAR, CALCITE, HEAVY) if np.sum(phases == k) > 500]
    assert len(order) >= 5
    assert [mean[k] for k in order] == sorted(mean[k] for k in order)


def test_each_grain_is_of_one_mineral_and_each_mineral_voxel_of_a_grain(clean: Phantom) -> None:
    phases, grains = clean.labels("phases"), clean.labels("grains")
    mineral = np.isin(phases, [QUARTZ, FELDSPAR, CALCITE, HEAVY])
    assert np.array_equal(mineral, grains > 0)
    for number in np.unique(grains[grains > 0]):
        assert len(np.unique(phases[grains == number])) == 1


def test_the_figures_count_the_truth(clean: Phantom) -> None:
    phases = clean.labels("phases")
    inside = phases != OUTSIDE
    assert clean.figures["porosity (part of the plug)"] == pytest.approx(np.mean(phases[inside] == PORE))
    assert clean.figures["grains (number)"] == len(np.unique(clean.labels("grains"))) - 1
    assert 0.1 < clean.figures["porosity (part of the plug)"] < 0.5


def test_tighter_packing_leaves_fewer_pores() -> None:
    plugs = [rock_microct(RockParameters(width=64, depth=2, views=16, packing=packing), 1) for packing in (0.4, 0.85)]
    porosity = [plug.figures["porosity (part of the plug)"] for plug in plugs]
    assert porosity[0] > porosity[1] + 0.1


def test_without_damaged_spots_there_are_no_rings(clean: Phantom) -> None:
    assert not clean.labels("rings").any()


def test_quartz_is_brighter_in_bright_rings_and_darker_in_dark_ones(ringed: Phantom) -> None:
    rings, found = ringed.labels("rings"), attenuation(ringed)
    quartz = ringed.labels("phases") == QUARTZ
    bright, plain, dark = (found[quartz & (rings == k)] for k in (BRIGHT_RING, 0, DARK_RING))
    assert min(len(bright), len(dark)) > 50
    floor = RINGED.ring_floor * ATTENUATION[QUARTZ]
    assert bright.mean() > plain.mean() + 0.5 * floor
    assert dark.mean() < plain.mean() - 0.5 * floor


def test_rings_close_around_the_centre(ringed: Phantom) -> None:
    rings = ringed.labels("rings")
    centre = RINGED.width // 2
    turned = rings[:, 1:, 1:][:, ::-1, ::-1]  # half a turn about the axis of rotation
    assert centre == 48
    assert np.mean(rings[:, 1:, 1:] == turned) > 0.99


def test_damaged_spots_change_nothing_but_rings(clean: Phantom, ringed: Phantom) -> None:
    assert np.array_equal(clean.labels("phases"), ringed.labels("phases"))


def test_fewer_photons_give_more_noise(clean: Phantom) -> None:
    noisy = rock_microct(replace(CLEAN, photons=1e3), seed=2)
    less = rock_microct(replace(CLEAN, photons=1e5), seed=2)
    noise = [float((attenuation(one) - attenuation(clean)).std()) for one in (noisy, less)]
    assert noise[0] == pytest.approx(10 * noise[1], rel=0.1)


def test_voxel_size_is_that_of_the_parameters(clean: Phantom) -> None:
    assert clean.image.space.axes == "zyx"
    assert clean.image.space.voxel_size == (4.5, 4.5, 4.5)
    assert clean.image.space.unit == "µm"
