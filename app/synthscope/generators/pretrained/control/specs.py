"""The specs of the pipelines that are led by an image: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.generators.pretrained.control.parameters import CannyParameters, HoleParameters, InstructParameters
from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.slices import slice_by_slice
from synthscope.records.control import EDGES, lead_of
from synthscope.records.generator import GeneratorSpec, Setting
from synthscope.records.request import Task

_ROOM = "synthscope.generators.pretrained.control"


def led(setting: Setting, parameters: CannyParameters | HoleParameters) -> tuple[str, ...]:
    """Say that slices know nothing of each other, and which threshold counts where they are the wrong way round.

    Raises
    ------
    InputError
        If a control image shall lead, and there is none.
    """
    lead = lead_of(parameters)
    if lead is not None and lead.needs_second and not setting.has_reference:
        raise InputError(lead.none_words)
    if lead is not None and lead.by_edges and lead.low > lead.high:
        crossed = f"The lower threshold is above the upper one of {lead.high:g}, which counts for both."
        return (crossed, *slice_by_slice(setting, parameters))
    return slice_by_slice(setting, parameters)


def led_in_hole(setting: Setting, parameters: HoleParameters) -> tuple[str, ...]:
    """Say the same of a fill.

    Raises
    ------
    InputError
        As `led`, and if edges of what is not known shall lead.
    """
    check_hole(setting.task, parameters)
    return led(setting, parameters)


def check_hole(task: Task, parameters: HoleParameters) -> None:
    """Refuse to lead a fill by the edges of the image: it has none where it is filled.

    Raises
    ------
    InputError
    """
    if task == "inpaint" and parameters.control == EDGES:
        raise InputError(
            "A hole has no edges of its own to lead by; let the masked image lead, or draw edges in a control image."
        )


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
    second="control",
    assumes=led,
    version="2",
    citation="Zhang et al. 2023, ICCV (arXiv:2302.05543)",
)

CONTROLNET_INPAINT = GeneratorSpec(
    id="controlnet-inpaint",
    title="ControlNet inpainting",
    family="pretrained",
    tasks=("inpaint", "vary"),
    parameters=HoleParameters,
    implementation=f"{_ROOM}.inpaint:ControlnetInpaint",
    cost=pipeline_cost,
    summary="A hole filled by words, while a network beside Stable Diffusion holds it to its surroundings or to edges.",
    needs_model=True,
    is_network=True,
    prompts=("prompt", "negative"),
    adapters=("controlnet", "lora", "embedding"),
    needs_adapter="controlnet",
    takes_reference=("inpaint", "vary"),
    second="control",
    assumes=led_in_hole,
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
