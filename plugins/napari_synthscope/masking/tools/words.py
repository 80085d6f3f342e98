"""How much is painted, in words."""

from __future__ import annotations

import math

from napari_synthscope.masking.tools.ground import Ground
from napari_synthscope.session.mask_watch import Painted


def painted_words(ground: Ground, painted: Painted) -> str:
    """Say how much is painted: ``3 412 voxels = 1 365 µm³ in slices 4 to 9``."""
    box = ground.inside(painted.box)
    flat = len(box) == 2 or box[0].stop - box[0].start == 1
    element = math.prod(ground.voxel_size[-2:] if flat else ground.voxel_size)
    words = f"{_number(painted.voxels)} {'pixels' if flat else 'voxels'}"
    if ground.unit != "pixel":
        words += f" = {_number(painted.voxels * element)} {ground.unit}{'²' if flat else '³'}"
    if len(box) == 2:
        return words
    first, last = box[0].start, box[0].stop - 1
    return words + (f" in slice {first}" if first == last else f" in slices {first} to {last}")


def _number(value: float) -> str:
    """Write a number with thin spaces between thousands, small ones with four digits."""
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 1000 else f"{value:.4g}"
