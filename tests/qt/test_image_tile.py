"""Pixels to pictures: contrast, colour, outline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from qtpy.QtCore import QSize
from qtpy.QtGui import QColor

from synthscope.errors import InputError
from synthscope.qt.image_tile import (
    ImageTile,
    Picture,
    cut_to_fill,
    outline,
    percentile_limits,
    to_bytes,
    to_qimage,
)
from synthscope.records.colours import SYNTHETIC

DTYPES = [np.uint8, np.int16, np.uint16, np.uint32, np.int64, np.float32, np.float64, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
def test_limits_become_black_and_white_in_any_type(dtype: type) -> None:
    pixels = np.array([[0, 1]], dtype)
    assert to_bytes(pixels, (0, 1)).tolist() == [[0, 255]]


def test_all_16_bits_are_used() -> None:
    pixels = np.array([[30000, 30010, 30020]], np.uint16)
    assert to_bytes(pixels, (30000, 30020)).tolist() == [[0, 128, 255]]


@given(hnp.arrays(np.float32, (3, 4), elements=st.floats(width=32)))
def test_any_value_can_be_shown(pixels: np.ndarray) -> None:
    shown = to_bytes(pixels, percentile_limits(pixels))
    assert shown.dtype == np.uint8
    assert shown.shape == pixels.shape


def test_equal_limits_split_black_from_white() -> None:
    assert to_bytes(np.array([1, 2, 3]), (2, 2)).tolist() == [0, 255, 255]


def test_limits_of_nothing_finite_are_still_limits() -> None:
    assert percentile_limits(np.full((2, 2), np.nan)) == (0.0, 1.0)
    assert percentile_limits(np.zeros((0, 0))) == (0.0, 1.0)


@given(height=st.integers(1, 9), width=st.integers(1, 9))
def test_every_pixel_lands_in_its_place(height: int, width: int) -> None:
    pixels = np.arange(height * width, dtype=np.uint8).reshape(height, width)
    image = to_qimage(pixels, (0, 255))
    got = [[QColor(image.pixel(x, y)).red() for x in range(width)] for y in range(height)]
    assert got == pixels.tolist()


def test_colour_and_alpha_are_kept() -> None:
    colour = np.array([[[255, 0, 7, 128]]], np.uint8)
    assert QColor(to_qimage(colour[..., :3]).pixel(0, 0)).getRgb()[:3] == (255, 0, 7)
    assert QColor.fromRgba(to_qimage(colour).pixel(0, 0)).getRgb() == (255, 0, 7, 128)


def test_the_image_outlives_its_array() -> None:
    pixels = np.full((64, 64), 7, np.uint8)
    image = to_qimage(pixels, (0, 255))
    pixels[:] = 200
    assert QColor(image.pixel(5, 5)).red() == 7


def test_an_outline_lies_inside_and_leaves_the_middle_free() -> None:
    mask = np.zeros((20, 20), bool)
    mask[5:15, 5:15] = True
    edge = outline(mask, 20, 20)
    assert not (edge & ~mask).any()
    assert edge.sum() == 100 - 36
    assert not outline(np.ones((8, 8), bool), 16, 16).any()
    assert not outline(np.zeros((8, 8), bool), 16, 16).any()


def test_a_thin_mask_is_all_outline_at_any_size() -> None:
    mask = np.zeros((50, 50), bool)
    mask[:, 20:22] = True
    assert outline(mask, 200, 200).any()


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (4, 4, 4, 4)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="shape"):
        Picture(np.zeros(shape))


def test_an_outline_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="outline"):
        Picture(np.zeros((4, 4)), synthetic=np.zeros((5, 5), bool))


def test_set_get_equal_and_the_outline_is_seen(shown: Callable[..., ImageTile]) -> None:
    tile = shown(ImageTile())
    mask = np.zeros((100, 100), bool)
    mask[30:70, 30:70] = True
    picture = Picture(np.zeros((100, 100), np.uint16), (0, 1), mask)
    tile.set_value(picture)
    assert tile.value() is picture
    tile.resize(100, 100)
    assert tile.grab().toImage().pixelColor(50, 31).name() == SYNTHETIC
    assert tile.grab().toImage().pixelColor(50, 50).name() == "#000000"
    tile.set_value(None)
    assert tile.value() is None
    tile.grab()


def test_a_picture_fills_a_size_and_is_cut() -> None:
    picture = cut_to_fill(to_qimage(np.full((10, 100), 9, np.uint8), (0, 9)), QSize(30, 20))
    assert (picture.width(), picture.height()) == (30, 20)
    assert QColor(picture.pixel(0, 19)).name() == "#ffffff"


def test_bytes_from_black_to_white_are_drawn_as_they_are() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert to_bytes(every, (0.0, 255.0)) is every
    assert np.array_equal(to_bytes(every.astype(np.float32), (0.0, 255.0)), every)
    image = to_qimage(every[:, ::2], (0.0, 255.0))  # rows that are no whole block of memory
    assert [image.pixelColor(x, 3).red() for x in range(8)] == list(every[3, ::2])
