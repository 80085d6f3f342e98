from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from synthscope.phantoms.cells import CellParameters, cell_culture
from synthscope.phantoms.phantom import Phantom

SMALL = CellParameters(size=256, confluence=0.7)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return cell_culture(SMALL, seed=7)


def test_two_named_channels_share_one_field_of_view(phantom: Phantom) -> None:
    assert phantom.image.shape == (2, 256, 256)
    assert phantom.image.space.channel_names == ("brightfield", "DAPI")
    assert phantom.labels("cells").shape == (256, 256)


def test_nuclei_lie_in_the_cells_of_their_number(phantom: Phantom) -> None:
    cells, nuclei = phantom.labels("cells"), phantom.labels("nuclei")
    assert np.array_equal(nuclei[nuclei > 0], cells[nuclei > 0])


def test_cells_are_numbered_without_gaps_and_counted(phantom: Phantom) -> None:
    cells, nuclei = phantom.labels("cells"), phantom.labels("nuclei")
    assert np.array_equal(np.unique(cells), np.arange(cells.max() + 1))
    assert phantom.figures["cells (number)"] == cells.max() > 3
    assert phantom.figures["nuclei (number)"] == len(np.unique(nuclei)) - 1
    assert phantom.figures["covered (part of the area)"] == pytest.approx(np.mean(cells > 0))


def test_nuclei_glow_in_the_fluorescence_channel(phantom: Phantom) -> None:
    glow = np.asarray(phantom.image.pixels)[1].astype(float)
    nuclei, cells = phantom.labels("nuclei"), phantom.labels("cells")
    assert glow[nuclei > 0].mean() > 3 * glow[cells == 0].mean()


def test_cell_borders_stand_out_in_the_brightfield_channel(phantom: Phantom) -> None:
    bright = np.asarray(phantom.image.pixels)[0].astype(float)
    cells = phantom.labels("cells")
    free = ndimage.binary_erosion(cells == 0, iterations=8)
    assert bright[cells > 0].std() > 3 * bright[free].std()


def test_in_focus_cells_can_hardly_be_seen() -> None:
    contrast = []
    for defocus in (0.0, 5.0):
        bright = np.asarray(cell_culture(replace(SMALL, defocus=defocus), 7).image.pixels)[0].astype(float)
        contrast.append(bright.std() / bright.mean())
    assert contrast[0] < 0.5 * contrast[1]


def test_nuclei_at_more_depths_are_less_sharp() -> None:
    sharp = []
    for spread in (0.0, 6.0):
        p = replace(SMALL, depth_spread=spread, light=20000.0)
        glow = np.asarray(cell_culture(p, 7).image.pixels)[1].astype(float)
        sharp.append(np.abs(ndimage.laplace(ndimage.gaussian_filter(glow, 1.0))).mean() / glow.std())
    assert sharp[0] > 1.3 * sharp[1]


def test_less_light_is_noisier() -> None:
    noise = []
    for light in (100.0, 10000.0):
        glow = np.asarray(cell_culture(replace(SMALL, light=light), 7).image.pixels)[1].astype(float) - 1200.0
        noise.append(np.abs(ndimage.laplace(glow)).mean() / glow.mean())
    assert noise[0] > 3 * noise[1]
