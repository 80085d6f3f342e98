"""Which images of an arm each rater sees, where not every rater can see all."""

from __future__ import annotations

import numpy as np

from synthscope.studies.design.pcg64 import Pcg64


def blocks(count: int, size: int, raters: int, random: Pcg64) -> list[list[int]]:
    """Deal images to raters: a balanced incomplete block design as near as there is one.

    Each rater sees `size` different images. Over all raters each image is seen equally often to within 1, and
    any two images by the same rater about equally often (the image that was seen least is taken; among those, the one
    that met the rater's others least), so that raters and images can be told apart in an analysis.

    Parameters
    ----------
    count : int
        Images.
    size : int
        Images that a rater sees, at most `count`.

    Returns
    -------
    list of list of int
        For each rater the images, from 0, in the order of drawing.
    """
    if size >= count:
        return [random.shuffled(range(count)) for _ in range(raters)]
    seen = np.zeros(count, np.int64)
    met = np.zeros((count, count), np.int64)
    dealt = []
    for _ in range(raters):
        rank = np.array(random.shuffled(range(count)), np.int64)
        free, own = np.ones(count, bool), []
        together = np.zeros(count, np.int64)
        for _ in range(size):
            keys = np.where(free, (seen * (1 << 32) + together) * count + rank, np.iinfo(np.int64).max)
            chosen = int(keys.argmin())
            own.append(chosen)
            free[chosen] = False
            together += met[chosen]
        seen[own] += 1
        met[np.ix_(own, own)] += 1
        dealt.append(own)
    return dealt
