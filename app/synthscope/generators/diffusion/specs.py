"""The spec of the diffusion prior: what the registry lists, without the network."""

from __future__ import annotations

from synthscope.generators.diffusion.costs import prior_cost, prior_training_memory
from synthscope.generators.diffusion.depth import assumed
from synthscope.generators.diffusion.descriptors import words_on_setting
from synthscope.generators.diffusion.parameters import PriorParameters, PriorTraining
from synthscope.generators.diffusion.windowing import prior_joints, prior_reach
from synthscope.records.generator import GeneratorSpec, Setting


def taken_for_granted(setting: Setting, parameters: PriorParameters) -> tuple[str, ...]:
    """Say what is assumed of the material, and how what is asked for compares with what was learned."""
    return assumed(setting, parameters) + words_on_setting(setting, parameters)


PRIOR = GeneratorSpec(
    id="prior",
    title="Diffusion prior",
    family="diffusion",
    tasks=("inpaint", "synthesize", "vary", "restore"),
    restorations=("denoise", "upscale", "isotropic"),
    learns_labels=True,
    parameters=PriorParameters,
    implementation="synthscope.generators.diffusion.prior:DiffusionPrior",
    cost=prior_cost,
    summary="Learned from a stack like yours: makes what fits its surroundings and was never there.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=PriorTraining,
    training_memory=prior_training_memory,
    assumes=taken_for_granted,
    joints=prior_joints,
    reach=prior_reach,
    version="5",
    citation="Karras et al. 2022, NeurIPS 35:26565 (arXiv:2206.00364)",
)
