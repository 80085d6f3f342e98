"""A folder of numbered slices, read as a stack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthscope.errors import FileError
from synthscope.io.lazy import LazyArray, as_dask, settled, slab_chunks
from synthscope.io.parsing import parsing
from synthscope.io.reading import Contents, Format, Reading
from synthscope.records.image import PixelArray

_PLANE_AXES = ("yx", "yxs", "yxc")


class Slices:
    """A folder of images of one kind, one slice each, in natural order of their names.

    Parameters
    ----------
    formats : sequence of Format
        What a slice may be.
    """

    name = "Slices"
    suffixes: tuple[str, ...] = ()

    def __init__(self, formats: Sequence[Format]) -> None:
        self._formats = {suffix: known for known in formats for suffix in known.suffixes}

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - a folder has no first bytes
        """By the images in the folder."""
        return path.is_dir() and bool(self._slices(path))

    def examine(self, path: Path, reading: Reading) -> Contents:
        """Read the header of every slice, and refuse those that differ."""
        slices = self._slices(path)
        headers = [self._header(slice_path, reading) for slice_path in slices]
        _check_alike(slices, headers)
        first = headers[0]
        shape = (len(slices), *first.shape)

        def load() -> PixelArray:
            lazy = LazyArray(shape, first.dtype, lambda box: _stacked(slices, headers, box))
            pixels: PixelArray = as_dask(lazy, slab_chunks(shape, first.dtype.itemsize, 4 * 2**20)[:1] + first.shape)
            return pixels

        axes = first.axes if first.axes in _PLANE_AXES else "yx"
        steps = {letter: step for letter, step in first.steps.items() if letter in "yx"}
        return replace(
            first, format=self.name, shape=shape, load=load, axes="z" + axes, steps=steps, positional=(),
            datasets=(), dataset="", load_levels=tuple, load_synthetic=None, provenance=None,
        )  # fmt: skip

    def _slices(self, path: Path) -> list[Path]:
        """List the slices: files of the suffix that is found most often."""
        found = [p for p in path.iterdir() if p.suffix.casefold() in self._formats and p.name[0] not in "._~"]
        if not found:
            return []
        usual = Counter(p.suffix.casefold() for p in found).most_common(1)[0][0]
        return sorted((p for p in found if p.suffix.casefold() == usual), key=natural_key)

    def _header(self, path: Path, reading: Reading) -> Contents:
        known = self._formats[path.suffix.casefold()]
        with parsing(path, known.name):
            with path.open("rb") as file:
                head = file.read(1024)
            if not known.recognises(path, head):
                raise FileError(f"{path.name} is damaged or no {known.name} file; remove it to read the folder.")
            contents = known.examine(path, replace(reading, axes="", dataset=""))
        return _as_plane(path, contents)


def natural_key(path: Path) -> tuple[tuple[int, int | str], ...]:
    """Sort ``slice_9`` before ``slice_10``."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def _as_plane(path: Path, contents: Contents) -> Contents:
    thick = [i for i, n in enumerate(contents.shape) if n > 1 or i >= len(contents.shape) - 2]
    shape = contents.shape if contents.axes in _PLANE_AXES else tuple(contents.shape[i] for i in thick)
    if len(shape) != (3 if contents.axes in ("yxs", "yxc") else 2):
        raise FileError(
            f"{path.name} holds a stack of shape {contents.shape}; open it alone, or leave only single slices in "
            "the folder."
        )
    return replace(contents, shape=shape)


def _check_alike(slices: list[Path], headers: list[Contents]) -> None:
    looks = [(h.shape, h.dtype.name) for h in headers]
    usual = Counter(looks).most_common(1)[0][0]
    for path, look in zip(slices, looks, strict=True):
        if look != usual:
            raise FileError(
                f"{path.name} is {_words(look)} where the other slices are {_words(usual)}; remove or mend it."
            )


def _words(look: tuple[tuple[int, ...], str]) -> str:
    return f"{' × '.join(map(str, look[0]))} {look[1]}"


def _stacked(slices: list[Path], headers: list[Contents], box: tuple[slice, ...]) -> np.ndarray:
    planes = []
    for path, header in zip(slices[box[0]], headers[box[0]], strict=True):
        with parsing(path, header.format):
            plane = np.asarray(settled(header.load()))
        planes.append(plane.reshape(header.shape)[box[1:]])
    return np.stack(planes) if planes else np.empty((0, *headers[0].shape), headers[0].dtype)
