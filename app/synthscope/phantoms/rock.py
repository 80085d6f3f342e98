"""Simulated X-ray microCT of a sandstone plug: packed grains, photon noise, rings from detector gain errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from synthscope.phantoms.fields import coarse_field
from synthscope.phantoms.grains import Grains, pack_grains, rasterize
from synthscope.phantoms.phantom import MARK, MOST_LABELS, Phantom, Truth, finished, require, to_uint16
from synthscope.phantoms.tomography import Scanner
from synthscope.records.events import Job, Progress
from synthscope.records.forms import check
from synthscope.records.image import Image, Origin
from synthscope.records.limits import Ge, Gt, Help, Le, Lt, More, Title, Unit
from synthscope.records.space import Space

OUTSIDE, PORE, QUARTZ, FELDSPAR, CALCITE, HEAVY, CLAY = range(7)
PHASES = {
    OUTSIDE: "air around the plug",
    PORE: "pore",
    QUARTZ: "quartz",
    FELDSPAR: "feldspar",
    CALCITE: "calcite",
    HEAVY: "heavy mineral",
    CLAY: "clay in pores",
}
ATTENUATION = np.array([0.0, 0.0, 0.80, 1.02, 1.32, 2.10, 0.52], dtype=np.float32)
"""Linear attenuation of each phase in 1/mm, of the order of that at 20 keV."""

GREY_OF_AIR, GREY_PER_ATTENUATION = 6000.0, 14000.0
BRIGHT_RING, DARK_RING = 1, 2
MOST_POINTS = 3e8  # sample points that are held at once, about 20 bytes each


@dataclass(frozen=True)
class RockParameters:
    """The plug and the scanner."""

    width: Annotated[int, Ge(48), Le(1024), Unit("px"), Help("rows and columns of a slice")] = 256
    depth: Annotated[int, Ge(1), Le(512), Title("Slices"), Help("each is projected and reconstructed")] = 16
    voxel_size: Annotated[float, Gt(0), Le(1000), Unit("µm")] = 4.5
    grain_diameter: Annotated[float, Gt(0), Le(20000), Unit("µm"), Help("median")] = 80.0
    grain_spread: Annotated[float, Ge(0), Le(0.5), Help("standard deviation of its logarithm"), More()] = 0.25
    packing: Annotated[float, Gt(0.05), Le(0.9), Help("larger leaves less pore space")] = 0.74
    clay: Annotated[float, Ge(0), Le(0.9), Help("part of the pore space filled by clay"), More()] = 0.16
    heavy_minerals: Annotated[float, Ge(0), Le(0.5), Help("part of the grains"), More()] = 0.03
    views: Annotated[int, Ge(16), Le(2000), Title("Projections"), Help("over 360 degrees; an odd number is best")] = 201
    photons: Annotated[float, Ge(50), Le(1e8), Help("per detector pixel and view; fewer give more noise")] = 30000.0
    hardening: Annotated[float, Ge(0), Lt(0.9), Title("Beam hardening"), More()] = 0.15
    gain_error: Annotated[float, Ge(0), Le(0.2), Help("of every detector pixel, after the flat field"), More()] = 0.001
    rings: Annotated[int, Ge(0), Le(200), Title("Damaged detector spots"), Help("each makes a ring")] = 12
    ring_strength: Annotated[float, Gt(0), Le(0.5), Help("gain error of a damaged spot")] = 0.055
    ring_floor: Annotated[
        float, Gt(0), Le(1), Title("Smallest ring in the truth"), Help("relative to the attenuation of quartz")
    ] = 0.08
    supersampling: Annotated[int, Ge(1), Le(4), Help("sample points along a voxel's edge"), More()] = 2


@dataclass(frozen=True, eq=False)
class _Plug:
    """The rock before it is scanned: attenuation in 1/mm, phases and grain numbers, (Z, N, N) each."""

    attenuation: np.ndarray
    phases: np.ndarray
    grains: np.ndarray


def rock_microct(parameters: RockParameters | None = None, seed: int = 0) -> Phantom:
    """Simulate the scan of a sandstone plug; see `rock_microct_job`."""
    return finished(rock_microct_job(parameters, seed))


def rock_microct_job(parameters: RockParameters | None = None, seed: int = 0) -> Job[Phantom]:
    """Simulate the scan of a sandstone plug.

    Grains are packed and sampled finer than a voxel (partial volume), each slice is projected, photons
    are counted by a detector whose pixels differ, and slices are reconstructed: noise and rings are
    consequences. Rows of the detector are slices, so that a damaged spot makes a ring in a few of them.

    Parameters
    ----------
    parameters : RockParameters, optional
        The plug and the scanner.
    seed : int
        The only source of randomness.

    Yields
    ------
    Progress
        After the packing and after each slice.

    Returns
    -------
    Phantom
        Axes ``zyx``, uint16; grey value = 6000 + 14000 x attenuation in 1/mm. Truth: ``phases``,
        ``grains``, ``rings``.

    Raises
    ------
    ParameterError
        If a parameter is out of range.
    """
    p = parameters or RockParameters()
    _check(p)
    rng = np.random.default_rng(seed)
    steps = p.depth + 4
    yield Progress(0, steps, "packing grains")
    plug = _build_plug(p, rng)
    scanner = Scanner(p.views, p.photons, p.hardening)
    gain = _gain(p, rng)
    per_pixel = p.voxel_size / 1000.0  # attenuation in 1/mm times mm per pixel
    pixels = np.empty(plug.phases.shape, dtype=np.uint16)
    rings = np.empty(plug.phases.shape, dtype=np.uint8)
    for z in range(p.depth):
        yield Progress(4 + z, steps, f"scanning slice {z + 1} of {p.depth}")
        sinogram = scanner.count(scanner.project(plug.attenuation[z] * per_pixel), gain[z], rng)
        found = scanner.reconstruct(sinogram) / per_pixel
        pixels[z] = to_uint16(GREY_OF_AIR + GREY_PER_ATTENUATION * found)
        rings[z] = _ring_labels(scanner.rings(gain[z]) / per_pixel, p.ring_floor)
    return _phantom(p, seed, plug, pixels, rings)


def _check(p: RockParameters) -> None:
    check(p)
    across = p.grain_diameter / p.voxel_size
    require(across >= 4, "grain_diameter", f"Grains {across:.2g} voxels across are too small; give at least 4.")
    points = float(p.depth) * p.width**2 * p.supersampling**3
    require(points <= MOST_POINTS, "depth", f"{points:.2g} sample points are too many; give at most {MOST_POINTS:.0e}.")
    grains = p.packing * p.depth * p.width**2 / (np.pi / 6 * across**3)
    require(grains <= MOST_LABELS / 2, "grain_diameter", f"{grains:.2g} grains are too many; make them larger.")


def _build_plug(p: RockParameters, rng: np.random.Generator) -> _Plug:
    shape = (p.depth, p.width, p.width)
    grains = pack_grains(shape, 0.5 * p.grain_diameter / p.voxel_size, p.grain_spread, p.packing, rng)
    minerals = _minerals(grains, p, rng)
    lightness = 1.0 + 0.02 * rng.standard_normal(len(minerals), dtype=np.float32)  # no two grains are alike
    s = p.supersampling
    fine = (s * p.depth, s * p.width, s * p.width)
    number, depth = rasterize(grains, fine, 1.0 / s)
    core = _core(p.width, s)
    number = np.where(core, number, 0)
    clay = core & (number == 0) & _clay(shape, p, rng).repeat(s, 0).repeat(s, 1).repeat(s, 2)
    attenuation = (ATTENUATION[minerals] * lightness)[number] + ATTENUATION[CLAY] * clay
    ids = _deepest(number, depth, s)
    return _Plug(_block_mean(attenuation, s), _phases(ids, minerals, clay, p.width, s), ids)


def _minerals(grains: Grains, p: RockParameters, rng: np.random.Generator) -> np.ndarray:
    """Draw each grain's mineral, heavy ones among the small grains as in most sands; entry 0 is the pore."""
    count = len(grains.radii)
    drawn = rng.choice([QUARTZ, FELDSPAR, CALCITE], size=count, p=[0.72, 0.2, 0.08])
    small_first = np.argsort(grains.radii + 0.2 * grains.radii.mean() * rng.standard_normal(count))
    drawn[small_first[: round(p.heavy_minerals * count)]] = HEAVY
    return np.concatenate([[PORE], drawn])


