"""An image or stack: pixels, space, and which of its voxels are synthetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from synthscope.errors import InputError
from synthscope.records.space import Space


@runtime_checkable
class PixelArray(Protocol):
    """What numpy, memory maps, dask and our lazy arrays have in common."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        ...

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        ...

    @property
    def ndim(self) -> int:
        """Number of axes."""
        ...

    def __getitem__(self, key: Any, /) -> Any: ...


@dataclass(frozen=True)
class Origin:
    """Where an image was read from, and what had to be guessed to read it.

    `path` is local and for this computer only: it never goes into an output.
    """

    path: str = ""
    format: str = ""
    dataset: str = ""
    axes_guessed: bool = False
    raw: str = ""


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels with axes, voxel size and unit.

    Parameters
    ----------
    pixels : PixelArray
        In the original dtype; may be lazy (dask, memory map).
    space : Space
        One axis letter per axis of `pixels`.
    synthetic : PixelArray, optional
        Boolean, of the axes `Space.mask_axes`: true where a generator made the voxel.
    provenance : mapping, optional
        The record of how synthetic voxels were made, as JSON.
    levels : tuple of PixelArray
        Coarser copies for display only, finest first, without the full resolution.
    """

    pixels: PixelArray
    space: Space
    name: str = ""
    synthetic: PixelArray | None = None
    provenance: Mapping[str, Any] | None = None
    levels: tuple[PixelArray, ...] = ()
    origin: Origin = field(default_factory=Origin)

    def __post_init__(self) -> None:
        """Refuse pixels, space and mask that do not fit each other."""
        if len(self.pixels.shape) != self.space.ndim:
            raise InputError(
                f"Image {self.name!r} has {len(self.pixels.shape)} axes {self.pixels.shape}, "
                f"but {self.space.ndim} are named ({self.space.axes}); name one letter per axis."
            )
        if self.synthetic is not None and tuple(self.synthetic.shape) != self.mask_shape:
            raise InputError(
                f"Synthetic-voxel mask of {self.name!r} has shape {tuple(self.synthetic.shape)}; "
                f"{self.mask_shape} is expected."
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(int(n) for n in self.pixels.shape)

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        return np.dtype(self.pixels.dtype)

    @property
    def nbytes(self) -> int:
        """Bytes of all pixels, were they in memory."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    @property
    def mask_shape(self) -> tuple[int, ...]:
        """Shape of a mask of this image."""
        return tuple(n for n, a in zip(self.shape, self.space.axes, strict=True) if a not in "cs")

    def with_(self, **changes: Any) -> Self:
        """Give a copy with some fields replaced."""
        return replace(self, **changes)
