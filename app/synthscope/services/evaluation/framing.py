"""What is fixed on the real set before anything is measured: limits, thresholds, data range, the size of fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.fields import MANY, field_side
from synthscope.imaging.masks.thresholds import otsu_threshold, two_phases, widest_apart
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.services.evaluation.fields import Fields, voxel_size
from synthscope.services.model_fit import channel_count
from synthscope.services.training_blocks import block_shape

PERCENTILES = (0.1, 99.9)
PARTS, SMALLEST = 4, 48
"""Parts that a side of few real images is cut into, and pixels that a field then has at least."""
SAMPLE = 4_000_000
"""Values of the real set, at most, that limits and thresholds are taken from."""


def field_size(
    recipe: EvaluationRecipe, sets: Sequence[Sequence[Image]], *, told: bool = False
) -> tuple[int, int, int]:
    """Choose (Z, Y, X) of the fields so that every image of every set, the real one first, holds one.

    Parameters
    ----------
    told : bool
        Specimens of the real images are told: then few images need not be cut into parts.

    Raises
    ------
    InputError
        If an image is too small for what is wanted.
    """
    shapes = [block_shape(image) for images in sets for image in images]
    side = field_side(shapes, recipe.side or (0 if told else _side_of_few(sets[0], shapes)))
    shallowest = min(shape[0] for shape in shapes)
    if recipe.depth > shallowest:
        raise InputError(
            f"Fields of {recipe.depth} slices do not fit an image of {shallowest}; choose a depth of at most "
            f"{shallowest}."
        )
    return (recipe.depth, side, side)


def _side_of_few(real: Sequence[Image], shapes: Sequence[tuple[int, int, int]]) -> int:
    """Give a side that cuts few real images into enough parts to divide; 0 where they need not be cut."""
    if len(real) >= MANY:
        return 0
    shortest = min(min(block_shape(image)[1:]) for image in real)
    return min(max(SMALLEST, shortest // PARTS), *(min(shape[1:]) for shape in shapes))


def make_frame(real: Fields, size: tuple[int, int, int]) -> Frame:
    """Fix limits, thresholds and data ranges on the fields of the real set.

    Raises
    ------
    InputError
        If a channel has one value everywhere.
    """
    first = real.images[0]
    step = max(1, len(real) * int(np.prod(size)) // SAMPLE)
    columns = [
        real.read(i).reshape(-1, channel_count(first))[i % step :: step].astype(np.float64) for i in range(len(real))
    ]
    return framed(np.concatenate(columns), real.name, size, voxel_size(first), first.space.unit, first.dtype.name)


def framed(
    values: np.ndarray, name: str, size: tuple[int, int, int], voxel: tuple[float, float, float] = (1.0, 1.0, 1.0),
    unit: str = "pixel", dtype: str = "uint8",
) -> Frame:  # fmt: skip
    """Fix limits, thresholds and data ranges on values of a real set.

    Parameters
    ----------
    values : ndarray of float64, shape (n, channels)
    name : str
        Of the set, for messages.

    Raises
    ------
    InputError
        If a channel has one value everywhere.
    """
    low, high = np.percentile(values, PERCENTILES, axis=0)
    for channel, (a, b) in enumerate(zip(low, high, strict=True)):
        if a == b:
            raise InputError(
                f"Channel {channel + 1} of {name!r} is {a:g} nearly everywhere; choose images that vary."
            )
    thresholds = tuple(widest_apart(channel, otsu_threshold(channel)) for channel in values.T)
    phases = [two_phases(channel, threshold) for channel, threshold in zip(values.T, thresholds, strict=True)]
    return Frame(
        shape=size,
        channels=values.shape[1],
        limits=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
        thresholds=thresholds,
        fractions=tuple(phase[0] for phase in phases),
        separations=tuple(phase[1] for phase in phases),
        data_range=float(values.max() - values.min()),
        ranges=tuple(float(one) for one in np.ptp(values, axis=0)),
        voxel_size=voxel,
        unit=unit,
        dtype=dtype,
    )
