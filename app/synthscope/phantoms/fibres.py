"""Tows of slightly deformed fibres that drift along z."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.phantoms.packing import relax, within_ellipse


@dataclass(frozen=True, eq=False)
class Fibres:
    """N fibres of M tows; lengths in pixels.

    Parameters
    ----------
    centres : ndarray (N, 2)
        Row and column in slice 0.
    slopes : ndarray (N, 2)
        Pixels per slice.
    bends : ndarray (N, 3)
        Amplitude in pixels, wave length in slices and phase of a slow wave on top.
    radii : ndarray (N,)
        Mean radius.
    shapes : ndarray (N, 4)
        Cosine and sine parts of the second and third harmonic, relative to the radius.
    tows : ndarray (N,) of int
        Tow of each fibre, from 0.
    """

    centres: np.ndarray
    slopes: np.ndarray
    bends: np.ndarray
    radii: np.ndarray
    shapes: np.ndarray
    tows: np.ndarray

    def positions(self, z: float) -> np.ndarray:
        """Give the centres (N, 2) in slice `z`."""
        amplitude, length, phase = self.bends.T
        wave = amplitude * np.sin(2.0 * np.pi * z / length + phase)
        along = np.stack([np.sin(phase), np.cos(phase)], axis=1)
        moved: np.ndarray = self.centres + z * self.slopes + wave[:, None] * along
        return moved


@dataclass(frozen=True)
class Preform:
    """How fibres lie, in pixels.

    Parameters
    ----------
    radius : float
        Mean fibre radius.
    gap : float
        Least distance of fibres: their coatings.
    filling : float
        Part of a tow's cross-section that fibres and gaps take.
    waviness : float
        Standard deviation of the tows' slopes, pixels per slice.
    """

    radius: float
    gap: float
    filling: float
    waviness: float


def lay_fibres(width: int, preform: Preform, rng: np.random.Generator) -> Fibres:
    """Lay fibres into lenticular tows stacked like those of a woven preform.

    Parameters
    ----------
    width : int
        Rows and columns of a slice.
    preform : Preform
        How fibres lie.
    rng : Generator
        The source of randomness.
    """
    tows = _tows(width, rng)
    parts = [_lay_tow(number, *tow, preform, rng) for number, tow in enumerate(tows)]
    return Fibres(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def surface_distance(fibres: Fibres, z: float, width: int, step: float, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Give each sample point's nearest fibre and the distance to its surface.

    Parameters
    ----------
    fibres : Fibres
        In pixels.
    z : float
        Slice.
    width : int
        Rows and columns in pixels.
    step : float
        Distance of sample points in pixels.
    reach : float
        Distances are found up to here.

    Returns
    -------
    distance : ndarray (S, S) of float32
        Pixels, negative inside fibres, `reach` where none is near.
    number : ndarray (S, S) of int32
        Fibre number from 1; 0 where none is near.
    """
    size = round(width / step)
    distance = np.full((size, size), reach, dtype=np.float32)
    number = np.zeros((size, size), dtype=np.int32)
    for i, centre in enumerate(fibres.positions(z)):
        far = 1.2 * fibres.radii[i] + reach
        low = np.floor((centre - far) / step).astype(int).clip(0, size)
        high = np.ceil((centre + far) / step).astype(int).clip(0, size)
        if np.any(low >= high):
            continue
        box = (slice(low[0], high[0]), slice(low[1], high[1]))
        near = _to_surface(box, step, centre, fibres.radii[i], fibres.shapes[i])
        nearer = near < distance[box]
        distance[box][nearer] = near[nearer]
        number[box][nearer] = i + 1
    return distance, number


def _tows(width: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Place three layers of ellipses, each layer shifted by half a tow."""
    layers, across = 3, 1.6
    axes = np.array([0.47 * width / layers, 0.53 * width / across])
    found = []
    for layer in range(layers):
        row = (layer + 0.5) * width / layers
        for k in range(-1, 3):
            column = (k + 0.5 * (layer % 2) + 0.25) * width / across * 1.12
            jitter = rng.normal(0.0, 0.012 * width, 2)
            if -axes[1] < column < width + axes[1]:
                found.append((np.array([row, column]) + jitter, axes * rng.uniform(0.93, 1.03, 2)))
    return found


def _lay_tow(
    number: int, centre: np.ndarray, axes: np.ndarray, preform: Preform, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    spot = preform.radius + 0.5 * preform.gap
    count = max(1, round(preform.filling * float(np.prod(axes)) / spot**2))
    radii = preform.radius * np.clip(rng.normal(1.0, 0.05, count), 0.85, 1.15)
    turn, away = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0, 1, count))
    first = centre + axes * (away * np.stack([np.sin(turn), np.cos(turn)])).T
    inner = np.maximum(axes - spot, 0.1 * axes)
    centres = relax(first, 1.04 * radii + 0.5 * preform.gap, within_ellipse(centre, inner), steps=250)
    slopes = rng.normal(0.0, preform.waviness, (1, 2)) + rng.normal(0, 0.05 * preform.waviness, (count, 2))
    bend = (rng.uniform(2.0, 4.0) * preform.waviness, rng.uniform(40, 90), rng.uniform(0, 2 * np.pi))
    shapes = rng.normal(0.0, 0.022, (count, 4))
    return centres, slopes, np.tile(bend, (count, 1)), radii, shapes, np.full(count, number)


def _to_surface(
    box: tuple[slice, slice], step: float, centre: np.ndarray, radius: float, shape: np.ndarray
) -> np.ndarray:
    """Measure to r(t) = R (1 + a2 cos 2t + b2 sin 2t + a3 cos 3t + b3 sin 3t), without an arctangent."""
    y = ((np.arange(box[0].start, box[0].stop, dtype=np.float32) + 0.5) * step - centre[0]).astype(np.float32)
    x = ((np.arange(box[1].start, box[1].stop, dtype=np.float32) + 0.5) * step - centre[1]).astype(np.float32)
    r = np.hypot(y[:, None], x[None, :]) + np.float32(1e-6)
    c, s = x[None, :] / r, y[:, None] / r
    c2, s2 = c * c - s * s, 2 * c * s
    a2, b2, a3, b3 = shape.astype(np.float32)
    surface = 1 + a2 * c2 + b2 * s2 + a3 * (c * c2 - s * s2) + b3 * (s * c2 + c * s2)
    distance: np.ndarray = r - np.float32(radius) * surface
    return distance
