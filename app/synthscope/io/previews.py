"""A small picture of an image beside it: its middle slice in 8 bits, as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np

from synthscope.io.atomic import write_bytes
from synthscope.records.image import Image

LONGEST_SIDE = 1024


def write_preview(path: Path | str, image: Image, *, limits: tuple[float, float] | None = None) -> Path:
    """Write the middle slice as an 8-bit PNG, reduced to at most `LONGEST_SIDE` pixels.

    Parameters
    ----------
    path : Path or str
        Where to; see `preview_path`.
    image : Image
        Its first channel is shown, or its colours.
    limits : tuple (low, high), optional
        Contrast to share between several previews; else 0.1 to 99.9 % of the slice.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written.
    """
    return write_bytes(path, bytes(imagecodecs.png_encode(preview(image, limits=limits))))


def preview_path(path: Path | str) -> Path:
    """Give the name of the preview that stands beside an image: ``a.ome.tif`` has ``a.preview.png``."""
    path = Path(path)
    stem = path.name.split(".ome.")[0] if ".ome." in path.name else path.stem
    return path.with_name(f"{stem}.preview.png")


def preview(image: Image, *, limits: tuple[float, float] | None = None) -> np.ndarray:
    """Draw the middle slice: (Y, X) or (Y, X, 3) of 8 bits."""
    plane = middle_plane(image.pixels, image.space.axes)
    step = -(-max(plane.shape[:2]) // LONGEST_SIDE)
    plane = plane[::step, ::step]
    if plane.ndim == 3 and plane.shape[-1] not in (3, 4):
        plane = plane[..., 0]
    low, high = limits or _limits(plane)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (plane.astype(np.float64) - low) / (high - low) * 255
    grey = np.clip(np.nan_to_num(scaled), 0, 255).round().astype(np.uint8)
    return np.ascontiguousarray(grey[..., :3] if grey.ndim == 3 else grey)


def middle_plane(pixels: Any, axes: str) -> np.ndarray:
    """Read the middle slice of the first channel and time: (Y, X) or (Y, X, S)."""
    at = {"z": pixels.shape[axes.index("z")] // 2 if "z" in axes else 0}
    plane = np.asarray(pixels[tuple(slice(None) if a in "yxs" else at.get(a, 0) for a in axes)])
    left = [a for a in axes if a in "yxs"]
    return plane.transpose([left.index(a) for a in "yxs" if a in left])


def _limits(plane: np.ndarray) -> tuple[float, float]:
    if plane.dtype.kind in "iu" and plane.ndim == 3:  # colours keep their look
        return 0.0, float(np.iinfo(plane.dtype).max)
    finite = plane[np.isfinite(plane)].astype(np.float64)
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(q) for q in np.quantile(finite, (0.001, 0.999)))
    return (low, high) if low < high else (low, low + 1.0)
