"""What a restoration means for an image: how fine the result is, where it lies, what noise there is, what held."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.copies import noise_level
from synthscope.imaging.regions import moments, to_block, whole
from synthscope.imaging.regridding import seen_through
from synthscope.imaging.slice_seams import layer_ratio
from synthscope.records.image import Image
from synthscope.records.request import MAX_FACTOR, Region, Restoration, RestorationKind
from synthscope.records.space import Space
from synthscope.services.sidedness import sides_of_restoration
from synthscope.services.sources import WHOLE_BYTES

KINDS: tuple[RestorationKind, ...] = ("denoise", "upscale", "isotropic")
ALIKE = 0.05
"""Relative difference of voxel sides that counts as none."""
WIDEST = 8
"""Voxels of the source that a point-spread function spans at most, at half its height."""


def restoration_of(
    kind: str, *, factor: int = 0, noise: float = 0.0, sample: bool | None = None, psf: float = 0.0
) -> Restoration:
    """Give the record of what a person named; what was left out is what suits the kind.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise InputError(f"{kind!r} cannot be undone; choose from {', '.join(KINDS)}.")
    least = {"denoise": 1, "upscale": 2, "isotropic": 0}[kind]
    return Restoration(kind, factor or least, float(noise), kind != "denoise" if sample is None else sample, float(psf))


def resolved(wanted: Restoration, image: Image, region: Region) -> Restoration:
    """Check a restoration against an image, and work out a factor that was left to the voxel size.

    Raises
    ------
    InputError
        If the image has no such axis, is as fine already, or the result would be too large to be held.
    """
    if wanted.kind == "denoise":
        return replace(wanted, factor=1)
    space = image.space
    if wanted.kind == "isotropic":
        if space.index("z") is None:
            raise InputError(f"{image.name} is no stack; only slices can be made as fine as pixels.")
        wanted = replace(wanted, factor=wanted.factor or _factor_of(image))
    if wanted.factor < 2:
        raise InputError(f"The factor is {wanted.factor}; give 2 to {MAX_FACTOR}.")
    _check_width(wanted, space)
    size = math.prod(finer_shape(region.shape, space, wanted)) * image.dtype.itemsize
    if size > WHOLE_BYTES:
        raise InputError(
            f"The finer image would take {size / 2**30:.1f} GiB, more than {WHOLE_BYTES >> 30} GiB; "
            "choose a smaller box or factor."
        )
    return wanted


def finer_shape(shape: tuple[int, ...], space: Space, wanted: Restoration) -> tuple[int, ...]:
    """Give the shape that a region is restored to, axis by axis."""
    return tuple(n * wanted.factors.get(letter, 1) for n, letter in zip(shape, space.axes, strict=True))


def finer_space(space: Space, wanted: Restoration) -> Space:
    """Give the space of the result: smaller voxels that fill the same place, the first one's centre moved."""
    steps, origin = list(space.voxel_size), list(space.origin)
    for letter, factor in wanted.factors.items():
        axis = space.axes.index(letter)
        steps[axis] /= factor
        origin[axis] -= (space.voxel_size[axis] - steps[axis]) / 2
    return replace(space, voxel_size=tuple(steps), origin=tuple(origin))


def with_noise(wanted: Restoration, real: np.ndarray, space: Space) -> Restoration:
    """Estimate the noise that is to be taken away, where it was not told: median over time points.

    Raises
    ------
    InputError
        If none is found.
    """
    if wanted.kind != "denoise" or wanted.noise > 0:
        return wanted
    found = []
    for moment in moments(whole(real.shape), space):
        block = to_block(real[moment.slices], space).astype(np.float64)
        missing = np.asarray(~np.isfinite(block).all(axis=-1))
        found.append(noise_level(np.where(missing[..., None], 0.0, block), missing))
    level = float(np.median(found))
    if not 0 < level < math.inf:
        raise InputError("No noise was found in the image, so that there is nothing to take away; give its level.")
    return replace(wanted, noise=float(f"{level:.4g}"))


