"""TIFF, BigTIFF, ImageJ TIFF and OME-TIFF, read."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from synthscope.errors import FileError
from synthscope.io import ome_xml
from synthscope.io.embedded import LAYOUT_NAMESPACE, PROVENANCE_NAMESPACE, Layout, from_text, layout_from
from synthscope.io.parsing import damaged
from synthscope.io.reading import UNKNOWN, Contents, Dataset, Reading
from synthscope.io.tiff_chain import check_chain
from synthscope.io.tiff_metadata import described
from synthscope.io.tiff_pixels import series_pixels

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LETTERS = {"X": "x", "Y": "y", "Z": "z", "C": "c", "T": "t", "S": "s"}


class Tiff:
    """TIFF in all its kinds."""

    name = "TIFF"
    suffixes = (".tif", ".tiff", ".btf", ".tf8", ".lsm", ".stk")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first four bytes."""
        return head.startswith(_MAGIC) and not path.is_dir()

    def examine(self, path: Path, reading: Reading) -> Contents:
        """Find the series, its axes and its metadata."""
        check_chain(path)
        with tifffile.TiffFile(path) as tif:
            if not tif.series:
                raise damaged(path, self.name, "no series")
            meta = _ome(tif)
            layout = layout_from(from_text(meta.annotations.get(LAYOUT_NAMESPACE, "")))
            if layout is not None and _fits(tif.series, layout):
                return _ours(path, tif, meta, layout)
            listed = _listed(tif.series)
            if not reading.dataset and _equals(tif.series):
                return Contents("OME-TIFF" if tif.is_ome else self.name, datasets=listed, needs="dataset")
            return _foreign(path, tif, meta, _chosen(path, listed, reading.dataset), listed)


def _ome(tif: tifffile.TiffFile) -> ome_xml.OmeMetadata:
    return ome_xml.parse(tif.ome_metadata) if tif.is_ome and tif.ome_metadata else ome_xml.OmeMetadata()


def _fits(series: list[Any], layout: Layout) -> bool:
    itemsize = np.dtype(layout.dtype).itemsize
    mask = [n for n, a in zip(layout.shape, layout.space.axes, strict=True) if a not in "cs"]
    right = math.prod(series[0].shape) == math.prod(layout.shape) and series[0].dtype.itemsize == itemsize
    return right and (not layout.synthetic or (len(series) > 1 and math.prod(series[1].shape) == math.prod(mask)))


def _ours(path: Path, tif: tifffile.TiffFile, meta: ome_xml.OmeMetadata, layout: Layout) -> Contents:
    space, dtype = layout.space, np.dtype(layout.dtype)
    pixels = series_pixels(path, tif.series[0])
    synthetic = series_pixels(path, tif.series[1]) if layout.synthetic else None
    mask_shape = tuple(n for n, a in zip(layout.shape, space.axes, strict=True) if a not in "cs")
    provenance = from_text(meta.annotations.get(PROVENANCE_NAMESPACE, ""))
    return Contents(
        "OME-TIFF",
        layout.shape,
        dtype,
        lambda: _restored(pixels, layout.shape, space.axes, dtype),
        space.axes,
        positional=space.voxel_size,
        origin=dict(zip(space.axes, space.origin, strict=True)),
        unit=space.unit,
        time_unit=space.time_unit,
        channel_names=space.channel_names,
        provenance=provenance if isinstance(provenance, dict) else None,
        load_synthetic=None
        if synthetic is None
        else lambda: _restored(synthetic, mask_shape, space.mask_axes, np.dtype(bool)),
    )


def _restored(pixels: Any, shape: tuple[int, ...], axes: str, dtype: np.dtype) -> Any:
    """Bring stored planes back into the order and type of the image."""
    stored = ome_xml.stored_axes(axes)
    sizes = dict(zip(axes, shape, strict=True))
    turned = pixels.reshape(tuple(sizes[a] for a in stored)).transpose([stored.index(a) for a in axes])
    if dtype != np.dtype(bool):
        return turned
    import dask.array as da

    return (turned if isinstance(turned, da.Array) else da.from_array(turned, name=False)) != 0


def _listed(series: list[Any]) -> tuple[Dataset, ...]:
    return tuple(Dataset(str(i), tuple(s.shape), str(s.dtype), str(s.name or "")) for i, s in enumerate(series))


def _equals(series: list[Any]) -> bool:
    """Tell whether another series is as large as the first: else the others are its label, thumbnail or the like."""
    first, *others = (math.prod(s.shape) for s in series)
    return any(size >= first for size in others)


def _chosen(path: Path, listed: tuple[Dataset, ...], dataset: str) -> int:
    """Find a series by its number or its name; the first where none is told."""
    numbers = [i for i, one in enumerate(listed) if dataset in ("", one.path)]
    named = [i for i, one in enumerate(listed) if one.title == dataset]
    if numbers or len(named) == 1:
        return (numbers or named)[0]
    words = f"{len(named)} series named" if named else "no series"
    raise FileError(f"{path.name} has {words} {dataset!r}; choose one of {', '.join(one.name for one in listed)}.")


def _foreign(
    path: Path, tif: tifffile.TiffFile, meta: ome_xml.OmeMetadata, number: int, listed: tuple[Dataset, ...]
) -> Contents:
    series = tif.series[number]
    pixels = series_pixels(path, series)
    levels = [series_pixels(path, level) for level in series.levels[1:]]
    axes = _axes(series.axes)
    order = [i for i, a in enumerate(axes) if a != "s"] + [i for i, a in enumerate(axes) if a == "s"]
    several = len(listed) > 1
    base = Contents(
        "TIFF",
        tuple(series.shape[i] for i in order),
        np.dtype(series.dtype).newbyteorder("="),
        lambda: pixels.transpose(order),
        "".join(axes[i] for i in order),
        dataset=str(number) if several else "",
        datasets=listed if several else (),
        load_levels=lambda: tuple(level.transpose(order) for level in levels),
    )
    return replace(base, **described(tif, series, meta.images[number] if number < len(meta.images) else None))


def _axes(letters: str) -> str:
    """Turn tifffile's letters into ours; spectra are channels, the rest stays open."""
    if "C" not in letters:
        letters = letters.replace("E", "C", 1)
    return "".join(_LETTERS.get(a, UNKNOWN) for a in letters)
