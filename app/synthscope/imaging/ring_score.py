"""Rings or arcs in an image, wherever their centre lies: how strong they are, over those around other centres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import dctn, idctn

from synthscope.imaging.masks.proposals import MAD_TO_SIGMA

LEAST_SIDE = 24
FAR = 3.0
"""How far from the middle centres are looked for, in shorter sides: from further away an arc is nearly a line."""
TILE, TURNS = 32, 48
"""Side (pixels) of the tiles that vote for a centre, and directions that they tell apart."""
TRIED, OTHERS = 3, 32
"""Centres that are looked at closely, and those that are the null."""
COARSEST = 0.1
"""Frequency (cycles per pixel) below which an image is left out: rings are thin."""
CLIP = 2.0
FEWEST = 12
"""Pixels of an arc that its mean is taken over, at least."""
LOUDEST = 8.0
"""Power of one wave over the mean of its frequency, at most: one edge is no vote."""


@dataclass(frozen=True)
class Rings:
    """The clearest centre (row, column), and how much the means of arcs around it vary over those of others."""

    score: float
    centre: tuple[float, float]


def ring_score(plane: np.ndarray) -> float:
    """Give the score of `find_rings`."""
    return find_rings(plane).score


def find_rings(plane: np.ndarray) -> Rings:
    """Find the centre around which an image has rings or arcs, inside the image or up to three sides away from it.

    The image is whitened and clipped at two robust deviations. Waves in tiles vote for the centres that they run
    towards. Around the best of these, and around the middle, the energy of arc means (squared sum over number of
    pixels) is climbed. It is divided by its median around other centres, the null. As the best of many
    centres is taken, honest texture has about 1.5; what an honest image of a material has must be measured on some.

    Parameters
    ----------
    plane : ndarray (Y, X)

    Returns
    -------
    Rings
        A score of 1 around the middle for an image without contrast or with a side below 24 pixels.
    """
    values = np.asarray(plane, np.float64)
    middle = (np.asarray(values.shape) - 1) / 2
    if min(values.shape) < LEAST_SIDE or np.ptp(values) == 0:
        return Rings(1.0, (float(middle[0]), float(middle[1])))
    white = _whitened(values)
    centres = _centres(values.shape)
    likely = _apart(centres, _votes(white, centres), middle)
    strength, centre = max((_climbed(white, c, middle) for c in (middle, *likely)), key=lambda found: found[0])
    others = centres[np.linspace(0, len(centres) - 1, OTHERS).round().astype(int)]
    below = float(np.median([_strength(white, c) for c in others]))
    return Rings(strength / below if below > 0 else 1.0, (float(centre[0]), float(centre[1])))


def _whitened(values: np.ndarray) -> np.ndarray:
    """Give all fine frequencies the same power, with no jump at the border (cosine transform), and clip."""
    waves = dctn(values - values.mean(), norm="ortho")
    frequency = np.hypot(*np.ogrid[0 : 1 : 1j * len(values), 0 : 1 : 1j * values.shape[1]]) / 2
    bins = (frequency * min(values.shape) / 2).astype(int)
    power = np.bincount(bins.ravel(), np.square(waves).ravel()) / np.maximum(np.bincount(bins.ravel()), 1)
    level = np.sqrt(np.maximum(power, 1e-12 * power.max()))[bins]
    white = np.asarray(idctn(np.where(frequency > COARSEST, waves / level, 0), norm="ortho"))
    limit = CLIP * MAD_TO_SIGMA * float(np.median(np.abs(white)))
    white = np.clip(white, -limit, limit) if limit > 0 else white
    return np.asarray(white - white.mean())


def _steps(away: float, side: int) -> tuple[float, float]:
    """Give how far a centre may be moved, towards the image and across, until arcs in it shift by a pixel."""
    return max(1.0, 4 * (away / side) ** 2), max(1.0, away / side)


def _centres(shape: tuple[int, ...]) -> np.ndarray:
    """Give centres (N, 2) that are tried: a grid inside, and circles of them outside."""
    side = min(shape)
    step = max(4.0, side / 64)
    grid = np.stack(np.meshgrid(*2 * [np.arange(-side / 2, side / 2 + 1, step)], indexing="ij"), -1).reshape(-1, 2)
    found = [grid[np.hypot(*grid.T) <= side / 2]]
    away = side / 2 + step
    while away <= FAR * side:
        towards, across = _steps(away, side)
        turns = np.arange(0, 2 * np.pi, step * across / away)
        found.append(away * np.stack([np.sin(turns), np.cos(turns)], -1))
        away += step * towards
    return np.concatenate(found) + (np.asarray(shape) - 1) / 2


def _votes(white: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Give the power of waves that run towards each centre (N,), over all tiles: rings are waves along the radius."""
    side = min(TILE, min(white.shape) // 2)
    window = np.outer(*2 * [np.hanning(side + 2)[1:-1]])
    starts = [np.unique(np.linspace(0, n - side, _count(n, side)).round().astype(int)) for n in white.shape]
    places = [(y, x) for y in starts[0] for x in starts[1]]
    power = np.abs(np.fft.fft2(np.stack([white[y : y + side, x : x + side] * window for y, x in places]))) ** 2
    waves, turns = np.arange(side // 8, int(0.42 * side) + 1)[:, None], np.arange(TURNS) * np.pi / TURNS
    rays = power[:, np.rint(waves * np.sin(turns)).astype(int), np.rint(waves * np.cos(turns)).astype(int)]
    mean = np.maximum(rays.mean(axis=(0, 2), keepdims=True), np.finfo(float).tiny)
    table = np.minimum(rays / mean, LOUDEST).mean(axis=1)
    votes, weights = np.zeros(len(centres)), np.zeros(len(centres))
    for (y, x), row in zip(places, table, strict=True):
        dy, dx = (centres - (y + (side - 1) / 2, x + (side - 1) / 2)).T
        weight = np.minimum(1, np.hypot(dy, dx) / side)
        votes += weight * row[np.rint(np.arctan2(dy, dx) % np.pi / np.pi * TURNS).astype(int) % TURNS]
        weights += weight
    return votes / np.maximum(weights, np.finfo(float).tiny)


def _count(length: int, side: int) -> int:
    """Tell how many tiles lie along a side: half over each other, but no more than 24."""
    return min(24, round((length - side) / (side / 2)) + 1)


def _apart(centres: np.ndarray, votes: np.ndarray, middle: np.ndarray) -> list[np.ndarray]:
    """Give the centres of most votes that are not neighbours."""
    found: list[np.ndarray] = []
    for i in np.argsort(-votes, kind="stable"):
        room = max(6.0, 0.3 * float(np.hypot(*(centres[i] - middle))))
        if all(np.hypot(*(centres[i] - one)) > room for one in found):
            found.append(centres[i])
        if len(found) == TRIED:
            break
    return found


def _climbed(white: np.ndarray, centre: np.ndarray, middle: np.ndarray) -> tuple[float, np.ndarray]:
    """Move a centre to where arcs around it are strongest; give that strength and the centre."""
    best, side = _strength(white, centre), min(white.shape)
    for step in (3.0, 1.5, 0.75, 0.4):
        for _ in range(4):
            away = centre - middle
            far = float(np.hypot(*away))
            inwards = away / far if far > 1 else np.array([1.0, 0.0])
            moves = step * np.array([inwards, inwards[::-1] * (-1, 1)]) * np.array(_steps(far, side))[:, None]
            near = [c for c in (*(centre + moves), *(centre - moves)) if np.hypot(*(c - middle)) <= FAR * side]
            found = max(((_strength(white, c), *c) for c in near), default=(best,))
            if found[0] <= best:
                break
            best, centre = found[0], np.array(found[1:])
    return best, centre


def _strength(white: np.ndarray, centre: np.ndarray) -> float:
    """Give the mean energy of arcs one pixel wide: about the variance of the image where there are no rings."""
    y, x = np.ogrid[: white.shape[0], : white.shape[1]]
    radius = np.rint(np.hypot(y - centre[0], x - centre[1])).astype(np.intp).ravel()
    radius -= radius.min()
    count = np.bincount(radius)
    long = count >= FEWEST
    return float(np.mean(np.bincount(radius, white.ravel())[long] ** 2 / count[long]))
