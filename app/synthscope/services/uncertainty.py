"""How much the candidates of a run differ, voxel by voxel: a fill is one of many, and this shows how many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import from_block, image_to_mask, moments, to_block, whole
from synthscope.imaging.spread import spread
from synthscope.records.image import Image
from synthscope.services.run_folder import RunFolder


def uncertainty(run: RunFolder) -> Image:
    """Give the standard deviation over all candidates of a run, in the source's own grey values.

    Returns
    -------
    Image
        Float32, of the stored region; zero outside the mask.

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
    deviation = np.zeros(first.shape, np.float32)
    for part in moments(whole(first.shape), first.space):
        inside = to_block(mask[image_to_mask(part, first.space).slices], first.space.mask_space())[..., 0]
        if not inside.any():
            continue
        blocks = (to_block(np.asarray(run.open(c).pixels[part.slices]), first.space) for c in candidates)
        found = spread(blocks, inside)
        deviation[part.slices] = from_block(found.deviation, first.space, part.shape)
    return replace(first, pixels=deviation, name=f"{first.name} uncertainty", provenance=None, levels=())
