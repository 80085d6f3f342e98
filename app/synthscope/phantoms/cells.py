"""Simulated light microscopy of cultured cells: brightfield and nuclear fluorescence that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy import ndimage

from synthscope.phantoms.culture import Cells, Layer, seed_cells, settle
from synthscope.phantoms.fields import coarse_field, smooth_field
from synthscope.phantoms.optics import Camera, Microscope
from synthscope.phantoms.phantom import MARK, MOST_LABELS, Phantom, Truth, finished, require, to_uint16
from synthscope.records.events import Job, Progress
from synthscope.records.forms import check
from synthscope.records.image import Image, Origin
from synthscope.records.limits import Ge, Gt, Help, Le, More, Title, Unit
from synthscope.records.space import Space

CYTOPLASM, NUCLEUS, GRANULE = 0.030, 0.017, 0.055
"""Refractive index above that of the medium."""

DAPI = 0.461  # µm, of the emitted light
RIM = 48  # pixels around the field of view that are simulated too: cells and light cross its border
BRIGHT, DARK = Camera(1.4, 400.0, 6.0), Camera(12.0, 1200.0, 2.5)


@dataclass(frozen=True)
class CellParameters:
    """The culture and the microscope."""

    size: Annotated[int, Ge(64), Le(4096), Unit("px"), Help("rows and columns")] = 640
    pixel_size: Annotated[float, Gt(0.02), Le(5), Unit("µm")] = 0.325
    cell_diameter: Annotated[float, Gt(2), Le(200), Unit("µm"), Help("of a spread cell")] = 26.0
    confluence: Annotated[float, Gt(0), Le(1.2), Help("part of the dish that is covered, about")] = 0.55
    dividing: Annotated[float, Ge(0), Le(1), Help("part of the cells that divide"), More()] = 0.06
    defocus: Annotated[
        float, Ge(-50), Le(50), Unit("µm"), Help("of the brightfield channel; in focus cells can hardly be seen")
    ] = 5.0
    aperture: Annotated[float, Gt(0.05), Le(0.95), Title("Numerical aperture"), More()] = 0.75
    condenser: Annotated[float, Ge(0), Le(0.9), Title("Condenser aperture"), More()] = 0.22
    depth_spread: Annotated[
        float, Ge(0), Le(30), Unit("µm"), Title("Depth of nuclei"), Help("standard deviation: more are out of focus")
    ] = 1.6
    haze: Annotated[float, Ge(0), Le(2), Help("out-of-focus light of the fluorescence"), More()] = 0.3
    light: Annotated[float, Gt(1), Le(20000), Unit("electrons"), Help("of a bright nucleus; less is noisier")] = 900.0


def cell_culture(parameters: CellParameters | None = None, seed: int = 0) -> Phantom:
    """Simulate cultured cells in two channels; see `cell_culture_job`."""
    return finished(cell_culture_job(parameters, seed))


def cell_culture_job(parameters: CellParameters | None = None, seed: int = 0) -> Job[Phantom]:
    """Simulate cultured cells in two channels.

    Both channels see one culture: the brightfield channel by what the thickness of cells, nuclei and
    granules does to the phase of light, the fluorescence channel by the light of stained DNA from
    nuclei at different depths.

    Parameters
    ----------
    parameters : CellParameters, optional
        The culture and the microscope.
    seed : int
        The only source of randomness.

    Yields
    ------
    Progress
        After the culture and each channel.

    Returns
    -------
    Phantom
        Axes ``cyx`` (brightfield, DAPI), uint16. Truth: ``cells`` and ``nuclei``; a nucleus has the
        number of its cell.

    Raises
    ------
    ParameterError
        If a parameter is out of range.
    """
    p = parameters or CellParameters()
    _check(p)
    rng = np.random.default_rng(seed)
    whole = p.size + 2 * RIM
    yield Progress(0, 3, "growing cells")
    cells = seed_cells(whole, 0.5 * p.cell_diameter / p.pixel_size, p.confluence, p.dividing, rng)
    layer = settle(cells, whole, rng)
    microscope = Microscope(p.pixel_size, p.aperture, p.condenser)
    yield Progress(1, 3, "brightfield")
    bright = _brightfield(p, layer, microscope, rng)
    yield Progress(2, 3, "fluorescence")
    dark = _fluorescence(p, cells, layer, microscope, rng)
    return _phantom(p, seed, layer, np.stack([bright, dark]))


def _check(p: CellParameters) -> None:
    check(p)
    across = p.cell_diameter / p.pixel_size
    require(across >= 10, "cell_diameter", f"Cells {across:.2g} pixels across are too small; give at least 10.")
    cells = p.confluence * (p.size + 2 * RIM) ** 2 / (np.pi / 4 * across**2)
    require(cells <= MOST_LABELS, "cell_diameter", f"{cells:.2g} cells are too many; make them larger.")


def _brightfield(p: CellParameters, layer: Layer, microscope: Microscope, rng: np.random.Generator) -> np.ndarray:
    size = len(layer.cells)
    granules = _granules(layer, p.pixel_size, rng)
    path = CYTOPLASM * (layer.cell_height - layer.nucleus_height) + NUCLEUS * layer.nucleus_height
    seen = microscope.brightfield(path + GRANULE * granules, p.defocus)
    rows, columns = np.ogrid[:size, :size]
    lamp = 1.0 - 0.10 * ((rows / size - 0.55) ** 2 + (columns / size - 0.42) ** 2)
    lamp = lamp * (1.0 + 0.006 * coarse_field((size, size), 0.08 * size, rng))
    return to_uint16(BRIGHT.expose(15000.0 * lamp * seen, rng)[_view(size)])


def _granules(layer: Layer, pixel_size: float, rng: np.random.Generator) -> np.ndarray:
    """Give the thickness in µm of vesicles around nuclei and of nucleoli in them."""
    size = len(layer.cells)
    near = ndimage.gaussian_filter((layer.nuclei > 0).astype(np.float32), 4.0 / pixel_size)
    cytoplasm = (layer.cells > 0) & (layer.nuclei == 0)
    vesicle = rng.random((size, size)) < 0.05 * pixel_size**2 * cytoplasm * (0.25 + 5.0 * near)
    nucleolus = rng.random((size, size)) < 0.022 * pixel_size**2 * (layer.nucleus_height > 1.8)
    thick = np.zeros((size, size))
    for spots, radius in ((vesicle, 0.38), (nucleolus, 0.85)):
        sigma = radius / pixel_size
        weight = 2.0 * np.pi * sigma**2 * 1.6 * radius * rng.uniform(0.5, 1.3, (size, size))
        thick += ndimage.gaussian_filter(spots * weight, sigma)
    return thick


def _fluorescence(
    p: CellParameters, cells: Cells, layer: Layer, microscope: Microscope, rng: np.random.Generator
) -> np.ndarray:
    count = len(cells.radii)
    depth = p.depth_spread * rng.standard_normal(count)
    content = rng.choice([1.0, 1.4, 2.0], count, p=[0.6, 0.2, 0.2]) * np.exp(0.15 * rng.standard_normal(count))
    content = np.where(cells.dividing, 2.4, content)
    stained = _stained(layer, content, rng)
    light = np.zeros(stained.shape)
    planes = np.round(2.0 * depth) / 2.0  # nuclei within half a µm share one blur
    for plane in np.unique(planes):
        lit = np.concatenate([[False], planes == plane])[layer.nuclei]
        light += ndimage.gaussian_filter(stained * lit, microscope.blur(float(plane), DAPI))
    haze = ndimage.gaussian_filter(stained, 6.0 / p.pixel_size)
    electrons = p.light * (light + p.haze * haze + 0.008 * layer.cell_height / 4.0) + 12.0
    return to_uint16(DARK.expose(electrons, rng)[_view(len(stained))])


def _stained(layer: Layer, content: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give stained DNA: nuclear thickness with the texture of chromatin, brighter where it is condensed."""
    chromatin = 1.0 + 0.16 * smooth_field(layer.cells.shape, 1.6, rng) + 0.14 * smooth_field(layer.cells.shape, 5, rng)
    foci = np.clip(smooth_field(layer.cells.shape, 1.3, rng) - 1.9, 0.0, None)
    thickness = layer.nucleus_height / 4.0
    bright = np.concatenate([[0.0], content / 2.0])[layer.nuclei]
    stained: np.ndarray = bright * thickness * np.clip(chromatin + 0.9 * foci, 0.2, None)
    return stained


