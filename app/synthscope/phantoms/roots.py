"""Simulated scan of a root system on germination paper: growth, paper, dust, shadow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from scipy import ndimage

from synthscope.phantoms.fields import coarse_field, smooth_field
from synthscope.phantoms.growth import Habit, Root, grow
from synthscope.phantoms.phantom import MARK, MOST_LABELS, Phantom, Truth, finished, require, to_uint16
from synthscope.records.events import Job, Progress
from synthscope.records.forms import check
from synthscope.records.image import Image, Origin
from synthscope.records.limits import Ge, Gt, Help, Le, More, Title, Unit
from synthscope.records.space import Space

ORDERS = {0: "paper", 1: "tap root", 2: "first laterals", 3: "second laterals"}
PAPER = {"blue": (0.13, 0.20, 0.62), "grey": (0.36, 0.36, 0.36)}
ROOT = {"blue": (0.86, 0.84, 0.76), "grey": (0.84, 0.84, 0.84)}
"""Reflectance of paper and root in red, green, blue."""

WHITE = 58000.0  # grey value of a perfectly white sheet


@dataclass(frozen=True)
class RootParameters:
    """The plant and the scan."""

    height: Annotated[int, Ge(64), Le(8000), Unit("px"), Help("rows")] = 1200
    width: Annotated[int, Ge(64), Le(8000), Unit("px"), Help("columns")] = 900
    pixel_size: Annotated[float, Gt(0), Le(10), Unit("mm")] = 0.17
    paper: Annotated[Literal["blue", "grey"], Help("a blue sheet gives a colour image")] = "blue"
    tap_length: Annotated[float, Gt(0), Le(5000), Unit("mm")] = 165.0
    tap_diameter: Annotated[float, Gt(0), Le(50), Unit("mm")] = 1.15
    spacing: Annotated[float, Gt(0), Le(500), Unit("mm"), Title("Distance of laterals")] = 3.0
    lateral_length: Annotated[float, Gt(0), Le(2000), Unit("mm"), Help("of the oldest")] = 62.0
    wander: Annotated[float, Ge(0), Le(2), Help("how crooked roots grow"), More()] = 0.11
    tropism: Annotated[float, Ge(0), Le(2), Help("how strongly roots turn down"), More()] = 0.05
    orders: Annotated[int, Ge(1), Le(3), Title("Branching orders")] = 3
    hairs: Annotated[float, Ge(0), Le(1), Title("Root hairs"), Help("a faint halo"), More()] = 0.10
    dust: Annotated[float, Ge(0), Le(100), Unit("per cm²")] = 0.35
    noise: Annotated[float, Ge(0), Le(0.3), Help("standard deviation, relative to white")] = 0.006


@dataclass(frozen=True, eq=False)
class _Drawing:
    """Distance to the nearest root surface in pixels (negative inside), depth in it, which root."""

    surface: np.ndarray
    relative: np.ndarray
    number: np.ndarray


def root_scan(parameters: RootParameters | None = None, seed: int = 0) -> Phantom:
    """Simulate the scan of a root system; see `root_scan_job`."""
    return finished(root_scan_job(parameters, seed))


def root_scan_job(parameters: RootParameters | None = None, seed: int = 0) -> Job[Phantom]:
    """Simulate the scan of a root system.

    Roots grow with gravitropism and random turns, branch, and taper; they lie as cylinders on textured
    paper, throw a shadow away from the lamp, and are scanned with blur and noise.

    Parameters
    ----------
    parameters : RootParameters, optional
        The plant and the scan.
    seed : int
        The only source of randomness.

    Yields
    ------
    Progress
        After the growth and every few roots.

    Returns
    -------
    Phantom
        Axes ``yxs`` (blue paper) or ``yx`` (grey), uint16. Truth: ``roots`` (one number each),
        ``order``, ``skeleton``, ``dust``; figures hold the exact total length.

    Raises
    ------
    ParameterError
        If a parameter is out of range.
    """
    p = parameters or RootParameters()
    _check(p)
    rng = np.random.default_rng(seed)
    size = (p.height * p.pixel_size, p.width * p.pixel_size)
    habit = Habit(p.tap_length, p.tap_diameter, p.spacing, p.lateral_length, p.wander, p.tropism, p.orders)
    yield Progress(0, 3, "growing")
    roots = grow(habit, size, 2.0 * p.pixel_size, rng)
    require(len(roots) <= MOST_LABELS, "spacing", f"{len(roots)} roots are too many; set laterals further apart.")
    drawing = _blank(p)
    for i in range(len(roots) - 1, -1, -1):  # the tap root lies on top
        if i % 16 == 0:
            yield Progress(2 - i / len(roots), 3, f"drawing {len(roots)} roots")
        _draw(drawing, roots[i], i + 1, p.pixel_size)
    yield Progress(2, 3, "scanning")
    dust = _dust(p, rng)
    pixels = _scanned(p, drawing, dust, rng)
    return _phantom(p, seed, roots, drawing, dust, pixels)


def _check(p: RootParameters) -> None:
    check(p)
    across = p.tap_diameter / p.pixel_size
    require(across >= 1, "tap_diameter", f"A tap root {across:.2g} pixels thick is too thin; give at least 1.")
    laterals = p.tap_length / p.spacing
    require(laterals <= 2000, "spacing", f"{laterals:.0f} first laterals are too many; set them further apart.")


def _blank(p: RootParameters) -> _Drawing:
    shape = (p.height, p.width)
    far = np.full(shape, 1e3, np.float32)
    return _Drawing(far, np.full(shape, 1e3, np.float32), np.zeros(shape, np.uint16))


def _draw(drawing: _Drawing, root: Root, number: int, pixel_size: float) -> None:
    """Draw a root segment by segment: the nearest surface wins."""
    points, radii = root.points / pixel_size - 0.5, 0.5 * root.diameters / pixel_size
    reach = float(radii.max()) + 12.0
    for a, b, start, stop in zip(points[:-1], points[1:], radii[:-1], radii[1:], strict=True):
        box = _box(np.minimum(a, b) - reach, np.maximum(a, b) + reach, drawing.surface.shape)
        radius = 0.5 * (start + stop)
        away = _to_segment(box, a, b)
        nearer = away - radius < drawing.surface[box]
        drawing.surface[box][nearer] = (away - radius)[nearer]
        drawing.relative[box][nearer] = (away / radius)[nearer]
        drawing.number[box][nearer] = number


def _box(low: np.ndarray, high: np.ndarray, shape: tuple[int, ...]) -> tuple[slice, slice]:
    a = np.floor(low).astype(int).clip(0, shape)
    b = (np.ceil(high).astype(int) + 1).clip(0, shape)
    return slice(int(a[0]), int(b[0])), slice(int(a[1]), int(b[1]))


def _to_segment(box: tuple[slice, slice], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    y = np.arange(box[0].start, box[0].stop, dtype=np.float32)[:, None] - np.float32(a[0])
    x = np.arange(box[1].start, box[1].stop, dtype=np.float32)[None, :] - np.float32(a[1])
    dy, dx = (np.float32(v) for v in b - a)
    along = np.clip((y * dy + x * dx) / max(float(dy * dy + dx * dx), 1e-12), 0, 1)
    distance: np.ndarray = np.hypot(y - along * dy, x - along * dx)
    return distance


def _scanned(p: RootParameters, drawing: _Drawing, dust: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    cover = np.clip(0.5 - drawing.surface, 0.0, 1.0)[..., None]
    halo = p.hairs * np.exp(-np.maximum(drawing.surface, 0.0) / 3.5)[..., None]
    shadow = _shadow(cover[..., 0])[..., None]
    round_ = np.sqrt(np.clip(1.0 - np.minimum(drawing.relative, 1.0) ** 2, 0.0, 1.0))
    mottle = 1.0 + 0.035 * smooth_field(round_.shape, 1.2, rng) + 0.04 * coarse_field(round_.shape, 14.0, rng)
    root = ((0.68 + 0.32 * round_) * mottle)[..., None] * np.array(ROOT[p.paper], np.float32)
    sheet = _paper(p, rng) * (1.0 - 0.5 * shadow)
    sheet += halo * (np.array(ROOT[p.paper], np.float32) - sheet)
    scene = sheet + cover * (root - sheet)
    scene += _specks(dust, rng)[..., None]
    blurred = np.stack([ndimage.gaussian_filter(scene[..., c], 0.6) for c in range(3)], axis=-1)
    if p.paper == "grey":
        blurred = blurred.mean(axis=-1)
    noisy = blurred + p.noise * np.sqrt(0.2 + blurred.clip(0)) * rng.standard_normal(blurred.shape, np.float32)
    return to_uint16(WHITE * noisy)


def _shadow(cover: np.ndarray) -> np.ndarray:
    """Give what roots keep from the paper: the lamp shines from above, shadows fall a few rows down."""
    fallen: np.ndarray = ndimage.gaussian_filter(ndimage.shift(cover, (2.2, 0.8), order=1), 1.5)
    return fallen * (1.0 - cover)


def _paper(p: RootParameters, rng: np.random.Generator) -> np.ndarray:
    """Give the reflectance (Y, X, 3) of moist paper: fibres, embossing, wet patches, uneven light."""
    shape = (p.height, p.width)
    fibres = smooth_field(shape, (0.6, 2.6), rng) + smooth_field(shape, (2.6, 0.6), rng)
    rows, columns = np.ogrid[: p.height, : p.width]
    embossed = np.sin(0.9 * (rows + 0.5 * columns)) * np.sin(0.9 * (rows - 0.5 * columns))
    texture = 1.0 + 0.022 * fibres + 0.012 * embossed + 0.02 * smooth_field(shape, 0.8, rng)
    wet = 1.0 + 0.05 * coarse_field(shape, 0.06 * p.width, rng) + 0.02 * coarse_field(shape, 9.0, rng)
    light = 1.05 - 0.16 * ((columns / p.width - 0.5) ** 2 + (rows / p.height - 0.45) ** 2)
    sheet: np.ndarray = (texture * wet * light)[..., None] * np.array(PAPER[p.paper], np.float32)
    return sheet


def _dust(p: RootParameters, rng: np.random.Generator) -> np.ndarray:
    """Label specks and lint on the glass, from 1."""
    area = p.height * p.width * (0.1 * p.pixel_size) ** 2
    labels = np.zeros((p.height, p.width), np.uint16)
    for number in range(1, rng.poisson(p.dust * area) + 1):
        for row, column, radius in _speck(p, rng):
            box = _box(np.array([row, column]) - radius, np.array([row, column]) + radius, labels.shape)
            rows, columns = np.ogrid[box[0], box[1]]
            labels[box][(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = number
    return labels


def _speck(p: RootParameters, rng: np.random.Generator) -> Iterator[tuple[float, float, float]]:
    """Yield discs: one for a speck, a curved row of small ones for lint."""
    row, column = rng.uniform(0, p.height), rng.uniform(0, p.width)
    if rng.random() < 0.8:
        yield row, column, rng.gamma(3.0, 0.4) + 0.6
        return
    heading, bend = rng.uniform(0, 2 * np.pi), rng.normal(0.0, 0.06)
    for _ in range(rng.integers(10, 45)):
        yield row, column, 0.75
        heading += bend
        row, column = row + np.sin(heading), column + np.cos(heading)


def _specks(dust: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give each speck a brightness of its own: bright lint, dark dirt."""
    brightness = rng.choice([-0.22, 0.18, 0.35], size=int(dust.max()) + 1) * rng.uniform(0.5, 1.2)
    brightness[0] = 0.0
    specks: np.ndarray = brightness[dust].astype(np.float32)
    return specks


