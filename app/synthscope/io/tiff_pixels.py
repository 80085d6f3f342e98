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
    reader = _PageReader(path, pages, shape, np.dtype(series.dtype))
    lazy = LazyArray((count, *shape), np.dtype(series.dtype), reader.read)
    return as_dask(lazy, (1, *shape)).reshape(series.shape)


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
    """Decodes the pages that a box needs; the file is open only meanwhile."""

    def __init__(self, path: Path, pages: list[Any], shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._path = path
        self._pages = pages
        self._shape = shape
        self._dtype = dtype
        self._lock = threading.Lock()

    def read(self, box: tuple[slice, ...]) -> np.ndarray:
        wanted = range(len(self._pages))[box[0]]
        planes = [self._page(i)[box[1:]] for i in wanted]
        return np.stack(planes) if planes else np.empty((0, *self._shape), self._dtype)

    def _page(self, number: int) -> np.ndarray:
        page = self._pages[number]
        if page is None:  # a plane that the file's own description promises and that was never written
            return np.zeros(self._shape, self._dtype)
        with parsing(self._path, "TIFF"), self._lock:
            handle = page.parent.filehandle
            handle.open()
            try:
                pixels = np.asarray(page.asarray(maxworkers=1))
            finally:
                handle.close()
            if pixels.shape != self._shape:
                raise damaged(self._path, "TIFF", f"page {number} is {pixels.shape}")
            return pixels.astype(self._dtype, copy=False)
