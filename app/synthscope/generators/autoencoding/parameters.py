"""The parameter records of the autoencoder: what may be chosen for making and for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from synthscope.generators.autoencoding.configuration import MOST_LATENTS, Size
from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title, Unit

PriorKind = Literal["fitted", "standard"]


@dataclass(frozen=True)
class VaeParameters:
    """What may be chosen when an autoencoder makes images."""

    temperature: Annotated[
        float,
        Title("Temperature"),
        Help("Spread of the latents that are drawn: 1 as it was learned, less is more typical, 0 the mean of all."),
        For("synthesize"),
        Ge(0.0),
        Le(2.0),
        Slide(),
    ] = 1.0
    strength: Annotated[
        float,
        Title("Strength"),
        Help("How much of the latents is drawn anew, from 0 (none: the image as it is rebuilt) to 1 (all)."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.3
    towards: Annotated[
        float,
        Title("Towards the second image"),
        Help("How far the latents are led to those of the second image, from 0 (not at all) to 1 (all the way)."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.0
    dimension: Annotated[
        int,
        Title("Latent dimension"),
        Help("The latent channel that is shifted: 1 is the most used one, 0 is none."),
        For("vary"),
        Ge(0),
        Le(MOST_LATENTS),
    ] = 0
    shift: Annotated[
        float,
        Title("Shift along it"),
        Help("How far that channel is shifted everywhere, in its standard deviations over the training images."),
        For("vary"),
        Ge(-3.0),
        Le(3.0),
        Slide(),
    ] = 0.0
    prior: Annotated[
        PriorKind,
        Title("Latents are drawn"),
        Help(
            "fitted draws them as they are distributed over the training images, which the decoder knows best; "
            "standard draws independent ones, N(0, 1), as the theory has it."
        ),
        More(),
    ] = "fitted"
    rounds: Annotated[
        int,
        Title("Rounds"),
        Help("How often hole and latents are drawn from each other; more fits the surroundings better."),
        For("inpaint"),
        Ge(1),
        Le(500),
        More(),
    ] = 20
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
class VaeTraining:
    """What may be chosen when an autoencoder is trained."""

    size: Annotated[
        Size,
        Title("Size of the network"),
        Help("S suits a computer without a graphics card, M wants one; larger learns more, and slower."),
    ] = "S"
    patch: Annotated[
        int,
        Title("Patch"),
        Help("Side of the pieces it learns from, a multiple of 16; a little more than the largest thing that repeats."),
        Unit("px"),
        Ge(16),
        Le(512),
    ] = 64
    latents: Annotated[
        int,
        Title("Latents"),
        Help("Numbers that stand for 16 × 16 pixels; more keep finer detail, and drawn ones fit each other less."),
        Ge(1),
        Le(MOST_LATENTS),
    ] = 16
    beta: Annotated[
        float,
        Title("Beta"),
        Help("Weight of the latents' divergence: 1 is the VAE, more (the beta-VAE) parts what varies, and blurs more."),
        Ge(0.01),
        Le(1000.0),
    ] = 1.0
    free_orientation: Annotated[
        bool,
        Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True
    warm_up: Annotated[
        float,
        Title("Warm-up"),
        Help("Part of the steps over which that weight rises from nothing, so that latents are not given up early."),
        Ge(0.0),
        Le(1.0),
        More(),
    ] = 0.2
    free_bits: Annotated[
        float,
        Title("Free bits"),
        Help("Divergence of a latent channel, in each cell, that costs nothing; more keeps channels in use."),
        Unit("nats"),
        Ge(0.0),
        Le(10.0),
        More(),
    ] = 0.0
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
    ] = 3e-3
