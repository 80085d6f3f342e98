"""The specs of the generators of Stable Diffusion XL: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.pretrained.xl.parameters import XlFillParameters
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

SDXL_INPAINT = GeneratorSpec(
    id="sdxl-inpaint",
    title="Stable Diffusion XL inpainting",
    family="pretrained",
    tasks=("inpaint", "vary"),
    parameters=XlFillParameters,
    implementation="synthscope.generators.pretrained.xl.inpaint:SdxlInpaint",
    cost=pipeline_cost,
    summary="A hole filled by words and what lies round it, by a larger network for images of 1024 px.",
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("lora", "embedding"),
    assumes=slice_by_slice,
    citation="Podell et al. 2024, ICLR (arXiv:2307.01952)",
)
