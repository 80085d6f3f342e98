"""Where a candidate lies over its source, and the layer that it becomes when it is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, SPATIAL, SUFFIX, layer_data, made_layer, uuid_of
from napari_synthscope.canvas.placing import LOOK, add_quietly, finer, moved
from synthscope.generators.registry import find_spec
from synthscope.records.image import Image, Origin, PixelArray
from synthscope.records.request import Request
from synthscope.records.run import Candidate
from synthscope.services.exporting import composed
from synthscope.services.run_folder import RunFolder

IN_MEMORY = 256 << 20
"""Accepted images up to this size are held in memory; larger ones are read as they are looked at."""


def place_of(source: Any | None, axes: str, candidate: Candidate, request: Request) -> dict[str, Any] | None:
    """Give the spatial arguments of a candidate's box; None for a new image, which has no place in its source."""
    if source is None:
        return None
    if candidate.box is not None:
        return moved(source, axes, candidate.box.start)
    wanted, region = request.restoration, request.region
    return None if wanted is None or region is None else finer(source, axes, region.start, wanted.factors)


def add_result(viewer: Any, image: Image, source: Any | None, run: RunFolder, candidate: Candidate) -> Any:
    """Add a repaired or new image as a layer that knows what it is; which layer is active stays.

    Its metadata hold, under ``synthscope``, provenance, synthetic voxels, run, candidate and the uuid of
    its source; not the source's file, which holds other voxels: a further repair starts from what is seen.
    """
    arguments: dict[str, Any] = {}
    if source is not None:
        arguments = dict(_place_of_whole(source, image, candidate, run.recipe().request))
        arguments |= {name: getattr(source, name) for name in (() if source.rgb else LOOK)}
    stem = source.name if source is not None else image.name
    title = find_spec(run.recipe().generator).title.lower()
    name = f"{stem.removesuffix(SUFFIX)} · {title} seed {candidate.seed}{SUFFIX}"
    layer = made_layer(layer_data(image, name=name, **arguments))
    add_quietly(viewer, layer)
    record = layer.metadata[KEY]
    record |= {"run": str(run.path), "candidate": candidate.id, "sha256": candidate.sha256, "origin": Origin()}
    record["source_uuid"] = uuid_of(source) if source is not None else ""
    return layer


def compose(run: RunFolder, candidate_id: str, project: Any) -> tuple[Candidate, Image]:
    """Give a candidate and the whole image that it makes, ready to be shown."""
    candidate = run.candidate(candidate_id)
    image = composed(run, candidate, project)
    synthetic = None if image.synthetic is None else _held(image.synthetic, run, "synthetic")
    return candidate, image.with_(pixels=_held(image.pixels, run, candidate_id), synthetic=synthetic)


def _held(pixels: PixelArray, run: RunFolder, name: str) -> Any:
    """Read an array of moderate size; make a larger one an array that dask reads slice by slice."""
    if int(np.prod(pixels.shape, dtype=np.int64)) * np.dtype(pixels.dtype).itemsize <= IN_MEMORY:
        return np.asarray(pixels[...])
    lead = len(pixels.shape) - 2 if pixels.shape[-1] > 4 else len(pixels.shape) - 3
    chunks = (*(1,) * max(lead, 0), *pixels.shape[max(lead, 0) :])
    import dask.array

    # A name is given so that dask does not read everything to make one up.
    return dask.array.from_array(pixels, chunks=chunks, name=f"{run.path}/{name}", asarray=True)


def _place_of_whole(source: Any, image: Image, candidate: Candidate, request: Request) -> Mapping[str, Any]:
    """Give the spatial arguments of the whole image that a candidate makes."""
    if candidate.box is not None:
        return {name: getattr(source, name) for name in SPATIAL}
    return place_of(source, image.space.axes, candidate, request) or {}
