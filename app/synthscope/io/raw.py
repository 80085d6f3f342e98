"""RAW: plain voxels, with a layout that a person gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthscope.errors import FileError
from synthscope.io.embedded import to_text
from synthscope.io.faults import reading_faults
from synthscope.io.layout import RAW_DTYPES, RawLayout
from synthscope.io.reading import Contents, Reading

__all__ = ["Raw", "RawLayout"]


class Raw:
    """Plain voxels; known by suffix alone, or because a person says so."""

    name = "RAW"
    suffixes = (".raw", ".vol", ".bin", ".dat", ".img")

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - RAW has no mark of its own
        """By the suffix."""
        return path.suffix.casefold() in self.suffixes and path.is_file()

    def examine(self, path: Path, reading: Reading) -> Contents:
        """Check that the layout and the file are of one size."""
        layout = reading.raw
        if layout is None:
            return Contents(self.name, needs="raw")
        with reading_faults(path):
            size = path.stat().st_size
        if size - layout.offset != layout.nbytes:
            raise FileError(_mismatch(path, layout, size))
        return Contents(
            self.name,
            layout.shape,
            layout.numpy_dtype.newbyteorder("="),
            lambda: np.memmap(path, layout.numpy_dtype, "r", layout.offset, layout.shape),
        )


def raw_text(layout: RawLayout | None) -> str:
    """Give a layout as the text that an image's origin keeps."""
    return "" if layout is None else to_text(layout)


def _mismatch(path: Path, layout: RawLayout, size: int) -> str:
    difference = size - layout.offset - layout.nbytes
    counts = " × ".join(map(str, layout.shape))
    said = f"{path.name} has {size} bytes, but {counts} voxels of {layout.dtype} after {layout.offset} bytes take "
    missing = f"{layout.offset + layout.nbytes}: {abs(difference)} are {'missing' if difference < 0 else 'left over'}"
    return f"{said}{missing}; {_advice(layout, size)}."


def _advice(layout: RawLayout, size: int) -> str:
    voxels = layout.nbytes // layout.numpy_dtype.itemsize
    fitting = [name for name in RAW_DTYPES if voxels * np.dtype(name).itemsize == size - layout.offset]
    if fitting:
        return f"the shape would fit a type of {np.dtype(fitting[0]).itemsize} bytes, such as {fitting[0]}"
    slab = layout.nbytes // layout.shape[0]
    if (size - layout.offset) % slab == 0 and size > layout.offset:
        return f"a first axis of {(size - layout.offset) // slab} would fit"
    if size > layout.offset + layout.nbytes:
        return f"if they are a header, give an offset of {size - layout.nbytes}"
    return "check shape, type and offset"
