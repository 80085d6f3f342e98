"""A fill of many holes: those that lie far apart one after another, so that memory and time follow the holes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthscope.imaging.islands import islands_of
from synthscope.jobs.retelling import retold, scaled
from synthscope.records.events import Event, Job, Preview
from synthscope.records.generator import GeneratorSpec, Inputs
from synthscope.records.request import Region

LARGE = 1 << 22
"""Voxels of a box from which on it is worth while to look for islands: below, many holes at once are quicker."""


def made_by_islands(
    spec: GeneratorSpec, generator: Any, inputs: Inputs, parameters: Any, seed: int
) -> Job[np.ndarray]:
    """Make one candidate, a fill of several islands one by one where the generator does not look from one to another.

    Each island has its own noise: the first the seed's, the others what seed and their number give.

    Returns
    -------
    ndarray (Z, Y, X, C)
        As a generator gives it.
    """
    islands = parts_of(spec, parameters, inputs)
    if not islands or inputs.source is None:
        made: np.ndarray = yield from generator.generate(inputs, parameters, seed)
        return made
    result = inputs.source.copy()
    for number, island in enumerate(islands):
        job = _placed(generator.generate(_cut(inputs, island), parameters, seed_of(seed, number)), result, island)
        result[island.slices] = yield from scaled(job, number / len(islands), 1 / len(islands))
    return result


def parts_of(spec: GeneratorSpec, parameters: Any, inputs: Inputs) -> tuple[Region, ...]:
    """Give the islands of a fill; none where all of it is made at once."""
    if inputs.task != "inpaint" or inputs.mask is None or inputs.reference is not None:
        return ()
    return pieces_of(inputs.mask, spec.reach(parameters))


def pieces_of(mask: np.ndarray, reach: int) -> tuple[Region, ...]:
    """Give the islands of a mask (Z, Y, X) by what a generator reaches; none where it has one, or is small."""
    if reach == 0 or mask.size < LARGE:
        return ()
    found = islands_of(mask, reach)
    return found if len(found) > 1 else ()


def seed_of(seed: int, number: int) -> int:
    """Give the seed of an island by its number, from 0."""
    return seed if number == 0 else int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _cut(inputs: Inputs, island: Region) -> Inputs:
    """Give what lies in an island."""
    here = island.slices
    source, mask, control = (None if one is None else one[here] for one in (inputs.source, inputs.mask, inputs.control))
    return replace(inputs, source=source, mask=mask, control=control)


def _placed(job: Job[np.ndarray], whole: np.ndarray, island: Region) -> Job[np.ndarray]:
    """Pass on what one island says; its picture stands among what is made already."""

    def change(event: Event) -> Event:
        if not isinstance(event, Preview):
            return event
        shown = whole.copy()
        shown[island.slices] = event.pixels
        return replace(event, pixels=shown)

    return retold(job, change)
