"""How the voxels of a RAW file lie: shape, type, byte order, offset."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError

RAW_DTYPES = (
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float16",
    "float32",
    "float64",
)
"""The voxel types that a RAW file may hold."""


@dataclass(frozen=True)
class RawLayout:
    """What a RAW file does not say about itself.

    Parameters
    ----------
    shape : tuple of int
        Length of each axis, slowest first, as in ``(z, y, x)``.
    dtype : str
        One of `RAW_DTYPES`.
    byte_order : {"little", "big"}
        Intel and ARM computers write ``little``.
    offset : int
        Bytes before the first voxel.
    """

    shape: tuple[int, ...]
    dtype: str = "uint8"
    byte_order: Literal["little", "big"] = "little"
    offset: int = 0

    def __post_init__(self) -> None:
        """Refuse a layout that no file can have."""
        if len(self.shape) < 2 or min(self.shape) < 1:
            raise InputError(f"RAW shape {self.shape} is not possible; give two or more lengths of at least 1.")
        if self.dtype not in RAW_DTYPES:
            raise InputError(f"RAW type {self.dtype!r} is not known; choose one of {', '.join(RAW_DTYPES)}.")
        if self.byte_order not in ("little", "big"):
            raise InputError(f"Byte order {self.byte_order!r} is not known; choose little or big.")
        if self.offset < 0:
            raise InputError(f"RAW offset {self.offset} is not possible; give 0 or more bytes.")

    @property
    def numpy_dtype(self) -> np.dtype:
        """The type with its byte order."""
        return np.dtype(self.dtype).newbyteorder("<" if self.byte_order == "little" else ">")

    @property
    def nbytes(self) -> int:
        """Bytes of all voxels, without what lies before them."""
        return math.prod(self.shape) * self.numpy_dtype.itemsize
