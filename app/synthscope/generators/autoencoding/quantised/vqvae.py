"""The VQ-VAE as a generator: makes, varies and fills images and stacks by drawing codes; and learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.asked import class_index, source_of, unknown_of
from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, to_values
from synthscope.generators.autoencoding.quantised.drawing import CodeField, draw_codes
from synthscope.generators.autoencoding.quantised.fields import blank, cells_of, decoded, encoded, lengthened
from synthscope.generators.autoencoding.quantised.loading import VqVae, load_vqvae
from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters, QuantisedTraining
from synthscope.generators.autoencoding.quantised.trainer import train_vqvae
from synthscope.generators.autoencoding.quantised.windows import round_ends
from synthscope.generators.devices import choose_device
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units, made_slice_by_slice
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs

PREVIEWS = 4
"""An estimate is shown about this often less one for each slice: it takes a look at everything that is unknown."""


class QuantisedGenerator:
    """One autoencoder and one prior of codes for every task; slices of a stack go through them one by one."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: QuantisedParameters, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Raises
        ------
        InputError
            If a size or a source is missing, or the image has other channels than the model.
        MaskError
            If the mask is empty, leaves nothing known, or does not fit.
        """
        yield Progress(0, 1, "Loading the model")
        job = _Work(load_vqvae(inputs.model, inputs.device), inputs, parameters, seed)
        return (yield from made_slice_by_slice(job, inputs, parameters.border))

    def train(
        self, data: TrainingData, parameters: QuantisedTraining, budget: Budget, seed: int, state: Path,
        device: str = "cpu",
    ) -> Training:  # fmt: skip
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_vqvae(data, parameters, budget, seed, state, device))


class _Work:
    """What is known, what is to be made, and the networks that make it."""

    def __init__(self, model: VqVae, inputs: Inputs, parameters: QuantisedParameters, seed: int) -> None:
        self.units = Units(model.card, model.network.configuration, inputs)
        self.unknown = unknown_of(inputs)
        self._model, self._task, self._parameters, self._seed = model, inputs.task, parameters, seed
        label = torch.tensor([class_index(inputs.label, model.card.labels)], device=model.device)
        self._field = CodeField(model.network, label)
        self._source = torch.empty(0)
        if inputs.task != "synthesize":
            self._source = self.units.inwards(source_of(inputs, model.card)).to(model.device)

    @property
    def slices(self) -> int:
        """How many there are."""
        return int(self.unknown.shape[0])

    def slice_job(self, index: int) -> Job[Tensor]:
        """Make one slice (C, Y, X) in the network's units."""
        if not self.unknown[index].any():
            return self._source[:, index]
        rng = np.random.default_rng([self._seed, index])
        wanted = cells_of(torch.from_numpy(self.unknown[index]).to(self._model.device))
        codes = lengthened(self._begun(index, wanted, rng), self._model.network.configuration.side)
        rounds, temperature = self._parameters.rounds, self._parameters.temperature
        within = (wanted.shape[0], wanted.shape[1])
        unknown = int((codes[: within[0], : within[1]] == UNKNOWN).sum())
        total, done = len(round_ends(unknown, rounds)), 0
        for ended in draw_codes(self._field, codes, rounds, temperature, rng, within):
            done += ended
            yield Progress(index + done / total, self.slices, f"Slice {index + 1} of {self.slices}")
            if ended and done % max(total // PREVIEWS, 1) == 0 and done < total:
                estimate = self._decoded(index, self._field.estimate(codes), wanted)
                yield Preview(self.units.outwards(estimate[None, :, None]), "Estimate")
        values = to_values(codes[None], self._model.network.configuration.levels)[0]
        return self._decoded(index, values, wanted)

    def _begun(self, index: int, wanted: Tensor, rng: np.random.Generator) -> Tensor:
        """Give the codes of a slice before any is drawn."""
        if self._task == "synthesize":
            _, rows, columns = self.unknown.shape
            return blank(rows, columns, self._model.device)
        codes = encoded(self._model.network, self._source[:, index])
        if self._task == "inpaint":
            return codes.masked_fill(wanted, UNKNOWN)
        cells = rng.permutation(np.argwhere(wanted.cpu().numpy()))
        rows, columns = torch.from_numpy(cells[: round(self._parameters.strength * len(cells))]).T
        codes[rows, columns] = UNKNOWN
        return codes

    def _decoded(self, index: int, values: Tensor, wanted: Tensor) -> Tensor:
        """Decode a slice; what is known stays as it is."""
        _, rows, columns = self.unknown.shape
        made = decoded(self._model.network, values, wanted, rows, columns)
        if self._task == "synthesize":
            return made
        return torch.where(torch.from_numpy(self.unknown[index]).to(made.device), made, self._source[:, index])
