"""The specs of the classical generators: what the registry lists, without the working halves."""

from __future__ import annotations

from synthscope.generators.classical import costs
from synthscope.generators.classical.blocks import quilt_joints
from synthscope.generators.classical.parameters import (
    BiharmonicParameters,
    ExemplarParameters,
    HarmonicParameters,
    PhaseSurrogateParameters,
    QuiltParameters,
)
from synthscope.records.generator import GeneratorSpec

_ROOM = "synthscope.generators.classical"

BIHARMONIC = GeneratorSpec(
    id="biharmonic",
    title="Biharmonic",
    family="classical",
    tasks=("inpaint",),
    parameters=BiharmonicParameters,
    implementation=f"{_ROOM}.biharmonic:Biharmonic",
    cost=costs.biharmonic_cost,
    version="2",
    summary="Smooth continuation of values and slopes: an honest baseline without texture.",
    deterministic=True,
    citation="Damelin & Hoang 2018, J. Math. 2018:3950312 (as implemented in scikit-image)",
)

HARMONIC = GeneratorSpec(
    id="harmonic",
    title="Harmonic",
    family="classical",
    tasks=("inpaint",),
    parameters=HarmonicParameters,
    implementation=f"{_ROOM}.harmonic:Harmonic",
    cost=costs.harmonic_cost,
    summary="The smoothest membrane through the border of the hole: the simplest baseline.",
    deterministic=True,
    citation="Laplace's equation with the border of the hole as boundary values",
)

EXEMPLAR = GeneratorSpec(
    id="exemplar",
    title="Exemplar",
    family="classical",
    tasks=("inpaint", "synthesize", "vary"),
    parameters=ExemplarParameters,
    implementation=f"{_ROOM}.exemplar:Exemplar",
    cost=costs.exemplar_cost,
    live=True,
    version="2",
    summary="Copies real pieces from nearby, cut where the seam shows least and blended at the border.",
    citation="Kwatra et al. 2003, ACM Trans. Graph. 22:277; Criminisi et al. 2004, IEEE TIP 13:1200",
)

QUILT = GeneratorSpec(
    id="quilt",
    title="Quilt",
    family="classical",
    tasks=("synthesize", "vary"),
    parameters=QuiltParameters,
    implementation=f"{_ROOM}.quilt:Quilt",
    cost=costs.quilt_cost,
    joints=quilt_joints,
    summary="A new texture of any size from overlapping blocks of an example, cut at the least error.",
    citation="Efros & Freeman 2001, SIGGRAPH, doi:10.1145/383259.383296",
)

PHASE_SURROGATE = GeneratorSpec(
    id="phase-surrogate",
    title="Phase surrogate",
    family="classical",
    tasks=("synthesize", "vary"),
    parameters=PhaseSurrogateParameters,
    implementation=f"{_ROOM}.phase_surrogate:PhaseSurrogate",
    cost=costs.phase_surrogate_cost,
    live=True,
    version="2",
    summary="Same power spectrum and grey values, structure destroyed: the negative control of every metric.",
    citation="Schreiber & Schmitz 1996, Phys. Rev. Lett. 77:635; Galerne et al. 2011, IEEE TIP 20:257",
)
