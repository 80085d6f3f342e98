"""Images made larger, end to end: outside identical, replayed exactly, in their place, labels carried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import synthscope
from synthscope.errors import InputError
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.artefacts import artefacts_job
from synthscope.services.choosing import Choice
from synthscope.services.growing import extend_image, interleave_image
from synthscope.services.replaying import replay_job
from synthscope.services.verbs import make_job

STEPS, ORIGIN = (2.0, 0.5, 0.25), (10.0, -3.0, 4.0)


@pytest.fixture
def stack(rng: np.random.Generator) -> Image:
    pixels = rng.integers(100, 4000, (4, 36, 40)).astype(np.uint16)
    synthetic = np.zeros(pixels.shape, bool)
    synthetic[1, 4:9, 5:7] = True
    return Image(pixels, Space("zyx", STEPS, "µm", ORIGIN), "core.tif", synthetic=synthetic)


@pytest.mark.parametrize("generator", ["harmonic", "exemplar"])
def test_an_extended_image_keeps_its_voxels_and_their_place_and_replays(
    stack: Image, generator: str, tmp_path: Path
) -> None:
    outcome = synthscope.extend(
        stack, tmp_path / "out", margins={"x": (0, 6), "y": (3, 0)}, generator=generator, context=12
    )
    (made,) = outcome.candidates
    image = open_image(made.path)
    inside = (slice(None), slice(3, None), slice(0, 40))
    assert np.array_equal(image.pixels[inside], stack.pixels)
    assert made.outside is not None
    assert made.outside.holds
    assert image.space.voxel_size == pytest.approx(STEPS)
    assert image.space.origin == pytest.approx((10.0, -3.0 - 3 * 0.5, 4.0))
    marked = np.asarray(image.synthetic[...])
    assert np.array_equal(marked[inside], stack.synthetic)
    assert marked.sum() == marked.size - stack.pixels.size + stack.synthetic.sum()
    again = drain(replay_job(Path(made.path), resolve))
    assert again.reproduced
    assert pixel_hash(image.pixels) == made.sha256


def test_interpolated_slices_lie_between_those_that_were_there(stack: Image, tmp_path: Path) -> None:
    outcome = synthscope.restore(stack, tmp_path / "out", kind="interpolate", generator="harmonic", factor=3)
    image = open_image(outcome.candidates[0].path)
    assert image.shape == (10, 36, 40)
    assert np.array_equal(image.pixels[::3], stack.pixels)
    assert image.space.voxel_size == pytest.approx((2.0 / 3, 0.5, 0.25))
    assert image.space.origin == pytest.approx(ORIGIN)
    marked = np.asarray(image.synthetic[...])
    assert marked[1].all()
    assert np.array_equal(marked[::3], stack.synthetic)
    made = np.asarray(image.pixels[1:3])
    low, high = (np.asarray(stack.pixels).min(), np.asarray(stack.pixels).max())
    assert low <= made.min() <= made.max() <= high
    assert drain(replay_job(Path(outcome.candidates[0].path), resolve)).reproduced


def test_a_dead_pixel_is_found_and_filled_and_nothing_else_changes(tmp_path: Path, rng: np.random.Generator) -> None:
    pixels = rng.normal(1000, 10, (3, 64, 64)).astype(np.uint16)
    pixels[:, 30, 41] = 60_000
    outcome = synthscope.restore(pixels, tmp_path / "out", kind="artefacts", generator="harmonic")
    image = open_image(outcome.candidates[0].path)
    marked = np.asarray(image.synthetic[...])
    assert marked[:, 30, 41].all()
    assert np.asarray(image.pixels[...])[:, 30, 41].max() < 2000
    assert np.array_equal(np.asarray(image.pixels[...])[~marked], pixels[~marked])


def test_artefacts_are_looked_for_in_each_channel(rng: np.random.Generator) -> None:
    pixels = rng.normal(1000, 10, (2, 64, 48)).astype(np.uint16)
    pixels[1, 20, 30] = 60_000
    found = drain(artefacts_job(Image(pixels, Space("cyx"), "two"), ["pixels"]))
    assert found.mask.shape == (64, 48)
    assert found.mask[20, 30]
    assert any(sentence.startswith("channel 1: ") for sentence in found.sentences)
    with pytest.raises(InputError, match="rings"):
        drain(artefacts_job(Image(pixels, Space("cyx"), "two"), ["ghosts"]))


@pytest.mark.parametrize(
    ("margins", "word"),
    [
        ({}, "at least one voxel"),
        ({"t": (1, 0)}, "no axis"),
        ({"x": (-1, 0)}, "margin"),
        ({"x": (0, 65536), "y": (65536, 0)}, "GiB"),
    ],
)
def test_margins_that_cannot_be_are_refused_in_a_sentence(stack: Image, margins, word: str) -> None:
    with pytest.raises(InputError, match=word):
        extend_image(stack, margins)


@pytest.mark.parametrize("factor", [1, 17])
def test_factors_that_cannot_be_are_refused(stack: Image, factor: int) -> None:
    with pytest.raises(InputError, match="factor"):
        interleave_image(stack, factor)


def test_a_picture_has_no_slices_to_interpolate(stack: Image) -> None:
    with pytest.raises(InputError, match="no stack"):
        interleave_image(Image(stack.pixels[0], Space("yx"), "one"), 2)


def test_a_variation_of_a_box_replays_from_the_whole_file(stack: Image, tmp_path: Path) -> None:
    plane = Image(np.asarray(stack.pixels)[0], Space("yx"), "plane")
    path = write_image(tmp_path / "plane.ome.tif", plane)
    choice = Choice("vary", "phase-surrogate", region=Region((4, 2), (30, 34)))
    outcome = drain(make_job(open_image(path), None, choice, tmp_path, resolve))
    assert open_image(outcome.candidates[0].path).shape == plane.shape
    assert drain(replay_job(Path(outcome.candidates[0].path), resolve)).reproduced
