"""The latent prior as a generator: fills, makes and varies images and stacks through its autoencoder; and learns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.asked import class_index, source_of, unknown_of
from synthscope.generators.coding.configuration import CELL
from synthscope.generators.coding.fields import whole_cells
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.descriptors import drawn_descriptors
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.latent.loading import Latents, load_latents
from synthscope.generators.diffusion.latent.parameters import LatentParameters, LatentTraining
from synthscope.generators.diffusion.latent.trainer import train_latent_prior
from synthscope.generators.diffusion.making import HIGHEST_LED, HIGHEST_NEW, levels_of, make_field
from synthscope.generators.diffusion.samplers import Step
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units, evened, with_known
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

PREVIEWS = 4
"""An estimate is shown about this often less one: to decode it takes as long as a look at all of its pixels."""


class LatentPrior:
    """One denoiser of latents for every task, between an encoder and a decoder."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: LatentParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If a size or a source is missing, or the source has other channels than the model.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        """
        yield Progress(0, 1, "Loading the model")
        job = _Work(load_latents(inputs.model, inputs.device), inputs, parameters, seed)
        last: Step | None = None
        for step in job.steps(parameters, seed):
            yield Progress(step.index + 1, step.total, f"Step {step.index + 1} of {step.total}")
            if (step.index + 1) % max(step.total // PREVIEWS, 1) == 0 and step.index + 1 < step.total:
                yield Preview(job.decoded(step.denoised), "Estimate")
            last = step
        assert last is not None, "a schedule has at least one step"
        return (yield from evened(inputs, job.units, job.decoded(last.x), parameters.border))

    def train(
        self, data: TrainingData, parameters: LatentTraining, budget: Budget, seed: int, state: Path,
        device: str = "cpu",
    ) -> Training:  # fmt: skip
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_latent_prior(data, parameters, budget, seed, state, device))


class _Work:
    """What is known in cells, what is to be made, and the denoiser that knows both."""

    def __init__(self, latents: Latents, inputs: Inputs, parameters: LatentParameters, seed: int) -> None:
        pixels = latents.configuration.pixels
        self.units = Units(latents.card, pixels, inputs)
        self._latents = latents
        unknown = unknown_of(inputs)
        self._unknown, self._source = unknown, inputs.source
        self._start: Tensor | None = None
        mask = whole_cells(torch.from_numpy(unknown)).to(latents.device)
        cells = torch.Size((*mask.shape[:1], mask.shape[1] // CELL, mask.shape[2] // CELL))
        known, self._wanted = torch.zeros(latents.configuration.coder.latents, *cells), mask.new_ones(cells)
        descriptors, label = torch.zeros(4), class_index(inputs.label, latents.card.labels)
        if inputs.task == "synthesize":
            area = unknown.shape[1] * unknown.shape[2]
            drawn = drawn_descriptors(pixels, area, np.random.default_rng([seed, 1]), label)
            descriptors = torch.from_numpy(drawn)
        else:
            values = whole_cells(self.units.inwards(source_of(inputs, latents.card))).to(latents.device)
            if inputs.task == "vary":
                self._start = _across(latents.coder.encode(values.movedim(1, 0)))[None]
            seen = torch.where(mask, torch.zeros_like(values), values).movedim(1, 0)
            told, flags = latents.coder.encode_known(seen, mask.to(seen.dtype))
            known, self._wanted = _across(told), flags == 1
        scene = Scene(
            known.to(latents.device),
            self._wanted,
            descriptors.to(latents.device),
            label=label,
        )
        self._field = FieldDenoiser(latents.denoiser, scene, parameters.window // CELL)

    def steps(self, parameters: LatentParameters, seed: int) -> Iterator[Step]:
        """Take noise away from the cells."""
        shape = (1, self._latents.configuration.coder.latents, *self._wanted.shape)
        highest = HIGHEST_LED if self._field.knows else HIGHEST_NEW  # a hole is few cells wide
        levels = levels_of(parameters, highest, varied=self._start is not None)
        return make_field(self._field, shape, parameters, seed, self._latents.device, levels, self._start)

    def decoded(self, x: Tensor) -> np.ndarray:
        """Turn cells (1, latents, Z, Y, X) into (Z, Y, X, C) in original units, known voxels as they are."""
        pixels = self._latents.coder.decode_field(x[0], self._wanted)
        _, rows, columns = self._unknown.shape
        return with_known(self.units.outwards(pixels[None, :, :, :rows, :columns]), self._unknown, self._source)


def _across(slices: Tensor) -> Tensor:
    """Turn slices (Z, latents, Y, X) into a field (latents, Z, Y, X)."""
    return slices.movedim(0, 1).contiguous()
