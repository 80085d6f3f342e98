"""Simulated microCT of a ceramic-matrix composite: coated fibres in tows, infiltrated matrix, cracks, voids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy import ndimage

from synthscope.phantoms.fibres import Fibres, Preform, lay_fibres, surface_distance
from synthscope.phantoms.fields import coarse_field, smooth_field
from synthscope.phantoms.phantom import MARK, MOST_LABELS, Phantom, Truth, finished, require, to_uint16
from synthscope.records.events import Job, Progress
from synthscope.records.forms import check
from synthscope.records.image import Image, Origin
from synthscope.records.limits import Ge, Gt, Help, Le, More, Title, Unit
from synthscope.records.space import Space

CRACK, VOID, COATING, FIBRE, MATRIX = range(1, 6)
PHASES = {CRACK: "crack", VOID: "void", COATING: "fibre coating", FIBRE: "fibre", MATRIX: "matrix"}
ATTENUATION = np.array([0.0, 0.06, 0.0, 0.50, 0.94, 1.22], dtype=np.float32)
"""Of each phase relative to dense silicon carbide fibre; a fine crack holds some debris."""

SLURRY = 1.03  # attenuation of the matrix between tows, cast from a slurry of grains
GREY_OF_AIR, GREY_PER_ATTENUATION = 12000.0, 24000.0


@dataclass(frozen=True)
class CompositeParameters:
    """The composite and the image of it."""

    width: Annotated[int, Ge(48), Le(2048), Unit("px"), Help("rows and columns of a slice")] = 320
    depth: Annotated[int, Ge(1), Le(1024), Title("Slices")] = 24
    voxel_size: Annotated[float, Gt(0), Le(100), Unit("µm")] = 1.3
    fibre_diameter: Annotated[float, Gt(0), Le(1000), Unit("µm")] = 13.0
    coating: Annotated[float, Gt(0), Le(100), Unit("µm"), Title("Coating thickness")] = 1.7
    filling: Annotated[float, Gt(0.02), Le(0.8), Title("Tow filling"), Help("by fibres and coatings"), More()] = 0.70
    waviness: Annotated[float, Ge(0), Le(2), Unit("px per slice"), Title("Fibre drift")] = 0.08
    infiltration: Annotated[
        float, Gt(0), Le(100), Unit("µm"), Help("thickness of the matrix grown from vapour on each fibre")
    ] = 2.8
    voids: Annotated[float, Ge(0), Le(1), Help("part of what infiltration leaves open")] = 0.35
    cracks: Annotated[int, Ge(0), Le(20)] = 3
    crack_opening: Annotated[float, Gt(0), Le(50), Unit("µm"), More()] = 1.9
    blur: Annotated[float, Ge(0), Le(5), Unit("px"), Help("standard deviation of the point spread"), More()] = 0.65
    fringe: Annotated[float, Ge(0), Le(1), Title("Phase-contrast fringe"), More()] = 0.18
    noise: Annotated[float, Ge(0), Le(1), Help("standard deviation, relative to the fibre's grey")] = 0.07
    supersampling: Annotated[int, Ge(1), Le(4), Help("sample points along a pixel's edge"), More()] = 2


@dataclass(frozen=True, eq=False)
class _Cracks:
    """Rows (K, Z, W) of each crack surface, NaN where it has ended, and the side it passes each fibre on."""

    rows: np.ndarray
    sides: np.ndarray
    opening: float


def ceramic_composite(parameters: CompositeParameters | None = None, seed: int = 0) -> Phantom:
    """Simulate a ceramic-matrix composite; see `ceramic_composite_job`."""
    return finished(ceramic_composite_job(parameters, seed))


def ceramic_composite_job(parameters: CompositeParameters | None = None, seed: int = 0) -> Job[Phantom]:
    """Simulate a ceramic-matrix composite.

    Matrix grows from vapour on every fibre to a thickness that varies slowly, so that what is farther
    from all fibres stays open; slurry fills part of that, the rest are voids. Cracks run through the
    matrix, do not enter fibres, and pass them in the weak coating on one side.

    Parameters
    ----------
    parameters : CompositeParameters, optional
        The composite and the image of it.
    seed : int
        The only source of randomness.

    Yields
    ------
    Progress
        After the fibres are laid and after each slice.

    Returns
    -------
    Phantom
        Axes ``zyx``, uint16. Truth: ``phases`` and ``fibres``.

    Raises
    ------
    ParameterError
        If a parameter is out of range.
    """
    p = parameters or CompositeParameters()
    _check(p)
    rng = np.random.default_rng(seed)
    yield Progress(0, p.depth + 2, "laying fibres")
    preform = Preform(0.5 * p.fibre_diameter / p.voxel_size, 2.0 * p.coating / p.voxel_size, p.filling, p.waviness)
    fibres = lay_fibres(p.width, preform, rng)
    cracks = _cracks(p, len(fibres.radii), rng)
    thickness, leftover, grains = _infiltration(p, rng)
    shape = (p.depth, p.width, p.width)
    signal = np.empty(shape, np.float32)
    phases, numbers = np.empty(shape, np.uint8), np.empty(shape, np.uint16)
    for z in range(p.depth):
        yield Progress(1 + z, p.depth + 2, f"infiltrating slice {z + 1} of {p.depth}")
        fine, number, cast = _slice(p, fibres, cracks, z, thickness[z], leftover[z])
        signal[z] = _mean(ATTENUATION[fine] + cast * (SLURRY - ATTENUATION[MATRIX]), p.supersampling)
        signal[z] += 0.07 * grains[z] * _mean(cast, p.supersampling)
        phases[z] = _majority(fine, p.supersampling)
        numbers[z] = np.where(phases[z] == FIBRE, _largest(number * (fine == FIBRE), p.supersampling), 0)
    yield Progress(p.depth + 1, p.depth + 2, "imaging")
    return _phantom(p, seed, _imaged(signal, p, rng), phases, numbers)


def _check(p: CompositeParameters) -> None:
    check(p)
    across = p.fibre_diameter / p.voxel_size
    require(across >= 4, "fibre_diameter", f"Fibres {across:.2g} pixels across are too small; give at least 4.")
    fibres = p.filling * p.width**2 / (np.pi / 4 * across**2)
    require(fibres <= MOST_LABELS / 2, "fibre_diameter", f"{fibres:.2g} fibres are too many; make them thicker.")


def _cracks(p: CompositeParameters, fibres: int, rng: np.random.Generator) -> _Cracks:
    """Draw crack surfaces across the tows: row as a rough function of column and slice."""
    rows = np.full((p.cracks, p.depth, p.width), np.nan)
    columns = np.arange(p.width)
    for k in range(p.cracks):
        start, slope = rng.uniform(0.1, 0.9) * p.width, rng.normal(0.0, 0.25)
        rough = 5.0 * coarse_field((p.depth, p.width), 18.0, rng) + 1.5 * smooth_field((p.depth, p.width), 4, rng)
        length = rng.uniform(0.45, 0.95) * p.width
        first = rng.uniform(0.0, p.width - length)
        ends = (columns > first) & (columns < first + length)
        rows[k] = np.where(ends, start + slope * (columns - 0.5 * p.width) + rough, np.nan)
    sides = rng.choice([-1.0, 1.0], size=(p.cracks, fibres + 1))
    return _Cracks(rows, sides, p.crack_opening / p.voxel_size)


def _infiltration(p: CompositeParameters, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the thickness of the grown matrix, where what is left stays a void, and the slurry's grain."""
    shape = (p.depth, p.width, p.width)
    thickness = p.infiltration / p.voxel_size * (1.0 + 0.18 * coarse_field(shape, 30.0, rng))
    open_ = coarse_field(shape, 0.9 * p.fibre_diameter / p.voxel_size, rng)
    return np.maximum(thickness, 0.3), open_ < np.quantile(open_, p.voids), smooth_field(shape, 0.8, rng)


