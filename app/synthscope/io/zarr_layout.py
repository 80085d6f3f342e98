"""How an image lies in an OME-Zarr: order of axes, types, names."""

from __future__ import annotations

import numpy as np

ATTRIBUTE = "synthscope"
"""Attribute of the group that holds our record."""

LABEL = "synthetic"
"""Name of the label image that holds the synthetic-voxel mask."""

MARKS = ("zarr.json", ".zgroup", ".zarray", ".zattrs")
"""Documents of which a Zarr folder has at least one."""


def stored_axes(axes: str) -> str:
    """Give the order in which OME-Zarr stores these axes, colour samples still apart."""
    return "".join(a for a in "tcszyx" if a in axes)


def stored_dtype(dtype: np.dtype) -> np.dtype:
    """Give the type in the file: OME-Zarr has labels of integers, so that booleans are 0 and 1."""
    native: np.dtype = dtype.newbyteorder("=")
    return np.dtype(np.uint8) if native == np.bool_ else native


def merged(order: str, shape: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Count colour samples as channels: OME-Zarr knows no others. Give stored axes and shape."""
    sizes = dict(zip(order, shape, strict=True))
    if "s" in sizes:
        sizes["c"] = sizes.get("c", 1) * sizes.pop("s")
    names = "".join(a for a in "tczyx" if a in sizes)
    return names, tuple(sizes[a] for a in names)