def _clay(shape: tuple[int, ...], p: RockParameters, rng: np.random.Generator) -> np.ndarray:
    """Choose patches that hold the wanted part of space, with a rough edge."""
    scale = 0.35 * p.grain_diameter / p.voxel_size
    field = coarse_field(shape, scale, rng) + 0.35 * coarse_field(shape, 0.15 * scale, rng)
    if p.clay == 0:  # the quantile would still choose one voxel
        return np.zeros(shape, dtype=bool)
    clay: np.ndarray = field > np.quantile(field, 1.0 - p.clay)
    return clay


def _core(width: int, s: int) -> np.ndarray:
    """Give the cross-section of the drilled plug, inside the circle that the scanner sees."""
    offset = (np.arange(s * width) + 0.5) / s - width / 2
    core: np.ndarray = np.hypot(offset[:, None], offset[None, :]) < 0.47 * width
    return core[None]


def _deepest(number: np.ndarray, depth: np.ndarray, s: int) -> np.ndarray:
    """Give each voxel that is at least half solid the number of the grain its deepest sample point is in."""
    numbers, depths = _blocks(number, s), _blocks(np.where(number > 0, depth, np.inf), s)
    deepest = np.argmin(depths, axis=-1)[..., None]
    chosen = np.take_along_axis(numbers, deepest, axis=-1)[..., 0]
    solid = np.mean(numbers > 0, axis=-1) >= 0.5
    return np.where(solid, chosen, 0).astype(np.uint16)


