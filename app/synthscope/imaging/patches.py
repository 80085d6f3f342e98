"""Patches of stacks: drawn at random for training, and the same ones again for every look at held-out data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError

Plane = Literal["xy", "xz", "yz"]
PLANES: tuple[Plane, ...] = ("xy", "xz", "yz")
_TO_FRONT = {"xy": (0, 1, 2, 3), "xz": (1, 0, 2, 3), "yz": (2, 0, 1, 3)}


@dataclass(frozen=True)
class Drawing:
    """How patches are drawn.

    Parameters
    ----------
    side : int
        Of the square patch, in pixels.
    slices : int
        Neighbouring planes that come with it, an odd number.
    free_orientation : bool
        Turn and mirror each patch in one of the eight ways.
    planes : tuple of str
        Which planes of a stack patches are cut from.
    """

    side: int
    slices: int = 1
    free_orientation: bool = True
    planes: tuple[Plane, ...] = ("xy",)


@dataclass(frozen=True, eq=False)
class Patch:
    """One patch: pixels (slices, Y, X, C) in the block's dtype; where a neighbour is missing `there` is false.

    `label_map` (slices, Y, X) is what the block's own map shows there.
    """

    pixels: np.ndarray
    there: np.ndarray
    plane: Plane
    block: int
    label_map: np.ndarray | None = None


def draw_patch(
    blocks: Sequence[np.ndarray], drawing: Drawing, rng: np.random.Generator, *,
    classes: Sequence[int] = (), label_maps: Sequence[np.ndarray] = (),
) -> Patch:  # fmt: skip
    """Draw one patch, every place of every block as likely as any other.

    Parameters
    ----------
    blocks : sequence of ndarray (Z, Y, X, C)
    classes : sequence of int
        The class of each block: where given, each class is as likely as any other, however much there is of it.
    label_maps : sequence of ndarray (Z, Y, X)
        One for each block, or none: what they show comes along, turned like the pixels.

    Raises
    ------
    InputError
        If no block is as large as a patch.
    """
    plane: Plane = drawing.planes[int(rng.integers(len(drawing.planes)))]
    turned = [block.transpose(_TO_FRONT[plane]) for block in blocks]
    side, half = drawing.side, drawing.slices // 2
    places = np.array([b.shape[0] * max(b.shape[1] - side + 1, 0) * max(b.shape[2] - side + 1, 0) for b in turned])
    if not places.any():
        shapes = ", ".join(str(b.shape[1:3]) for b in turned[:3])
        raise InputError(
            f"No image is as large as a patch of {side} px in plane {plane} (they are {shapes}); "
            "choose a smaller patch or larger images."
        )
    chosen = int(rng.choice(len(turned), p=_shares(places, classes)))
    block = turned[chosen]
    z = int(rng.integers(block.shape[0]))
    y, x = (int(rng.integers(n - side + 1)) for n in block.shape[1:3])
    wanted = np.arange(z - half, z + half + 1)
    there = (wanted >= 0) & (wanted < block.shape[0])
    index = (np.clip(wanted, 0, block.shape[0] - 1), slice(y, y + side), slice(x, x + side))
    pixels = block[index]
    shown = label_maps[chosen].transpose(_TO_FRONT[plane][:3])[index] if label_maps else None
    if drawing.free_orientation:
        way = int(rng.integers(16))
        shown = None if shown is None else turn(shown, there, way)[0]
        pixels, there = turn(pixels, there, way)
    return Patch(np.ascontiguousarray(pixels), there, plane, chosen, shown)


def _shares(places: np.ndarray, classes: Sequence[int]) -> np.ndarray:
    """Give how likely each block is: by its places; with classes, each class as likely as any other."""
    if not classes:
        return np.asarray(places / places.sum())
    shares = np.zeros(len(places))
    for one in set(classes):
        here = np.asarray(classes) == one
        shares[here] = places[here] / max(places[here].sum(), 1)
    return np.asarray(shares / shares.sum())


def turn(pixels: np.ndarray, there: np.ndarray, way: int) -> tuple[np.ndarray, np.ndarray]:
    """Turn and mirror a patch (slices, Y, X, ...) in one of eight ways, and its slices' order in one of two."""
    pixels = np.rot90(pixels, way & 3, axes=(1, 2))
    if way & 4:
        pixels = pixels[:, :, ::-1]
    if way & 8:
        pixels, there = pixels[::-1], there[::-1]
    return pixels, there
