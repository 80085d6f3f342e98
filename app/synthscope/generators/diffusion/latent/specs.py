"""The spec of the latent prior: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.diffusion.latent.costs import latent_cost, latent_training_memory
from synthscope.generators.diffusion.latent.parameters import LatentParameters, LatentTraining
from synthscope.generators.diffusion.windowing import latent_joints
from synthscope.records.generator import GeneratorSpec, Setting


def slices_by_themselves(setting: Setting, _parameters: LatentParameters) -> tuple[str, ...]:
    """Say that slices do not go on from one to the next, where the model learned from single images."""
    context = setting.architecture.get("pixels", {}).get("context", 0)
    if setting.slices < 2 or setting.is_series or context:
        return ()
    return ("Each slice is made by itself: the model learned from single images, so that nothing goes on along z.",)


LATENT_PRIOR = GeneratorSpec(
    id="latent-prior",
    title="Latent diffusion prior",
    family="diffusion",
    tasks=("inpaint", "synthesize", "vary"),
    parameters=LatentParameters,
    implementation="synthscope.generators.diffusion.latent.latent_prior:LatentPrior",
    cost=latent_cost,
    summary="The diffusion prior over latents of its own autoencoder: for images of 512 px and above, in less time.",
    assumes=slices_by_themselves,
    joints=latent_joints,
    version="2",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=LatentTraining,
    training_memory=latent_training_memory,
    citation="Rombach et al. 2022, CVPR, 10684 (arXiv:2112.10752)",
)
