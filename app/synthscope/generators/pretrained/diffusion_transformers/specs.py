"""The specs of the diffusion transformers: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.pretrained.diffusion_transformers.fitting import own_side
from synthscope.generators.pretrained.diffusion_transformers.parameters import DitParameters, PixartParameters
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

_ROOM = "synthscope.generators.pretrained.diffusion_transformers"

PIXART = GeneratorSpec(
    id="pixart",
    title="PixArt",
    family="pretrained",
    tasks=("synthesize",),
    parameters=PixartParameters,
    implementation=f"{_ROOM}.pixart:Pixart",
    cost=pipeline_cost,
    summary="An image from words, trained on rewritten captions: the open kin of DALL-E 3.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    assumes=slice_by_slice,
    citation="Chen et al. 2024, ICLR (arXiv:2310.00426)",
)

DIT = GeneratorSpec(
    id="dit",
    title="DiT",
    family="pretrained",
    tasks=("synthesize",),
    parameters=DitParameters,
    implementation=f"{_ROOM}.dit:Dit",
    cost=pipeline_cost,
    summary="An image of a class of photographs, of one size: for comparison with what others publish.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    assumes=own_side,
    citation="Peebles & Xie 2023, ICCV (arXiv:2212.09748)",
)
