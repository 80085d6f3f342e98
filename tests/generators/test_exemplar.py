"""What filling by copied pieces promises beyond the contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthscope.errors import MaskError
from synthscope.generators.registry import find_spec, resolve
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.texture import texture_ratio
from synthscope.records.events import Progress


def test_unblended_values_are_real_source_values(make, make_inputs):
    inputs = make_inputs("inpaint", "plane", "uint16")
    made = make("exemplar", inputs, 0, blending=0.0)
    assert set(made[inputs.mask].ravel()) <= set(inputs.source[~inputs.mask].ravel())


def test_a_hole_in_a_periodic_pattern_is_filled_with_the_pattern(make, make_inputs):
    inputs = make_inputs("inpaint", "plane", "uint8")
    y, x = np.indices((112, 112))
    pattern = (40 * ((y // 4 + x // 4) % 2) + 10 * (x % 8)).astype(np.uint8)[None, ..., None]
    mask = np.zeros((1, 112, 112), dtype=bool)
    mask[0, 48:64, 50:64] = True
    hidden = np.where(mask[..., None], 0, pattern).astype(np.uint8)
    made = make("exemplar", replace(inputs, source=hidden, mask=mask, limits=None), 0, variety=0.0)
    assert np.array_equal(made, pattern)


@pytest.mark.parametrize("shape", ["ring", "streak", "specks", "corner"])
def test_irregular_masks_are_filled_without_a_visible_seam(make, make_inputs, shape, rng):
    from scipy import ndimage

    noise = ndimage.gaussian_filter(rng.normal(size=(96, 96)), 1.5)
    image = np.rint(30000 + 8000 * noise / noise.std()).clip(0, 65535).astype(np.uint16)
    y, x = np.indices(image.shape)
    radius = np.hypot(y - 48, x - 48)
    mask = {
        "ring": (radius > 29) & (radius < 31),
        "streak": (x == 40) | (x == 41),
        "specks": rng.random(image.shape) < 0.005,
        "corner": (x > 75) & (y > 70),
    }[shape]
    inputs = make_inputs("inpaint", "plane", "uint16")
    hidden = np.where(mask, 0, image).astype(np.uint16)[None, ..., None]
    made = make("exemplar", replace(inputs, source=hidden, mask=mask[None], limits=None))[0, ..., 0]
    assert 0.6 < seam_ratio(made, mask) / seam_ratio(image, mask) < 1.5


def test_a_missing_slice_is_filled(make, make_inputs):
    inputs = make_inputs("inpaint", "stack", "uint8")
    mask = np.zeros_like(inputs.mask)
    mask[2] = True
    source = np.where(mask[..., None], 0, inputs.source).astype(np.uint8)
    made = make("exemplar", replace(inputs, source=source, mask=mask))
    assert made[2].std() > 0.5 * inputs.source[3].std()


def test_nothing_to_copy_from_is_said_in_a_sentence(make, make_inputs):
    inputs = make_inputs("inpaint", "plane", "uint8")
    mask = np.ones_like(inputs.mask)
    mask[0, ::4, ::4] = False
    with pytest.raises(MaskError, match="copy from"):
        make("exemplar", replace(inputs, mask=mask))


def test_the_size_of_the_largest_copied_piece_is_told(make_inputs):
    inputs = make_inputs("inpaint", "plane", "uint8")
    events = list(resolve("exemplar").generate(inputs, find_spec("exemplar").parameters(), 0))
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert last.text.startswith("Largest copied piece: ")


def test_a_soil_slice_keeps_its_texture(make, make_inputs, real_data):
    from tifffile import imread

    image = imread(real_data / "rock_soil_microct/soil_core_stack/bean_bucket_0047.tif")[200:328, 200:328]
    mask = np.zeros(image.shape, dtype=bool)
    mask[48:80, 48:80] = True
    hidden = np.where(mask, 0, image).astype(image.dtype)[None, ..., None]
    inputs = replace(make_inputs("inpaint", "plane", "uint8"), source=hidden, mask=mask[None], limits=None)
    ratios = [texture_ratio(make("exemplar", inputs, seed)[0, ..., 0], image, mask) for seed in range(3)]
    smooth = texture_ratio(make("biharmonic", inputs)[0, ..., 0], image, mask)
    assert 0.4 < np.median(ratios) < 2.5
    assert smooth < 0.2
