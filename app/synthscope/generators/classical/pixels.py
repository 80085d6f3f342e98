"""What generators are handed and hand back: source, mask and dtype, checked once for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.generator import Inputs


@dataclass(frozen=True, eq=False)
class Block:
    """A source to work on.

    Parameters
    ----------
    values : ndarray of float64 (Z, Y, X, C)
        Known values; zero where `known` is false, whatever the input held there.
    known : ndarray of bool (Z, Y, X)
        Real voxels: not masked and finite in every channel.
    unknown : ndarray of bool (Z, Y, X)
        Voxels to be made.
    dtype : dtype
        Of the source and of what is given back.
    limits : tuple of (float, float)
        Lowest and highest value that may be given back, per channel.
    voxel_size : tuple of float (z, y, x)
    """

    values: np.ndarray
    known: np.ndarray
    unknown: np.ndarray
    dtype: np.dtype
    limits: Limits
    voxel_size: tuple[float, float, float]

    def restored(self, values: np.ndarray) -> np.ndarray:
        """Turn floats into the source's dtype, rounded and kept within `limits`."""
        return restore(values, self.dtype, self.limits)

    def filled(self, values: np.ndarray) -> np.ndarray:
        """Give the block with `values` (Z, Y, X, C) where it was unknown, in the source's dtype."""
        return self.restored(np.where(self.unknown[..., None], values, self.values))


def read_block(inputs: Inputs) -> Block:
    """Take the source and mask of `inputs`, and nothing that lies under the mask, but for a variation: that sees all.

    Raises
    ------
    InputError
        If there is no source, or a shape does not fit.
    MaskError
        If the mask does not fit the source, or leaves nothing known.
    """
    source = inputs.source
    if source is None:
        raise InputError(f"The task {inputs.task!r} needs a source image; name one.")
    if source.ndim != 4 or source.dtype.kind not in "uif":
        raise InputError(
            f"The source has shape {source.shape} and type {source.dtype}; give real numbers laid out (Z, Y, X, C)."
        )
    unknown = _mask_of(inputs, source.shape[:3])
    hidden = unknown & (inputs.task != "vary")
    known = ~hidden & np.isfinite(source).all(axis=-1)
    if not known.any():
        raise MaskError(
            "The mask leaves no known voxel in the region of context; make the mask smaller or the region larger."
        )
    values = np.where(known[..., None], source, 0).astype(np.float64)
    limits = inputs.limits or _range_of(values[known])
    size = inputs.space.voxel_size
    return Block(values, known, unknown, source.dtype, limits, (size[0], size[1], size[2]))


def require_hole(block: Block) -> None:
    """Refuse an empty mask."""
    if not block.unknown.any():
        raise MaskError("The mask marks no voxel in the region of context; paint what is to be filled.")


def _range_of(known: np.ndarray) -> Limits:
    """Give the lowest and the highest of known values (N, C), per channel."""
    return tuple(zip(known.min(axis=0).tolist(), known.max(axis=0).tolist(), strict=True))


def _mask_of(inputs: Inputs, shape: tuple[int, ...]) -> np.ndarray:
    if inputs.mask is None:
        if inputs.task == "inpaint":
            raise MaskError("There is no mask; paint what is to be filled.")
        return np.zeros(shape, dtype=bool)
    if inputs.mask.shape != shape:
        raise MaskError(
            f"The mask has shape {inputs.mask.shape} and the source {shape}; give one of the source's shape."
        )
    return inputs.mask.astype(bool, copy=False)
