"""OME-Zarr 0.5, written: levels, the synthetic-voxel mask as a label, and our record in the attributes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from zarr.codecs import BloscCodec

from synthscope.errors import FileError, InputError
from synthscope.io.embedded import from_text, layout_of, to_text
from synthscope.io.slabs import ordered_slabs
from synthscope.io.units import NGFF_UNITS
from synthscope.io.zarr_layout import ATTRIBUTE, LABEL, MARKS, merged, stored_axes, stored_dtype
from synthscope.io.zarr_pyramid import Level, levels_of, placed, shrink_job
from synthscope.records.documents import to_json
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.space import Space

_DEPTH, _SIDE = 8, 256
_VERSION = "0.5"
_TYPES = {"t": "time", "c": "channel"}


def check_writable(image: Image, path: Path) -> None:
    """Refuse voxels that are no plain numbers, and a place that holds something else.

    Raises
    ------
    InputError, FileError
        With what to do instead.
    """
    if image.dtype.kind not in "biuf" or image.dtype.itemsize > 8:
        raise InputError(f"{path.name} cannot hold {image.dtype} voxels; convert them to integers or floats first.")
    foreign = path.is_dir() and any(path.iterdir()) and not any((path / n).exists() for n in MARKS)
    if foreign or path.is_file():
        raise FileError(f"{path} exists and is no OME-Zarr; it is left as it is, choose another name.")


def write_job(path: Path, image: Image, *, compress: bool) -> Job[None]:
    """Write an OME-Zarr at `path`, yielding `Progress` per slab."""
    total = _bytes(image.space, image.shape, image.dtype)
    if image.synthetic is not None:
        total += _bytes(image.space.mask_space(), image.mask_shape, np.dtype(bool))
    root = zarr.open_group(path, mode="w", zarr_format=3)
    record = {"layout": to_json(layout_of(image))}
    if image.provenance is not None:
        record["provenance"] = from_text(to_text(image.provenance))
    root.attrs.update({"ome": _described(image.name, image.space, image.shape, image.dtype), ATTRIBUTE: record})
    done = yield from _write(root, image.pixels, image.space, compress, Progress(0, total, "Writing pixels"))
    if image.synthetic is None:
        return
    space = image.space.mask_space()
    root.create_group("labels", attributes={"ome": {"version": _VERSION, "labels": [LABEL]}})
    label = root.create_group(f"labels/{LABEL}")
    source = {"image-label": {"version": _VERSION, "source": {"image": "../../"}}}
    label.attrs.update({"ome": _described(LABEL, space, image.mask_shape, np.dtype(bool)) | source})
    start = Progress(done.done, total, "Writing the synthetic-voxel mask")
    yield from _write(label, image.synthetic, space, True, start)


def _bytes(space: Space, shape: tuple[int, ...], dtype: np.dtype) -> int:
    """Count the bytes of all levels."""
    _, _, levels = _levels(space, shape)
    return sum(level.voxels for level in levels) * stored_dtype(dtype).itemsize


def _levels(space: Space, shape: tuple[int, ...]) -> tuple[str, tuple[float, ...], tuple[Level, ...]]:
    """Give the axes as stored, the step along each, and the levels."""
    order = stored_axes(space.axes)
    names, stored = merged(order, tuple(shape[space.axes.index(a)] for a in order))
    steps = dict(zip(space.axes, space.voxel_size, strict=True))
    size = tuple(steps.get(a, 1.0) for a in names)
    return names, size, levels_of(names, stored, size)


def _write(group: zarr.Group, pixels: Any, space: Space, compress: bool, start: Progress) -> Job[Progress]:
    names, _, levels = _levels(space, tuple(pixels.shape))
    dtype = stored_dtype(np.dtype(pixels.dtype))
    arrays = [
        group.create_array(str(n), shape=level.shape, dtype=dtype, **_storage(names, level.shape, compress))
        for n, level in enumerate(levels)
    ]
    done = yield from _write_finest(arrays[0], pixels, space, start)
    for finer, coarser in pairwise(arrays):
        done = yield from shrink_job(finer, coarser, largest=pixels.dtype == np.bool_, start=done)
    return done


def _write_finest(array: zarr.Array, pixels: Any, space: Space, start: Progress) -> Job[Progress]:
    order = stored_axes(space.axes)
    samples = pixels.shape[-1] if space.is_rgb else 1
    done = start.done
    for box, slab in ordered_slabs(pixels, space.axes, order, multiple=_DEPTH if "z" in order else 1):
        where = _merged_box(order, box, samples)
        array[where or ...] = slab.reshape(_box_shape(where, array.shape)).view(array.dtype)
        done += slab.nbytes
        yield Progress(done, start.total, start.text)
    return Progress(done, start.total, start.text)


def _storage(names: str, shape: tuple[int, ...], compress: bool) -> dict[str, Any]:
    limits = {"t": 1, "c": 1, "z": _DEPTH, "y": _SIDE, "x": _SIDE}
    return {
        "dimension_names": list(names),
        "chunks": tuple(min(limits[a], n) for a, n in zip(names, shape, strict=True)),
        "compressors": BloscCodec(cname="zstd", clevel=4, shuffle="shuffle") if compress else None,
        "fill_value": 0,
        # a chunk of -0.0 is no empty chunk, though it equals the fill value
        "config": {"write_empty_chunks": True},
    }


def _merged_box(order: str, box: tuple[slice, ...], samples: int) -> tuple[slice, ...]:
    """Turn a box over ``t c s z`` into one over ``t c z``, colour samples counted as channels."""
    at = dict(zip(order, box, strict=False))
    if "s" in at:
        first = at.get("c", slice(0, 1)).start * samples + at["s"].start
        at["c"] = slice(first, first + at["s"].stop - at["s"].start)
    return tuple(at[a] for a in "tcz" if a in at)


def _box_shape(where: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*(s.stop - s.start for s in where), *shape[len(where) :])


def _described(name: str, space: Space, shape: tuple[int, ...], dtype: np.dtype) -> dict[str, Any]:
    names, steps, levels = _levels(space, shape)
    origins = dict(zip(space.axes, space.origin, strict=True))
    scale: dict[str, Any] = {"name": name, "axes": [_axis(a, space) for a in names]}
    scale["datasets"] = placed(levels, steps, tuple(origins.get(a, 0.0) for a in names))
    if len(levels) > 1:
        scale["type"] = "max" if dtype == np.bool_ else "mean"
    document: dict[str, Any] = {"version": _VERSION, "multiscales": [scale]}
    if space.channel_names:
        document["omero"] = {"channels": [{"label": label} for label in space.channel_names]}
    return document


def _axis(letter: str, space: Space) -> dict[str, str]:
    axis = {"name": letter, "type": _TYPES.get(letter, "space")}
    if letter in "zyx" and space.unit in NGFF_UNITS:
        axis["unit"] = NGFF_UNITS[space.unit]
    if letter == "t":
        axis["unit"] = space.time_unit
    return axis
