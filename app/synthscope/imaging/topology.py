"""How a phase hangs together: its Euler number for each unit of area or volume."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.configurations import minkowski


def euler_density(phase: np.ndarray, voxel_size: tuple[float, ...] | None = None) -> float:
    """Give the Euler number of a phase for each unit of area or volume.

    In a picture the Euler number is separate pieces less holes; in a volume pieces less tunnels plus cavities
    (Ohser & Muecklich 2000, Statistical Analysis of Microstructures, chapter 3). Positive says that the phase is many
    pieces, negative that it is one net. Voxels that share a corner are connected, what they leave is connected by
    faces. Only windows that lie wholly in the image count (`synthscope.imaging.configurations`), so that pieces which
    the border cuts are no pieces more.

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
        If the phase has neither two nor three axes, one is a single voxel, or there is not one voxel size for each.
    """
    return minkowski(phase, voxel_size).euler
