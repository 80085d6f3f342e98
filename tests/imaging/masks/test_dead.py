"""Dead pixels, rows and columns on real textures, by precision and recall.

Measured with 200 pixels stuck at black or white, as precision/recall: soil 1.0/0.88, carbon fibres 1.0/0.98,
asphalt 1.0/0.64 (there many pixels are black or white already). Three columns and a row that deviate by 0.5 standard
deviations of the texture: soil 1.0/1.0, carbon 1.0/0.74, asphalt 1.0/1.0.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from synthscope.imaging.masks.dead_lines import find_dead_lines
from synthscope.imaging.masks.dead_pixels import find_dead_pixels


def with_stuck_pixels(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    seen = np.argwhere(image > 0)
    places = seen[rng.choice(len(seen), 200, replace=False)]
    stuck = image.copy()
    stuck[tuple(places.T)] = rng.choice([0, 255], 200)
    return stuck, stuck != image


@pytest.mark.parametrize(("name", "recall"), [("soil", 0.8), ("carbon", 0.9), ("asphalt", 0.55)])
def test_stuck_pixels_are_met(real_data: Path, artefacts: ModuleType, name: str, recall: float) -> None:
    stuck, truth = with_stuck_pixels(artefacts.texture(real_data, name))
    found = find_dead_pixels(stuck)
    assert np.count_nonzero(found.mask & truth) >= 0.98 * np.count_nonzero(found.mask)
    assert np.count_nonzero(found.mask & truth) >= recall * np.count_nonzero(truth)
    assert found.count == np.count_nonzero(found.mask)


@pytest.mark.parametrize("name", ["soil", "carbon", "asphalt"])
def test_clean_images_show_no_dead_pixels_or_lines(real_data: Path, artefacts: ModuleType, name: str) -> None:
    image = artefacts.texture(real_data, name)
    for find in (find_dead_pixels, find_dead_lines):
        found = find(image)
        assert not found.mask.any()
        assert found.sentence.startswith("No dead")


def test_a_pixel_that_is_faint_in_each_slice_is_found_through_the_stack(real_data: Path, artefacts: ModuleType) -> None:
    clean = artefacts.soil(real_data, range(30, 42))
    truth = np.zeros(clean.shape[1:], bool)
    truth[tuple(np.random.default_rng(0).integers(5, 495, (60, 2)).T)] = True
    stack = np.stack([artefacts.changed(plane, truth, 60) for plane in clean])
    assert (find_dead_pixels(stack[0]).mask & truth).sum() < 0.2 * truth.sum()
    found = find_dead_pixels(stack)
    assert found.mask[:, truth].mean() > 0.8
    assert np.count_nonzero(found.mask & truth) >= 0.95 * np.count_nonzero(found.mask)
    assert "same place in most slices" in found.sentence
    assert find_dead_pixels(clean).count <= 1


def test_pairs_are_found_and_things_are_left() -> None:
    image = np.random.default_rng(4).normal(100, 2, (60, 60))
    image[20, 20] = image[20, 21] = 160
    image[40:45, 40:45] = 160
    found = find_dead_pixels(image)
    assert np.argwhere(found.mask).tolist() == [[20, 20], [20, 21]]


@pytest.mark.parametrize(
    ("name", "strength", "recall"), [("soil", 0.5, 0.95), ("carbon", 1.0, 0.95), ("asphalt", 0.5, 0.95)]
)
def test_dead_lines_are_met(real_data: Path, artefacts: ModuleType, name: str, strength: float, recall: float) -> None:
    image = artefacts.texture(real_data, name)
    altered, truth = artefacts.with_lines(image, strength)
    found = find_dead_lines(altered)
    right, complete = artefacts.met(found.mask & (image > 0), truth)
    assert right >= 0.95
    assert complete >= recall
    assert 4 <= found.count <= 6


def test_a_column_stuck_at_the_mean_is_found() -> None:
    image = np.random.default_rng(4).integers(90, 110, (50, 60)).astype(np.uint8)
    image[:, 33] = 100
    found = find_dead_lines(image)
    assert found.mask[:, 33].all()
    assert found.count == 1


def test_a_line_that_is_faint_in_each_slice_is_found_through_the_stack() -> None:
    stack = np.random.default_rng(4).normal(0, 1, (40, 50, 60))
    stack[:, :, 20] += 0.4
    assert not find_dead_lines(stack[0]).mask.any()
    found = find_dead_lines(stack)
    assert found.mask[:, :, 20].all()
    assert np.count_nonzero(found.mask.all(axis=1)) == 40


@pytest.mark.parametrize("image", [np.zeros((40, 40)), np.full((6, 30, 50), 7, np.uint16), np.eye(3)])
def test_a_constant_or_tiny_image_shows_nothing_dead(image: np.ndarray) -> None:
    assert find_dead_lines(image).count == 0
    assert find_dead_pixels(image).count <= 3
