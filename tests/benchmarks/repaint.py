"""diffusers' RePaint pipeline over the network of a prior: the published peer of its fills, on the same weights."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.conditions import ABSENT, unconditional
from synthscope.generators.diffusion.formulations import ddpm_sigmas
from synthscope.generators.diffusion.loading import load_prior
from synthscope.generators.scale import SIGMA_DATA
from synthscope.imaging.normalisation import Normalisation
from synthscope.worker import mend_torchvision


def repaint(model: Path, crop: np.ndarray, mask: np.ndarray, seed: int, schedule: tuple[int, int, int]) -> np.ndarray:
    """Fill a crop (Y, X); `schedule` is steps, jump length and resamplings. Gives original units, not rounded."""
    pipeline = _pipeline(str(model))
    prior = load_prior(str(model), "cpu")
    normalisation = Normalisation(*prior.card.normalisation)
    values = normalisation.forward(np.where(mask, crop[~mask].mean(), crop)).astype(np.float32)
    steps, jump, again = schedule
    made = pipeline(
        image=torch.from_numpy(values)[None, None],
        mask_image=torch.from_numpy(~mask).float()[None, None],
        num_inference_steps=steps, eta=0.0, jump_length=jump, jump_n_sample=again,
        generator=torch.Generator().manual_seed(seed), output_type="np.array", return_dict=False,
    )[0]  # fmt: skip
    # the pipeline works between -1 and 1, and maps that to 0..1 on its way out
    return normalisation.inverse(np.asarray(made)[0, ..., 0] * 2 - 1)


@cache
def _pipeline(model: str) -> Any:
    mend_torchvision()
    from diffusers import RePaintPipeline, RePaintScheduler
    from diffusers.configuration_utils import ConfigMixin, register_to_config
    from diffusers.models.modeling_utils import ModelMixin
    from diffusers.models.unets.unet_2d import UNet2DOutput

    prior = load_prior(model, "cpu")
    sigmas = ddpm_sigmas().float()

    class NoisePredictor(ModelMixin, ConfigMixin):
        """The prior, told nothing, as the network that predicts the noise at one of a thousand steps."""

        @register_to_config
        def __init__(self) -> None:
            super().__init__()
            self.network = prior.denoiser.network

        def forward(self, x: Tensor, timestep: Tensor) -> Any:
            sigma, configuration = sigmas[int(timestep)], prior.denoiser.configuration
            noisy = x * (1 + sigma**2).sqrt()
            units = SIGMA_DATA / configuration.spread[0]
            slab = torch.zeros(len(x), configuration.slices, *x.shape[1:])
            slab[:, configuration.context] = (noisy - configuration.mean[0]) * units
            there = torch.full((len(x), configuration.slices, *x.shape[2:]), ABSENT)
            there[:, configuration.context] = 1
            told = unconditional(there, x.shape[1])
            clean = prior.denoiser(slab, (sigma * units).expand(len(x)), told) / units + configuration.mean[0]
            return UNet2DOutput(sample=(noisy - clean) / sigma)

    scheduler = RePaintScheduler(num_train_timesteps=len(sigmas), clip_sample=False)
    pipeline = RePaintPipeline(NoisePredictor(), scheduler)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
