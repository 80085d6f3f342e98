"""What both stages of a latent prior's training share, and how they share the steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from accelerate import Accelerator

from synthscope.generators.coding.configuration import CoderConfiguration
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.latent.lessons import Cutter
from synthscope.generators.diffusion.latent.parameters import LARGEST, LatentTraining
from synthscope.generators.schooling.surveying import training_identity
from synthscope.generators.training import Budget, TrainingData
from synthscope.imaging.patches import PLANES, Drawing


@dataclass(frozen=True, eq=False)
class Plan:
    """Images, choices, budget and device of a training, and how pixels are seen."""

    data: TrainingData
    parameters: LatentTraining
    budget: Budget
    seed: int
    state: Path
    accelerator: Accelerator
    pixels: NetworkConfiguration

    @cached_property
    def identity(self) -> str:
        """Hash of all that the training depends on."""
        return training_identity(self.data, self.parameters, self.budget, self.seed)

    @cached_property
    def coder(self) -> CoderConfiguration:
        """Of the autoencoder."""
        return CoderConfiguration(self.pixels.channels, self.parameters.latents * self.pixels.channels)

    @property
    def share(self) -> float:
        """Part of the steps that is the first stage's."""
        return self.parameters.autoencoder_share

    def first_budget(self) -> Budget:
        """Give the budget of the first stage."""
        steps = max(round(self.share * self.budget.steps), 1) if self.budget.steps else 0
        return Budget(self.share * self.budget.minutes, steps)

    def second_steps(self, first: int) -> int:
        """Give the steps of the second stage: together with those of the first they tell `first` again."""
        rest = self.budget.steps - first if self.budget.steps else round(first * (1 - self.share) / self.share)
        return max(rest, 1)

    def cutter(self, blocks: tuple[np.ndarray, ...]) -> Cutter:
        """Give what cuts pieces out of blocks."""
        planes = PLANES if self.pixels.planes else PLANES[:1]
        side = min(LARGEST, self.pixels.patch)
        drawing = Drawing(side, 1, self.parameters.free_orientation, planes)
        return Cutter(blocks, drawing, self.data.normalisation, self.pixels, self.coder.latents)