def _slice(
    p: CompositeParameters, fibres: Fibres, cracks: _Cracks, z: int, thickness: np.ndarray, leftover: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give phases, fibre numbers and where slurry is, finer than a pixel."""
    s = p.supersampling
    coat = p.coating / p.voxel_size
    reach = coat + 2.0 * p.infiltration / p.voxel_size
    distance, number = surface_distance(fibres, float(z), p.width, 1.0 / s, reach)
    fine = np.full(distance.shape, MATRIX, dtype=np.uint8)
    beyond = distance > coat + thickness.repeat(s, 0).repeat(s, 1)
    void = leftover.repeat(s, 0).repeat(s, 1)
    fine[beyond & void] = VOID
    fine[distance < coat] = COATING
    fine[distance < 0.0] = FIBRE
    for k in range(p.cracks):
        _open_crack(fine, distance / coat, number, cracks, k, z, fibres)
    return fine, number, beyond & (fine == MATRIX)


def _open_crack(
    fine: np.ndarray, depth: np.ndarray, number: np.ndarray, cracks: _Cracks, k: int, z: int, fibres: Fibres
) -> None:
    """Open the matrix along the crack, and the coating on one side of each fibre that it meets."""
    size, width = len(fine), cracks.rows.shape[2]
    step = width / size
    row = np.repeat(cracks.rows[k, z], size // width)
    above = (np.arange(size)[:, None] + 0.5) * step - row[None, :]  # NaN where the crack has ended
    centres = fibres.positions(float(z))
    column = np.clip(centres[:, 1], 0, width - 1).astype(int)
    meets = np.abs(centres[:, 0] - cracks.rows[k, z, column]) < 0.9 * fibres.radii
    met = np.concatenate([[False], meets])[number]
    along = met & (depth >= 0) & (depth < 0.75) & (above * cracks.sides[k][number] > 0)
    through = (np.abs(above) < 0.5 * cracks.opening) & (fine == MATRIX)
    fine[along | through] = CRACK


def _imaged(signal: np.ndarray, p: CompositeParameters, rng: np.random.Generator) -> np.ndarray:
    """Blur, add the fringe of free propagation (minus the Laplacian) and noise as correlated as the image."""
    sharp = signal - p.fringe * ndimage.laplace(signal, mode="nearest")
    image = ndimage.gaussian_filter(sharp, p.blur, mode="nearest")
    image += p.noise * smooth_field(signal.shape, 0.55, rng)
    return to_uint16(GREY_OF_AIR + GREY_PER_ATTENUATION * image)


def _blocks(values: np.ndarray, s: int) -> np.ndarray:
    """Gather the s x s sample points of each pixel on a last axis."""
    n = len(values) // s
    return values.reshape(n, s, n, s).transpose(0, 2, 1, 3).reshape(n, n, s * s)


def _mean(values: np.ndarray, s: int) -> np.ndarray:
    mean: np.ndarray = _blocks(values.astype(np.float32), s).mean(axis=-1)
    return mean


def _largest(values: np.ndarray, s: int) -> np.ndarray:
    largest: np.ndarray = _blocks(values, s).max(axis=-1)
    return largest


def _majority(fine: np.ndarray, s: int) -> np.ndarray:
    """Give each pixel the phase most of its points have; of two alike the thinner one, listed first."""
    blocks = _blocks(fine, s)
    counts = np.stack([(blocks == phase).sum(axis=-1) for phase in PHASES])
    most: np.ndarray = (1 + np.argmax(counts, axis=0)).astype(np.uint8)
    return most


def _phantom(p: CompositeParameters, seed: int, pixels: np.ndarray, phases: np.ndarray, numbers: np.ndarray) -> Phantom:
    parts = {f"{name} (part of the volume)": float(np.mean(phases == k)) for k, name in PHASES.items()}
    count = float(len(np.unique(numbers[numbers > 0])))
    truth = (Truth("phases", phases, PHASES), Truth("fibres", numbers, {0: "no fibre"}, others="one fibre each"))
    sentence = (
        f"Simulated microCT of a ceramic-matrix composite: {count:.0f} coated fibres in tows, "
        f"{p.cracks} matrix cracks, {100 * parts['void (part of the volume)']:.1f} % voids."
    )
    space = Space("zyx", (p.voxel_size,) * 3, unit="µm")
    image = Image(pixels, space, f"{MARK} ceramic-matrix composite", origin=Origin(format=MARK))
    return Phantom(image, truth, sentence, {**parts, "fibres (number)": count}, p, seed)
