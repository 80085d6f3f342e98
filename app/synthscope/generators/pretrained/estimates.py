"""What a pipeline has in mind at a step: its latents without the noise, as colours."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from synthscope.generators.pretrained.loading import Loaded
from synthscope.generators.pretrained.stepping import Stepped


def estimate(loaded: Loaded, step: Stepped, led: int = -1) -> Tensor | None:
    """Give the colours (1, 3, Y, X) of 0 to 1 of the denoised estimate; None where a pipeline's parts do not tell it.

    Of a guided step the half that is led is shown: `led` is its place in the batch. Of a network that tells a
    variance too (Nichol & Dhariwal 2021) the mean is taken. Ho et al. 2020, equation 15; Salimans & Ho 2022 for ``v``.
    """
    scheduler = loaded.components.get("scheduler")
    decoder = loaded.components.get("vae", loaded.components.get("movq"))
    sums = getattr(scheduler, "alphas_cumprod", None)
    if decoder is None or sums is None or step.time is None or step.sample.ndim != 4:
        return None
    channels = int(decoder.config.latent_channels)
    time = int(torch.as_tensor(step.time).flatten()[0])
    sample, output = (one[led:][:1, :channels].float() for one in (step.sample, step.output))
    if not 0 <= time < len(sums) or sample.shape != output.shape or sample.shape[1] != channels:
        return None
    kept = sums[time].to(sample)
    kind = str(scheduler.config.get("prediction_type", "epsilon")) if scheduler is not None else ""
    return _decoded(decoder, _clean(sample, output, kept, kind), loaded.dtype)


def _decoded(decoder: Any, latents: Tensor, dtype: torch.dtype) -> Tensor | None:
    """Decode latents as pipelines do; what is no number, as of some decoders in half precision, is no picture."""
    told = decoder.config
    if "num_vq_embeddings" in told:  # the decoder of Kandinsky takes latents as they are
        given = {"force_not_quantize": True}
    else:
        given = {}
        mean, spread = told.get("latents_mean"), told.get("latents_std")
        latents = latents / float(told.get("scaling_factor") or 1.0)
        if mean is not None and spread is not None:
            mean, spread = (torch.tensor(one).view(1, -1, 1, 1).to(latents) for one in (mean, spread))
            latents = latents * spread + mean
    with torch.no_grad():
        decoded = decoder.decode(latents.to(dtype), **given).sample.float()
    return ((decoded + 1) / 2).clamp(0, 1).cpu() if bool(torch.isfinite(decoded).all()) else None


def _clean(sample: Tensor, output: Tensor, kept: Any, kind: str) -> Tensor:
    if kind == "sample":
        return output
    if kind == "v_prediction":
        return kept.sqrt() * sample - (1 - kept).sqrt() * output
    return (sample - (1 - kept).sqrt() * output) / kept.sqrt()
