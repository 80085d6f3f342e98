"""Where an image answers differently to two prompts: the mask of DiffEdit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Asking, Editor
from synthscope.generators.pretrained.inversion.ddim import Ladder, Predict, ladder
from synthscope.generators.pretrained.inversion.parameters import DiffEditParameters
from synthscope.generators.pretrained.inversion.words import encoded, led
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.pixels import Colours
from synthscope.imaging.windows import cover, taper
from synthscope.records.events import Job
from synthscope.records.generator import Inputs

STEPS = 50
"""Into how many the way to noise is cut for the mask, whatever the edit does: that of the paper."""


class Telling(Editor):
    """Asks of each tile how differently it answers to both prompts."""

    identity: ClassVar[str] = "diffedit"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: DiffEditParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run."""
        from diffusers import StableDiffusionPipeline

        return assemble(StableDiffusionPipeline, loaded)

    def calls(self, loaded: Loaded, pipeline: Any, inputs: Inputs, parameters: DiffEditParameters) -> int:  # noqa: ARG002
        """Say how often the network is asked for a tile."""
        return 2 * parameters.maps

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Give the difference (1, 1, rows, columns) of a tile."""
        assert asked.image is not None, "an image is varied"
        latents, given = encoded(pipeline, asked.image), asked.parameters
        rungs = ladder(pipeline.scheduler, _steps(pipeline.scheduler), given.mask_strength)
        two = tuple(led(pipeline, words, "", 1.0) for words in (asked.prompts.source, asked.prompts.target))
        return difference(two, latents, rungs, given.maps, asked.random)


def _steps(scheduler: Any) -> int:
    return min(STEPS, int(dict(scheduler.config).get("num_train_timesteps", STEPS)))


def difference(
    two: tuple[Predict, ...], latents: Tensor, rungs: Ladder, maps: int, random: torch.Generator
) -> Tensor:
    """Average, over noises, how far two predictions lie from each other (Couairon et al. 2023, step 1).

    Guidance would multiply all of it by one number, and the mask is found relative to the mean: none is needed.

    Returns
    -------
    Tensor (1, 1, rows, columns)
        Mean absolute difference over channels and noises, at the sides of the latents.
    """
    kept, total = rungs.kept[-1].to(latents), torch.zeros_like(latents[:, :1])
    for _ in range(maps):
        noise = torch.randn(latents.shape, generator=random).to(latents)
        noisy = kept.sqrt() * latents + (1 - kept).sqrt() * noise
        # One at a time: equal prompts then give equal numbers, to the last bit.
        first, second = (predict(noisy, rungs.times[-1]) for predict in two)
        total += (second - first).abs().mean(dim=1, keepdim=True)
    return total / maps


def told_apart(loaded: Loaded, inputs: Inputs, parameters: DiffEditParameters, seed: int) -> Job[np.ndarray]:
    """Find the differences (Z, Y, X) of all of an image, tile by tile."""
    assert inputs.source is not None, "an image is varied"
    colours, telling = Colours(loaded.card, inputs), Telling()
    plain = replace(inputs, mask=None)
    ask = Asking(telling, loaded, telling.pipeline(loaded, plain, parameters), plain, parameters)
    shape = inputs.source.shape[:3]
    margin = int(ask.side * parameters.overlap)
    windows = cover(np.ones(shape, bool), ask.side, margin, ask.multiple)
    sums, weights = np.zeros(shape), np.zeros(shape)
    try:
        for number, window in enumerate(windows):
            where = (window.z, window.rows, window.columns)
            word = [seed, window.z, window.top, window.left]
            tile = yield from ask.answer(
                colours.inwards(inputs.source[where]), None, None, window.shape, word, None, (number, len(windows))
            )
            share = np.maximum(taper(window, (shape[1], shape[2]), margin // 2), 1e-3)
            sums[where] += tile[0, 0].double().numpy() * share
            weights[where] += share
    finally:
        ask.held.release()
    return sums / weights
