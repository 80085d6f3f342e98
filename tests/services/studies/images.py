"""Small images in files, for studies that tests make."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.records.space import Space
from synthscope.records.study import Arm
from synthscope.services.sources import reference

COUNT, SIDE = 14, 80


def texture(rng: np.random.Generator) -> np.ndarray:
    """One process for all arms: blurred noise over the 16-bit range."""
    coarse = rng.normal(size=(SIDE // 4, SIDE // 4)).repeat(4, 0).repeat(4, 1)
    values = coarse + 0.3 * rng.normal(size=(SIDE, SIDE))
    return np.clip(32000 + 8000 * values, 0, 65535).astype(np.uint16)


def kept(folder: Path, name: str, pixels: np.ndarray, space: Space) -> Input:
    path = folder / f"{name}.ome.tif"
    write_image(path, Image(pixels, space))
    return reference(open_image(path))


def arms_in(folder: Path, *, eight_bits: bool = True, voxel: float = 2.0) -> tuple[Arm, ...]:
    folder.mkdir()
    rng = np.random.default_rng(3)
    real = [kept(folder, f"scan{i}", texture(rng), Space("yx", (2.0, 2.0), "µm")) for i in range(COUNT)]
    made = [np.rint(texture(rng) / 257).astype(np.uint8) if eight_bits else texture(rng) for _ in range(COUNT)]
    other = [kept(folder, f"gan{i}", one, Space("yx", (voxel, voxel), "µm")) for i, one in enumerate(made)]
    return Arm("plug 7", True, tuple(real)), Arm("my gan", False, tuple(other), generator="stylegan")
