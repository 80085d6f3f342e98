"""The parameter records of the diffusion prior: what may be chosen for making and for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from synthscope.generators.diffusion.configuration import Size
from synthscope.records.limits import For, Ge, Help, Le, More, Title, Unit

Formulation = Literal["edm", "ddpm", "cosine", "vp", "ve", "flow"]
Guidance = Literal["moments", "projection", "pseudoinverse"]
Lead = Literal["condition", "moments", "projection", "pseudoinverse"]
Planes = Literal["auto", "xy", "all"]
Solver = Literal[
    "dpm-solver", "heun", "euler", "edm-stochastic", "ddim", "ddpm", "euler-maruyama", "predictor-corrector"
]


@dataclass(frozen=True)
class SamplingParameters:
    """What may be chosen when images are made from noise, over pixels or latents."""

    steps: Annotated[
        int,
        Title("Steps"),
        Help("Steps from noise to image; more is finer and takes longer, beyond 24 little changes."),
        Ge(4),
        Le(1000),
    ] = 24
    strength: Annotated[
        float,
        Title("Strength"),
        Help(
            "How much may change, from 0 (fine detail only) to 1 (all but the coarsest layout). "
            "It sets the noise level sigma from which the image is made anew."
        ),
        For("vary"),
        Ge(0.0),
        Le(1.0),
    ] = 0.5
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
    solver: Annotated[
        Solver,
        Title("Solver"),
        Help(
            "How noise is taken away step by step; dpm-solver comes nearest in a given time (heun looks twice a step), "
            "the others are here to compare."
        ),
        More(),
    ] = "dpm-solver"
    schedule: Annotated[
        Formulation,
        Title("Noise schedule"),
        Help("Which noise levels the steps visit; edm suits every model, the others are here to compare."),
        More(),
    ] = "edm"


@dataclass(frozen=True)
class PriorParameters(SamplingParameters):
    """What may be chosen when a prior makes images."""

    phase_fraction: Annotated[
        float | None,
        Title("Phase fraction"),
        Help(
            "The part of a new image that is to be of the brighter phase, from 0 to 1: about so much comes out, and "
            "is measured. Not set, it is left to the model."
        ),
        For("synthesize"),
        Ge(0.0),
        Le(1.0),
    ] = None
    mean: Annotated[
        float | None,
        Title("Mean"),
        Help(
            "The mean that a new image is to have, in its first channel: about so much comes out, and is measured. "
            "Not set, it is left to the model."
        ),
        For("synthesize"),
        Unit("grey values"),
    ] = None
    condition_scale: Annotated[
        float,
        Title("Condition scale"),
        Help(
            "How much what is told counts (class, label map, mean and phase fraction): 1 as it was learned, 0 not at "
            "all; more exaggerates it. Other values than 1 take twice the time."
        ),
        Ge(0.0),
        Le(20.0),
        More(),
    ] = 1.0
    periodic: Annotated[
        bool,
        Title("Opposite edges continue"),
        Help(
            "Left goes on from right and top from bottom, so that copies laid side by side show no "
            "seam and simulations may take it as periodic. Slices of a stack are not closed along z."
        ),
        For("synthesize"),
        More(),
    ] = False
    planes: Annotated[
        Planes,
        Title("Planes"),
        Help(
            "For stacks: all makes a volume through xy, xz and yz planes, for cubic voxels and a material that looks "
            "the same from every side; xy goes slice by slice; auto takes all where a model knows single images only."
        ),
        For("synthesize", "inpaint", "vary"),
        More(),
    ] = "auto"
    window: Annotated[
        int,
        Title("Window"),
        Help("Side of the windows that larger fields are made in; larger sees farther and needs more memory."),
        Unit("px"),
        Ge(64),
        Le(1024),
        More(),
    ] = 256
    guidance: Annotated[
        Guidance,
        Title("Guidance"),
        Help(
            "How the measured pixels and slices lead to finer ones: moments asks the network what each means "
            "for its surroundings; projection moves the estimate onto them, in less time; pseudoinverse is to compare."
        ),
        For("restore"),
        More(),
    ] = "moments"
    lead: Annotated[
        Lead,
        Title("Known voxels lead by"),
        Help(
            "How what is known leads a fill: condition tells the network, as it has learned; the others tell it "
            "nothing and correct its estimate at each step. Pseudoinverse and moments ask it what each known voxel "
            "means for the others, in 3 and 5 times the time (moments for thin streaks); projection puts known voxels "
            "back, with time travel."
        ),
        For("inpaint"),
        More(),
    ] = "condition"
    travel_repeats: Annotated[
        int,
        Title("Time travel"),
        Help(
            "Where known voxels lead by projection: how many times each stretch of steps is gone through, from noise "
            "that is put back; more fits the surroundings better and takes as many times longer, 1 is no time travel."
        ),
        For("inpaint"),
        Ge(1),
        Le(50),
        More(),
    ] = 4
    travel_length: Annotated[
        int,
        Title("Stretch of time travel"),
        Help("Steps that are gone through again at once; longer stretches let larger structures find their place."),
        For("inpaint"),
        Unit("steps"),
        Ge(1),
        Le(100),
        More(),
    ] = 5


@dataclass(frozen=True)
class PriorTraining:
    """What may be chosen when a prior is trained."""

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
        Ge(32),
        Le(512),
    ] = 64
    free_orientation: Annotated[
        bool,
        Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True
    context: Annotated[
        int,
        Title("Neighbouring slices"),
        Help("Slices above and below that it sees in a stack, for fills that go on from slice to slice."),
        Unit("slices"),
        Ge(0),
        Le(4),
    ] = 1
    all_planes: Annotated[
        bool,
        Title("Learn all three planes"),
        Help("Learns from xz and yz planes too: for stacks with cubic voxels and no preferred direction."),
        More(),
    ] = False
    formulation: Annotated[
        Formulation,
        Title("Formulation"),
        Help("How noise levels are drawn and weighted in training; edm learns fastest, the others are to compare."),
        More(),
    ] = "edm"
    batch: Annotated[
        int,
        Title("Batch"),
        Help("Patches per step; more gives smoother progress and slower steps."),
        Ge(1),
        Le(1024),
        More(),
    ] = 16
    blocks: Annotated[
        int,
        Title("Blocks per level"),
        Help("Depth of the network at each of its levels; more learns finer structure, and slower."),
        Ge(1),
        Le(4),
        More(),
    ] = 1
    learning_rate: Annotated[
        float,
        Title("Learning rate"),
        Help("Size of the first steps; it falls to nothing along a cosine."),
        Ge(1e-6),
        Le(1e-1),
        More(),
    ] = 2e-3
