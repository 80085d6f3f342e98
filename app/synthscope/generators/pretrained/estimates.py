"""What a pipeline has in mind at a step: its latents without the noise, as colours."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from synthscope.generators.pretrained.loading import Loaded
from synthscope.generators.pretrained.stepping import Stepped


def estimate(loaded: Loaded, step: Stepped) -> Tensor | None:
    """Give the colours (1, 3, Y, X) of 0 to 1 of the denoised estimate; None where a pipeline's parts do not tell it.

    Of a guided step the conditional half is shown. Ho et al. 2020, equation 15; Salimans & Ho 2022 for ``v``.
    """
    scheduler, vae = loaded.components.get("scheduler"), loaded.components.get("vae")
    sums = getattr(scheduler, "alphas_cumprod", None)
    if vae is None or sums is None or step.time is None:
        return None
    channels = int(vae.config.latent_channels)
    time = int(torch.as_tensor(step.time).flatten()[0])
    if not 0 <= time < len(sums) or step.output.shape[1] < channels:
        return None
    sample, output = step.sample[-1:, :channels].float(), step.output[-1:, :channels].float()
    if sample.shape != output.shape:
        return None
    kept = sums[time].to(sample)
    kind = str(scheduler.config.get("prediction_type", "epsilon")) if scheduler is not None else ""
    latents = _clean(sample, output, kept, kind)
    with torch.no_grad():
        decoded = vae.decode((latents / vae.config.scaling_factor).to(loaded.dtype)).sample
    return ((decoded.float() + 1) / 2).clamp(0, 1).cpu()


def _clean(sample: Tensor, output: Tensor, kept: Any, kind: str) -> Tensor:
    if kind == "sample":
        return output
    if kind == "v_prediction":
        return kept.sqrt() * sample - (1 - kept).sqrt() * output
    return (sample - (1 - kept).sqrt() * output) / kept.sqrt()
