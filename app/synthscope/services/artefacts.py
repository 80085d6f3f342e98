"""Artefacts found and put into one mask, ready to be filled: rings, streaks, dead pixels, dead lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.imaging.masks.dead_lines import dead_lines_job
from synthscope.imaging.masks.dead_pixels import dead_pixels_job
from synthscope.imaging.masks.proposals import Proposal
from synthscope.imaging.masks.rings import rings_job
from synthscope.imaging.masks.streaks import streaks_job
from synthscope.imaging.regions import from_block, image_to_mask, moments, to_block, whole
from synthscope.records.events import Job
from synthscope.records.image import Image

Search = Callable[[Any], Job[Proposal]]
SEARCHES: Mapping[str, Search] = {
    "rings": rings_job,
    "streaks": streaks_job,
    "pixels": dead_pixels_job,
    "lines": dead_lines_job,
}
MOST = 0.25
"""Part of an image that artefacts may cover: more is not an artefact but the image."""


@dataclass(frozen=True, eq=False)
class Found:
    """What was found: the mask, of the image's mask axes, and a sentence for each kind."""

    mask: np.ndarray
    sentences: tuple[str, ...]


def artefacts_job(image: Image, kinds: Sequence[str]) -> Job[Found]:
    """Look for artefacts of some kinds, in each time point and channel for itself.

    Raises
    ------
    InputError
        If a kind is not known.
    MaskError
        If nothing is found, or so much that it cannot be artefacts.
    """
    unknown = [kind for kind in kinds if kind not in SEARCHES]
    if unknown or not kinds:
        named = repr(unknown[0]) if unknown else "nothing"
        raise InputError(f"Artefacts of kind {named} cannot be looked for; choose from {', '.join(SEARCHES)}.")
    mask = np.zeros(image.mask_shape, bool)
    sentences = []
    for name, here, block in _parts(image):
        for kind in dict.fromkeys(kinds):
            proposal = yield from SEARCHES[kind](block)
            flat = image.space.mask_space()
            mask[here] |= from_block(proposal.mask.reshape(*block.shape, 1), flat, mask[here].shape)
            sentences += [f"{name}{proposal.sentence}"] if proposal.count else []
    if not mask.any():
        raise MaskError(f"No {', '.join(kinds)} were found in {image.name}; paint a mask where you see some.")
    if mask.mean() > MOST:
        raise MaskError(
            f"What was found covers {mask.mean():.0%} of {image.name}, too much for artefacts; "
            "paint a mask where you see some."
        )
    return Found(mask, tuple(sentences))


def _parts(image: Image) -> Iterator[tuple[str, tuple[slice, ...], np.ndarray]]:
    """Cut an image into stacks of one channel: what to call each, where it lies in the mask, its values (Z, Y, X)."""
    for number, moment in enumerate(moments(whole(image.shape), image.space)):
        here = image_to_mask(moment, image.space).slices
        block = to_block(np.asarray(image.pixels[moment.slices]), image.space)
        for channel in range(block.shape[-1]):
            words = [f"time {number}"] if {"t", "z"} <= set(image.space.axes) else []
            words += [f"channel {channel}"] if block.shape[-1] > 1 else []
            yield (f"{', '.join(words)}: " if words else ""), here, block[..., channel]
