"""Catch pictures: gross failures made of the study's own pictures, which anybody who looks will see."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import fft

CatchKind = Literal["noise", "scramble", "checkerboard"]
CATCH_KINDS: tuple[CatchKind, ...] = ("noise", "scramble", "checkerboard")
TILES = 8
"""Of a checkerboard, along a side."""


def catch_picture(kind: CatchKind, picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Spoil a picture (Z, Y, X, C) of uint8.

    ``noise`` puts its voxels in a random order; ``scramble`` keeps grey values and, nearly, the power spectrum and
    makes all phases random; ``checkerboard`` inverts every other of eight by eight tiles. Grey values of the first two
    are exactly those of the picture.

    Returns
    -------
    ndarray (Z, Y, X, C) of uint8
    """
    if kind == "noise":
        shuffled = rng.permutation(picture.reshape(-1, picture.shape[-1]))
        return shuffled.reshape(picture.shape)
    return _scrambled(picture, rng) if kind == "scramble" else _checkerboard(picture)


def _scrambled(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    phases = np.angle(fft.rfftn(rng.standard_normal(picture.shape[:3])))
    found = np.empty_like(picture)
    for channel in range(picture.shape[-1]):
        plane = picture[..., channel]
        power = np.abs(fft.rfftn(plane.astype(np.float64)))
        mixed = fft.irfftn(power * np.exp(1j * phases), plane.shape)
        ranked = np.empty(plane.size, np.uint8)
        ranked[np.argsort(mixed, axis=None, kind="stable")] = np.sort(plane, axis=None)
        found[..., channel] = ranked.reshape(plane.shape)
    return found


def _checkerboard(picture: np.ndarray) -> np.ndarray:
    rows, columns = (np.arange(n) * TILES // n for n in picture.shape[1:3])
    odd = ((rows[:, None] + columns) % 2 == 1)[None, :, :, None]
    return np.where(odd, 255 - picture, picture)
