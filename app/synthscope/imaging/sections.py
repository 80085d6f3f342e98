"""Size and shape of labelled things by their moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class Sections:
    """Of each labelled thing, in pixels.

    Parameters
    ----------
    labels : ndarray of int (N,)
    areas : ndarray (N,)
    centres : ndarray (N, 2)
        (y, x).
    long, short : ndarray (N,)
        Axes of the ellipse of the same second moments.
    """

    labels: np.ndarray
    areas: np.ndarray
    centres: np.ndarray
    long: np.ndarray
    short: np.ndarray

    @property
    def radii(self) -> np.ndarray:
        """Give the radii of discs of the same area."""
        radii: np.ndarray = np.sqrt(self.areas / np.pi)
        return radii

    def spacing(self) -> np.ndarray:
        """Give the distance of each centre to the next one; empty for fewer than two."""
        if len(self.centres) < 2:
            return np.empty(0)
        nearest: np.ndarray = cKDTree(self.centres).query(self.centres, k=2)[0][:, 1]
        return nearest


def sections(labelled: np.ndarray) -> Sections:
    """Measure labelled things (Y, X); 0 is outside. A pixel counts as a square: its own moment is 1/12."""
    y, x = np.nonzero(labelled)
    names, index = np.unique(labelled[y, x], return_inverse=True)
    areas = np.bincount(index, minlength=len(names)).astype(float)
    centres = np.stack([np.bincount(index, v, len(names)) / areas for v in (y, x)], axis=1)
    dy, dx = y - centres[index, 0], x - centres[index, 1]
    yy, xx, xy = (np.bincount(index, v, len(names)) / areas for v in (dy * dy, dx * dx, dy * dx))
    middle, apart = (yy + xx) / 2 + 1 / 12, np.hypot((yy - xx) / 2, xy)
    return Sections(names, areas, centres, 4 * np.sqrt(middle + apart), 4 * np.sqrt(np.maximum(middle - apart, 0)))
