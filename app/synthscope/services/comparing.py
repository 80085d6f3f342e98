"""Two images side by side in numbers, each with what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import block_space, image_to_mask, moments, to_block, whole
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.similarity import mse
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import texture_ratio
from synthscope.metrics.paired.pixelwise import PeakSignalToNoise
from synthscope.metrics.paired.structural import PlaneSimilarity
from synthscope.records.documents import to_json
from synthscope.records.generator import Cost
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.records.request import Input
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.services.figures import SLICE_FIGURES, slice_figures
from synthscope.services.memory import check_memory
from synthscope.services.project import Project
from synthscope.services.replaying import largest_difference
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import WHOLE_BYTES

BASELINE = "biharmonic"
"""The generator that every fill is measured against: smooth, and knows nothing of texture."""

BYTES_PER_VALUE = 130
"""What a comparison holds at its height, measured: local means and spectra in double precision."""


@dataclass(frozen=True)
class PartnerFigures:
    """A fill beside the real voxels under it, over `voxels` voxels; means something where those are undamaged.

    `mse` is in squared grey values, `psnr` in dB, `spectrum` the distance of log10 radial power; what cannot be
    told is not a number. `data_ranges` are those of the real channels, 0 for one of a single value, which PSNR and
    SSIM leave out; a real region of a single value in all channels is taken to have ranges of 1.
    """

    mse: float
    psnr: float
    ssim: float
    spectrum: float
    data_ranges: tuple[float, ...]
    voxels: int


def measure_partner(real: np.ndarray, fill: np.ndarray, mask: np.ndarray | None, space: Space) -> PartnerFigures:
    """Compare a filled region with the real one.

    Parameters
    ----------
    real, fill : ndarray
        The same region of both images, of the axes of `space`, of one shape and dtype.
    mask : ndarray of bool, optional
        The voxels that count, of the axes ``space.mask_axes``; all of them where it is left out or empty.

    Raises
    ------
    InputError
        If shapes or dtypes differ, or values are not finite.
    """
    a, b = _blocks(space, real), _blocks(space, fill)
    inside = _blocks(space.mask_space(), mask)[..., 0].astype(bool) if mask is not None and mask.any() else None
    ranges = _ranges_of(a)
    ranges = ranges if any(ranges) else (1.0,) * len(ranges)
    error, ratio, alike = _likeness(a, b, ranges, inside)
    distance = spectrum_distance(a, b, _steps(space)) if max(a.shape[:3]) > 1 else math.nan
    voxels = a[..., 0].size if inside is None else int(np.count_nonzero(inside))
    return PartnerFigures(error, ratio, alike, distance, ranges, voxels)


def find_baseline(project: Project, run: RunFolder) -> RunFolder | None:
    """Find the newest baseline run of the same source and the same mask; None where there is none.

    The run itself, where it is one.
    """
    recipe, mask = run.recipe(), run.mask()
    for other in reversed(project.runs()):
        if other.path == run.path:
            if recipe.generator == BASELINE:
                return run
            continue
        theirs = other.recipe()
        if theirs.generator == BASELINE and _same_work(recipe, mask, theirs, other.mask()):
            return other
    return None


def begin_baseline(project: Project, run: RunFolder) -> RunFolder:
    """Write down a baseline run of the source, mask and region of another run.

    Raises
    ------
    InputError
        If that run filled no mask.
    """
    recipe, mask = run.recipe(), run.mask()
    if mask is None or recipe.request.source is None:
        raise InputError(f"Run {run.id} filled no mask; a baseline needs one.")
    spec = find_spec(BASELINE)
    made = replace(
        recipe,
        request=replace(recipe.request, task="inpaint", label="", control=None, reference=None),
        generator=spec.id,
        generator_version=spec.version,
        parameters=to_json(spec.parameters()),
        seeds=(0,),
        model="",
        model_sha256="",
    )
    return RunFolder.begin(project.folder / "runs", made, mask)


def _same_work(recipe: Recipe, mask: np.ndarray | None, other: Recipe, their_mask: np.ndarray | None) -> bool:
    first, second = recipe.request.source, other.request.source
    if first is None or second is None or mask is None or their_mask is None or not _same_source(first, second):
        return False
    ours, theirs = _placed(recipe, mask), _placed(other, their_mask)
    return ours[0] == theirs[0] and np.array_equal(ours[1], theirs[1])


def _same_source(first: Input, second: Input) -> bool:
    if first.sha256 and second.sha256:
        return first.sha256 == second.sha256
    return (first.name, first.path, first.shape, first.space) == (second.name, second.path, second.shape, second.space)


def _placed(recipe: Recipe, mask: np.ndarray) -> tuple[tuple[int, ...], np.ndarray]:
    """Give where a run's mask begins in the source, and the painted part: two contexts may differ."""
    region = recipe.request.region
    assert region is not None
    assert recipe.request.source is not None
    start = image_to_mask(region, recipe.request.source.space).start
    box = ndimage.find_objects(mask.astype(np.uint8))[0]
    return tuple(o + s.start for o, s in zip(start, box, strict=True)), mask[box]


