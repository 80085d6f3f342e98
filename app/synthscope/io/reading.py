"""What is asked of a file, what is found in it, and what every format does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from synthscope.io.layout import RawLayout
from synthscope.records.image import PixelArray

UNKNOWN = "?"
"""Stands for an axis the file does not name."""


@dataclass(frozen=True)
class Reading:
    """How a person wants a file read; everything left empty is taken from the file.

    Parameters
    ----------
    axes : str
        One letter of ``tzyxcs`` per axis of the array.
    dataset : str
        Path inside an HDF5 or Zarr file, or the number or name of a series in a TIFF.
    raw : RawLayout, optional
        Reads the file as plain voxels, whatever it is.
    voxel_size : tuple of float
        One per axis, or one per spatial axis in the order z y x.
    unit : str
        Unit of the voxel size.
    """

    axes: str = ""
    dataset: str = ""
    raw: RawLayout | None = None
    voxel_size: tuple[float, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Dataset:
    """One of several images in a file: `path` is what `Reading.dataset` takes, `title` what the file calls it."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    title: str = ""

    @property
    def name(self) -> str:
        """How it is listed."""
        return f"{self.path}: {self.title}" if self.title else self.path


@dataclass(frozen=True)
class Probe:
    """What a file is, without reading its pixels.

    `guessed` says that the axes are a guess; `needs` names what must be told before it can be opened:
    ``axes`` (then `ambiguous` is true and `choices` lists the readings that fit), ``dataset`` (choose one
    of `datasets`) or ``raw`` (the layout of a RAW file). `shape` is empty where it is not known yet.
    """

    format: str
    shape: tuple[int, ...] = ()
    dtype: str = ""
    axes: str = ""
    guessed: bool = False
    ambiguous: bool = False
    choices: tuple[str, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    dataset: str = ""
    voxel_size: tuple[float, ...] = ()
    unit: str = "pixel"
    channel_names: tuple[str, ...] = ()
    nbytes: int = 0
    remarks: tuple[str, ...] = ()
    needs: Literal["", "axes", "dataset", "raw"] = ""


@dataclass(frozen=True, eq=False)
class Contents:
    """What a format found in a file, pixels not read yet.

    Parameters
    ----------
    shape, dtype
        Of the array that `load` gives.
    load : callable
        Gives the pixels, lazily where they are large.
    axes : str
        One letter per axis, `UNKNOWN` where the file does not say; empty when it says nothing.
    steps, origin : mapping
        Voxel size and position of the first voxel by axis letter, as far as the file says.
    positional : tuple of float
        Voxel size by axis, 0 where unknown; stronger than `steps`.
    needs : str
        What must be told first; then there is no shape.
    """

    format: str
    shape: tuple[int, ...] = ()
    dtype: np.dtype = field(default_factory=lambda: np.dtype("uint8"))
    load: Callable[[], PixelArray] = lambda: np.zeros(0, np.uint8)
    axes: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    positional: tuple[float, ...] = ()
    origin: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""
    time_unit: str = "second"
    channel_names: tuple[str, ...] = ()
    dataset: str = ""
    datasets: tuple[Dataset, ...] = ()
    load_synthetic: Callable[[], PixelArray] | None = None
    load_levels: Callable[[], tuple[PixelArray, ...]] = tuple
    provenance: Mapping[str, Any] | None = None
    remarks: tuple[str, ...] = ()
    needs: Literal["", "dataset", "raw"] = ""

    @property
    def nbytes(self) -> int:
        """Bytes of all pixels, were they in memory."""
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize if self.shape else 0


class Format(Protocol):
    """One kind of file."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Its file name endings, lower case."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether a file that begins with `head` (a folder: nothing) is of this kind."""
        ...

    def examine(self, path: Path, reading: Reading) -> Contents:
        """Find out what the file holds; a damaged one may raise any of `PARSER_ERRORS`."""
        ...
