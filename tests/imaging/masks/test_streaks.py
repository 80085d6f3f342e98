"""Straight streaks on real textures, by precision and recall.

Measured with five streaks of 1.5 px at random angles, as precision (a pixel beside a streak counts as met) and
recall, for deviations of 0.5, 1 and 2 standard deviations of the texture:
soil 1.0/0.32, 1.0/0.84, 0.89/0.88; carbon fibres none, 0.99/0.65, 0.96/0.90; asphalt 0.93/0.16, 0.92/0.79, 0.82/0.87.
Layered samples have true lines: they are proposed too, which is why a person decides.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthscope.imaging.masks.line_sums import segment_columns, segment_sums
from synthscope.imaging.masks.streaks import find_streaks


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 20), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_segment_sums_are_sums_along_their_paths(levels: int, strips: int, width: int, seed: int) -> None:
    rows = 2**levels
    values = np.random.default_rng(seed).integers(-9, 9, (strips * rows, width)).astype(np.float32)
    sums = segment_sums(values, levels)
    assert sums.shape == (strips, rows, width)
    for strip, slope, column in np.ndindex(sums.shape):
        across = column + segment_columns(slope, levels)
        down = strip * rows + np.arange(rows)
        inside = across < width
        assert sums[strip, slope, column] == values[down[inside], across[inside]].sum()


@pytest.mark.parametrize("levels", [1, 3, 6])
def test_paths_are_straight_to_within_a_pixel(levels: int) -> None:
    rows = 2**levels
    for slope in range(rows):
        straight = slope * np.arange(rows) / (rows - 1)
        assert np.abs(segment_columns(slope, levels) - straight).max() <= 1 + levels / 6


@pytest.mark.parametrize(
    ("name", "strength", "reach", "precision", "recall"),
    [
        ("soil", 0.5, np.inf, 0.9, 0.2),
        ("soil", 1.0, np.inf, 0.9, 0.75),
        ("soil", 1.0, 100, 0.85, 0.7),
        ("carbon", 1.0, np.inf, 0.9, 0.55),
        ("carbon", 2.0, np.inf, 0.85, 0.8),
        ("asphalt", 1.0, np.inf, 0.85, 0.7),
    ],
)
def test_streaks_are_met(
    real_data: Path, artefacts: ModuleType, name: str, strength: float, reach: float, precision: float, recall: float
) -> None:
    altered, truth = artefacts.with_streaks(artefacts.texture(real_data, name), strength, reach)
    found = find_streaks(altered)
    right, complete = artefacts.met(found.mask, truth)
    assert right >= precision
    assert complete >= recall
    assert f"{found.score:.1f} robust" in found.sentence


@pytest.mark.parametrize("name", ["soil", "carbon", "asphalt"])
def test_clean_images_show_no_streaks(real_data: Path, artefacts: ModuleType, name: str) -> None:
    found = find_streaks(artefacts.texture(real_data, name))
    assert not found.mask.any()
    assert found.count == 0
    assert "No straight streaks" in found.sentence


def test_a_clean_stack_shows_no_streaks(real_data: Path, artefacts: ModuleType) -> None:
    assert find_streaks(artefacts.soil(real_data, range(30, 70, 5))).count == 0


@pytest.mark.parametrize("angle", range(0, 180, 15))
def test_a_streak_is_found_at_any_angle(artefacts: ModuleType, angle: int, rng: np.random.Generator) -> None:
    y, x = np.indices((200, 220)) - 100
    turn = np.deg2rad(angle)
    truth = np.abs(y * np.cos(turn) - x * np.sin(turn)) <= 0.75
    found = find_streaks(rng.normal(0, 1, truth.shape) + 2.0 * truth)
    right, complete = artefacts.met(found.mask, truth)
    assert right >= 0.7
    assert complete >= 0.75


@pytest.mark.parametrize("image", [np.zeros((40, 40)), np.full((3, 30, 50), 7, np.uint16), np.eye(3)])
def test_a_constant_or_tiny_image_shows_nothing(image: np.ndarray) -> None:
    assert find_streaks(image).count == 0
