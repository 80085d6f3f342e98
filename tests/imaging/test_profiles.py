from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import InputError
from synthscope.imaging.profiles import checkerboard, curtain, difference, histograms, line_profile

SIZES, ORIGIN = (3.0, 0.5, 0.25), (10.0, -4.0, 2.0)
COORDINATE = st.floats(0.05, 0.95)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)


def world() -> np.ndarray:
    """An image that holds a linear function of world coordinates: 2 z - 3 y + 5 x."""
    z, y, x = (o + s * np.arange(n) for o, s, n in zip(ORIGIN, SIZES, (6, 20, 30), strict=True))
    return 2 * z[:, None, None] - 3 * y[None, :, None] + 5 * x[None, None, :]


@given(POINT, POINT)
def test_a_linear_image_is_read_exactly_along_any_line(start: tuple[float, ...], stop: tuple[float, ...]) -> None:
    extent = np.array(SIZES) * (np.array([6, 20, 30]) - 1)
    a, b = (np.array(ORIGIN) + extent * np.array(p) for p in (start, stop))
    found = line_profile(world(), SIZES, a, b, origin=ORIGIN)
    assert np.allclose(found.values, found.positions @ [2, -3, 5], atol=1e-8)
    assert found.distance[-1] == pytest.approx(np.linalg.norm(b - a))
    assert np.allclose(found.positions[[0, -1]], [a, b])


def test_readings_lie_the_smallest_voxel_size_apart() -> None:
    found = line_profile(world(), SIZES, ORIGIN, (10.0, -4.0, 7.0), origin=ORIGIN)
    assert np.allclose(np.diff(found.distance), 0.25)


def test_outside_of_the_image_there_is_no_value() -> None:
    found = line_profile(np.ones((5, 5)), (1, 1), (2, -3), (2, 7))
    outside = (found.positions[:, 1] < -0.5) | (found.positions[:, 1] > 4.5)
    assert np.array_equal(np.isnan(found.values), outside)
    assert outside.any()
    assert not outside.all()


def test_a_line_far_outside_reads_nothing() -> None:
    assert np.isnan(line_profile(np.ones((5, 5)), (1, 1), (90, 90), (99, 90)).values).all()


def test_a_point_is_read_twice() -> None:
    assert line_profile(np.eye(3), (1, 1), (1, 1), (1, 1)).values.tolist() == [1, 1]


def test_a_lazy_image_is_read_like_one_in_memory() -> None:
    lazy = da.from_array(world(), chunks=(1, 10, 10))
    args = (SIZES, (12.0, -3.0, 3.0), (20.0, 2.0, 8.0))
    a, b = (line_profile(pixels, *args, origin=ORIGIN) for pixels in (lazy, world()))
    assert np.array_equal(a.values, b.values)


def test_points_of_the_wrong_number_and_impossible_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="2 axes"):
        line_profile(np.eye(3), (1, 1), (0, 0, 0), (1, 1, 1))
    with pytest.raises(InputError, match="positive"):
        line_profile(np.eye(3), (1, 0), (0, 0), (1, 1))


def test_images_share_bins_and_every_value_is_counted(rng: np.random.Generator) -> None:
    a, b = rng.integers(0, 4000, (30, 40)).astype(np.uint16), rng.integers(500, 9000, 77).astype(np.uint16)
    found = histograms([a, b], bins=100)
    assert found.counts.shape == (2, len(found.edges) - 1)
    assert found.counts.sum(axis=1).tolist() == [a.size, b.size]
    assert np.allclose((found.density * np.diff(found.edges)).sum(axis=1), 1)


@given(st.integers(2, 5000), st.integers(1, 300))
def test_bins_of_integers_are_whole_so_that_no_comb_appears(top: int, bins: int) -> None:
    found = histograms([np.arange(top, dtype=np.uint16)], bins=bins)
    assert len(found.edges) - 1 <= bins
    assert np.all(np.diff(found.edges) == found.edges[1] - found.edges[0])
    assert len(set(found.counts[0][:-1].tolist())) <= 1


