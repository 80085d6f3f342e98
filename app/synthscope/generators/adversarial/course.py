"""What both adversarial courses share: matches, what is watched, what is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.examining import LOOKED_AT, Examiner
from synthscope.generators.adversarial.rivals import Match, Rivals
from synthscope.generators.scale import Seen, from_units
from synthscope.generators.schooling.classroom import Ending, Pace
from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.training import Sampled
from synthscope.records.documents import to_json

WATCHED = 4
"""Steps between two looks at held-out patches: these cost the discriminator a batch more."""
CRITERION = "choice_distance"


@dataclass(frozen=True, eq=False)
class RivalCourse(ABC):
    """Teaches two networks by each other.

    Parameters
    ----------
    source, unseen : PatchSource, PatchSource or None
        Of patches to learn from, and of held-out ones; those are never used for a gradient.
    """

    configuration: Any
    parameters: Pace
    source: PatchSource
    unseen: PatchSource | None
    seed: int

    @property
    @abstractmethod
    def manner(self) -> Manner:
        """How they are taught."""

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the generator's configuration."""
        found: Mapping[str, Any] = to_json(self.configuration)
        return found

    def lesson(self, size: int, rng: np.random.Generator) -> Match:
        """Draw a match."""
        real = self.source.patches(size, rng)
        held_out = self.unseen.patches(size, rng) if self.unseen else None
        return Match(real, held_out, int(rng.integers(1 << 62)))

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Tell how the game stands, and how far samples are from held-out patches."""
        del device
        rivals = rivals_of(network)
        found = self.standing(rivals)
        if self.examiner is not None:
            found[CRITERION] = self.examiner.distance(self.samples(rivals, LOOKED_AT).cpu().numpy())
        return found

    def standing(self, rivals: Rivals) -> dict[str, float]:
        """Tell how the game stands; nothing before the first match that was watched."""
        watch = rivals.watch
        if not float(watch.matches):
            return {}
        return {"discriminator_accuracy": float(watch.accuracy), "overfitting": watch.overfitting}

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled]:
        """Make new images from fixed seeds, of each class in turn."""
        with torch.no_grad():
            made = self.samples(rivals_of(network), LOOKED_AT)
        pixels = from_units(made.movedim(1, -1).cpu().numpy(), self.source.normalisation, self.seen)
        yield Sampled(step, pixels)

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """End: there is nothing to examine besides."""
        del weights, planned, device
        yield from ()

    @abstractmethod
    def turns(self, network: nn.Module, lesson: Match, step: int) -> Iterator[Turn]:
        """Give the discriminator's loss, then the generator's."""

    @abstractmethod
    def samples(self, rivals: Rivals, count: int) -> Tensor:
        """Make images (N, C, H, W) in the network's units from fixed seeds."""

    @property
    def seen(self) -> Seen:
        """What the networks see of the pixels."""
        found: Seen = self.configuration
        return found

    @cached_property
    def examiner(self) -> Examiner | None:
        """Compare with held-out patches, where there are any and they are large enough."""
        if self.unseen is None:
            return None
        examiner = Examiner(self.unseen.patches(LOOKED_AT, np.random.default_rng([self.seed, 7])))
        return examiner if examiner.able else None


def rivals_of(network: nn.Module) -> Rivals:
    """Give a network that is being taught as what it is."""
    assert isinstance(network, Rivals)
    return network
