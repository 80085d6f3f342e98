"""What a denoiser is asked while it learns, and how far its answer is from the truth."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.errors import InputError

KINDS = ("epsilon", "v_prediction", "sample")


def check_prediction(scheduler: Any) -> None:
    """Refuse a model whose loss is not known.

    Raises
    ------
    InputError
    """
    kind = scheduler.config.prediction_type
    if kind not in KINDS:
        raise InputError(f"The base predicts {kind!r}; models that predict {', '.join(KINDS)} can be tuned.")


def wanted(scheduler: Any, latents: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """Give what the model should have answered: the noise, the velocity, or the latents.

    Ho et al. 2020 (https://arxiv.org/abs/2006.11239) for noise, Salimans & Ho 2022
    (https://arxiv.org/abs/2202.00512) for velocity.

    Parameters
    ----------
    latents, noise : Tensor (B, C, H, W)
    times : Tensor of int64 (B,)
    """
    kind = scheduler.config.prediction_type
    if kind == "epsilon":
        return noise
    if kind == "sample":
        return latents
    velocity: Tensor = scheduler.get_velocity(latents, noise, times)
    return velocity


def squared_error(found: Tensor, truth: Tensor) -> Tensor:
    """Give the mean squared error of each item (B,)."""
    return (found.float() - truth.float()).square().flatten(1).mean(dim=1)
