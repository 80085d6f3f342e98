"""What may be chosen for adversarial generators: for making and for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from synthscope.generators.adversarial.style.configuration import Size
from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title, Unit

SIDE = 64
"""Of the patches and images of DCGAN: its first layer has a size."""
Loss = Literal["relativistic", "non-saturating"]


@dataclass(frozen=True)
class DcganParameters:
    """What may be chosen when a DCGAN makes images: nothing but the seed, as in the paper."""


@dataclass(frozen=True)
class DcganTraining:
    """What may be chosen when a DCGAN is trained; the defaults but the width are the paper's."""

    width: Annotated[
        int,
        Title("Width"),
        Help("Channels of the last layer but one; 128 is the paper's, which wants a graphics card."),
        Ge(4),
        Le(512),
    ] = 32
    free_orientation: Annotated[
        bool,
        Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True
    batch: Annotated[int, Title("Batch"), Help("Patches per step; the paper has 128."), Ge(2), Le(1024), More()] = 32
    learning_rate: Annotated[
        float, Title("Learning rate"), Help("Size of the steps of both networks."), Ge(1e-6), Le(1e-1), More()
    ] = 2e-4

    @property
    def patch(self) -> int:
        """Side of the patches: the architecture's own."""
        return SIDE


@dataclass(frozen=True)
class StyleParameters:
    """What may be chosen when a style-based generator makes images."""

    truncation: Annotated[
        float,
        Title("Truncation"),
        Help("How far styles may lie from the mean one: 1 as it was learned, less is more typical and less varied."),
        For("synthesize"),
        Ge(0.0),
        Le(1.5),
        Slide(),
    ] = 1.0
    periodic: Annotated[
        bool,
        Title("Opposite edges continue"),
        Help("Left goes on from right and top from bottom; both sides must be multiples of the coarsest step."),
        For("synthesize"),
        More(),
    ] = False
    strength: Annotated[
        float,
        Title("Strength"),
        Help("How much of the noise that stands for the image is drawn anew, from 0 (none) to 1 (all)."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.3
    fine_from: Annotated[
        int,
        Title("Fine style from level"),
        Help("With a second image: levels from this one on (1 is the coarsest) take its style and its detail."),
        For("vary"),
        Ge(1),
        Le(9),
        Slide(),
    ] = 3
    fitting: Annotated[
        int,
        Title("Fitting steps"),
        Help("Steps in which noise is sought that makes the image, or what is known of it; more is closer."),
        For("vary", "inpaint"),
        Ge(1),
        Le(2000),
        More(),
    ] = 150
    border: Annotated[
        int,
        Title("Even out the border"),
        Help("How far inside a hole what is left of a mismatch at its border is evened out; 0 leaves it as it is."),
        For("inpaint"),
        Unit("px"),
        Ge(0),
        Le(64),
        More(),
    ] = 6


@dataclass(frozen=True)
class StyleTraining:
    """What may be chosen when a style-based generator is trained."""

    size: Annotated[
        Size,
        Title("Size of the network"),
        Help("S suits a computer without a graphics card, M and L need one; larger learns more, and slower."),
    ] = "S"
    patch: Annotated[
        int,
        Title("Patch"),
        Help("Side of the pieces it learns from; a little more than the largest thing that repeats."),
        Unit("px"),
        Ge(16),
        Le(512),
    ] = 64
    free_orientation: Annotated[
        bool,
        Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True
    loss: Annotated[
        Loss,
        Title("Loss"),
        Help("Relativistic judges each made image beside a real one and collapses least; the other is to compare."),
        More(),
    ] = "relativistic"
    penalty: Annotated[
        float,
        Title("Gradient penalty"),
        Help("How steep the discriminator may be; more is steadier, and slower to learn detail."),
        Ge(0.0),
        Le(1000.0),
        More(),
    ] = 1.0
    lazy: Annotated[
        int,
        Title("Steps between penalties"),
        Help("The penalty counts at every so many steps, and that much more; 1 is the most exact and the slowest."),
        Ge(1),
        Le(64),
        More(),
    ] = 4
    mixing: Annotated[
        float,
        Title("Style mixing"),
        Help("Part of the images made in training whose coarse and fine layers take different styles."),
        Ge(0.0),
        Le(1.0),
        More(),
    ] = 0.5
    augment: Annotated[
        bool,
        Title("Augment when it overfits"),
        Help("Shifts, cuts and relights what the discriminator sees, as often as its overfitting asks for."),
        More(),
    ] = True
    batch: Annotated[
        int,
        Title("Batch"),
        Help("Patches per step; more gives smoother progress and slower steps."),
        Ge(2),
        Le(1024),
        More(),
    ] = 8
    learning_rate: Annotated[
        float,
        Title("Learning rate"),
        Help("Size of the first steps; it falls to nothing along a cosine."),
        Ge(1e-6),
        Le(1e-1),
        More(),
    ] = 1e-3
    generator_share: Annotated[
        float,
        Title("Generator's part of the rate"),
        Help("Part of the learning rate that is the generator's; less is steadier, and takes more steps."),
        Ge(0.01),
        Le(1.0),
        More(),
    ] = 0.5
