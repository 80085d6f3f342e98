"""Generator and discriminator as one network to be taught, and what is watched of their game."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.schooling.patches import Patches

GENERATOR = "generator."
"""What the names of the generator's weights begin with: no model keeps the rival's."""
MEMORY = 0.98
"""What is watched is a running mean over about fifty matches."""
TOLD = 3.0
"""Standard errors by which learned patches must be told from made ones, before anything can be known by heart."""


class Watch(nn.Module):
    """Running means of a discriminator's logits and of how often it is right; kept and resumed with the weights."""

    learned: Tensor
    held_out: Tensor
    generated: Tensor
    accuracy: Tensor
    squared: Tensor
    matches: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name in ("learned", "held_out", "generated", "accuracy", "squared", "matches"):
            self.register_buffer(name, torch.zeros((), dtype=torch.float64))

    def note(self, learned: Tensor, held_out: Tensor, generated: Tensor) -> None:
        """Take in the logits of one match: on patches learned from, held out, and made."""
        threshold = (held_out.mean() + generated.mean()) / 2
        right = ((held_out > threshold).double().mean() + (generated < threshold).double().mean()) / 2
        self.matches += 1
        keep = min(MEMORY, 1 - 1 / float(self.matches))
        for kept, new in (
            (self.learned, learned), (self.held_out, held_out), (self.generated, generated), (self.accuracy, right),
            (self.squared, (learned.double().mean() - generated.double().mean()).square()),
        ):  # fmt: skip
            kept.mul_(keep).add_((1 - keep) * new.detach().double().mean())

    @property
    def overfitting(self) -> float:
        """Give r_v of Karras et al. 2020 (arXiv:2006.06676), Eq. 1: 0 knows held-out patches as well, 1 not at all.

        It is a ratio to how far learned patches lie from made ones, and means nothing while these are not told apart:
        then it is 0.
        """
        apart = float(self.learned - self.generated)
        return float(self.learned - self.held_out) / apart if apart > TOLD * self._error else 0.0

    @property
    def _error(self) -> float:
        """Give the standard error of how far learned patches lie from made ones."""
        matches = min(float(self.matches), (1 + MEMORY) / (1 - MEMORY))
        variance = float(self.squared - (self.learned - self.generated).square())
        return math.sqrt(max(variance, 0.0) / max(matches, 1.0))


class Rivals(nn.Module):
    """Both networks; they are one module so that one pupil carries them."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module) -> None:
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.watch = Watch()


@dataclass(frozen=True, eq=False)
class Match:
    """One batch: patches that are learned from, some held out to watch by, and the seed of all other chance."""

    real: Patches
    held_out: Patches | None
    seed: int

    def to(self, device: torch.device) -> Match:
        """Move to a device."""
        return Match(self.real.to(device), self.held_out.to(device) if self.held_out else None, self.seed)

    def part(self, index: slice) -> Match:
        """Give a part of the batch."""
        return Match(self.real.part(index), self.held_out, self.seed)


class Dice:
    """Chance of one match or candidate: drawn on the CPU, the same on every device."""

    def __init__(self, seed: int | list[int], device: torch.device) -> None:
        self._rng = np.random.default_rng(seed)
        self._device = device

    def normal(self, *shape: int) -> Tensor:
        """Draw standard normal numbers."""
        return torch.from_numpy(self._rng.standard_normal(shape, dtype=np.float32)).to(self._device)

    def uniform(self, *shape: int) -> Tensor:
        """Draw numbers from 0 to 1."""
        return torch.from_numpy(self._rng.random(shape, dtype=np.float32)).to(self._device)

    def whole(self, below: int, *shape: int) -> Tensor:
        """Draw whole numbers from 0 to one less than `below`."""
        return torch.from_numpy(self._rng.integers(below, size=shape)).to(self._device)
