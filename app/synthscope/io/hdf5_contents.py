"""What is in an HDF5 or NeXus file: one data set of those inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import hdf5plugin  # noqa: F401 - its import registers the compressions that beamlines use
import numpy as np

from synthscope.errors import FileError
from synthscope.io.hdf5_metadata import described
from synthscope.io.lazy import LazyArray, as_dask, slab_chunks
from synthscope.io.nexus import default_signal, is_nexus
from synthscope.io.parsing import check_size, parsing
from synthscope.io.reading import Contents, Dataset, Reading

_MOST_LISTED = 1000
_CHUNK = 32 * 2**20


def examined(path: Path, reading: Reading) -> Contents:
    """List the data sets and choose one."""
    with h5py.File(path, "r", locking=False) as file:
        kind = "NeXus" if is_nexus(file) else "HDF5"
        listed = _datasets(file)
        name = reading.dataset.strip("/") or default_signal(file) or (listed[0].path if len(listed) == 1 else "")
        if not listed:
            raise FileError(f"{path.name} holds no image: no data set of numbers with two or more axes.")
        if not name:
            return Contents(kind, datasets=listed, needs="dataset")
        chosen = file.get(name)
        if not isinstance(chosen, h5py.Dataset) or not _is_image(chosen):
            raise FileError(f"{path.name} has no image {name!r}; choose one of {_names(listed)}.")
        return _contents(path, kind, chosen, name, listed)


def _contents(path: Path, kind: str, chosen: Any, name: str, listed: tuple[Dataset, ...]) -> Contents:
    shape, dtype = tuple(map(int, chosen.shape)), np.dtype(chosen.dtype)
    offset, chunks = chosen.id.get_offset(), chosen.chunks
    nbytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if offset is not None:
        check_size(path, nbytes, path.stat().st_size - offset, packed=False)

    def read(box: tuple[slice, ...]) -> Any:
        with parsing(path, kind), h5py.File(path, "r", locking=False) as file:
            return file[name][box]

    def load() -> Any:
        if offset is not None and dtype.kind != "b":
            return np.memmap(path, dtype, "r", offset, shape)
        return as_dask(LazyArray(shape, dtype, read), _chunks(shape, dtype.itemsize, chunks))

    return Contents(
        kind,
        shape,
        dtype.newbyteorder("="),
        load,
        dataset=name,
        datasets=listed if len(listed) > 1 else (),
        **described(chosen),
    )


def _chunks(shape: tuple[int, ...], itemsize: int, stored: tuple[int, ...] | None) -> tuple[int, ...]:
    """Read in slabs that hold whole stored chunks along the slowest axes."""
    slabs = slab_chunks(shape, itemsize, _CHUNK)
    if stored is None:
        return slabs
    return tuple(min(n, -(-s // c) * c) for n, s, c in zip(shape, slabs, stored, strict=True))


def _datasets(file: h5py.File) -> tuple[Dataset, ...]:
    found: list[Dataset] = []

    def note(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and _is_image(item):
            found.append(Dataset(name, tuple(map(int, item.shape)), str(item.dtype)))
        return True if len(found) >= _MOST_LISTED else None

    file.visititems(note)
    return tuple(found)


def _is_image(item: Any) -> bool:
    shape = item.shape
    return shape is not None and 2 <= len(shape) <= 6 and min(shape) > 0 and item.dtype.kind in "biuf"


def _names(listed: tuple[Dataset, ...]) -> str:
    names = ", ".join(d.path for d in listed[:12])
    return names + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")
