"""Tiles of public images, 16-bit by averaging, each with its case."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Photo

from synthscope.phantoms.composite import CompositeParameters, ceramic_composite

Tiles = tuple[list[np.ndarray], list[str]]
SIDE = 64


def soil_tiles(data: Path) -> Tiles:
    """Soil microCT: sums of four neighbouring slices at both ends of the stack; a case is a column of the stack."""
    paths = sorted((data / "rock_soil_microct" / "soil_core_stack").glob("*.tif"))
    ends = [paths[:4], paths[-4:]]
    planes = [sum(np.asarray(Photo.open(path)).astype(np.uint16) for path in end) * 64 for end in ends]
    return _cut([plane[6:-6, 6:-6] for plane in planes], by_place=True)


def fibre_tiles(data: Path) -> Tiles:
    """Carbon fibres: the inside of the round field of view, sums of two by two pixels; each tile is a case."""
    planes = []
    for path in sorted((data / "fibre_composites").glob("carbon*.png")):
        pixels = np.asarray(Photo.open(path)).astype(np.uint16)
        pixels = pixels[..., 0] if pixels.ndim == 3 else pixels
        top, left = (pixels.shape[0] - 660) // 2, (pixels.shape[1] - 660) // 2
        inside = pixels[top : top + 660, left : left + 660]
        planes.append(inside.reshape(330, 2, 330, 2).sum(axis=(1, 3), dtype=np.uint16) * 64)
    return _cut(planes, by_place=False)


def simulated_tiles() -> Tiles:
    """Simulated ceramic-matrix composite; each tile is a case."""
    phantoms = [ceramic_composite(CompositeParameters(width=384, depth=1), seed) for seed in (1, 2)]
    return _cut([np.asarray(one.image.pixels[0]) for one in phantoms], by_place=False)


def _cut(planes: list[np.ndarray], *, by_place: bool) -> Tiles:
    tiles, cases = [], []
    for number, plane in enumerate(planes):
        rows, columns = (n // SIDE for n in plane.shape)
        for y in range(rows):
            for x in range(columns):
                tiles.append(np.ascontiguousarray(plane[y * SIDE : (y + 1) * SIDE, x * SIDE : (x + 1) * SIDE]))
                cases.append(f"{y} {x}" if by_place else f"{number} {y} {x}")
    return tiles, cases


def dealt_arms(tiles: Tiles, seed: int = 0) -> tuple[tuple[list[np.ndarray], list[str]], ...]:
    """Deal cases to two arms by chance: images (1, Y, X, 1) and cases of each."""
    pixels, cases = tiles
    mixed = np.random.default_rng(seed).permutation(sorted(set(cases)))
    first = set(mixed[::2])
    sides = [[i for i, case in enumerate(cases) if (case in first) is wanted] for wanted in (True, False)]
    return tuple(([pixels[i][None, :, :, None] for i in side], [cases[i] for i in side]) for side in sides)
