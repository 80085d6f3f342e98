"""OME-Zarr 0.4 and 0.5, and plain Zarr arrays, recognised."""

from __future__ import annotations

from pathlib import Path

from synthscope.io.reading import Contents, Reading
from synthscope.io.zarr_layout import MARKS


class OmeZarr:
    """OME-Zarr folders."""

    name = "OME-Zarr"
    suffixes = (".zarr",)

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - a folder has no first bytes
        """By the documents in the folder."""
        return path.is_dir() and any((path / mark).is_file() for mark in MARKS)

    def examine(self, path: Path, reading: Reading) -> Contents:
        """Find the image, its levels and labels."""
        from synthscope.io.ome_zarr_contents import examined  # zarr is slow to import and seldom needed

        return examined(path, reading)
