"""Each defect moves its own quantity, in the direction that its title says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from tests.metrics.grainy import frame_of, grains
from tests.metrics.trust import defects

from synthscope.metrics.trust.artefact_shifts import ArtefactRatio, ArtefactShift
from synthscope.metrics.trust.artefacts import Artefacts

REAL = grains(20, (1, 96, 96), 1)
FRAME = frame_of(REAL)
LAYOUT = Artefacts().layout(FRAME)
ROWS = Artefacts().extract(REAL, FRAME)
OTHERS = grains(20, (1, 96, 96), 2)
HELD_OUT = Artefacts().extract(OTHERS, FRAME)


def spoiled(defect, strength):
    rng = np.random.default_rng(5)
    made = np.stack([defect(field[0, ..., 0], strength, rng) for field in OTHERS])[:, None, ..., None]
    return Artefacts().extract(made, FRAME)


@pytest.mark.parametrize(
    ("defect", "strength", "quantity", "sign"),
    [
        (defects.blurred, 1.0, "sharpness", -1),
        (defects.blurred, 1.0, "roll-off", -1),
        (defects.noised, 0.2, "noise", 1),
        (defects.ringed, 0.4, "rings", 1),
        (defects.chequered, 0.1, "pattern-2", 1),
        (defects.gridded, 0.2, "pattern-8", 1),
        (defects.tiled, 0.5, "seams", 1),
        (defects.shifted, 0.5, "mean", 1),
        (defects.shifted, 0.5, "q50", 1),
    ],
)
def test_a_defect_moves_its_quantity_further_than_honest_fields_do(defect, strength, quantity, sign):
    made = spoiled(defect, strength)
    column = LAYOUT.names.index(quantity)
    assert sign * (made[:, column] - HELD_OUT[:, column]).mean() > 0
    found, honest = (ArtefactShift().measure(ROWS, rows, LAYOUT)[quantity] for rows in (made, HELD_OUT))
    assert found > max(3 * honest, 1)


@pytest.mark.parametrize("away", [(0.2, -0.3), (0.5, 0.5), (1.2, 1.2), (-2.5, 0.8)], ids=str)
def test_rings_of_a_cropped_field_are_seen_wherever_their_centre_lies(away):
    made = spoiled(partial(defects.ringed_around, away), 0.4)
    column = LAYOUT.names.index("rings")
    assert np.median(made[:, column]) > 3 * np.median(HELD_OUT[:, column])
    found, honest = (ArtefactShift().measure(ROWS, rows, LAYOUT)["rings"] for rows in (made, HELD_OUT))
    assert found > 5 > 1 > honest


def test_collapsed_fields_are_flat_and_have_no_edges():
    made = np.full_like(OTHERS, 128)
    rows = Artefacts().extract(made, FRAME)
    assert np.isfinite(rows).all()
    assert (rows[:, LAYOUT.names.index("flat")] == 1).all()
    ratios = ArtefactRatio().measure(ROWS, rows, LAYOUT)
    assert ratios["edges"] == ratios["deviation"] == ratios["sharpness"] == 0
    assert ArtefactShift().measure(ROWS, rows, LAYOUT)["flat"] > 100


def test_a_set_against_itself_has_no_shift_and_ratios_of_one():
    assert set(ArtefactShift().measure(ROWS, ROWS, LAYOUT).values()) == {0.0}
    assert set(ArtefactRatio().measure(ROWS, ROWS, LAYOUT).values()) == {1.0}


def test_the_shift_of_the_histogram_is_the_shift_of_grey_values():
    span = FRAME.limits[0][1] - FRAME.limits[0][0]
    made = Artefacts().extract(OTHERS.astype(float) + 0.1 * span, FRAME)
    moved = ArtefactShift().measure(HELD_OUT, made, LAYOUT)["histogram"]
    assert moved == pytest.approx(0.1, abs=0.005)


def test_bit_depth_plays_no_part():
    deep = REAL.astype(np.uint16) * 257
    limits = tuple((257 * low, 257 * high) for low, high in FRAME.limits)
    rows = Artefacts().extract(deep, replace(FRAME, limits=limits, dtype="uint16"))
    np.testing.assert_allclose(rows, ROWS, rtol=1e-6, atol=1e-9)


def test_the_field_that_deviates_most_is_the_spoiled_one():
    mixed = HELD_OUT.copy()
    mixed[7] = spoiled(defects.chequered, 0.3)[7]
    assert ArtefactShift().each(ROWS, mixed, LAYOUT).argmax() == 7


def test_slices_and_channels_of_a_stack_are_averaged():
    stack = np.concatenate([REAL[:4, 0][None]] * 2, axis=-1)
    frame = replace(FRAME, shape=(4, 96, 96), channels=2, limits=FRAME.limits * 2, thresholds=FRAME.thresholds * 2)
    row = Artefacts().extract(stack, frame)[0]
    for name in ("sharpness", "noise", "edges", "rings"):
        column = LAYOUT.names.index(name)
        assert row[column] == pytest.approx(ROWS[:4, column].mean(), rel=1e-6)
