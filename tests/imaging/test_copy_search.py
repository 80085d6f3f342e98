"""Copies that were planted are found where they were planted; correlations equal those worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.copy_search import correlation_at, search_job
from synthscope.imaging.normalised_correlation import (
    correlate,
    positions,
    prepare_block,
    prepare_fields,
    turned,
    unit,
)
from synthscope.jobs.drain import drain


def texture(rng, shape, sigma=1.5):
    smooth = ndimage.gaussian_filter(rng.normal(size=shape), [min(sigma, n / 4) for n in shape[:3]] + [0])
    return np.rint(120 + 40 * smooth / smooth.std()).astype(np.int16)


def all_shifts(image, field, least_overlap):
    start, stop = positions(image.shape[:3], field.shape[:3], least_overlap)
    grid = tuple(b - a + s - 1 for a, b, s in zip(start, stop, field.shape[:3], strict=True))
    block = prepare_block(image, start, stop, field.shape[:3], grid, least_overlap)
    return start, correlate(block, prepare_fields(field[None], grid))[0]


@pytest.mark.parametrize(
    ("extent", "size", "channels"),
    [((1, 24, 31), (1, 9, 8), 1), ((1, 20, 18), (1, 7, 7), 3), ((9, 14, 12), (4, 6, 5), 2)],
)
@pytest.mark.parametrize("least_overlap", [1.0, 0.6])
def test_every_shift_equals_the_correlation_worked_out_directly(rng, extent, size, channels, least_overlap):
    image, field = texture(rng, (*extent, channels)), texture(rng, (*size, channels))
    start, values = all_shifts(image, field, least_overlap)
    seen = 0
    for at in np.ndindex(values.shape):
        place = tuple(a + s for a, s in zip(at, start, strict=True))
        expected, _ = correlation_at(field, image, place, least_overlap)
        if np.isnan(expected):
            assert values[at] == -1
        else:
            seen += 1
            assert values[at] == pytest.approx(expected, abs=1e-6)
    assert seen >= np.prod([n - s + 1 for n, s in zip(extent, size, strict=True)])


def test_one_correlation_equals_that_of_numpy(rng):
    image, field = texture(rng, (1, 20, 20, 1)), texture(rng, (1, 8, 8, 1))
    expected = np.corrcoef(field.ravel(), image[:, 5:13, 3:11].ravel())[0, 1]
    assert correlation_at(field, image, (0, 5, 3)) == (pytest.approx(expected, abs=1e-12), 1.0)


@pytest.mark.parametrize("symmetry", range(8))
def test_a_copy_in_any_symmetry_is_found_where_it_was_taken(rng, symmetry):
    images = [texture(rng, (1, 90, 100, 1)) for _ in range(2)]
    copy = images[1][:, 31:55, 47:71]
    field = next(turned(copy, s) for s in range(8) if np.array_equal(turned(turned(copy, s), symmetry), copy))
    (match,) = drain(search_job(field[None], images))
    assert match.value == pytest.approx(1, abs=1e-9)
    assert (match.image, match.symmetry, match.overlap) == (1, symmetry, 1.0)
    assert (match.z, match.y, match.x) == pytest.approx((0, 31, 47), abs=0.05)


def test_an_oblong_copy_is_found_turned(rng):
    images = [texture(rng, (1, 80, 90, 1))]
    field = np.rot90(images[0][:, 20:36, 30:60], axes=(1, 2))
    (match,) = drain(search_job(field[None], images))
    assert match.value == pytest.approx(1, abs=1e-9)
    assert (match.y, match.x) == pytest.approx((20, 30), abs=0.05)


def test_a_copy_with_other_contrast_and_noise_is_found(rng):
    images = [texture(rng, (1, 120, 120, 1))]
    copy = images[0][:, 10:42, 70:102].astype(float)
    field = 3 * copy - 50 + rng.normal(scale=3 * copy.std() / 2, size=copy.shape)
    (match,) = drain(search_job(field[None], images))
    assert match.value == pytest.approx(1 / np.sqrt(1.25), abs=0.03)
    assert (match.y, match.x) == pytest.approx((10, 70), abs=0.5)


def test_a_copy_that_reaches_beyond_the_image_is_found_without_wrapping_around(rng):
    whole = texture(rng, (1, 80, 80, 1))
    image = whole[:, 8:, 6:]
    field = whole[:, :32, 20:52]
    (match,) = drain(search_job(field[None], [image], least_overlap=0.7))
    assert match.value == pytest.approx(1, abs=1e-6)
    assert (match.y, match.x, match.overlap) == (pytest.approx(-8, abs=0.05), pytest.approx(14, abs=0.05), 0.75)
    rolled = np.roll(image, 16, axis=1)[:, :32, :32]
    (none,) = drain(search_job(rolled[None], [image], least_overlap=0.7))
    assert none.value < 0.9


def test_a_copy_between_pixels_is_placed_to_a_part_of_a_pixel(rng):
    image = texture(rng, (1, 96, 96, 1), sigma=2.5)
    moved = ndimage.shift(image.astype(float), (0, -0.4, 0.3, 0), order=5)[:, 30:62, 40:72]
    (match,) = drain(search_job(moved[None], [image]))
    assert (match.y, match.x) == pytest.approx((30.4, 39.7), abs=0.06)
    assert match.value > 0.99


def test_a_slice_and_a_block_are_found_in_a_stack(rng):
    stack = texture(rng, (24, 60, 60, 1))
    (one,) = drain(search_job(stack[None, 13:14, 20:44, 5:29], [stack]))
    (block,) = drain(search_job(np.rot90(stack[3:15, 9:33, 30:54], axes=(1, 2))[None], [stack]))
    assert (one.z, one.y, one.x) == pytest.approx((13, 20, 5), abs=0.05)
    assert (block.z, block.y, block.x) == pytest.approx((3, 9, 30), abs=0.05)
    assert min(one.value, block.value) == pytest.approx(1, abs=1e-9)


def test_cutting_into_blocks_and_groups_changes_nothing(rng, monkeypatch):
    image = texture(rng, (1, 130, 140, 1))
    fields = np.stack([image[:, 77:101, 90:114], texture(rng, (1, 24, 24, 1)), image[:, -24:, :24]])
    whole = drain(search_job(fields, [image]))
    monkeypatch.setattr("synthscope.imaging.copy_search.PLANE", 48)
    pieces = drain(search_job(fields, [image], budget=1))
    for a, b in zip(whole, pieces, strict=True):
        assert (b.value, b.y, b.x, b.symmetry) == (pytest.approx(a.value, abs=1e-12), a.y, a.x, a.symmetry)


class Lazy:
    """An image that is larger than what may be read at a time."""

    def __init__(self, pixels, most):
        self.pixels, self.most, self.shape = pixels, most, pixels.shape

    def __getitem__(self, box):
        piece = self.pixels[box]
        assert piece.size <= self.most
        return piece


def test_only_blocks_of_a_lazy_image_are_read(rng):
    pixels = texture(rng, (3, 700, 60, 1))
    (match,) = drain(search_job(pixels[None, 2:3, 600:624, 8:32], [Lazy(pixels, 320 * 60)]))
    assert (match.z, match.y, match.x) == pytest.approx((2, 600, 8), abs=0.05)


@pytest.mark.parametrize("shrink", [2, 3])
def test_a_search_among_averages_ends_at_the_same_pixel(rng, shrink):
    images = [texture(rng, (2, 120, 130, 1), sigma=3) for _ in range(2)]
    fields = np.stack([np.rot90(images[1][1:2, 41:73, 50 + i : 82 + i], i, axes=(1, 2)) for i in range(4)])
    found = drain(search_job(fields, images, shrink=shrink))
    assert [m.value for m in found] == pytest.approx([1] * 4, abs=1e-9)
    assert [(m.image, round(m.z), round(m.y), round(m.x)) for m in found] == [(1, 1, 41, 50 + i) for i in range(4)]


def test_a_search_among_averages_ends_at_the_same_voxel_of_a_stack(rng):
    stack = texture(rng, (40, 50, 50, 1), sigma=2.5)
    (match,) = drain(search_job(stack[None, 7:31, 11:35, 14:38], [stack], shrink=2))
    assert match.value == pytest.approx(1, abs=1e-9)
    assert (match.z, match.y, match.x) == pytest.approx((7, 11, 14), abs=0.05)


def test_constant_fields_and_images_fit_nothing_and_are_no_nan(rng):
    flat, image = np.full((1, 16, 16, 1), 7, np.uint8), texture(rng, (1, 60, 60, 1))
    half = image.copy()
    half[:, :, :30] = 100
    matches = drain(search_job(np.stack([flat, image[:, 20:36, 40:56]]), [np.full_like(image, 9), half]))
    assert matches[0].value == 0
    assert matches[1].value == pytest.approx(1, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 50), st.floats(-1000, 1000))
def test_a_linear_change_of_grey_values_changes_no_correlation(seed, gain, offset):
    rng = np.random.default_rng(seed)
    field, image = rng.normal(size=(1, 6, 6, 2)), rng.normal(size=(1, 6, 6, 2))
    value, _ = correlation_at(field, image, (0, 0, 0))
    changed, _ = correlation_at(gain * field + offset, image, (0, 0, 0))
    assert changed == pytest.approx(value, abs=1e-9)
    assert -1 <= value <= 1
    assert np.abs((unit(field) ** 2).sum() - 1) < 1e-12


def test_fields_that_are_too_small_to_be_shrunk_are_refused(rng):
    with pytest.raises(InputError, match="cannot be shrunk by 3; choose 1 to 2"):
        drain(search_job(texture(rng, (1, 16, 16, 1))[None], [texture(rng, (1, 40, 40, 1))], shrink=3))


@pytest.mark.parametrize(
    ("fields", "images", "overlap", "words"),
    [
        (np.zeros((0, 1, 8, 8, 1)), [np.zeros((1, 9, 9, 1))], 1.0, "Fields of shape"),
        (np.zeros((1, 1, 8, 8, 1)), [], 1.0, "without training images"),
        (np.zeros((1, 1, 8, 8, 1)), [np.zeros((1, 9, 9, 1))], 0.0, "overlap of 0"),
        (np.zeros((1, 1, 8, 8, 1)), [np.zeros((1, 9, 9, 2))], 1.0, "Training image 0"),
        (np.zeros((1, 1, 8, 8, 1)), [np.zeros((1, 7, 9, 1))], 1.0, "do not fit"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_sentence(fields, images, overlap, words):
    with pytest.raises(InputError, match=words):
        drain(search_job(fields, images, least_overlap=overlap))
