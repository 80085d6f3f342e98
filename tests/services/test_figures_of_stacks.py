"""Steps between slices in the figures of a candidate, of a comparison and of a finer stack."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.records.image import Image
from synthscope.records.request import Restoration
from synthscope.records.space import Space
from synthscope.services.comparing import compare_images
from synthscope.services.figures import measure
from synthscope.services.restoring import measure_restored

NAMES = {f"{name}{end}" for name in ("slice_step_ratio", "slice_seam_ratio") for end in ("", "_low", "_high")}
SPACE = Space("zyx")


@pytest.fixture
def stack(rng) -> np.ndarray:
    blurred = ndimage.gaussian_filter(rng.normal(size=(16, 64, 64)), 1.5, mode="wrap")
    return (1000 + 200 * blurred / blurred.std()).astype(np.uint16)


@pytest.fixture
def mask() -> np.ndarray:
    mask = np.zeros((16, 64, 64), bool)
    mask[5:11, 14:50, 14:50] = True
    return mask


def shuffled(stack: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Slices of the stack, each turned its own way, where the mask is: textures that do not go on."""
    turned = np.stack([np.rot90(one, i) for i, one in enumerate(stack[rng.permutation(len(stack))])])
    return np.where(mask, turned, stack)


def test_a_candidate_in_a_stack_has_both_ratios_their_intervals_and_those_of_the_source(stack, mask):
    figures, remarks = measure(stack, stack, mask, SPACE)
    sources = {f"source_{name}" for name in NAMES if not name.endswith(("_low", "_high"))}
    assert NAMES | sources <= set(figures)
    assert figures["slice_seam_ratio_low"] < 1 < figures["slice_seam_ratio_high"]
    assert figures["slice_step_ratio"] == figures["source_slice_step_ratio"]
    assert not any("slice" in remark.lower() for remark in remarks)


def test_a_fill_that_does_not_go_on_from_slice_to_slice_is_said_in_a_sentence(stack, mask, rng):
    figures, remarks = measure(stack, shuffled(stack, mask, rng), mask, SPACE)
    assert figures["slice_step_ratio_low"] > 1.5
    assert any("do not go on from one to the next" in remark for remark in remarks)
    assert any("jumps where it meets known slices" in remark for remark in remarks)


def test_a_picture_has_none_of_them(stack, mask):
    figures, _ = measure(stack[8], stack[8], mask[8], Space("yx"))
    assert figures["seam_ratio"]
    assert not any("slice" in name for name in figures)


def test_a_comparison_of_stacks_gives_them_beside_those_of_the_first(stack, mask, rng):
    made = Image(shuffled(stack, mask, rng), SPACE, "made").with_(synthetic=mask)
    figures = compare_images(Image(stack, SPACE, "real"), made)
    assert set(figures) >= NAMES
    assert figures["slice_step_ratio"] > 1.5 * figures["slice_step_ratio_real"]


def test_a_finer_stack_says_whether_the_measured_slices_show(rng):
    fine = ndimage.gaussian_filter(rng.normal(size=(48, 48, 48)), 3.0, mode="wrap").astype(np.float32)
    thick = fine.reshape(16, 3, 48, 48).mean(axis=1)
    wanted = Restoration("isotropic", 3, 0.0, True)
    space = Space("zyx", (3.0, 1.0, 1.0), "µm")
    honest, _ = measure_restored(thick, fine, space, wanted)
    repeated, _ = measure_restored(thick, np.repeat(thick, 3, axis=0), space, wanted)
    assert honest["slice_seam_ratio_low"] < 1 < honest["slice_seam_ratio_high"]
    assert honest["slice_seam_ratio"] < 1.2
    assert "slice_seam_ratio" not in repeated  # steps inside a measured slice are none: the ratio has no end


def test_where_nothing_was_there_the_source_has_no_border_to_compare_with(stack, mask):
    blank = np.where(mask, 0, stack).astype(stack.dtype)
    figures, _ = measure(blank, stack, mask, SPACE)
    assert not [name for name in figures if name.startswith("source_")]
    whole, _ = measure(stack, stack, mask, SPACE)
    assert figures == {name: value for name, value in whole.items() if not name.startswith("source_")}
