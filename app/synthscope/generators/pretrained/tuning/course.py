"""What an adapter is taught, how it is examined, and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.pretrained.resizing import resized
from synthscope.generators.pretrained.tuning.base import Base
from synthscope.generators.pretrained.tuning.lessons import Draws, Lesson
from synthscope.generators.pretrained.tuning.low_rank import LowRank, Seat
from synthscope.generators.pretrained.tuning.noising import squared_error, wanted
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.schooling.classroom import Ending
from synthscope.generators.schooling.manner import USUAL, Manner, Turn
from synthscope.generators.training import Sampled
from synthscope.records.events import Preview

EXAMINED = 16
"""Patches that each look examines, of those that are learned from and of those that are not."""
SHOWN, SHOWN_STEPS = 4, 20
"""Images at each look, and the steps in which they are made."""


@dataclass(frozen=True, eq=False)
class TuningCourse:
    """Teaches an adapter its base's own loss on one's images, beside that of class images (DreamBooth).

    Parameters
    ----------
    held_out : Draws or None
        Of what it is examined on.
    seat : Seat
        Where adapters of the base sit.
    """

    base: Base
    parameters: AdapterTraining
    draws: Draws
    held_out: Draws | None
    seat: Seat
    seed: int

    @property
    def manner(self) -> Manner:
        """As most do."""
        return USUAL

    @property
    def architecture(self) -> Mapping[str, Any]:
        """What the adapter changes of which kind of model."""
        return {
            "pipeline": "lora", "rank": self.parameters.rank, "alpha": self.parameters.alpha,
            "layers": len(self.base.layers()), "side": self.draws.album.side,
            "predicts": str(self.base.noising.config.prediction_type),
        }  # fmt: skip

    def lesson(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw a batch."""
        return self.draws.lesson(size, rng)

    def turns(self, network: nn.Module, lesson: Lesson, step: int) -> Iterator[Turn]:  # noqa: ARG002 - all are alike
        """Give the one loss of a step."""
        yield Turn(network(self.seat, self.losses, lesson))

    def losses(self, lesson: Lesson) -> Tensor:
        """Give the loss of each item (B,) with who sits there: L + prior_weight L_class (Ruiz et al. 2023, Eq. 2)."""
        latents = self.base.encode(lesson.pixels, lesson.spread)
        beside = self.base.seen_beside(lesson.pixels, lesson.holes) if self.base.fills else None
        found = self._error(latents, lesson.noise, lesson.times, self._words("prompt"), beside)
        if lesson.prior is None or lesson.prior_noise is None or lesson.prior_times is None:
            return found
        beside = self.base.blank_beside(lesson.prior)
        words = self._words("class_prompt")
        kept = self._error(lesson.prior, lesson.prior_noise, lesson.prior_times, words, beside)
        return found + self.parameters.prior_weight * kept

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Measure the same patches at each look: those learned from, and those held out."""
        assert isinstance(network, LowRank)
        found = {"loss": self._examined(network, self._exams[0], device)}
        if len(self._exams) > 1:
            found["held_out_loss"] = self._examined(network, self._exams[1], device)
            found["base_loss"] = self.base_loss
        return found

    @cached_property
    def base_loss(self) -> float:
        """The loss of the base without any adapter, on the patches of the last exam."""
        return self._examined(None, self._exams[-1], self.base.device)

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled | Preview]:
        """Make images by the words from fixed seeds."""
        assert isinstance(network, LowRank)
        self.seat.adapter = network
        made = [self._image(np.random.default_rng([self.seed, number])) for number in range(SHOWN)]
        self.seat.adapter = None
        yield Sampled(step, np.concatenate(made))

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """End: there is nothing to examine besides."""
        del weights, planned, device
        yield from ()

    @cached_property
    def _exams(self) -> tuple[Lesson, ...]:
        of = (self.draws, *([self.held_out] if self.held_out else []))
        return tuple(one.exam(EXAMINED, np.random.default_rng([self.seed, number])) for number, one in enumerate(of))

    def _examined(self, network: LowRank | None, exam: Lesson, device: torch.device) -> float:
        """Give the mean loss of an exam, patch by patch: in the memory of one, whatever the batch."""
        self.seat.adapter = network
        with torch.no_grad():
            parts = [self.losses(exam.part(slice(i, i + 1)).to(device)) for i in range(len(exam.times))]
        self.seat.adapter = None
        return float(torch.cat(parts).mean())

    def _error(self, latents: Tensor, noise: Tensor, times: Tensor, words: Tensor, beside: Tensor | None) -> Tensor:
        noising = self.base.noising
        latents = latents.float()
        found = self.base.ask(noising.add_noise(latents, noise, times), times, words, beside)
        return squared_error(found, wanted(noising, latents, noise, times))

    def _words(self, name: str) -> Tensor:
        if self.base.reads_anew:
            return self.base.read(str(getattr(self.parameters, name)))
        return self._read[name]

    @cached_property
    def _read(self) -> Mapping[str, Tensor]:
        names = ("prompt", "class_prompt")
        with torch.no_grad():
            return {name: self.base.read(str(getattr(self.parameters, name))) for name in names}

    def _image(self, rng: np.random.Generator) -> np.ndarray:
        """Make one image (1, Y, X, C) in original units, of the sides and the channels of the patches."""
        noise = torch.from_numpy(rng.standard_normal((1, *self.draws.shape), dtype=np.float32))
        latents = self.base.imagine(noise, self.parameters.prompt, SHOWN_STEPS)
        side, album = self.draws.album.drawing.side, self.draws.album
        colours: Tensor = resized(self.base.decode(latents).cpu(), side, side)
        values = colours.movedim(1, -1).double().numpy()
        if album.blocks[0].shape[-1] == 1:
            values = values.mean(axis=-1, keepdims=True)
        return album.normalisation.inverse(values * 2 - 1)