def is_sure(wanted: Restoration | None) -> bool:
    """Say whether every seed gives the same result: the posterior mean by one look."""
    return wanted is not None and wanted.kind == "denoise" and not wanted.sample


def remarks_on(wanted: Restoration | None, space: Space) -> tuple[str, ...]:
    """Say what a person should know of a restoration before it is made."""
    if wanted is None:
        return ()
    remarks = ["Every voxel is made anew; none of the source is kept."]
    if wanted.kind == "isotropic":
        z, y = (space.voxel_size[space.axes.index(letter)] for letter in "zy")
        remarks.append(
            f"Slices become {z / wanted.factor:.4g} {space.unit} apart, pixels are {y:.4g} {space.unit}; "
            "that the material looks the same from every side is assumed."
        )
    if wanted.psf:
        remarks.append(
            f"Taken to be seen through a Gaussian of {wanted.psf:g} {space.unit} full width at half maximum; "
            "the image goes on as its mirror image beyond its borders."
        )
    if wanted.sample:
        remarks.append("One sample of what may have been there; make several to see where they differ.")
    return tuple(remarks)


def measure_restored(
    real: np.ndarray, pixels: np.ndarray, space: Space, wanted: Restoration
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Measure a restoration beside what it was made from, in the image's own units.

    Returns
    -------
    figures : dict
        ``residual``: root mean square of the source less what the result would have been measured as, which
        is near `noise_level` (where there is one) or the rounding of whole numbers; of ``isotropic`` also
        ``slice_seam_ratio``: steps where measured slices meet over steps inside of them, with its 95 % interval.
    remarks : tuple of str
    """
    factors = tuple(wanted.factors.get(letter, 1) for letter in space.axes)
    blurs = tuple(wanted.blur(*pair) for pair in zip(space.axes, space.voxel_size, strict=True))
    difference = seen_through(pixels, factors, blurs) - np.asarray(real, np.float64)
    seen = difference[np.isfinite(difference)]
    figures = {"residual": float(f"{math.sqrt(float(np.mean(seen**2))) if seen.size else 0.0:.4g}")}
    if wanted.noise:
        figures["noise_level"] = wanted.noise
    figures |= _layers(pixels, space, wanted)
    said = sides_of_restoration(wanted, real, space)
    return figures, ("Every voxel was made anew; none of the source was kept.", *said)


def _layers(pixels: np.ndarray, space: Space, wanted: Restoration) -> dict[str, float]:
    """Measure whether finer slices show where the measured ones were cut, in the first time point."""
    if wanted.kind != "isotropic":
        return {}
    first = next(moments(whole(pixels.shape), space))
    found = layer_ratio(to_block(pixels[first.slices], space), wanted.factor)
    ends = {"": found.value, "_low": found.low, "_high": found.high}
    return {f"slice_seam_ratio{end}": round(value, 4) for end, value in ends.items() if math.isfinite(value)}


def _check_width(wanted: Restoration, space: Space) -> None:
    """Refuse a point-spread function so wide that the image would say next to nothing of what is finer."""
    step = min(space.voxel_size[space.axes.index(letter)] for letter in wanted.factors)
    if wanted.psf > WIDEST * step:
        raise InputError(
            f"The point-spread function is {wanted.psf:g} {space.unit} wide, {wanted.psf / step:.3g} voxels; "
            f"give at most {WIDEST} voxels, in {space.unit}."
        )


def _factor_of(image: Image) -> int:
    space = image.space
    z, y, x = (space.voxel_size[i] for i in space.spatial)
    if abs(y - x) > ALIKE * y:
        raise InputError(f"Pixels of {image.name} are {y:g} by {x:g} {space.unit}; name the factor along z.")
    factor = round(z / y)
    if factor < 2:
        raise InputError(
            f"Slices of {image.name} are {z:g} {space.unit} apart and pixels {y:g}: they are as fine already; "
            "name a factor to make them finer still."
        )
    if factor > MAX_FACTOR:
        raise InputError(f"Slices of {image.name} are {z / y:g} times as thick as pixels; {MAX_FACTOR} times at most.")
    return factor