def _view(size: int) -> tuple[slice, slice]:
    return slice(RIM, size - RIM), slice(RIM, size - RIM)


def _phantom(p: CellParameters, seed: int, layer: Layer, pixels: np.ndarray) -> Phantom:
    view = _view(len(layer.cells))
    kept = np.unique(layer.cells[view])
    renumbered = np.zeros(int(layer.cells.max()) + 1, np.uint16)
    renumbered[kept[kept > 0]] = np.arange(1, np.count_nonzero(kept) + 1)
    labels, nuclei = renumbered[layer.cells[view]], renumbered[layer.nuclei[view]]
    figures = {
        "cells (number)": float(labels.max()),
        "nuclei (number)": float(len(np.unique(nuclei[nuclei > 0]))),
        "covered (part of the area)": float(np.mean(labels > 0)),
    }
    truth = (
        Truth("cells", labels, {0: "medium"}, others="one cell each"),
        Truth("nuclei", nuclei, {0: "no nucleus"}, others="the nucleus of the cell of that number"),
    )
    sentence = (
        f"Simulated culture: {figures['cells (number)']:.0f} cells and {figures['nuclei (number)']:.0f} nuclei "
        f"in brightfield ({p.defocus:g} µm out of focus) and in DAPI fluorescence."
    )
    space = Space("cyx", (1.0, p.pixel_size, p.pixel_size), unit="µm", channel_names=("brightfield", "DAPI"))
    image = Image(pixels, space, f"{MARK} cells", origin=Origin(format=MARK))
    return Phantom(image, truth, sentence, figures, p, seed)
