"""The specs of the generators of image embeddings: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.pretrained.embeddings.fitting import free_variations, kandinsky_can
from synthscope.generators.pretrained.embeddings.parameters import KandinskyParameters, UnclipParameters
from synthscope.records.generator import GeneratorSpec

_ROOM = "synthscope.generators.pretrained.embeddings"

STABLE_UNCLIP = GeneratorSpec(
    id="stable-unclip",
    title="Stable unCLIP",
    family="pretrained",
    tasks=("vary",),
    parameters=UnclipParameters,
    implementation=f"{_ROOM}.unclip:StableUnclip",
    cost=pipeline_cost,
    summary="Another image of what this one means, with words or without, by a network trained on photographs.",
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    assumes=free_variations,
    citation="Ramesh et al. 2022 (arXiv:2204.06125)",
)

KANDINSKY = GeneratorSpec(
    id="kandinsky-2.2",
    title="Kandinsky 2.2",
    family="pretrained",
    tasks=("synthesize", "vary", "inpaint"),
    parameters=KandinskyParameters,
    implementation=f"{_ROOM}.kandinsky:Kandinsky",
    cost=pipeline_cost,
    summary="Images from words, variations and fills by way of an image embedding: the open kin of DALL-E 2.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("prior",),
    needs_adapter="prior",
    assumes=kandinsky_can,
    citation="Razzhigaev et al. 2023, EMNLP (arXiv:2310.03502)",
)