def _skeleton(roots: tuple[Root, ...], shape: tuple[int, int], pixel_size: float) -> np.ndarray:
    """Mark the pixels that centre lines pass through, with each root's number."""
    skeleton = np.zeros(shape, np.uint16)
    for i in range(len(roots) - 1, -1, -1):
        points = roots[i].points / pixel_size - 0.5
        fine = np.linspace(0, len(points) - 1, 8 * len(points))
        where = [np.interp(fine, np.arange(len(points)), points[:, k]).round().astype(int) for k in (0, 1)]
        skeleton[where[0].clip(0, shape[0] - 1), where[1].clip(0, shape[1] - 1)] = i + 1
    return skeleton


def _phantom(
    p: RootParameters, seed: int, roots: tuple[Root, ...], drawing: _Drawing, dust: np.ndarray, pixels: np.ndarray
) -> Phantom:
    orders = np.array([0, *(root.order for root in roots)], np.uint8)
    skeleton = _skeleton(roots, (p.height, p.width), p.pixel_size)
    number = np.where(drawing.surface <= 0.0, drawing.number, skeleton)  # some are thinner than a pixel
    length = sum(root.length for root in roots)
    truth = (
        Truth("roots", number, {0: "paper", 1: "tap root"}, others="one lateral each"),
        Truth("order", orders[number], ORDERS),
        Truth("skeleton", skeleton, {0: "no centre line", 1: "tap root"}, others="one lateral each"),
        Truth("dust", dust, {0: "clean"}, others="one speck each"),
    )
    figures = {
        "total root length (mm)": length,
        "roots (number)": float(len(roots)),
        "tap root length (mm)": roots[0].length,
        "specks of dust (number)": float(dust.max()),
    }
    sentence = f"Simulated scan of a root system: {len(roots)} roots, {length:.0f} mm in all, on {p.paper} paper."
    colour = pixels.ndim == 3
    size = (p.pixel_size, p.pixel_size, 1.0) if colour else (p.pixel_size,) * 2
    space = Space("yxs" if colour else "yx", size, unit="mm")
    image = Image(pixels, space, f"{MARK} root system", origin=Origin(format=MARK))
    return Phantom(image, truth, sentence, figures, p, seed)
