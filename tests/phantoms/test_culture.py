from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.culture import Cells, Layer, seed_cells, settle


@pytest.fixture(scope="module")
def cells() -> Cells:
    return seed_cells(300, 30.0, 0.5, 0.1, np.random.default_rng(3))


@pytest.fixture(scope="module")
def layer(cells: Cells) -> Layer:
    return settle(cells, 300, np.random.default_rng(4))


def test_as_many_cells_settle_as_cover_the_wanted_part() -> None:
    count = len(seed_cells(300, 30.0, 0.5, 0.0, np.random.default_rng(0)).radii)
    assert count == round(0.5 * 300**2 / (np.pi * 30**2))


def test_every_nucleus_lies_in_the_cell_of_its_number(layer: Layer) -> None:
    inside = layer.nuclei > 0
    assert inside.any()
    assert np.array_equal(layer.nuclei[inside], layer.cells[inside])


def test_cells_are_thick_where_they_are_and_nowhere_else(layer: Layer) -> None:
    assert np.all(layer.cell_height[layer.cells == 0] == 0)
    assert np.mean(layer.cell_height[layer.cells > 0] > 0) > 0.98
    assert np.all(layer.nucleus_height <= layer.cell_height)
    assert np.all(layer.nucleus_height[layer.nuclei == 0] == 0)


def test_cells_thin_out_where_they_meet(layer: Layer) -> None:
    here, right = layer.cells[:, :-1], layer.cells[:, 1:]
    contact = (here != right) & (here > 0) & (right > 0)
    assert contact.any()
    thick = layer.cell_height[:, :-1]
    assert thick[contact].mean() < 0.3 * thick[here > 0].mean()


def test_dividing_cells_are_round_and_high() -> None:
    dividing = seed_cells(300, 30.0, 0.5, 1.0, np.random.default_rng(0))
    spread = seed_cells(300, 30.0, 0.5, 0.0, np.random.default_rng(0))
    assert dividing.radii.mean() < spread.radii.mean()
    assert dividing.heights.min() > spread.heights.max()
    assert np.abs(dividing.outlines).max() < np.abs(spread.outlines).max()
