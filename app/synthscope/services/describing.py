"""What an image is, and what generators there are, in documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthscope.generators.registry import list_generators
from synthscope.imaging.hashing import pixel_hash, slabs
from synthscope.records.forms import json_schema
from synthscope.records.image import Image
from synthscope.services.sources import WHOLE_BYTES


def describe_image(image: Image, *, full: bool = False) -> dict[str, Any]:
    """Give the JSON of ``synthscope info``.

    Parameters
    ----------
    full : bool
        Read all voxels of a large image too; otherwise its range and hash stay None.
    """
    low = high = digest = None
    if full or image.nbytes <= WHOLE_BYTES:
        low, high = value_range(image)
        digest = pixel_hash(image.pixels)
    space = image.space
    return {
        "format": "synthscope/info/1",
        "name": image.name,
        "shape": list(image.shape),
        "dtype": image.dtype.name,
        "axes": space.axes,
        "axes_guessed": image.origin.axes_guessed,
        "voxel_size": [space.voxel_size[i] for i in space.spatial],
        "unit": space.unit,
        "channels": list(space.channel_names),
        "minimum": low,
        "maximum": high,
        "sha256": digest,
        "synthetic_voxels": count_synthetic(image),
        "provenance": image.provenance,
    }


def value_range(image: Image) -> tuple[float | int | None, float | int | None]:
    """Give the lowest and highest finite value, reading in pieces."""
    lows, highs = [], []
    for index in slabs(image.shape, image.dtype.itemsize):
        piece = np.asarray(image.pixels[index])
        finite = piece[np.isfinite(piece)] if piece.dtype.kind == "f" else piece
        if finite.size:
            lows.append(finite.min())
            highs.append(finite.max())
    return (min(lows).item(), max(highs).item()) if lows else (None, None)


def count_synthetic(image: Image) -> int | None:
    """Count voxels that a generator made; None where the file does not say."""
    mask = image.synthetic
    if mask is None:
        return None
    return sum(int(np.count_nonzero(mask[index])) for index in slabs(image.mask_shape, 1))


def describe_generators() -> list[dict[str, Any]]:
    """List what each can do, its parameters and its training's (JSON schema), and why one cannot be used."""
    rows = []
    for listing in list_generators():
        spec = listing.spec
        rows.append(
            {
                "id": listing.id,
                "title": spec.title if spec else listing.id,
                "family": spec.family if spec else None,
                "tasks": list(spec.tasks) if spec else [],
                "available": listing.available,
                "reason": listing.reason,
                "parameters": json_schema(spec.parameters) if spec else {},
                "takes_reference": list(spec.takes_reference) if spec else [],
                "second": spec.second if spec and spec.takes_reference else None,
                "needs_model": bool(spec and spec.needs_model),
                "training": json_schema(spec.training) if spec and spec.training else None,
            }
        )
    return rows