def _ranges_of(values: np.ndarray) -> tuple[float, ...]:
    """Give the range of every channel of the real values (Z, Y, X, C); 0 for one that is constant or not finite."""
    flat = values.reshape(-1, values.shape[-1])
    found = [float(high) - float(low) for low, high in zip(flat.min(axis=0), flat.max(axis=0), strict=True)]
    return tuple(one if math.isfinite(one) else 0.0 for one in found)


def _likeness(
    real: np.ndarray, other: np.ndarray, ranges: tuple[float, ...], mask: np.ndarray | None = None
) -> tuple[float, float, float]:
    """Give MSE, PSNR and SSIM as the report card does: the last two by the range of each channel that has one."""
    error = mse(real, other, mask)
    told = [channel for channel, one in enumerate(ranges) if one]
    if not told:
        return error, math.nan, math.nan
    a, b = (real, other) if len(told) == len(ranges) else (real[..., told], other[..., told])
    own = tuple(ranges[channel] for channel in told)
    frame = Frame(
        shape=real.shape[:3], channels=len(own), limits=tuple((0.0, one) for one in own),
        thresholds=tuple(one / 2 for one in own), data_range=max(own), ranges=own,
    )  # fmt: skip
    return error, PeakSignalToNoise().measure(a, b, mask, frame), PlaneSimilarity().measure(a, b, mask, frame)


def _steps(space: Space) -> tuple[float, ...]:
    return block_space(space).voxel_size[:3]


def compare_images(reference: Image, other: Image) -> dict[str, Any]:
    """Compare an image with its true partner.

    Parameters
    ----------
    reference, other : Image
        Of one shape and dtype. Ranges are taken from the reference, never from the dtype.

    Raises
    ------
    InputError
        If shapes, types or axes differ, or the images are too large to be read whole.
    OutOfMemory
        If there is not the memory to compare them.
    """
    _check(reference, other)
    first, second = np.asarray(reference.pixels[...]), np.asarray(other.pixels[...])
    a, b = _blocks(reference.space, first), _blocks(reference.space, second)
    steps = block_space(reference.space).voxel_size[:3]
    figures: dict[str, Any] = {
        "shape": list(reference.shape),
        "max_abs_difference": largest_difference(first, second),
        "differing_voxels": int(np.count_nonzero((first != second) & ~(np.isnan(first) & np.isnan(second)))),
    }
    return figures | _alike(a, b, steps) | _inside(other, a, b)


def _alike(a: np.ndarray, b: np.ndarray, steps: tuple[float, ...]) -> dict[str, Any]:
    """Measure likeness; None for what cannot be told of constant images and of values that are not finite."""
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return dict.fromkeys(("mean_squared_error", "psnr", "ssim", "data_range", "spectrum_distance"))
    ranges = _ranges_of(a)
    error, ratio, alike = _likeness(a, b, ranges)
    return {
        "mean_squared_error": error,
        "psnr": finite(ratio),
        "ssim": finite(alike),
        "data_range": ranges[0] if len(ranges) == 1 else list(ranges),
        "spectrum_distance": finite(spectrum_distance(a, b, steps)) if any(ranges) else None,
    }


def _inside(other: Image, first: np.ndarray, second: np.ndarray) -> dict[str, Any]:
    """Measure texture, seam and steps between slices where the second image marks synthetic voxels."""
    if other.synthetic is None:
        return {}
    mask = np.asarray(other.synthetic[...], dtype=bool)
    if not mask.any() or mask.all():
        return {}
    inside = _blocks(other.space.mask_space(), mask)[..., 0]
    return {
        "texture_ratio": finite(texture_ratio(second, first, inside)),
        "seam_ratio": finite(seam_ratio(second, inside)),
        "seam_ratio_real": finite(seam_ratio(first, inside)),
        **slice_figures(second, inside),
        **{f"{name}_real": value for name, value in slice_figures(first, inside).items() if name in SLICE_FIGURES},
    }


def finite(value: float) -> float | None:
    """Give a number that JSON can hold: None for one that is infinite or undefined."""
    return value if math.isfinite(value) else None


def _check(reference: Image, other: Image) -> None:
    if reference.shape != other.shape or reference.dtype != other.dtype:
        raise InputError(
            f"{reference.name} is {reference.shape} {reference.dtype}, {other.name} is {other.shape} {other.dtype}; "
            "compare images of one shape and type."
        )
    if reference.nbytes > WHOLE_BYTES:
        raise InputError(f"{reference.name} is too large to be compared whole; compare regions of it.")
    check_memory(Cost(0.0, math.prod(reference.shape) * BYTES_PER_VALUE))


def _blocks(space: Space, pixels: np.ndarray) -> np.ndarray:
    """Lay an image out as (Z, Y, X, C), time points one after another in depth."""
    return np.concatenate([to_block(pixels[part.slices], space) for part in moments(whole(pixels.shape), space)])
