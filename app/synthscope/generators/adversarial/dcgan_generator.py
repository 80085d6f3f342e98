"""DCGAN as a generator: images of its own size, or parts of them; and learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from synthscope.generators.adversarial.configuration import LATENT
from synthscope.generators.adversarial.dcgan import latents
from synthscope.generators.adversarial.loading import load_dcgan
from synthscope.generators.adversarial.parameters import SIDE, DcganParameters, DcganTraining
from synthscope.generators.adversarial.rivals import Dice
from synthscope.generators.adversarial.specs import small_slices
from synthscope.generators.adversarial.trainer import train_dcgan
from synthscope.generators.asked import unknown_of
from synthscope.generators.devices import choose_device
from synthscope.generators.training import Budget, Training, TrainingData
from synthscope.generators.units import Units
from synthscope.records.events import Job, Progress
from synthscope.records.generator import Inputs, Setting


class Dcgan:
    """Makes images of 64 px."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` is done on."""
        return str(choose_device(wanted))

    def generate(self, inputs: Inputs, parameters: DcganParameters, seed: int) -> Job[np.ndarray]:
        """Make one image; of a smaller one the middle of what the network makes.

        Raises
        ------
        InputError
            If the size is missing, or larger than the network makes.
        """
        depth, rows, columns = unknown_of(inputs).shape
        z, y, x, *_ = inputs.space.voxel_size
        small_slices(Setting(inputs.task, depth, (z, y, x), inputs.space.unit, sides=(rows, columns)), parameters)
        yield Progress(0, depth, "Loading the model")
        trained = load_dcgan(inputs.model, inputs.device)
        units = Units(trained.card, trained.network.configuration, inputs)
        top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
        dice = Dice([seed, 0], trained.device)
        slices = []
        for z in range(depth):
            with torch.no_grad():
                made = trained.network(latents(1, dice.normal(1, LATENT)))
            slices.append(made[:, :, top : top + rows, left : left + columns])
            yield Progress(z + 1, depth, f"Slice {z + 1} of {depth}")
        return units.outwards(torch.stack(slices, dim=2))

    def train(
        self, data: TrainingData, parameters: DcganTraining, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model: see `synthscope.generators.training.Trainable`."""
        return (yield from train_dcgan(data, parameters, budget, seed, state, device))
