"""Sizes, times and bytes in words."""

from __future__ import annotations

from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space

_BYTES = ("bytes", "kB", "MB", "GB", "TB")


def bytes_words(count: float) -> str:
    """Say a number of bytes: ``20 MB``."""
    step = 0
    while count >= 1000 and step < len(_BYTES) - 1:
        count, step = count / 1000, step + 1
    return f"{count:.3g} {_BYTES[step]}"


def seconds_words(seconds: float) -> str:
    """Say an estimated duration: ``about 3 min``."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"


def span_words(low: float, high: float) -> str:
    """Say a range of durations: ``6 to 11 s``; in the unit of the longer one."""
    for size, unit in ((5400, "h"), (90, "min"), (0, "s")):
        if high >= size:
            each = {"h": 3600, "min": 60, "s": 1}[unit]
            return f"{_short(low / each)} to {_short(high / each)} {unit}"
    return ""


def _short(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"


def size_words(shape: tuple[int, ...], space: Space) -> str:
    """Say the extent of a box in its unit and in voxels: ``120 × 80 × 80 µm (40 × 80 × 80 voxels)``."""
    spatial = space.spatial
    counts = " × ".join(str(shape[i]) for i in spatial)
    what = "voxels" if len(spatial) == 3 else "pixels"
    if space.unit == "pixel":
        return f"{counts} {what}"
    return " × ".join(f"{shape[i] * space.voxel_size[i]:.4g}" for i in spatial) + f" {space.unit} ({counts} {what})"


def image_words(image: Image) -> str:
    """Say how large an image is and of which type."""
    return f"{size_words(image.shape, image.space)}, {image.dtype.name}"


def mask_words(box: Region, voxels: int | None, space: Space) -> str:
    """Say how large the marked region is; `space` is that of the mask."""
    size = size_words(box.shape, space)
    if voxels is None:
        return size
    count = f"{voxels:,}".replace(",", "\u202f")
    return f"{size}, {count} marked"
