"""Which way things run: the directions of least change, by the structure tensor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

FINE = 1.0
"""Standard deviation (pixels) of the derivatives."""
LEAST_FINE = 0.8
"""Along an axis of coarser steps: narrower derivatives are not sampled."""
COARSE = 2.0
"""Standard deviation (pixels) over which they are gathered."""
STRIDE = 2
"""Directions are taken at every second voxel: neighbours tell the same."""


@dataclass(frozen=True)
class Orientation:
    """How directions, which have no sense (0 and 180 degrees are one), lie together.

    Parameters
    ----------
    mean : tuple of float
        Unit vector (y, x) or (z, y, x) of the mean direction; its last component that is not 0 is positive.
    order : float
        0 where all directions come alike, 1 where there is one only.
    tensor : ndarray (ndim, ndim)
        Mean of u u^T over directions u, of trace 1.
    """

    mean: tuple[float, ...]
    order: float
    tensor: np.ndarray

    @property
    def dispersion(self) -> float:
        """In degrees: root mean square angle to the mean direction, as seen by its sine."""
        along = float(np.asarray(self.mean) @ self.tensor @ np.asarray(self.mean))
        return math.degrees(math.asin(math.sqrt(min(max(1 - along, 0.0), 1.0))))


def orientation(image: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> Orientation | None:
    """Find the directions along which an image changes least, weighted by how much it changes across them.

    Structure tensor (Bigun & Granlund 1987) of Gaussian derivatives, gathered over a neighbourhood; of each its
    eigenvector of least eigenvalue, weighted by the largest less the least; the mean direction is the first
    eigenvector of their second-order orientation tensor (Advani & Tucker 1987).

    Parameters
    ----------
    image : ndarray (Y, X) or (Z, Y, X)
    voxel_size : tuple of float, optional
        One per axis; 1 without it.

    Returns
    -------
    Orientation or None
        None where nothing changes.
    """
    size = np.asarray(voxel_size or (1.0,) * image.ndim, float)
    values = np.asarray(image, float)
    scaled = min(size) / size
    fine = np.maximum(FINE * scaled, LEAST_FINE)
    slopes = [
        ndimage.gaussian_filter(values, fine, order=[int(a == axis) for a in range(image.ndim)]) / size[axis]
        for axis in range(image.ndim)
    ]
    sparse = tuple(slice(None, None, STRIDE) for _ in size)
    tensors = np.empty((*slopes[0][sparse].shape, image.ndim, image.ndim))
    for i in range(image.ndim):
        for j in range(i, image.ndim):
            gathered = ndimage.gaussian_filter(slopes[i] * slopes[j], COARSE * scaled)[sparse]
            tensors[..., i, j] = tensors[..., j, i] = gathered
    strength, directions = np.linalg.eigh(tensors.reshape(-1, image.ndim, image.ndim))
    weight = strength[:, -1] - strength[:, 0]
    if weight.sum() <= 0:
        return None
    least = directions[:, :, 0]
    mean_tensor = np.einsum("n,ni,nj->ij", weight, least, least) / weight.sum()
    shares, axes = np.linalg.eigh(mean_tensor)
    order = (shares[-1] - 1 / image.ndim) / (1 - 1 / image.ndim)
    return Orientation(_positive(axes[:, -1]), float(np.clip(order, 0, 1)), mean_tensor)


def _positive(vector: np.ndarray) -> tuple[float, ...]:
    last = vector[np.abs(vector) > 1e-9][-1]
    return tuple(float(v) for v in vector * np.sign(last))
