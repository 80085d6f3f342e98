"""The variational autoencoder as a generator: makes, varies and fills images and stacks; and learns."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.asked import class_index, reference_of, source_of, unknown_of
from synthscope.generators.autoencoding.fields import decode, encode, latent_shape
from synthscope.generators.autoencoding.filling import fill_holes
from synthscope.generators.autoencoding.latents import interpolated, renewed, shifted
from synthscope.generators.autoencoding.loading import Vae, load_vae
from synthscope.generators.autoencoding.parameters import VaeParameters, VaeTraining
from synthscope.generators.autoencoding.trainer import train_vae
from synthscope.generators.autoencoding.usage import fitted, standard
from synthscope.generators.devices import choose_device
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units, made_slice_by_slice
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

T = TypeVar("T")


class VariationalAutoencoder:
    """One encoder and one decoder for every task; slices of a stack go through them one by one."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: VaeParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If a size, a source or a second image is missing, an image has other channels than the model, or there is
            no such latent dimension.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        """
        yield Progress(0, 1, "Loading the model")
        job = _Work(load_vae(inputs.model, inputs.device), inputs, parameters, seed)
        return (yield from made_slice_by_slice(job, inputs, parameters.border))

    def train(
        self, data: TrainingData, parameters: VaeTraining, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_vae(data, parameters, budget, seed, state, device))


class _Work:
    """What is known, what is to be made, and the network that makes it."""

    def __init__(self, vae: Vae, inputs: Inputs, parameters: VaeParameters, seed: int) -> None:
        configuration = vae.network.configuration
        self._vae, self._task, self._parameters, self._seed = vae, inputs.task, parameters, seed
        self.units = Units(vae.card, configuration, inputs)
        self.unknown = unknown_of(inputs)
        plain = parameters.prior == "standard"
        self._prior = standard(configuration.latents, vae.device) if plain else fitted(vae.network)
        self._label = torch.tensor([class_index(inputs.label, vae.card.labels)], device=vae.device)
        self._source, self._second = torch.empty(0), torch.empty(0)
        if inputs.task != "synthesize":
            self._source = self._inwards(source_of(inputs, vae.card))
        if inputs.task == "vary":
            shifted(torch.zeros(configuration.latents), configuration, parameters.dimension, parameters.shift)
            if parameters.towards > 0:
                self._second = self._inwards(reference_of(inputs))

    @property
    def slices(self) -> int:
        """How many there are."""
        return int(self.unknown.shape[0])

    def slice_job(self, index: int) -> Job[Tensor]:
        """Make one slice (C, Y, X) in the network's units."""
        rng = np.random.default_rng([self._seed, index])
        if self._task == "inpaint":
            return (yield from self._filled(index, rng))
        noise = self._drawn(rng)
        if self._task == "synthesize":
            return (yield from self._decoded(index, self._prior.at(noise, self._parameters.temperature)))
        latents = yield from self._encoded(index, self._source)
        if self._second.numel():
            second = yield from self._encoded(index, self._second)
            latents = interpolated(latents, second, self._parameters.towards)
        configuration, parameters = self._vae.network.configuration, self._parameters
        latents = shifted(latents, configuration, parameters.dimension, parameters.shift)
        latents = renewed(latents, self._prior.at(noise), parameters.strength, self._prior.mean)
        return (yield from self._decoded(index, latents))

    def _filled(self, index: int, rng: np.random.Generator) -> Job[Tensor]:
        known, rounds = self._source[:, index], self._parameters.rounds
        hole = torch.from_numpy(self.unknown[index]).to(known.device)
        if not bool(hole.any()):
            return known
        work = fill_holes(self._vae.network, self._prior, known, hole, self._label, rounds, rng)
        return (yield from self._told(work, index, rounds + 1))

    def _encoded(self, index: int, pixels: Tensor) -> Job[Tensor]:
        mean, _ = yield from self._told(encode(self._vae.network, pixels[:, index], self._label), index)
        return mean

    def _decoded(self, index: int, latents: Tensor) -> Job[Tensor]:
        _, rows, columns = self.unknown.shape
        work = decode(self._vae.network, latents, self._label, rows, columns)
        return (yield from self._told(work, index))

    def _told(self, work: Generator[Tensor | None, None, T], index: int, rounds: int = 1) -> Job[T]:
        """Say how far work on a slice has come, and show what it gives on the way."""
        done = 0
        while True:
            try:
                image = next(work)
            except StopIteration as end:
                found: T = end.value
                return found
            yield Progress(index + done / rounds, self.slices, f"Slice {index + 1} of {self.slices}")
            if image is not None:
                done += 1
                yield Preview(self.units.outwards(image[None, :, None]), "Estimate")

    def _drawn(self, rng: np.random.Generator) -> Tensor:
        _, rows, columns = self.unknown.shape
        shape = latent_shape(self._vae.network.configuration, rows, columns)
        return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32)).to(self._vae.device)

    def _inwards(self, pixels: np.ndarray) -> Tensor:
        return self.units.inwards(pixels).to(self._vae.device)
