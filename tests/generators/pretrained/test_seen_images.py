"""What an image encoder sees of an image."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage
from tests.generators.pretrained.tiny_unclip import image_encoder, image_processor

from synthscope.generators.pretrained.embeddings.seen import as_seen
from synthscope.worker import mend_torchvision


@pytest.fixture(autouse=True)
def _torchvision() -> None:
    mend_torchvision()


def picture(rows: int, columns: int) -> np.ndarray:
    noise = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=(rows, columns, 3)), (2, 2, 0))
    return np.uint8(255 * (noise - noise.min()) / np.ptp(noise))


@pytest.mark.parametrize(
    ("sides", "tolerance"),
    # Where nothing is reduced both are the same numbers; else the processor rounds to 8 bits in between.
    [((32, 32), 1e-5), ((32, 48), 1e-5), ((96, 64), 0.04), ((40, 80), 0.04)],
)
def test_it_is_what_clips_own_preparation_gives(sides: tuple[int, int], tolerance: float) -> None:
    pixels = picture(*sides)
    colours = torch.from_numpy(pixels).movedim(-1, 0)[None].float() / 255
    wanted = image_processor()(Image.fromarray(pixels), return_tensors="pt").pixel_values
    found = as_seen(colours, image_encoder(), image_processor())
    assert found.shape == wanted.shape == (1, 3, 32, 32)
    assert (found - wanted).abs().max() < tolerance
