"""napari's writer: OME-TIFF and OME-Zarr with axes, voxel size, synthetic-voxel mask and record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from napari_synthscope.canvas.layers import EDGES, KEY, LIVE, image_of
from synthscope.errors import InputError

SUFFIXES = (".ome.tif", ".ome.tiff", ".ome.zarr", ".tif", ".tiff", ".zarr")


def write_layers(path: str, layers: Sequence[tuple[Any, dict[str, Any], str]]) -> list[str]:
    """Write each image and labels layer to a file of its own.

    Parameters
    ----------
    path : str
        Where one layer goes; several layers go beside it, each with its name added.
    layers : sequence of (data, arguments, type)
        As napari hands them over.

    Returns
    -------
    list of str
        The paths written.
    """
    from synthscope.io.writing import write_image

    if not layers:
        raise InputError("There is no layer to save; select an image or a labels layer.")
    roles = {arguments.get("metadata", {}).get(KEY, {}).get("role") for _, arguments, _ in layers}
    if LIVE in roles:
        raise InputError("A live preview is no result and cannot be saved; press Run, and save a candidate.")
    if EDGES in roles:
        raise InputError("The layer of edges is for looking; write them to a file with: synthscope edges IMAGE.")
    targets = targets_of(Path(path), [str(arguments.get("name", kind)) for _, arguments, kind in layers])
    return [str(write_image(target, image_of(_layer(*layer)))) for target, layer in zip(targets, layers, strict=True)]


def targets_of(path: Path, names: Sequence[str]) -> list[Path]:
    """Give one path per layer: `path` itself for one, ``<stem>-<name><suffix>`` for more."""
    if len(names) == 1:
        return [path]
    suffix = next((s for s in SUFFIXES if path.name.endswith(s)), path.suffix)
    stem = path.name.removesuffix(suffix)
    words = ["".join(c if c.isalnum() or c in "-_" else "-" for c in name).strip("-") or "layer" for name in names]
    numbered = [w if words.count(w) == 1 else f"{w}-{i + 1}" for i, w in enumerate(words)]
    return [path.with_name(f"{stem}-{word}{suffix}") for word in numbered]


def _layer(data: Any, arguments: dict[str, Any], kind: str) -> Any:
    from napari.layers import Layer

    return Layer.create(data, arguments, kind)
