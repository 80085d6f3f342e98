"""The pixels of a TIFF: mapped where they lie plainly, page by page where they are packed."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from synthscope.io.lazy import LazyArray, as_dask
from synthscope.io.parsing import check_size, damaged, parsing
from synthscope.io.tiff_segments import LARGE, can_be_read_in_parts, part_chunks, read_part

_TOGETHER = 4 * 2**20
"""Small pages are read together up to so many bytes: each chunk has a price."""


def series_pixels(path: Path, series: tifffile.TiffPageSeries) -> Any:
    """Give the pixels of one series of a TIFF, none of them read yet.

    Returns
    -------
    memmap or dask array
        Of the series' own shape and byte order.

    Raises
    ------
    FileError
        If the pixels that the headers claim are not all in the file.
    """
    if series.dtype is None:
        raise damaged(path, "TIFF", "pixel type unknown")
    pages = [page for page in series.pages]  # noqa: C416 - a TiffPageSeries makes each page on demand
    _check_pages(path, series, pages)
    if series.dataoffset is not None and pages[0].is_memmappable:
        return _mapped(path, series)
    return _by_pages(path, series, pages)


def _mapped(path: Path, series: tifffile.TiffPageSeries) -> np.memmap:
    dtype = np.dtype(series.keyframe.parent.byteorder + series.dtype.char)
    check_size(path, series.nbytes, path.stat().st_size - series.dataoffset, packed=False)
    return np.memmap(path, dtype, "r", series.dataoffset, series.shape)


def _by_pages(path: Path, series: tifffile.TiffPageSeries, pages: list[Any]) -> Any:
    shape = tuple(series.keyframe.shape)
    count = math.prod(series.shape) // max(math.prod(shape), 1)
    if count != len(pages) or count * math.prod(shape) != math.prod(series.shape):
        raise damaged(path, "TIFF", f"{len(pages)} pages of {shape} for {series.shape}")
    large = series.keyframe.nbytes > LARGE and can_be_read_in_parts(series.keyframe)
    reader = _PageReader(path, pages, shape, np.dtype(series.dtype), in_parts=large)
    lazy = LazyArray((count, *shape), np.dtype(series.dtype), reader.read)
    if large:
        return as_dask(lazy, (1, *part_chunks(series.keyframe))).reshape(series.shape)
    together = max(1, min(count, _TOGETHER // max(1, series.keyframe.nbytes)))
    return as_dask(lazy, (together, *shape)).reshape(series.shape)


def _check_pages(path: Path, series: tifffile.TiffPageSeries, pages: list[Any]) -> None:
    size = path.stat().st_size
    for page in pages:
        if page is None:
            continue
        ends = [o + n for o, n in zip(page.dataoffsets, page.databytecounts, strict=False)]
        if ends and max(ends) > size:
            check_size(path, max(ends), size, packed=False)
    packed = int(series.keyframe.compression) != 1 or series.dtype.itemsize * 8 != series.keyframe.bitspersample
    check_size(path, series.nbytes, size, packed=packed)


class _PageReader:
    """Decodes what a box needs; the file is open only meanwhile."""

    def __init__(
        self, path: Path, pages: list[Any], shape: tuple[int, ...], dtype: np.dtype, *, in_parts: bool
    ) -> None:
        self._path = path
        self._pages = pages
        self._shape = shape
        self._dtype = dtype
        self._in_parts = in_parts
        self._lock = threading.Lock()

    def read(self, box: tuple[slice, ...]) -> np.ndarray:
        """Read a box (page, *page axes)."""
        wanted = [self._pages[i] for i in range(len(self._pages))[box[0]]]
        with parsing(self._path, "TIFF"), self._lock:
            handles = {id(page.parent): page.parent.filehandle for page in wanted if page is not None}
            try:
                for handle in handles.values():
                    handle.open()
                planes = [self._part(page, box[1:]) for page in wanted]
            finally:
                for handle in handles.values():
                    handle.close()
            return np.stack(planes)

    def _part(self, page: Any, box: tuple[slice, ...]) -> np.ndarray:
        if page is None:  # a plane that the file's own description promises and that was never written
            return np.zeros(self._shape, self._dtype)[box]
        if self._in_parts and can_be_read_in_parts(page):
            return read_part(page, box).astype(self._dtype, copy=False)
        pixels = np.asarray(page.asarray(maxworkers=1))
        if pixels.shape != self._shape:
            raise damaged(self._path, "TIFF", f"a page is {pixels.shape}")
        return pixels.astype(self._dtype, copy=False)[box]
