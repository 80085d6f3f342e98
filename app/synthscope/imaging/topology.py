"""How a phase hangs together: its Euler number for each unit of area or volume."""

from __future__ import annotations

import math

import numpy as np
from skimage.measure import euler_number

from synthscope.errors import InputError


def euler_density(phase: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Divide the Euler number of a phase by the area or volume of the image.

    In a picture the Euler number is separate pieces less holes; in a volume pieces less tunnels plus cavities
    (Ohser & Muecklich 2000, Statistical Analysis of Microstructures, chapter 3). Positive says that the phase is many
    pieces, negative that it is one net. Voxels that share a corner are connected, what they leave is connected by
    faces; what the border of the image cuts counts as it lies.

    Parameters
    ----------
    phase : ndarray of bool (Y, X) or (Z, Y, X)
    voxel_size : tuple of float, optional
        One per axis; 1 without it.

    Returns
    -------
    float
        Per unit of area or volume.

    Raises
    ------
    InputError
        If the phase has neither two nor three axes, or there is not one voxel size for each.
    """
    size = voxel_size or (1.0,) * phase.ndim
    if phase.ndim not in (2, 3) or len(size) != phase.ndim:
        raise InputError(
            f"A phase of {phase.ndim} axes with {len(size)} voxel sizes has no Euler density; give 2 or 3 of both."
        )
    return float(euler_number(np.asarray(phase, bool), connectivity=phase.ndim)) / (phase.size * math.prod(size))
