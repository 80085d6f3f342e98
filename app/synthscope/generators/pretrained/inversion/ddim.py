"""The deterministic path between latents and noise (DDIM), walked up and down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from synthscope.errors import Unavailable

Predict = Callable[[Tensor, int], Tensor]
"""The network: latents and a time in, what it predicts of them out."""
KINDS = ("epsilon", "sample", "v_prediction")


@dataclass(frozen=True, eq=False)
class Ladder:
    """Rungs from clean latents to noise.

    Parameters
    ----------
    times : tuple of int
        Of the rungs above the lowest, from low to high: what the network is told.
    kept : Tensor (rungs,)
        Of each rung the share of the signal's variance; the lowest is the clean one. Rung ``k + 1`` has the time
        ``times[k]``.
    kind : str
        What the network predicts: ``epsilon``, ``sample`` or ``v_prediction``.
    """

    times: tuple[int, ...]
    kept: Tensor
    kind: str

    def step(self, latents: Tensor, predicted: Tensor, start: int, stop: int, *, told: int) -> Tensor:
        """Go from one rung to another by a prediction that was made for the rung `told`.

        Song et al. 2021, equation 12 with sigma = 0; for ``v`` Salimans & Ho 2022, appendix D.
        """
        assert told in (start, stop), "a prediction belongs to one of both ends"
        alpha, sigma = self.kept[start].sqrt().to(latents), (1 - self.kept[start]).sqrt().to(latents)
        if self.kind == "epsilon":
            noise, clean = predicted, (latents - sigma * predicted) / alpha
        elif self.kind == "v_prediction":
            noise, clean = alpha * predicted + sigma * latents, alpha * latents - sigma * predicted
        else:
            clean = predicted
            noise = (latents - alpha * predicted) / sigma.clamp_min(torch.finfo(sigma.dtype).eps)
        return self.kept[stop].sqrt().to(latents) * clean + (1 - self.kept[stop]).sqrt().to(latents) * noise


def ladder(scheduler: Any, steps: int, ratio: float) -> Ladder:
    """Give the lower part of a ladder of `steps`, by the schedule of a model, whatever its sampler.

    Parameters
    ----------
    ratio : float
        Which part of it, at least one step.

    Raises
    ------
    Unavailable
        If the model has a schedule that DDIM does not know, or fewer times than steps.
    """
    from diffusers import DDIMScheduler

    told = dict(scheduler.config)
    kind = str(told.get("prediction_type", "epsilon"))
    times = int(told.get("num_train_timesteps", 1000))
    if kind not in KINDS or getattr(scheduler, "alphas_cumprod", None) is None:
        raise Unavailable(
            f"The schedule of this model ({type(scheduler).__name__}, {kind}) cannot be inverted; choose a Stable "
            "Diffusion 1 or 2."
        )
    if steps > times:
        raise Unavailable(f"The model knows {times} steps, not {steps}; choose fewer.")
    own = DDIMScheduler.from_config(told, set_alpha_to_one=bool(told.get("set_alpha_to_one", False)))
    taken = max(1, min(steps, int(steps * ratio)))
    rungs = tuple(min(k * (times // steps) + int(told.get("steps_offset", 0)), times - 1) for k in range(taken))
    kept = torch.cat([own.final_alpha_cumprod[None], own.alphas_cumprod[list(rungs)]])
    return Ladder(rungs, kept, kind)


def invert(predict: Predict, latents: Tensor, rungs: Ladder) -> list[Tensor]:
    """Walk up, and give the latents of every rung, the clean ones first.

    The network is told the time of the rung that is walked to, with latents of the one below: it is asked at the
    same times as on the way down, so that both ways differ by one step's change of its answer, which falls with the
    number of steps.
    """
    found = [latents]
    for k, time in enumerate(rungs.times):
        found.append(rungs.step(found[-1], predict(found[-1], time), k, k + 1, told=k + 1))
    return found


def descend(predict: Predict, latents: Tensor, rungs: Ladder, known: list[Tensor], mask: Tensor) -> Tensor:
    """Walk down, with what is `known` of each rung put back outside of the mask.

    Couairon et al. 2023, step 3: ``y_t <- M y_t + (1 - M) x_t``, of the rung that was reached.

    Parameters
    ----------
    mask : Tensor (1, 1, rows, columns)
        1 where latents are made, else 0.
    """
    for k in reversed(range(len(rungs.times))):
        latents = rungs.step(latents, predict(latents, rungs.times[k]), k + 1, k, told=k + 1)
        latents = mask * latents + (1 - mask) * known[k]
    return latents
