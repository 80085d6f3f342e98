"""Single things in a mask: those that touch are told apart at their waists."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.morphology import h_maxima
from skimage.segmentation import watershed

SMOOTH = 1.0
"""Standard deviation (pixels) of the smoothing of distances: one thing has one middle."""


def separate(mask: np.ndarray, least_area: int = 1, depth: float = 0.75) -> np.ndarray:
    """Label things in a mask, round ones that touch by themselves.

    Watershed of the distance to the outside (Beucher & Lantuejoul 1979), begun at each of its maxima that stands out
    by `depth`.

    Parameters
    ----------
    mask : ndarray of bool (Y, X)
    least_area : int
        In pixels; smaller things are left out.
    depth : float
        In pixels: how much narrower than both things the waist between them is.

    Returns
    -------
    ndarray of int32 (Y, X)
        0 outside, then 1, 2, ... in the order of rows.
    """
    kept = _without_small(ndimage.label(mask, np.ones((3, 3)))[0], least_area) > 0
    if not kept.any():
        return np.zeros(mask.shape, np.int32)
    distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(np.pad(kept, 1)), SMOOTH)[1:-1, 1:-1]
    distance = np.where(kept, distance, 0.0)
    middles = ndimage.label(h_maxima(distance, depth), np.ones((3, 3)))[0]
    pieces = ndimage.label(kept, np.ones((3, 3)))[0]
    missed = ~np.isin(pieces, np.unique(pieces[middles > 0])) & kept  # too small to stand out by themselves
    middles[missed] = pieces[missed] + middles.max()
    return _without_small(watershed(-distance, middles, mask=kept), least_area)


def whole_only(labels: np.ndarray) -> np.ndarray:
    """Leave out things that the border cuts: their size is not known."""
    cut = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    kept: np.ndarray = np.where(np.isin(labels, cut), 0, labels)
    return kept


def _without_small(labels: np.ndarray, least_area: int) -> np.ndarray:
    """Leave out labels of fewer pixels, and number the others from 1 on."""
    large = np.bincount(labels.ravel()) >= max(least_area, 1)
    large[0] = False
    number = np.where(large, np.cumsum(large), 0).astype(np.int32)
    kept: np.ndarray = number[labels]
    return kept
