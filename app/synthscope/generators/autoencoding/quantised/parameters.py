"""The parameter records of the VQ-VAE: what may be chosen for making and for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.generators.autoencoding.quantised.configuration import Codebook, Size
from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title, Unit


@dataclass(frozen=True)
class QuantisedParameters:
    """What may be chosen when a VQ-VAE makes images."""

    rounds: Annotated[
        int,
        Title("Rounds"),
        Help("In how many rounds unknown codes are drawn; more fit each other better, and take longer."),
        Ge(1),
        Le(1024),
    ] = 24
    temperature: Annotated[
        float,
        Title("Temperature"),
        Help("How freely codes are drawn: 1 as they were learned, less is more typical, 0 the likeliest each time."),
        Ge(0.0),
        Le(2.0),
        Slide(),
    ] = 1.0
    strength: Annotated[
        float,
        Title("Strength"),
        Help("Part of the codes that is drawn anew, from 0 (none: the image as it is rebuilt) to 1 (all)."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.3
    border: Annotated[
        int,
        Title("Even out the border"),
        Help("How far inside a hole what is left of a mismatch at its border is evened out; 0 leaves it as it is."),
        For("inpaint", "vary"),
        Unit("px"),
        Ge(0),
        Le(64),
        More(),
    ] = 6


@dataclass(frozen=True)
class QuantisedTraining:
    """What may be chosen when a VQ-VAE is trained."""

    size: Annotated[
        Size,
        Title("Size of the network"),
        Help("S suits a computer without a graphics card, M wants one; larger learns more, and slower."),
    ] = "S"
    patch: Annotated[
        int,
        Title("Patch"),
        Help("Side of the pieces it learns from, a multiple of 8; a little more than the largest thing that repeats."),
        Unit("px"),
        Ge(16),
        Le(512),
    ] = 64
    codes: Annotated[
        Codebook,
        Title("Codes"),
        Help("How many codes there are for 4 × 4 pixels; more keep finer detail and are harder to foresee."),
    ] = "240"
    free_orientation: Annotated[
        bool,
        Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True
    batch: Annotated[
        int,
        Title("Batch"),
        Help("Patches per step; more gives smoother progress and slower steps."),
        Ge(1),
        Le(1024),
        More(),
    ] = 16
    learning_rate: Annotated[
        float,
        Title("Learning rate"),
        Help("Size of the first steps; it falls to nothing along a cosine."),
        Ge(1e-6),
        Le(1e-1),
        More(),
    ] = 2e-3
