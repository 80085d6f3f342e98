"""Two images side by side in numbers, each with what it is worth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import block_space, moments, to_block, whole
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.similarity import data_range_of, similarity
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import texture_ratio
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.replaying import largest_difference
from synthscope.services.sources import WHOLE_BYTES


def compare_images(reference: Image, other: Image) -> dict[str, Any]:
    """Compare an image with its true partner.

    Parameters
    ----------
    reference, other : Image
        Of one shape and dtype. Ranges are taken from the reference, never from the dtype.

    Raises
    ------
    InputError
        If shapes, types or axes differ, or the images are too large to be read whole.
    """
    _check(reference, other)
    first, second = np.asarray(reference.pixels[...]), np.asarray(other.pixels[...])
    a, b = _blocks(reference.space, first), _blocks(reference.space, second)
    steps = block_space(reference.space).voxel_size[:3]
    figures: dict[str, Any] = {
        "shape": list(reference.shape),
        "max_abs_difference": largest_difference(first, second),
        "differing_voxels": int(np.count_nonzero(first != second)),
    }
    data_range = data_range_of(first)
    same = similarity(a, b, data_range=data_range)
    figures |= {
        "mean_squared_error": same.mse,
        "psnr": finite(same.psnr),
        "ssim": finite(same.ssim),
        "data_range": data_range,
        "spectrum_distance": finite(spectrum_distance(a, b, steps)),
    }
    return figures | _inside(other, a, b)


def _inside(other: Image, first: np.ndarray, second: np.ndarray) -> dict[str, Any]:
    """Measure texture and seam where the second image marks synthetic voxels."""
    if other.synthetic is None:
        return {}
    mask = np.asarray(other.synthetic[...], dtype=bool)
    if not mask.any() or mask.all():
        return {}
    inside = _blocks(other.space.mask_space(), mask)[..., 0]
    return {
        "texture_ratio": finite(texture_ratio(second, first, inside)),
        "seam_ratio": finite(seam_ratio(second, inside)),
        "seam_ratio_real": finite(seam_ratio(first, inside)),
    }


def finite(value: float) -> float | None:
    """Give a number that JSON can hold: None for one that is infinite or undefined."""
    return value if math.isfinite(value) else None


def _check(reference: Image, other: Image) -> None:
    if reference.shape != other.shape or reference.dtype != other.dtype:
        raise InputError(
            f"{reference.name} is {reference.shape} {reference.dtype}, {other.name} is {other.shape} {other.dtype}; "
            "compare images of one shape and type."
        )
    if reference.nbytes > WHOLE_BYTES:
        raise InputError(f"{reference.name} is too large to be compared whole; compare regions of it.")


def _blocks(space: Space, pixels: np.ndarray) -> np.ndarray:
    """Lay an image out as (Z, Y, X, C), time points one after another in depth."""
    return np.concatenate([to_block(pixels[part.slices], space) for part in moments(whole(pixels.shape), space)])
