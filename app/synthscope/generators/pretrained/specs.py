"""The specs of the pretrained generators: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.pretrained.parameters import FillParameters, TextParameters
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

_ROOM = "synthscope.generators.pretrained"

STABLE_DIFFUSION = GeneratorSpec(
    id="stable-diffusion",
    title="Stable Diffusion",
    family="pretrained",
    tasks=("synthesize",),
    parameters=TextParameters,
    implementation=f"{_ROOM}.stable:StableDiffusion",
    cost=pipeline_cost,
    summary="An image from words, by a network that was trained on photographs.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("lora", "embedding"),
    training=AdapterTraining,
    trains_adapter="lora",
    assumes=slice_by_slice,
    citation="Rombach et al. 2022, CVPR (arXiv:2112.10752)",
)

SD_INPAINT = GeneratorSpec(
    id="sd-inpaint",
    title="Stable Diffusion inpainting",
    family="pretrained",
    tasks=("inpaint", "vary"),
    parameters=FillParameters,
    implementation=f"{_ROOM}.stable:SdInpaint",
    cost=pipeline_cost,
    summary="A hole filled by words and what lies round it, by a network that was trained on photographs.",
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("lora", "embedding"),
    training=AdapterTraining,
    trains_adapter="lora",
    assumes=slice_by_slice,
    citation="Rombach et al. 2022, CVPR (arXiv:2112.10752)",
)
