"""What a model of 8-bit pictures is shown of grey values: counted against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.grey_levels import MOST, count_shown, evenly, shown_of, words_of


def test_of_all_16_bit_values_256_levels_remain() -> None:
    shown = count_shown(np.arange(65536, dtype=np.uint16), 0.0, 65535.0)
    assert (shown.distinct, shown.kept, shown.unit) == (65536, 256, 257.0)
    assert (shown.below, shown.above) == (0.0, 0.0)


def test_fewer_values_than_levels_all_remain() -> None:
    shown = count_shown(np.array([0, 100, 200, 300], np.uint16), 0.0, 300.0)
    assert (shown.distinct, shown.kept) == (4, 4)


def test_what_lies_outside_is_counted_on_each_side() -> None:
    shown = count_shown(np.arange(100, dtype=np.int32), 10.0, 94.0)
    assert (shown.below, shown.above) == (0.10, 0.05)
    assert "10.00% of the region is below and 5.00% of the region is above, and clipped" in words_of(shown, (0.1, 99.9))


def test_what_is_no_number_is_left_out() -> None:
    shown = count_shown(np.array([np.nan, np.inf, 0.0, 1.0], np.float32), 0.0, 1.0)
    assert (shown.values, shown.distinct, shown.below, shown.above) == (2, 2, 0.0, 0.0)


def test_what_is_masked_is_not_counted() -> None:
    pixels = np.zeros((4, 6), np.uint16)
    pixels[:, 3:] = 500
    mask = np.zeros((4, 6), bool)
    mask[:, 3:] = True
    image = Image(pixels, Space("yx"), "core")
    assert shown_of(image, Region((0, 0), (4, 6)), mask, (0.0, 500.0)).distinct == 1
    assert shown_of(image, Region((0, 0), (4, 6)), None, (0.0, 500.0)).distinct == 2


def test_a_large_region_is_sampled_evenly_and_that_is_said() -> None:
    pixels = np.broadcast_to(np.arange(2000, dtype=np.uint16), (3000, 2000))
    shown = shown_of(Image(pixels, Space("yx"), "core"), Region((0, 0), (3000, 2000)), None, (0.0, 1999.0))
    assert shown.values <= MOST
    assert "of at least 1000 values" in words_of(shown, None)


@pytest.mark.parametrize("shape", [(5000, 5000), (1, 4096, 4096, 3), (300, 300, 300), (10,), (1, 1)])
def test_the_sample_is_bounded(shape: tuple[int, ...]) -> None:
    left = [-(-n // step) for n, step in zip(shape, evenly(shape, MOST), strict=True)]
    assert np.prod(left) <= max(MOST * 1.3, 10)


def test_the_sentence_names_range_clipping_and_unit() -> None:
    said = words_of(count_shown(np.arange(65536, dtype=np.uint16), 0.0, 65535.0), None)
    assert said == (
        "0 is shown to the model as black and 65535 as white; nothing is clipped. One of its 255 levels is 257 grey "
        "values: of 65536 values in the region 256 levels remain. It computes with finer steps, but learned from "
        "pictures that have none."
    )