def _phases(ids: np.ndarray, minerals: np.ndarray, clay: np.ndarray, width: int, s: int) -> np.ndarray:
    phases: np.ndarray = minerals[ids].astype(np.uint8)
    phases[(ids == 0) & (_block_mean(clay.astype(np.float32), s) >= 0.5)] = CLAY
    outside = np.broadcast_to(~_core(width, 1), phases.shape)
    phases[outside & (phases == PORE)] = OUTSIDE
    return phases


def _blocks(values: np.ndarray, s: int) -> np.ndarray:
    """Gather the s x s x s sample points of each voxel on a last axis."""
    z, y, x = (n // s for n in values.shape)
    return values.reshape(z, s, y, s, x, s).transpose(0, 2, 4, 1, 3, 5).reshape(z, y, x, s**3)


def _block_mean(values: np.ndarray, s: int) -> np.ndarray:
    mean: np.ndarray = _blocks(values, s).mean(axis=-1)
    return mean


def _gain(p: RockParameters, rng: np.random.Generator) -> np.ndarray:
    """Give the gain (Z, N) of the detector: small errors everywhere, and damaged spots."""
    gain = 1.0 + p.gain_error * rng.standard_normal((p.depth, p.width))
    z, u = np.arange(p.depth)[:, None], np.arange(p.width)[None, :]
    for _ in range(p.rings):
        row, column = rng.uniform(0, p.depth), rng.uniform(0.1, 0.9) * p.width
        tall, wide = rng.uniform(2.0, 7.0), rng.uniform(0.5, 1.1)
        spot = np.exp(-0.5 * ((z - row) / tall) ** 2 - 0.5 * ((u - column) / wide) ** 2)
        gain += rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 1.4) * p.ring_strength * spot
    return np.maximum(gain, 0.05)


def _ring_labels(added: np.ndarray, floor: float) -> np.ndarray:
    size = added / ATTENUATION[QUARTZ]
    return np.where(size > floor, BRIGHT_RING, np.where(size < -floor, DARK_RING, 0)).astype(np.uint8)


def _phantom(p: RockParameters, seed: int, plug: _Plug, pixels: np.ndarray, rings: np.ndarray) -> Phantom:
    space = Space("zyx", (p.voxel_size,) * 3, unit="µm")
    inside = plug.phases != OUTSIDE
    figures = {
        "porosity (part of the plug)": float(np.mean(plug.phases[inside] == PORE)),
        "clay (part of the plug)": float(np.mean(plug.phases[inside] == CLAY)),
        "grains (number)": float(len(np.unique(plug.grains)) - 1),
        "voxels in rings (part of all)": float(np.mean(rings > 0)),
    }
    truth = (
        Truth("phases", plug.phases, PHASES),
        Truth("grains", plug.grains, {0: "no grain"}, others="one grain each"),
        Truth("rings", rings, {0: "no ring", BRIGHT_RING: "bright ring", DARK_RING: "dark ring"}),
    )
    sentence = (
        f"Simulated microCT of a sandstone plug: {figures['grains (number)']:.0f} grains, "
        f"{100 * figures['porosity (part of the plug)']:.1f} % pores, {p.views} projections of "
        f"{p.photons:g} photons per pixel, {p.rings} damaged detector spots."
    )
    image = Image(pixels, space, f"{MARK} rock microCT", origin=Origin(format=MARK))
    return Phantom(image, truth, sentence, figures, p, seed)
