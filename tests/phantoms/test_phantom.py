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
