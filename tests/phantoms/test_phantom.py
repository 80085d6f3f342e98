"""What every simulated image promises, through one suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest

from synthscope.errors import InputError, ParameterError
from synthscope.phantoms.cells import CellParameters, cell_culture_job
from synthscope.phantoms.composite import CompositeParameters, ceramic_composite_job
from synthscope.phantoms.phantom import MARK, Phantom, Truth, finished, to_uint16
from synthscope.phantoms.rock import RockParameters, rock_microct_job
from synthscope.phantoms.roots import RootParameters, root_scan_job
from synthscope.records.documents import from_json, to_json
from synthscope.records.events import Job, Progress
from synthscope.records.forms import form_fields, problems
from synthscope.records.image import Image
from synthscope.records.space import Space


@dataclass(frozen=True)
class Kind:
    make: Callable[..., Job[Phantom]]
    small: Any


KINDS = {
    "rock": Kind(rock_microct_job, RockParameters(width=64, depth=3, views=61)),
    "composite": Kind(ceramic_composite_job, CompositeParameters(width=64, depth=3)),
    "roots": Kind(root_scan_job, RootParameters(height=120, width=90, pixel_size=1.0)),
    "grey roots": Kind(root_scan_job, RootParameters(height=120, width=90, pixel_size=1.0, paper="grey")),
    "cells": Kind(cell_culture_job, CellParameters(size=96)),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys(), scope="module")
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture(scope="module")
def phantom(kind: Kind) -> Phantom:
    return finished(kind.make(kind.small, 5))


def test_it_is_16_bit_with_a_voxel_size_and_says_that_it_is_simulated(phantom: Phantom) -> None:
    assert phantom.image.dtype == np.uint16
    assert phantom.image.space.unit in {"µm", "mm"}
    assert phantom.image.name.startswith(MARK)
    assert phantom.image.origin.format == MARK
    assert phantom.sentence.startswith("Simulated")


def test_the_image_is_neither_flat_nor_saturated(phantom: Phantom) -> None:
    pixels = np.asarray(phantom.image.pixels)
    assert pixels.std() > 200
    assert np.mean(pixels == 65535) < 0.01
    assert np.mean(pixels == 0) < 0.01


def test_every_label_of_the_truth_has_a_meaning(phantom: Phantom) -> None:
    assert phantom.truth
    for truth in phantom.truth:
        assert truth.labels.dtype.kind == "u"
        assert truth.labels.shape == phantom.image.mask_shape
        unexplained = set(np.unique(truth.labels).tolist()) - set(truth.meaning)
        assert not unexplained or truth.others, truth.name


def test_same_seed_gives_the_same_image_and_truth(kind: Kind, phantom: Phantom) -> None:
    again = finished(kind.make(kind.small, 5))
    assert np.array_equal(again.image.pixels, phantom.image.pixels)
    for one, other in zip(again.truth, phantom.truth, strict=True):
        assert np.array_equal(one.labels, other.labels)
    assert again.figures == phantom.figures


def test_another_seed_gives_another_image(kind: Kind, phantom: Phantom) -> None:
    other = finished(kind.make(kind.small, 6))
    assert not np.array_equal(other.image.pixels, phantom.image.pixels)


def test_the_image_does_not_depend_on_global_randomness(kind: Kind, phantom: Phantom) -> None:
    state = np.random.get_state()  # noqa: NPY002 - this is what must not matter
    try:
        np.random.seed(1)  # noqa: NPY002
        again = finished(kind.make(kind.small, 5))
    finally:
        np.random.set_state(state)  # noqa: NPY002
    assert np.array_equal(again.image.pixels, phantom.image.pixels)


def test_the_job_reports_rising_progress_and_can_be_closed(kind: Kind) -> None:
    events = list(kind.make(kind.small, 5))
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert len(fractions) >= 3
    assert all(event.text for event in events)
    cancelled = kind.make(kind.small, 5)
    next(cancelled)
    cancelled.close()
    assert next(cancelled, None) is None


def test_parameters_make_a_form_and_survive_json(kind: Kind) -> None:
    record = kind.small
    assert not problems(record)
    assert len(form_fields(type(record))) == len(fields(record))
    assert from_json(type(record), to_json(record)) == record


def test_a_parameter_out_of_range_is_refused_by_name(kind: Kind) -> None:
    first = form_fields(type(kind.small))[0]
    with pytest.raises(ParameterError) as caught:
        finished(kind.make(type(kind.small)(**{first.name: 1}), 0))
    assert first.name in caught.value.problems


def test_the_record_of_how_it_was_made_is_kept(kind: Kind, phantom: Phantom) -> None:
    assert phantom.parameters == kind.small
    assert phantom.seed == 5


def test_an_unmarked_image_and_truth_that_does_not_fit_are_refused() -> None:
    pixels = np.zeros((4, 5), np.uint16)
    with pytest.raises(InputError, match="simulated"):
        Phantom(Image(pixels, Space("yx"), "rock"), (), "")
    wrong = Truth("phases", np.zeros((5, 4), np.uint8), {0: "pore"})
    with pytest.raises(InputError, match="phases"):
        Phantom(Image(pixels, Space("yx"), "simulated rock"), (wrong,), "")


def test_an_unknown_truth_names_the_known_ones() -> None:
    truth = Truth("phases", np.zeros((4, 5), np.uint8), {0: "pore"})
    phantom = Phantom(Image(np.zeros((4, 5), np.uint16), Space("yx"), "simulated rock"), (truth,), "")
    assert phantom.labels("phases") is truth.labels
    with pytest.raises(InputError, match="choose one of phases"):
        phantom.labels("grains")


def test_grey_values_are_rounded_and_saturate() -> None:
    assert to_uint16(np.array([-3.0, 0.4, 0.6, 65534.7, 1e9])).tolist() == [0, 0, 1, 65535, 65535]


@pytest.mark.parametrize(
    ("make", "parameters", "name"),
    [
        (rock_microct_job, RockParameters(grain_diameter=4.0), "grain_diameter"),
        (rock_microct_job, RockParameters(width=1024, depth=512, supersampling=4), "depth"),
        (rock_microct_job, RockParameters(1024, 64, grain_diameter=18.0, supersampling=1), "grain_diameter"),
        (ceramic_composite_job, CompositeParameters(fibre_diameter=2.0), "fibre_diameter"),
        (ceramic_composite_job, CompositeParameters(width=2048, fibre_diameter=5.3), "fibre_diameter"),
        (root_scan_job, RootParameters(pixel_size=9.0), "tap_diameter"),
        (root_scan_job, RootParameters(spacing=0.01), "spacing"),
        (cell_culture_job, CellParameters(cell_diameter=2.5), "cell_diameter"),
        (cell_culture_job, CellParameters(size=4096, cell_diameter=3.3, confluence=1.2), "cell_diameter"),
    ],
)
def test_what_cannot_be_resolved_or_counted_is_refused_before_any_work(
    make: Callable[..., Job[Phantom]], parameters: Any, name: str
) -> None:
    assert not problems(parameters)
    with pytest.raises(ParameterError) as caught:
        next(make(parameters, 0))
    assert name in caught.value.problems


@pytest.mark.parametrize(
    ("make", "parameters"),
    [
        (
            rock_microct_job,
            RockParameters(
                width=49,
                depth=1,
                views=16,
                photons=50,
                gain_error=0.2,
                rings=40,
                ring_strength=0.5,
                hardening=0.8,
                supersampling=1,
            ),
        ),
        (rock_microct_job, RockParameters(width=48, depth=2, views=17, grain_diameter=9000.0, clay=0.9)),
        (rock_microct_job, RockParameters(width=48, depth=1, views=16, clay=0.0, heavy_minerals=0.0, packing=0.06)),
        (ceramic_composite_job, CompositeParameters(width=49, depth=1, supersampling=1, cracks=20, voids=1.0)),
        (ceramic_composite_job, CompositeParameters(width=48, depth=2, fibre_diameter=200.0, waviness=2.0, cracks=0)),
        (ceramic_composite_job, CompositeParameters(width=48, depth=1, supersampling=3, blur=0.0, noise=1.0)),
        (root_scan_job, RootParameters(height=64, width=64, pixel_size=1.0, orders=1, dust=0.0, hairs=0.0)),
        (root_scan_job, RootParameters(height=64, width=200, pixel_size=1.0, dust=5.0, wander=2.0, tap_length=5000)),
        (cell_culture_job, CellParameters(size=64, confluence=0.01, defocus=-50.0)),
        (cell_culture_job, CellParameters(size=64, confluence=1.2, dividing=1.0, condenser=0.0, depth_spread=30.0)),
        (cell_culture_job, CellParameters(size=64, cell_diameter=200.0, light=1.1)),
    ],
)
def test_extreme_parameters_still_make_an_image(make: Callable[..., Job[Phantom]], parameters: Any) -> None:
    phantom = finished(make(parameters, 3))
    assert phantom.image.dtype == np.uint16
    assert all(np.isfinite(value) for value in phantom.figures.values())