def test_floats_and_constants_have_bins_too() -> None:
    assert histograms([np.full(9, 2.5)], bins=4).counts.sum() == 9
    assert histograms([np.array([0.0, 1.0, np.nan])], bins=2).counts.tolist() == [[1, 1]]
    assert histograms([np.zeros(3, bool)], bins=8).counts.sum() == 3


def test_limits_leave_out_what_lies_beyond() -> None:
    found = histograms([np.arange(100, dtype=np.uint8)], limits=(10, 19), bins=10)
    assert found.counts.tolist() == [[1] * 10]


def test_histograms_of_nothing_are_refused() -> None:
    for arrays, words in (([], "no histogram"), ([np.array([np.nan])], "no finite values")):
        with pytest.raises(InputError, match=words):
            histograms(arrays)
    with pytest.raises(InputError, match="not in order"):
        histograms([np.zeros(3)], limits=(2.0, 1.0))


@pytest.mark.parametrize(
    ("dtype", "wide"),
    [
        ("u1", "i2"),
        ("i1", "i2"),
        ("u2", "i4"),
        ("i2", "i4"),
        ("u4", "i8"),
        ("i4", "i8"),
        ("u8", "f8"),
        ("f4", "f4"),
        ("?", "i2"),
    ],
)
def test_a_difference_never_wraps_around(dtype: str, wide: str) -> None:
    low, high = (False, True) if dtype == "?" else (0, 1)
    if dtype[0] in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    a, b = np.array([low, high], dtype), np.array([high, low], dtype)
    found = difference(a, b)
    assert found.dtype == np.dtype(wide)
    assert [float(v) for v in found] == [float(int(high) - int(low)), float(int(low) - int(high))]


@given(hnp.arrays(np.uint16, (7, 9)), hnp.arrays(np.uint16, (7, 9)))
def test_reference_and_difference_add_up_to_the_image(a: np.ndarray, b: np.ndarray) -> None:
    assert np.array_equal(a + difference(a, b), b)


def test_a_checkerboard_begins_with_the_first_image() -> None:
    a, b = np.zeros((2, 4, 6), np.uint8), np.ones((2, 4, 6), np.uint8)
    found = checkerboard(a, b, 2)
    assert found.dtype == np.uint8
    assert found[1].tolist() == [[0, 0, 1, 1, 0, 0]] * 2 + [[1, 1, 0, 0, 1, 1]] * 2


def test_a_checkerboard_of_colours_has_whole_pixels() -> None:
    found = checkerboard(np.zeros((4, 4, 3)), np.ones((4, 4, 3)), 1, rows=-3, columns=-2)
    assert np.all(found[..., 0] == found[..., 2])
    assert found[0, :, 0].tolist() == [0, 1, 0, 1]


@given(st.floats(0, 1))
def test_a_curtain_shows_the_first_image_up_to_the_fraction(fraction: float) -> None:
    a, b = np.zeros((3, 10), np.uint16), np.ones((3, 10), np.uint16)
    found = curtain(a, b, fraction)
    assert np.sum(found[0] == 0) == round(10 * fraction)
    assert np.all(np.diff(found.astype(int), axis=1) >= 0)
    assert not a.any()
    assert b.all()


def test_a_curtain_can_be_drawn_along_rows() -> None:
    found = curtain(np.zeros((4, 2)), np.ones((4, 2)), 0.5, axis=0)
    assert found[:, 0].tolist() == [0, 0, 1, 1]


def test_images_that_differ_in_kind_and_impossible_settings_are_refused() -> None:
    a = np.zeros((4, 4), np.uint8)
    for call in (difference, lambda x, y: checkerboard(x, y, 2), lambda x, y: curtain(x, y, 0.5)):
        with pytest.raises(InputError, match="differ"):
            call(a, a.astype(np.uint16))
    with pytest.raises(InputError, match="at least 1"):
        checkerboard(a, a, 0)
    with pytest.raises(InputError, match="0 to 1"):
        curtain(a, a, 1.5)
