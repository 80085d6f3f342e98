"""The specs of the adversarial generators: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.generators.adversarial.costs import (
    dcgan_cost,
    dcgan_training_memory,
    style_cost,
    style_training_memory,
)
from synthscope.generators.adversarial.parameters import (
    SIDE,
    DcganParameters,
    DcganTraining,
    StyleParameters,
    StyleTraining,
)
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec, Setting


def small_slices(setting: Setting, parameters: DcganParameters) -> tuple[str, ...]:
    """Say that slices know nothing of each other.

    Raises
    ------
    InputError
        If they are to be larger than the network makes them.
    """
    if max(setting.sides) > SIDE:
        rows, columns = setting.sides
        raise InputError(
            f"DCGAN makes images of {SIDE} px at most, not {rows} × {columns}: its first layer has a size. Ask for a "
            "smaller one, or take a generator that makes fields, such as stylegan, prior or vae."
        )
    return slice_by_slice(setting, parameters)


DCGAN = GeneratorSpec(
    id="dcgan",
    title="DCGAN",
    family="adversarial",
    tasks=("synthesize",),
    parameters=DcganParameters,
    implementation="synthscope.generators.adversarial.dcgan_generator:Dcgan",
    cost=dcgan_cost,
    summary="The first convolutional GAN, as published, at 64 px: the historical baseline.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=DcganTraining,
    training_memory=dcgan_training_memory,
    live=True,
    assumes=small_slices,
    citation="Radford et al. 2016, ICLR (arXiv:1511.06434)",
)

STYLEGAN = GeneratorSpec(
    id="stylegan",
    title="Style-based GAN",
    family="adversarial",
    tasks=("synthesize", "vary", "inpaint"),
    parameters=StyleParameters,
    implementation="synthscope.generators.adversarial.style.generator:StyleGan",
    cost=style_cost,
    summary="Learned against a rival: sharp images of any size at once, from style and noise.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=StyleTraining,
    training_memory=style_training_memory,
    takes_reference=("vary",),
    live=True,
    assumes=slice_by_slice,
    citation="Karras et al. 2020, CVPR (arXiv:1912.04958); Huang et al. 2024, NeurIPS (arXiv:2501.05441)",
)
