"""What the candidates of a run have in common and how they differ, voxel by voxel: a fill is one of many."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import from_block, image_to_mask, moments, to_block, whole
from synthscope.imaging.rounding import restore
from synthscope.imaging.spread import spread
from synthscope.records.image import Image
from synthscope.services.run_folder import RunFolder


@dataclass(frozen=True)
class Maps:
    """Two images of the stored region.

    Parameters
    ----------
    mean : Image
        Of all candidates, in the source's own type (whole numbers are rounded); outside the mask it is the source.
    deviation : Image
        Standard deviation over candidates, float32, in the source's own grey values; zero outside the mask.
    """

    mean: Image
    deviation: Image


def uncertainty(run: RunFolder) -> Maps:
    """Give mean and standard deviation over all candidates of a run.

    Raises
    ------
    InputError
        If the run has fewer than two candidates.
    """
    candidates = run.candidates()
    if len(candidates) < 2:
        raise InputError(f"Run {run.id} has {len(candidates)} candidate; uncertainty needs two or more.")
    first = run.open(candidates[0])
    assert first.synthetic is not None
    mask = np.asarray(first.synthetic[...], dtype=bool)
    mean, deviation = np.array(first.pixels[...]), np.zeros(first.shape, np.float32)
    for part in moments(whole(first.shape), first.space):
        inside = to_block(mask[image_to_mask(part, first.space).slices], first.space.mask_space())[..., 0]
        if not inside.any():
            continue
        blocks = (to_block(np.asarray(run.open(c).pixels[part.slices]), first.space) for c in candidates)
        found = spread(blocks, inside)
        deviation[part.slices] = from_block(found.deviation, first.space, part.shape)
        middle = to_block(mean[part.slices], first.space).copy()
        middle[inside] = restore(found.mean[inside], mean.dtype, None)
        mean[part.slices] = from_block(middle, first.space, part.shape)
    plain = replace(first, provenance=None, levels=())
    return Maps(
        replace(plain, pixels=mean, name=f"{first.name} mean"),
        replace(plain, pixels=deviation, name=f"{first.name} uncertainty"),
    )
