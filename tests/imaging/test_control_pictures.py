"""Pictures that lead: their values, their colours, how they are enlarged."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from synthscope.errors import InputError
from synthscope.imaging.control_pictures import (
    DARKEST,
    HUES,
    SATURATION,
    SHADES,
    are_lines,
    as_greys,
    edges_of,
    enlarged,
    label_colours,
    leading_picture,
    span_of,
)
from synthscope.records.control import Lead

EDGES = Lead("edges of the image", 1.0, 0.05, 0.15)


def lead(words: str) -> Lead:
    return Lead(f"the control image {words}", 1.0, 0.05, 0.15)


@given(st.integers(-(2**31), 2**31 - 1))
def test_the_colour_of_a_label_depends_on_its_number_alone(label: int) -> None:
    labels = np.array([[0, label], [7, label]])[..., None]
    found = label_colours(labels)
    assert (found[0, 0] == 0).all()
    if label:
        shade = 1 - (1 - DARKEST) * ((label * SHADES) % 1)
        assert found[0, 1] == pytest.approx(colorsys.hsv_to_rgb((label * HUES) % 1, SATURATION, shade), abs=1e-6)
    assert np.array_equal(found[1, 1], found[0, 1])
    assert np.array_equal(found[1, 0], label_colours(np.array([[[7]]]))[0, 0])


def test_the_first_hundred_labels_are_told_apart() -> None:
    colours = label_colours(np.arange(101)[None, :, None])[0].astype(float)
    apart = np.abs(colours[:, None] - colours[None]).max(axis=-1)
    assert apart[~np.eye(101, dtype=bool)].min() > 8 / 255


def test_truth_and_eight_bits_are_as_they_are_and_others_over_their_own_range() -> None:
    ramp = np.array([[[10], [20], [30]]])
    for given_, words, wanted in (
        (ramp.astype(np.uint8), "as it is", [10 / 255, 20 / 255, 30 / 255]),
        (ramp > 15, "as it is", [0, 1, 1]),
        (ramp.astype(np.uint8), "as levels", [0, 0.5, 1]),
        (ramp.astype(np.float64) - 100, "as it is", [0, 0.5, 1]),
        (ramp.astype(np.int32), "as levels", [0, 0.5, 1]),
    ):
        span = span_of(given_, lead(words), np.dtype(np.uint16), (0.0, 1.0))
        found = leading_picture(ramp, given_, (0.0, 1.0), span, lead(words))
        assert found.shape == (1, 3, 3)
        assert found[0, :, 0] == pytest.approx(wanted)
        assert (found == found[..., :1]).all()
    depth = np.array([[[np.nan], [-np.inf], [2.0], [4.0], [np.inf]]])
    span = span_of(depth, lead("as levels"), depth.dtype, (0.0, 1.0))
    assert as_greys(depth, span)[0, :, 0].tolist() == [0.5, 0, 0, 1, 1]


def test_an_image_of_the_sources_type_has_the_sources_scale_for_edges() -> None:
    plane = np.arange(12, dtype=np.uint16).reshape(3, 4, 1)
    seeks = Lead("edges of the control image", 1.0, 0.05, 0.15)
    assert span_of(plane, seeks, np.dtype(np.uint16), (5.0, 900.0)) == (5.0, 900.0)
    assert span_of(plane, seeks, np.dtype(np.uint8), (5.0, 900.0)) == (0.0, 11.0)
    assert span_of(np.zeros((2, 2, 1)), seeks, np.dtype(np.uint8), (5.0, 900.0)) == (0.0, 1.0)


def test_what_is_no_label_map_is_refused() -> None:
    for wrong, said in ((np.zeros((2, 2, 1)), "float64"), (np.zeros((2, 2, 3), int), "3 channels")):
        with pytest.raises(InputError, match=said):
            leading_picture(wrong, wrong, (0.0, 1.0), None, lead("as labels"))
    with pytest.raises(InputError, match="choose a control image"):
        leading_picture(np.zeros((2, 2, 1)), None, (0.0, 1.0), None, lead("as it is"))


def test_lines_stay_lines_when_they_are_enlarged() -> None:
    rough = gaussian_filter(np.random.default_rng(0).normal(size=(60, 70)), 3)
    grey = np.interp(rough, (rough.min(), rough.max()), (0, 255)).astype(np.uint8)[..., None]
    lines = edges_of(grey, (0.0, 255.0), EDGES)
    assert are_lines(lines)
    picture = leading_picture(grey, None, (0.0, 255.0), None, EDGES)
    found = enlarged(picture, 240, 280, smooth=True)
    assert set(np.unique(found)) == {0, 1}
    white = found[..., 0] > 0
    assert not (white[:-1, :-1] & white[1:, :-1] & white[:-1, 1:] & white[1:, 1:]).any(), "nowhere two pixels wide"
    blocks = white.reshape(60, 4, 70, 4).any(axis=(1, 3))
    assert (blocks <= lines).all(), "nothing is drawn where no edge was"
    assert blocks.sum() > 0.9 * lines.sum()
    assert np.array_equal(enlarged(picture, 60, 70, smooth=True), picture)


def test_areas_labels_and_levels_are_enlarged_each_in_its_way() -> None:
    area = np.zeros((8, 8, 3), np.float32)
    area[2:7, 2:7] = 1
    assert not are_lines(area[..., 0] > 0)
    assert enlarged(area, 16, 16, smooth=True).sum() == 4 * area.sum()
    labels = label_colours((np.arange(64) // 8).reshape(8, 8, 1))
    colours = {tuple(one) for one in labels.reshape(-1, 3).tolist()}
    assert {tuple(one) for one in enlarged(labels, 24, 20, smooth=False).reshape(-1, 3).tolist()} == colours
    ramp = np.repeat(np.linspace(0, 1, 8, dtype=np.float32)[None, :, None], 8, axis=0).repeat(3, axis=-1)
    assert len(np.unique(enlarged(ramp, 8, 16, smooth=True))) > 10
    red = np.zeros((4, 4, 3), np.float32)
    red[1, :, 0] = 1
    assert enlarged(red, 8, 8, smooth=False)[..., 1:].max() == 0, "a colour of pure channels stays a colour"
