"""Pictures tell nothing but what is in them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.records.documents import from_json, to_json
from synthscope.records.study import Rendering
from synthscope.records.study_rendering import RenderRecord
from synthscope.studies.rendering.catch_pictures import CATCH_KINDS, catch_picture
from synthscope.studies.rendering.grey_steps import GreySteps
from synthscope.studies.rendering.render import render, render_arms
from synthscope.studies.rendering.resampling import resized, weights

SMALL = Rendering(side=64)


def scene(rng: np.random.Generator, side: int = 64, channels: int = 1) -> np.ndarray:
    """A smooth 16-bit image (1, side, side, C) that fills the range."""
    y, x = np.mgrid[:side, :side] / side
    waves = np.sin(6 * x + rng.uniform(0, 6)) + np.cos(5 * y + rng.uniform(0, 6))
    waves += 0.1 * rng.standard_normal((side, side))
    scaled = (waves - waves.min()) / np.ptp(waves)
    return np.repeat((60000 * scaled + 2000).astype(np.uint16)[None, :, :, None], channels, axis=3)


def steps_of(*images: np.ndarray) -> tuple[float, float]:
    steps = GreySteps()
    for image in images:
        steps.add(image)
    return steps.found()


@given(st.integers(1, 300), st.integers(0, 50), st.lists(st.integers(0, 200), min_size=2, max_size=50))
def test_grey_steps_are_the_greatest_common_divisor(step: int, base: int, levels: list[int]) -> None:
    levels += [0, 1]
    values = np.array([base + step * level for level in levels], np.uint16)
    found, origin = steps_of(values[: len(values) // 2], values[len(values) // 2 :])
    assert found == step
    assert (origin - base) % step == 0


def test_eight_bits_are_found_whatever_they_were_put_into(rng: np.random.Generator) -> None:
    eight = rng.integers(0, 256, 4000).astype(np.uint8)
    assert steps_of(eight)[0] == 1
    assert steps_of(eight.astype(np.uint16) * 257)[0] == 257
    assert steps_of((eight / 255).astype(np.float32))[0] == pytest.approx(1 / 255, rel=1e-4)
    assert steps_of(rng.random(4000, np.float32))[0] == 0
    assert steps_of(np.full(5, 3, np.uint8))[0] == 0


SOIL = (
    42, 48, 54, 60, 67, 73, 79, 85, 91, 97, 103, 109, 115, 121, 128, 134, 140, 146, 152, 158, 164, 170, 176, 182, 188,
    195, 201, 207, 213, 219, 225, 231, 237, 243, 249, 255,
)  # fmt: skip
"""The grey values of fields of a published 8-bit scan, bean_bucket of EMSL-Computing/Pore2Chip."""


@pytest.mark.parametrize("times", [1, 257])
def test_steps_of_a_stretched_scan_are_found_although_they_were_rounded(times: int) -> None:
    values = times * np.array(SOIL, np.uint16)
    step, origin = steps_of(values[::2], values[1::2])
    assert step == pytest.approx(6.0938 * times, abs=0.01 * times)
    places = np.floor((values - origin) / step + 0.5)
    np.testing.assert_array_equal(places - places[0], np.arange(len(SOIL)))


@given(st.floats(2.6, 40), st.floats(0, 1), st.integers(12, 200), st.randoms())
def test_rounded_steps_are_found_with_values_left_out(step: float, base: float, count: int, random: Random) -> None:
    places = np.array(sorted({*random.sample(range(count), count * 3 // 4), 0, 1, 2}))
    values = np.rint(base + step * places).astype(np.uint16)
    found, origin = steps_of(values)
    assert found == pytest.approx(step, rel=0.1)
    np.testing.assert_array_equal(np.floor((values - origin) / found + 0.5), places - places[0])


def test_whole_numbers_without_steps_keep_their_own(rng: np.random.Generator) -> None:
    assert steps_of(np.array([0, 2, 5, 9, 14, 20, 27, 35, 44], np.uint8))[0] == 1
    assert steps_of(np.array([0, 85, 255], np.uint8))[0] == 85
    assert steps_of(rng.integers(0, 2**16, 4000).astype(np.uint16))[0] == 1


def test_an_image_of_one_value_beside_floats_has_no_steps_of_whole_numbers(rng: np.random.Generator) -> None:
    assert steps_of(np.full((4, 4), 7, np.uint8), rng.random((8, 8)).astype(np.float32))[0] == 0


def test_images_that_are_brought_to_few_greys_are_told(rng: np.random.Generator) -> None:
    smooth = [(scene(rng) / 257).astype(np.uint8) for _ in range(2)]
    labels = [np.rint((image // 32) * (255 / 7)).astype(np.uint8) for image in smooth]
    _, record = render_arms((smooth, labels), SMALL)
    assert record.notes[0].startswith("Arm 2 has 8 grey values, even steps apart, and the finer ones of other arms are")
    for arms, rendering in (
        ((smooth, labels), Rendering(side=64, quantise=False)), ((labels, labels), SMALL), ((smooth, smooth), SMALL),
    ):  # fmt: skip
        assert not render_arms(arms, rendering)[1].notes


def test_a_stretched_scan_and_a_smooth_image_become_pictures_of_the_same_greys(rng: np.random.Generator) -> None:
    smooth = [(scene(rng) / 257).astype(np.uint8) for _ in range(3)]
    levels = np.rint(6.09375 * np.arange(42)).astype(np.uint8)
    scanned = [levels[np.clip(image // 6, 0, 41)] for image in smooth]
    pictures, record = render_arms((smooth, scanned), Rendering(side=64, field=64))
    assert record.step == pytest.approx(6.094, abs=0.02)
    greys = [{int(v) for image in arm for v in np.unique(image)} for arm in pictures]
    assert greys[0] == greys[1] or len(greys[0] ^ greys[1]) <= 2


def test_the_same_image_is_the_same_picture_in_8_and_16_bits_and_as_floats(rng: np.random.Generator) -> None:
    """At the source's precision an 8-bit and a 16-bit copy differ; as pictures they may not."""
    fine = [scene(rng) for _ in range(4)]
    coarse = [np.rint(image / 257).astype(np.uint8) for image in fine]
    floats = [(image / 65535).astype(np.float32) for image in fine]
    pictures, record = render_arms((fine, coarse, floats), SMALL)
    for a, b, c in zip(*pictures, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    assert record.step == pytest.approx(1 / 255)
    unlevelled, _ = render_arms((fine, coarse), Rendering(side=64, quantise=False))
    assert len(np.unique(unlevelled[0][0])) > len(np.unique(unlevelled[1][0]))


def test_steps_are_levelled_within_one_type_too(rng: np.random.Generator) -> None:
    fine = [scene(rng) for _ in range(3)]
    coarse = [image // 1024 * 1024 for image in fine]
    pictures, record = render_arms((fine, coarse), SMALL)
    assert record.step == 1024
    assert len(np.unique(pictures[0])) <= 65


def test_contrast_is_that_of_all_arms_together(rng: np.random.Generator) -> None:
    """An arm with half the contrast keeps half the contrast: what is in the images is not levelled."""
    full = [scene(rng) for _ in range(3)]
    half = [(image // 2 + 16000).astype(np.uint16) for image in full]
    (a, b), record = render_arms((full, half), SMALL)
    assert np.std(b[0]) == pytest.approx(np.std(a[0]) / 2, rel=0.1)
    assert record.notes == ()


def test_an_arm_in_other_units_is_noted(rng: np.random.Generator) -> None:
    full = [scene(rng) for _ in range(3)]
    _, record = render_arms((full, [image // 16 for image in full]), SMALL)
    assert len(record.notes) == 1
    assert record.notes[0].startswith("Arm 2 fills")


def test_all_pictures_have_one_shape_and_type(rng: np.random.Generator) -> None:
    large = np.repeat(scene(rng, 200, 3), 5, axis=0)
    small = np.repeat(scene(rng, 90, 3), 3, axis=0)
    pictures, record = render_arms(((large,), (lambda: small,)), Rendering(side=128, depth=3))
    assert {one.shape for arm in pictures for one in arm} == {(3, 128, 128, 3)} == {record.shape}
    assert {one.dtype for arm in pictures for one in arm} == {np.dtype(np.uint8)}
    assert record.field == 90
    assert from_json(RenderRecord, to_json(record)) == record
    np.testing.assert_array_equal(render(small, record, 1), pictures[1][0])


def test_the_middle_is_shown() -> None:
    image = np.zeros((1, 70, 70, 1), np.uint8)
    image[:, 3:67, 3:67] = 200
    image[:, 30:40, 30:40] = 100
    (pictures,), _ = render_arms(((image,),), Rendering(side=64, field=64))
    assert pictures[0].min() == 0
    assert (pictures[0] == 255).sum() == 64 * 64 - 100


@pytest.mark.parametrize(("field", "side"), [(64, 64), (50, 64), (200, 64), (65, 64)])
def test_resampling_keeps_constants_and_lines(field: int, side: int) -> None:
    matrix = weights(field, side)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    line = (np.arange(side) + 0.5) * field / side - 0.5
    inner = slice(side // 8, -side // 8)
    np.testing.assert_allclose((matrix @ np.arange(field))[inner], line[inner], atol=0.02)
    np.testing.assert_allclose(matrix, matrix[::-1, ::-1], atol=1e-12)


def test_resampling_to_the_own_size_changes_nothing(rng: np.random.Generator) -> None:
    image = rng.random((2, 40, 40, 1))
    np.testing.assert_array_equal(resized(image, 40), image)


def test_smaller_pictures_do_not_alias() -> None:
    stripes = np.tile(np.arange(256) % 2, (256, 1))[None, :, :, None] * 1.0
    assert resized(stripes, 64).std() < 0.02


@pytest.mark.parametrize(
    ("image", "rendering", "words"),
    [
        (np.zeros((1, 64, 64, 2), np.uint8), SMALL, "1 or 3 channels"),
        (np.zeros((1, 64, 64, 3), np.uint8), SMALL, "Some images have 1 channel and some 3"),
        (np.zeros((1, 50, 64, 1), np.uint8), Rendering(side=64, field=60), "set the field to 50"),
        (np.zeros((1, 64, 64, 1), np.uint8), Rendering(side=64, depth=4), "has 1 slices and 4"),
        (np.full((1, 64, 64, 1), np.nan), SMALL, "not numbers"),
        (np.zeros((1, 64, 64, 1), bool), SMALL, "bool values"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(image: np.ndarray, rendering: Rendering, words: str) -> None:
    with pytest.raises(InputError, match=words):
        render_arms(((np.arange(64 * 64, dtype=np.uint16).reshape(1, 64, 64, 1),), (image,)), rendering)


def test_pictures_of_nothing_are_a_sentence() -> None:
    with pytest.raises(InputError, match="same grey value"):
        render_arms(((np.zeros((1, 64, 64, 1), np.uint8),),), SMALL)
    with pytest.raises(InputError, match="without images"):
        render_arms(((),), SMALL)


@pytest.mark.parametrize("kind", CATCH_KINDS)
def test_catch_pictures_are_gross_and_of_the_same_kind(kind: str, rng: np.random.Generator) -> None:
    (pictures,), _ = render_arms(((scene(rng),),), SMALL)
    spoilt = catch_picture(kind, pictures[0], np.random.default_rng(1))
    assert spoilt.shape == pictures[0].shape
    assert spoilt.dtype == np.uint8
    assert abs(np.corrcoef(spoilt.ravel(), pictures[0].ravel())[0, 1]) < 0.3
    np.testing.assert_array_equal(spoilt, catch_picture(kind, pictures[0], np.random.default_rng(1)))
    if kind != "checkerboard":
        np.testing.assert_array_equal(np.sort(spoilt, axis=None), np.sort(pictures[0], axis=None))


def test_a_scrambled_picture_keeps_its_spectrum_and_noise_does_not(rng: np.random.Generator) -> None:
    (pictures,), _ = render_arms(((scene(rng),),), SMALL)
    spoilt = [catch_picture("scramble", pictures[0], rng), catch_picture("noise", pictures[0], rng)]
    power = [low_power(one) for one in (pictures[0], *spoilt)]
    assert power[1] > 0.8 * power[0]
    assert power[2] < 0.2 * power[0]


def low_power(picture: np.ndarray) -> float:
    power = np.abs(np.fft.fft2(picture[0, :, :, 0].astype(float) - picture.mean())) ** 2
    near = np.hypot(*np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64))) < 0.1
    return float(power[near].sum() / power.sum())
