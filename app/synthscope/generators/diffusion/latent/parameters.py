"""The parameter records of the latent prior: the prior's own, and what latents add."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from synthscope.generators.coding.configuration import CELL
from synthscope.generators.diffusion.parameters import PriorTraining, SamplingParameters
from synthscope.records.limits import Ge, Help, Le, More, Title, Unit

LARGEST = 64
"""Side of the pieces that the autoencoder learns from: what it rebuilds depends on no more."""
SURVEYED = 512
"""Pieces over which mean and spread of the latents are taken."""
LEVELS = 3
"""Halvings of the latents by a network of any size."""


@dataclass(frozen=True)
class LatentParameters(SamplingParameters):
    """What may be chosen when a latent prior makes images."""

    window: Annotated[
        int,
        Title("Window"),
        Help("Side of the windows that larger fields are made in; larger sees farther and needs more memory."),
        Unit("px"),
        Ge(256),
        Le(4096),
        More(),
    ] = 1024


@dataclass(frozen=True)
class LatentTraining(PriorTraining):
    """What may be chosen when a latent prior is trained."""

    patch: Annotated[
        int,
        Title("Patch"),
        Help(
            "Side of the pieces it learns from, in steps of 32 pixels; a little more than the largest thing that "
            "repeats. A piece costs a sixteenth of what it costs the prior over pixels."
        ),
        Unit("px"),
        Ge(32),
        Le(2048),
    ] = 128
    learning_rate: Annotated[
        float,
        Title("Learning rate"),
        Help("Size of the first steps, of either network; it falls to nothing along a cosine."),
        Ge(1e-6),
        Le(1e-1),
        More(),
    ] = 1e-3
    latents: Annotated[
        int,
        Title("Latents"),
        Help("Numbers that stand for 4 × 4 pixels of a channel; more keep finer detail and are harder to learn."),
        Ge(1),
        Le(16),
        More(),
    ] = 4
    autoencoder_share: Annotated[
        float,
        Title("Part for the autoencoder"),
        Help("Part of the steps in which the autoencoder learns, before the prior does."),
        Ge(0.05),
        Le(0.9),
        More(),
    ] = 0.4


def in_whole_cells(parameters: LatentTraining) -> LatentTraining:
    """Shorten the patch to what cells and the levels of the network divide."""
    step = CELL * 2**LEVELS
    return replace(parameters, patch=max(parameters.patch // step, 1) * step)
