"""OME-TIFF, written: planes in the order of OME, then the synthetic-voxel mask, and our record beside them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from synthscope.errors import InputError
from synthscope.io import ome_xml
from synthscope.io.embedded import LAYOUT_NAMESPACE, PROVENANCE_NAMESPACE, layout_of, to_text
from synthscope.io.slabs import ordered_slabs
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image

DTYPES = ("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
"""Voxel types that OME-TIFF knows."""

_CLASSIC = 2**32 - 2**26


def check_writable(image: Image, path: Path) -> None:
    """Refuse voxels that OME-TIFF cannot hold.

    Raises
    ------
    InputError
        With what to do instead.
    """
    if image.dtype.name not in DTYPES:
        raise InputError(
            f"{path.name} cannot hold {image.dtype.name} voxels: OME-TIFF knows {', '.join(DTYPES)}; "
            "save as OME-Zarr, or convert first."
        )


def write_job(path: Path, image: Image, *, compress: bool) -> Job[None]:
    """Write an OME-TIFF at `path`, yielding `Progress` per slab; BigTIFF where it must be."""
    counts = [math.prod(image.shape), math.prod(image.mask_shape) if image.synthetic is not None else 0]
    nbytes = counts[0] * image.dtype.itemsize + counts[1]
    with tifffile.TiffWriter(path, bigtiff=nbytes > _CLASSIC, byteorder="<") as tif:
        options = _options(image, compress)
        options["description"] = _description(image)
        yield from _write_planes(tif, image.pixels, image.space.axes, options, Progress(0, nbytes, "Writing pixels"))
        if image.synthetic is not None:
            mask_options = {"photometric": "minisblack", "compression": "zlib", "metadata": None}
            start = Progress(nbytes - counts[1], nbytes, "Writing the synthetic-voxel mask")
            yield from _write_planes(tif, image.synthetic, image.space.mask_axes, mask_options, start)


def _write_planes(
    tif: tifffile.TiffWriter, pixels: Any, axes: str, options: dict[str, Any], start: Progress
) -> Job[None]:
    done = start.done
    for _, slab in ordered_slabs(pixels, axes, ome_xml.stored_axes(axes)):
        for plane in slab:
            tif.write(plane if plane.shape[-1:] != (1,) or plane.ndim < 3 else plane[..., 0], **options)
            options.pop("description", None)
        done += slab.nbytes
        yield Progress(done, start.total, start.text)


def _options(image: Image, compress: bool) -> dict[str, Any]:
    samples = image.shape[-1] if image.space.is_rgb else 1
    options: dict[str, Any] = {"photometric": "minisblack", "metadata": None, "software": "Synthscope"}
    if samples > 1:
        extra = {3: [], 4: ["unassalpha"]}.get(samples, ["unspecified"] * (samples - 1))
        colour = samples in (3, 4)
        options |= {"planarconfig": "contig", "extrasamples": extra, "photometric": "rgb" if colour else "minisblack"}
    if compress:
        options |= {"compression": "zlib", "compressionargs": {"level": 5}, "predictor": _predictor(image.dtype)}
    else:
        options["contiguous"] = True
    return options


def _predictor(dtype: np.dtype) -> bool:
    """Neighbouring integers differ little; other programs seldom undo the predictor of floats."""
    return dtype.kind in "iu"


def _description(image: Image) -> bytes:
    annotations = {LAYOUT_NAMESPACE: to_text(layout_of(image))}
    if image.provenance is not None:
        annotations[PROVENANCE_NAMESPACE] = to_text(image.provenance)
    return ome_xml.build(
        image.name,
        image.shape,
        image.dtype.name,
        image.space,
        masked=image.synthetic is not None,
        annotations=annotations,
    )
