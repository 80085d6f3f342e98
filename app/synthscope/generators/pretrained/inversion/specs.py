"""The specs of the generators that edit by inversion: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.pretrained.inversion.costs import diffedit_cost, ledits_cost
from synthscope.generators.pretrained.inversion.parameters import DiffEditParameters, LeditsParameters
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

_ROOM = "synthscope.generators.pretrained.inversion"

DIFFEDIT = GeneratorSpec(
    id="diffedit",
    title="DiffEdit",
    family="pretrained",
    tasks=("vary",),
    parameters=DiffEditParameters,
    implementation=f"{_ROOM}.diffedit:DiffEdit",
    cost=diffedit_cost,
    summary="What two prompts tell apart is found as a mask, and made anew inside of it.",
    needs_model=True,
    is_network=True,
    prompts=("source", "target", "negative"),
    needs_prompts=("source", "target"),
    finds_masks=True,
    assumes=slice_by_slice,
    version="2",
    citation="Couairon et al. 2023, ICLR (arXiv:2210.11427)",
)

LEDITS_PP = GeneratorSpec(
    id="ledits-pp",
    title="LEDITS++",
    family="pretrained",
    tasks=("vary",),
    parameters=LeditsParameters,
    implementation=f"{_ROOM}.ledits:LeditsPP",
    cost=ledits_cost,
    summary="Something is put into an image by its name, or taken out; all else stays as it was.",
    needs_model=True,
    is_network=True,
    prompts=("target", "source", "negative"),
    needs_prompts=("target",),
    assumes=slice_by_slice,
    version="2",
    citation="Brack et al. 2024, CVPR (arXiv:2311.16711)",
)
