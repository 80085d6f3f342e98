"""Ring artefacts on real textures, by precision and recall.

Measured with the true centre, five rings of 1 to 3 px, as precision (a pixel beside a ring counts as met) and recall,
for deviations of 0.25, 0.5 and 1 standard deviation of the texture:
soil 0.85/0.93, 0.90/0.91, 1.0/1.0; carbon fibres 1.0/0.19, 1.0/0.88, 0.92/0.93;
asphalt 0.88/0.82, 0.86/0.97, 0.85/0.97.
Arcs of 143 degrees at 1: soil 0.57/1.0, carbon 0.63/0.92, asphalt 0.55/0.96 (arcs are proposed in sectors of 30
degrees).
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from synthscope.errors import MaskError
from synthscope.imaging.masks.ring_centre import estimate_centre
from synthscope.imaging.masks.rings import find_rings


def off_centre(artefacts: ModuleType, image: np.ndarray) -> tuple[float, float]:
    middle = artefacts.middle_of(image)
    return middle[0] + 6.5, middle[1] - 4


@pytest.mark.parametrize(
    ("name", "strength", "precision", "recall"),
    [
        ("soil", 0.25, 0.8, 0.85),
        ("soil", 1.0, 0.95, 0.95),
        ("carbon", 0.5, 0.9, 0.8),
        ("carbon", 1.0, 0.8, 0.9),
        ("asphalt", 0.5, 0.8, 0.9),
    ],
)
def test_rings_are_met_around_a_given_centre(
    real_data: Path, artefacts: ModuleType, name: str, strength: float, precision: float, recall: float
) -> None:
    image = artefacts.texture(real_data, name)
    altered, truth = artefacts.with_rings(image, off_centre(artefacts, image), strength)
    found = find_rings(altered, off_centre(artefacts, image))
    right, complete = artefacts.met(found.mask, truth)
    assert right >= precision
    assert complete >= recall
    assert 3 <= found.count <= 8
    assert found.score > 4.5


@pytest.mark.parametrize(("name", "precision"), [("soil", 0.5), ("carbon", 0.55), ("asphalt", 0.5)])
def test_arcs_are_met_where_they_are(real_data: Path, artefacts: ModuleType, name: str, precision: float) -> None:
    image = artefacts.texture(real_data, name)
    altered, truth = artefacts.with_rings(image, off_centre(artefacts, image), 1.0, arc=2.5)
    right, complete = artefacts.met(find_rings(altered, off_centre(artefacts, image)).mask, truth)
    assert right >= precision
    assert complete >= 0.85


@pytest.mark.parametrize(("name", "strength"), [("soil", 0.25), ("carbon", 0.5), ("asphalt", 0.25)])
def test_the_centre_is_found_from_the_rings(real_data: Path, artefacts: ModuleType, name: str, strength: float) -> None:
    image = artefacts.texture(real_data, name)
    altered, _ = artefacts.with_rings(image, off_centre(artefacts, image), strength)
    np.testing.assert_allclose(estimate_centre(altered), off_centre(artefacts, image), atol=0.5)


@pytest.mark.parametrize("name", ["soil", "carbon", "asphalt"])
def test_clean_images_show_no_rings(real_data: Path, artefacts: ModuleType, name: str) -> None:
    image = artefacts.texture(real_data, name)
    for centre in (None, artefacts.middle_of(image)):
        found = find_rings(image, centre)
        assert not found.mask.any()
        assert (found.count, found.score) == (0, 0.0)
        assert "No rings" in found.sentence


def test_the_slices_of_a_stack_are_searched_one_by_one(real_data: Path, artefacts: ModuleType) -> None:
    clean = artefacts.soil(real_data, range(30, 33))
    stack = clean.copy()
    middle = artefacts.middle_of(stack[1])
    stack[1] = artefacts.with_rings(stack[1], middle, 0.5)[0]
    found = find_rings(stack, middle)
    assert found.mask.any(axis=(1, 2)).tolist() == [False, True, False]
    np.testing.assert_array_equal(found.mask[1], find_rings(stack[1], middle).mask)


def test_the_order_of_magnitude_of_grey_values_does_not_matter(real_data: Path, artefacts: ModuleType) -> None:
    image = artefacts.texture(real_data, "soil")
    altered, _ = artefacts.with_rings(image, artefacts.middle_of(image), 0.5)
    here = find_rings(altered, artefacts.middle_of(image))
    tiny = find_rings(altered * np.float64(2.0**-40), artefacts.middle_of(image))
    np.testing.assert_array_equal(here.mask, tiny.mask)


@pytest.mark.parametrize("image", [np.zeros((40, 40)), np.full((3, 30, 50), 7, np.uint16), np.full((30, 30), np.nan)])
def test_a_constant_image_shows_nothing(image: np.ndarray) -> None:
    assert find_rings(image).count == 0


@pytest.mark.parametrize("shape", [(2, 50), (5,), (1, 2, 3, 4)])
def test_an_image_that_cannot_be_searched_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MaskError, match=r"\(Y, X\)"):
        find_rings(np.zeros(shape))
