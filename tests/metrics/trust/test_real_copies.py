"""Copies among real fields of soil and fibres: found, with honest fields of the same material left in peace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage.io import imread
from tests.metrics.trust.defects import COPIES, cropped

from synthscope.imaging.copy_search import search_job
from synthscope.jobs.drain import drain
from synthscope.metrics.trust.copies import copies_job

SOIL = "rock_soil_microct/soil_core_stack/bean_bucket_00{}.tif"


def soil(data: Path, number: int) -> np.ndarray:
    return imread(data / SOIL.format(number))[None, 60:440, :, None]


def fibres(data: Path, number: str) -> np.ndarray:
    """The inside of the round field of view."""
    return imread(data / f"fibre_composites/carbon{number}.png")[None, 230:760, 220:750, None]


@pytest.mark.parametrize("material", ["soil", "fibres"])
def test_copies_of_real_fields_are_all_found_far_above_held_out_fields(real_data, material):
    if material == "soil":
        training, other = [soil(real_data, 30)[:, :, 60:240]], soil(real_data, 60)[:, :, 260:440]
    else:
        training, other = [fibres(real_data, "0103")], fibres(real_data, "0918")
    rng = np.random.default_rng(20261126)
    copies = np.stack([way(cropped(training[0], 64, rng), rng) for way in COPIES.values()])
    honest = np.stack([cropped(other, 64, rng) for _ in range(22)]).astype(float)
    found = drain(copies_job(np.concatenate([honest[:10], copies]), honest[10:], training))
    planted = set(range(10, 10 + len(COPIES)))
    assert planted <= set(found.copies)
    assert set(found.closest[: len(COPIES)]) == planted
    assert min(found.matches[i].value for i in planted) > 0.85
    assert max(match.value for match in (*found.matches[:10], *found.null)) < 0.6


def test_the_next_slice_of_a_stack_is_nearly_a_copy_and_the_tenth_is_not(real_data):
    fields = np.stack([soil(real_data, 50)[:, 150:214, x : x + 64] for x in (100, 180, 260)])
    near = drain(search_job(fields, [soil(real_data, 51)], symmetries=[0]))
    far = drain(search_job(fields, [soil(real_data, 60)], symmetries=[0]))
    assert min(match.value for match in near) > 0.9
    assert max(match.value for match in far) < 0.5
