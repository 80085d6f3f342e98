"""A model beside an image: known again as one it learned from, whatever its size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthscope.imaging.hashing import pixel_hash, sampled_hash
from synthscope.records.image import Image
from synthscope.records.model import ModelCard, TrainingImage
from synthscope.records.request import Input, Region
from synthscope.records.run import Environment
from synthscope.records.space import Space
from synthscope.services.model_fit import scale_for
from synthscope.services.sources import hashed, reference

SPACE = Space("zyx")
LARGE = (300, 300, 300)
MOST = 2**20
"""Bytes that are hashed whole here: fewer than those of `LARGE`."""


@pytest.fixture
def large(tmp_path: Path) -> Image:
    """A sparse file: its middle holds values, the rest takes no room on the disk."""
    pixels = np.memmap(tmp_path / "sparse.raw", np.uint8, "w+", shape=LARGE)
    pixels[150, 50:250, 50:250] = np.arange(200, dtype=np.uint8)
    return Image(pixels, SPACE, "core")


def card_of(image: Image, sha256: str = "", sampled: str = "") -> ModelCard:
    learned = TrainingImage(
        "core", sha256, image.shape, image.dtype.name, "zyx", (1.0,) * 3, "pixel", (), sampled_sha256=sampled
    )
    return ModelCard(
        name="soil", generator="prior", generator_version="1", architecture={}, training={}, images=(learned,),
        normalisation=(-7.0, 777.0), limits=((0.0, 255.0),), channels=1, dtype="uint8", voxel_size=(1.0, 1.0, 1.0),
        unit="pixel", weights_sha256="", parameters=1, steps=1, planned_steps=1, seed=0, seconds=1.0,
        environment=Environment("0", "3", "Linux", "cpu"),
    )  # fmt: skip


def test_an_image_too_large_to_be_hashed_is_known_again_by_blocks_of_it(large: Image) -> None:
    source: Input = hashed(reference(large), large, MOST)
    assert source.sha256 == ""
    region = Region((149, 50, 50), (151, 250, 250))
    card = card_of(large, sampled=sampled_hash(large.pixels))
    assert scale_for(card, large, source.sha256, None, region) == card.normalisation
    another = replace(card, images=(replace(card.images[0], sampled_sha256="another"),))
    assert scale_for(another, large, source.sha256, None, region) != card.normalisation


def test_an_old_card_without_sampled_hashes_still_knows_its_small_images() -> None:
    small = Image(np.arange(3 * 8 * 8, dtype=np.uint8).reshape(3, 8, 8), SPACE, "core")
    region = Region((0, 0, 0), small.shape)
    card = card_of(small, sha256=pixel_hash(small.pixels))
    assert scale_for(card, small, pixel_hash(small.pixels), None, region) == card.normalisation
    assert scale_for(card, small, "", None, region) != card.normalisation
