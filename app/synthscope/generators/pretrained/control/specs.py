"""The specs of the pipelines that are led by an image: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.generators.pretrained.control.parameters import CannyParameters, InstructParameters
from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec, Setting

_ROOM = "synthscope.generators.pretrained.control"


def led(setting: Setting, parameters: CannyParameters) -> tuple[str, ...]:
    """Say that slices know nothing of each other.

    Raises
    ------
    InputError
        If a second image shall lead, and there is none.
    """
    if parameters.control != "edges of the image" and not setting.has_reference:
        raise InputError(f"{parameters.control.capitalize()} shall lead, and there is none; choose a second image.")
    return slice_by_slice(setting, parameters)


CONTROLNET_CANNY = GeneratorSpec(
    id="controlnet-canny",
    title="ControlNet (Canny edges)",
    family="pretrained",
    tasks=("vary",),
    parameters=CannyParameters,
    implementation=f"{_ROOM}.canny:ControlnetCanny",
    cost=pipeline_cost,
    summary="Another image with the same edges, by words: a network beside Stable Diffusion holds it to them.",
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("controlnet", "lora", "embedding"),
    needs_adapter="controlnet",
    takes_reference=("vary",),
    assumes=led,
    citation="Zhang et al. 2023, ICCV (arXiv:2302.05543)",
)

INSTRUCT_PIX2PIX = GeneratorSpec(
    id="instruct-pix2pix",
    title="InstructPix2Pix",
    family="pretrained",
    tasks=("vary",),
    parameters=InstructParameters,
    implementation=f"{_ROOM}.instruct:InstructPix2Pix",
    cost=pipeline_cost,
    summary="An image changed as an instruction says, by a network that was trained on pairs made by others.",
    needs_model=True,
    is_network=True,
    prompts=("instruction", "negative"),
    needs_prompts=("instruction",),
    assumes=slice_by_slice,
    citation="Brooks et al. 2023, CVPR (arXiv:2211.09800)",
)
