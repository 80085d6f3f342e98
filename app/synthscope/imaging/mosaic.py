"""Pictures beside each other in one, at their own values: so they share one contrast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

GAP = 2


def mosaic(rows: Sequence[Sequence[np.ndarray]], gap: int = GAP) -> np.ndarray:
    """Lay rows of pictures of one size out as one picture.

    Parameters
    ----------
    rows : sequence of sequences of ndarray (Y, X, C)
        Rows may be of different lengths.
    gap : int
        Pixels between pictures, of the lowest value of all.

    Returns
    -------
    ndarray (Y, X, C)
        Of the pictures' dtype.
    """
    first = rows[0][0]
    height, width, channels = first.shape
    longest = max(len(row) for row in rows)
    lowest = min(picture.min() for row in rows for picture in row)
    size = (len(rows) * (height + gap) - gap, longest * (width + gap) - gap, channels)
    canvas = np.full(size, lowest, first.dtype)
    for i, row in enumerate(rows):
        for j, picture in enumerate(row):
            top, left = i * (height + gap), j * (width + gap)
            canvas[top : top + height, left : left + width] = picture
    return canvas
