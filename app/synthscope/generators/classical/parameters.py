"""The parameter records of the classical generators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title, Unit

Through = Literal["volume", "slices"]


@dataclass(frozen=True)
class HarmonicParameters:
    """What may be chosen for the Laplace equation."""

    through: Annotated[
        Through,
        Title("Through a stack"),
        Help("volume: slices above and below count, at their true distance; slices: each slice by itself."),
    ] = "volume"


@dataclass(frozen=True)
class BiharmonicParameters:
    """What may be chosen for the biharmonic equation."""

    through: Annotated[
        Through,
        Title("Through a stack"),
        Help(
            "slices: each slice by itself, quick; volume: smooth along z too, "
            "which takes very long for holes of more than about 5000 voxels."
        ),
    ] = "slices"


@dataclass(frozen=True)
class ExemplarParameters:
    """What may be chosen for filling and making by copied pieces."""

    patch: Annotated[
        int,
        Title("Patch size"),
        Help(
            "Width of the pieces that are compared; a little more than the largest repeated thing. "
            "Pieces that span several slices are narrower: they hold at most 1600 voxels."
        ),
        Unit("px"),
        Ge(5),
        Le(65),
    ] = 24
    depth: Annotated[
        int,
        Title("Patch depth"),
        Help("Slices that a piece spans in a stack; 1 fills each slice by itself."),
        Unit("slices"),
        Ge(1),
        Le(33),
    ] = 6
    reach: Annotated[
        int,
        Title("Search distance"),
        Help("How far from the hole pieces are looked for; farther takes longer."),
        Unit("px"),
        Ge(8),
        Le(512),
        More(),
    ] = 96
    variety: Annotated[
        float,
        Title("Variety"),
        Help("How much worse than the best a chosen piece may fit; more makes candidates differ more."),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.1
    passes: Annotated[
        int,
        Title("Refinement passes"),
        Help("How often visible seams between pieces are looked for and cut again."),
        Ge(0),
        Le(10),
        More(),
    ] = 2
    blending: Annotated[
        float,
        Title("Border blending"),
        Help("0 leaves copied values as they are, 1 bends them smoothly to meet the border."),
        Ge(0.0),
        Le(1.0),
        Slide(),
        More(),
    ] = 1.0
    fidelity: Annotated[
        float,
        Title("Fidelity"),
        Help("How closely the coarse layout of the source is followed."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
        Slide(),
    ] = 0.5


@dataclass(frozen=True)
class QuiltParameters:
    """What may be chosen for image quilting."""

    block: Annotated[
        int,
        Title("Block size"),
        Help("Width of the blocks; a little more than the largest repeated thing."),
        Unit("px"),
        Ge(6),
        Le(128),
    ] = 32
    depth: Annotated[
        int,
        Title("Block depth"),
        Help("Slices that a block spans in a stack."),
        Unit("slices"),
        Ge(1),
        Le(64),
    ] = 12
    overlap: Annotated[
        float,
        Title("Overlap"),
        Help("Part of a block that overlaps its neighbour, where the cut is looked for."),
        Ge(0.1),
        Le(0.5),
        More(),
    ] = 0.25
    variety: Annotated[
        float,
        Title("Variety"),
        Help("How much worse than the best a chosen block may fit."),
        Ge(0.0),
        Le(1.0),
    ] = 0.1
    fidelity: Annotated[
        float,
        Title("Fidelity"),
        Help("How closely the coarse layout of the source is followed."),
        For("vary"),
        Ge(0.0),
        Le(1.0),
    ] = 0.5


@dataclass(frozen=True)
class PhaseSurrogateParameters:
    """What may be chosen for the phase-randomised surrogate."""

    match_values: Annotated[
        bool,
        Title("Keep the value distribution"),
        Help("Alternates between spectrum and grey values until both agree; off keeps the spectrum alone."),
    ] = True
    iterations: Annotated[
        int,
        Title("Iterations"),
        Help("Rounds of that alternation."),
        Ge(1),
        Le(500),
        More(),
    ] = 30
