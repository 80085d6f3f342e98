"""DiffEdit: a mask from two prompts, and what lies in it made anew under the second (Couairon et al. 2023)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from torch import Tensor

from synthscope.generators.asked import unknown_of
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.inversion.ddim import descend, invert, ladder
from synthscope.generators.pretrained.inversion.parameters import DiffEditParameters
from synthscope.generators.pretrained.inversion.telling import told_apart
from synthscope.generators.pretrained.inversion.words import decoded, encoded, led, narrowed
from synthscope.generators.pretrained.loading import Loaded, assemble, load_pipeline
from synthscope.imaging.masks.differences import marked
from synthscope.jobs.retelling import retold
from synthscope.records.events import Event, Job, Noted, Progress
from synthscope.records.generator import Inputs

EMPTY = "Both prompts are answered alike everywhere: no voxel is marked, and nothing is edited; use other words."
ALIKE = "With a mask given, DiffEdit has no chance in it: every seed makes the same image."


class DiffEdit(Editor):
    """Our own, on the published parts: the pipeline that others made of it is not kept up any more."""

    identity: ClassVar[str] = "diffedit"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: DiffEditParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run."""
        from diffusers import StableDiffusionPipeline

        return assemble(StableDiffusionPipeline, loaded)

    def calls(self, loaded: Loaded, pipeline: Any, inputs: Inputs, parameters: DiffEditParameters) -> int:  # noqa: ARG002
        """Say how often the network is asked for a tile: up and down."""
        return 2 * len(ladder(pipeline.scheduler, parameters.steps, parameters.encode_ratio).times)

    def generate(self, inputs: Inputs, parameters: DiffEditParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate: inside the mask that is given, or else inside the one that both prompts tell.

        Raises
        ------
        InputError, MaskError, WorkError
            As of every editor.
        """
        if inputs.mask is not None:
            made = yield from super().generate(inputs, parameters, seed)
            yield Noted({}, (ALIKE,))
            return made
        mask = marked((yield from _halved(self.differences(inputs, parameters, seed), 0)), parameters.threshold)
        yield Noted({"mask_share": float(mask.mean())})
        assert inputs.source is not None, "else there is no mask"
        mask |= ~np.isfinite(inputs.source).all(axis=-1)
        yield Noted(mask=mask)
        if not mask.any():
            yield Noted({}, (EMPTY,))
            return inputs.source.copy()
        return (yield from _halved(super().generate(replace(inputs, mask=mask), parameters, seed), 1))

    def differences(self, inputs: Inputs, parameters: DiffEditParameters, seed: int) -> Job[np.ndarray]:
        """Find how differently each place answers to both prompts; a mask that is given plays no part.

        Returns
        -------
        ndarray of float64 (Z, Y, X)
            At least 0, in units of the model's latents; 0 everywhere where both prompts are answered alike.
        """
        plain = replace(inputs, mask=None)
        unknown_of(plain)
        yield Progress(0, 1, "Loading the model")
        loaded = load_pipeline(plain, self.identity, parameters.precision)
        return (yield from told_apart(loaded, plain, parameters, seed))

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Edit one tile."""
        assert asked.image is not None, "an image is varied"
        assert asked.mask is not None, "an image that is varied has one"
        words, given = asked.prompts, asked.parameters
        latents = encoded(pipeline, asked.image)
        rungs = ladder(pipeline.scheduler, given.steps, given.encode_ratio)
        known = invert(led(pipeline, words.source, "", given.source_guidance), latents, rungs)
        towards = led(pipeline, words.target, words.negative, given.guidance)
        return decoded(pipeline, descend(towards, known[-1], rungs, known, narrowed(asked.mask, latents)))


def _halved(job: Job[np.ndarray], half: int) -> Job[np.ndarray]:
    """Pass on the events of one of two halves of the work."""
    words = ("Mask", "Edit")[half]

    def change(event: Event) -> Event:
        if not isinstance(event, Progress):
            return event
        return Progress((half + event.fraction) / 2, 1, f"{words}: {event.text}")

    return retold(job, change)
