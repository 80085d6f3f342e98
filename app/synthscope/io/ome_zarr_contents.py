"""What is in an OME-Zarr 0.4 or 0.5, or a plain Zarr array."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import zarr

from synthscope.errors import FileError
from synthscope.io.embedded import Layout, layout_from
from synthscope.io.lazy import LazyArray, as_dask
from synthscope.io.parsing import damaged, parsing
from synthscope.io.reading import UNKNOWN, Contents, Dataset, Reading
from synthscope.io.units import known_steps, step_of, time_unit_of, unit_of
from synthscope.io.zarr_layout import ATTRIBUTE, LABEL, merged, stored_axes, stored_dtype

_LARGEST_CHUNK = 2**31


def examined(path: Path, reading: Reading) -> Contents:
    """Find the image, its levels and labels."""
    root = zarr.open(path, mode="r")
    node = root
    if reading.dataset:
        node = root.get(reading.dataset) if isinstance(root, zarr.Group) else None
        if node is None:
            raise FileError(f"{path.name} has no data set {reading.dataset!r}; choose another one.")
    if isinstance(node, zarr.Array):
        return _plain(path, node, reading.dataset)
    if _multiscale(node):
        return _image(path, node, reading.dataset)
    return _of_several(path, node, reading)


def _of_several(path: Path, group: zarr.Group, reading: Reading) -> Contents:
    listed = _datasets(group, reading.dataset)
    if not listed:
        raise FileError(f"{path.name} holds no image of two or more axes; choose another.")
    if len(listed) > 1:
        return Contents("OME-Zarr", datasets=listed, needs="dataset")
    return examined(path, replace(reading, dataset=listed[0].path))


def _image(path: Path, group: zarr.Group, dataset: str) -> Contents:
    scale = _multiscale(group)
    arrays = [_array(path, group, entry["path"]) for entry in scale["datasets"]]
    contents = _contents(path, arrays[0], dataset)
    contents = replace(
        contents,
        **_spatial(scale, arrays[0].ndim),
        load_levels=lambda: tuple(map(_held(path), arrays[1:])),
        channel_names=_channels(group),
        datasets=_with_labels(group, dataset, arrays[0]),
    )
    record = group.attrs.get(ATTRIBUTE)
    layout = layout_from(record.get("layout")) if isinstance(record, Mapping) else None
    return contents if layout is None else _ours(path, group, contents, layout)


@dataclass(frozen=True)
class _Stored:
    """How an image of these `sizes` per axis lies in the file."""

    sizes: Mapping[str, int]

    def shape(self, letters: str) -> tuple[str, tuple[int, ...]]:
        """Give the axes and the shape in the file of an image of axes `letters`."""
        order = stored_axes(letters)
        return merged(order, tuple(self.sizes[a] for a in order))

    def restored(self, pixels: Any, letters: str) -> da.Array:
        """Bring pixels as stored, of any level, into the order of `letters`."""
        here = dict(zip(self.shape(letters)[0], pixels.shape, strict=True))
        order = stored_axes(letters)
        apart = pixels.reshape(tuple(here[a] if a in "tzyx" else self.sizes[a] for a in order))
        return apart.transpose([order.index(a) for a in letters])


def _ours(path: Path, group: zarr.Group, contents: Contents, layout: Layout) -> Contents:
    axes, space, dtype = layout.space.axes, layout.space, np.dtype(layout.dtype)
    stored = _Stored(dict(zip(axes, layout.shape, strict=True)))
    if (contents.shape, contents.dtype) != (stored.shape(axes)[1], stored_dtype(dtype)):
        return contents
    provenance = group.attrs[ATTRIBUTE].get("provenance")

    def seen(pixels: Any) -> da.Array:
        return stored.restored(pixels, axes) != 0 if dtype == np.bool_ else stored.restored(pixels, axes)

    mask = _array(path, group, f"labels/{LABEL}/0") if layout.synthetic else None
    if mask is not None and tuple(mask.shape) != stored.shape(space.mask_axes)[1]:
        raise damaged(path, "OME-Zarr", f"mask of shape {mask.shape}")
    return replace(
        contents,
        shape=layout.shape,
        axes=axes,
        dtype=dtype,
        load=lambda: seen(contents.load()),
        load_synthetic=None if mask is None else lambda: stored.restored(_held(path)(mask), space.mask_axes) != 0,
        load_levels=lambda: tuple(map(seen, contents.load_levels())),
        steps={},
        positional=space.voxel_size,
        origin=dict(zip(axes, space.origin, strict=True)),
        unit=space.unit,
        time_unit=space.time_unit,
        channel_names=space.channel_names,
        provenance=provenance if isinstance(provenance, Mapping) else None,
    )


def _plain(path: Path, array: zarr.Array, dataset: str) -> Contents:
    names = [str(n or "") for n in getattr(array.metadata, "dimension_names", None) or ()]
    letters = "".join(_letter(n) for n in names) if len(names) == array.ndim else ""
    return replace(_contents(path, _checked(path, array), dataset), axes=letters, format="Zarr")


def _contents(path: Path, array: zarr.Array, dataset: str) -> Contents:
    shape, dtype = tuple(map(int, array.shape)), np.dtype(array.dtype).newbyteorder("=")
    return Contents("OME-Zarr", shape, dtype, lambda: _held(path)(array), dataset=dataset)


def _held(path: Path) -> Any:
    """Give the function that holds an array of this file as dask, its errors as sentences."""

    def hold(array: zarr.Array) -> da.Array:
        def read(box: tuple[slice, ...]) -> Any:
            with parsing(path, "Zarr"):
                return array[box]

        lazy = LazyArray(tuple(map(int, array.shape)), np.dtype(array.dtype), read)
        return as_dask(lazy, tuple(map(int, array.chunks)))

    return hold


def _array(path: Path, group: zarr.Group, name: str) -> zarr.Array:
    array = group[name]
    if not isinstance(array, zarr.Array):
        raise damaged(path, "OME-Zarr", f"{name} is no array")
    return _checked(path, array)


def _checked(path: Path, array: zarr.Array) -> zarr.Array:
    if math.prod(array.chunks) * array.dtype.itemsize > _LARGEST_CHUNK:
        raise FileError(f"{path.name} has chunks {array.chunks}, too large to read in parts; save it in smaller ones.")
    return array


def _ome(group: zarr.Group) -> Mapping[str, Any]:
    attributes = group.attrs.asdict()
    ome = attributes.get("ome", attributes)
    return ome if isinstance(ome, Mapping) else {}


def _multiscale(group: zarr.Group) -> Any:
    scales = _ome(group).get("multiscales")
    return scales[0] if isinstance(scales, list) and scales and scales[0].get("datasets") else None


def _spatial(scale: Mapping[str, Any], ndim: int) -> dict[str, Any]:
    """Give axes, steps, origin and units of a multiscale; 0.3 and older name the axes by bare letters."""
    axes = [a if isinstance(a, Mapping) else {"name": a} for a in scale.get("axes", ())]
    if len(axes) != ndim:
        return {}
    letters = "".join(_letter(a.get("name", ""), a.get("type", "")) for a in axes)
    steps, origin = _transformed(scale, ndim)
    units = {unit_of(a.get("unit")) for a, letter in zip(axes, letters, strict=True) if letter in "zyx"}
    times = [a.get("unit") for a, letter in zip(axes, letters, strict=True) if letter == "t"]
    has_unit = len(units) == 1 and units != {""}
    return {
        "axes": letters,
        "steps": known_steps(dict(zip(letters, steps, strict=True))),
        "origin": dict(zip(letters, origin, strict=True)),
        "unit": units.pop() if has_unit else "",
        "time_unit": time_unit_of(times[0] if times else ""),
    }


def _transformed(scale: Mapping[str, Any], ndim: int) -> tuple[list[float], list[float]]:
    """Follow the transformations of level 0, then those of all levels."""
    steps, origin = [1.0] * ndim, [0.0] * ndim
    level = scale["datasets"][0].get("coordinateTransformations") or ()
    for transform in (*level, *(scale.get("coordinateTransformations") or ())):
        if transform.get("type") == "scale":
            factors = [step_of(f) or 1.0 for f in transform["scale"]]
            steps = [s * f for s, f in zip(steps, factors, strict=True)]
            origin = [o * f for o, f in zip(origin, factors, strict=True)]
        elif transform.get("type") == "translation":
            origin = [o + float(t) for o, t in zip(origin, transform["translation"], strict=True)]
    return steps, origin


def _channels(group: zarr.Group) -> tuple[str, ...]:
    omero = _ome(group).get("omero")
    channels = omero.get("channels") if isinstance(omero, Mapping) else None
    return tuple(str(c.get("label", "")) for c in channels or ())


def _letter(name: str, kind: str = "") -> str:
    letter = {"time": "t", "channel": "c"}.get(kind, name.casefold()[:1] if len(name) <= 7 else "")
    return letter if letter in tuple("tzyxc") else UNKNOWN


def _with_labels(group: zarr.Group, dataset: str, array: zarr.Array) -> tuple[Dataset, ...]:
    labels = group.get("labels")
    names = _ome(labels).get("labels", ()) if isinstance(labels, zarr.Group) else ()
    prefix = f"{dataset}/" if dataset else ""
    listed = [
        Dataset(f"{prefix}labels/{n}", *_looks(group.get(f"labels/{n}/0")))
        for n in names
        if group.get(f"labels/{n}/0") is not None
    ]
    return (Dataset(dataset, *_looks(array)), *listed) if listed else ()


def _datasets(group: zarr.Group, prefix: str) -> tuple[Dataset, ...]:
    found: list[Dataset] = []
    for name, member in group.members(max_depth=3):
        full = f"{prefix}/{name}" if prefix else name
        inside = any(full.startswith(f"{image.path}/") for image in found)
        if isinstance(member, zarr.Array) and member.ndim >= 2 and not inside:
            found.append(Dataset(full, *_looks(member)))
        elif isinstance(member, zarr.Group) and _multiscale(member):
            first = member[_multiscale(member)["datasets"][0]["path"]]
            found = [d for d in found if not d.path.startswith(f"{full}/")] + [Dataset(full, *_looks(first))]
    return tuple(found)


def _looks(array: Any) -> tuple[tuple[int, ...], str]:
    return tuple(map(int, array.shape)), str(array.dtype)
