"""The fine-tuning of a pretrained model: from one's images to an adapter beside it."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from synthscope.errors import InputError
from synthscope.generators.devices import choose_device
from synthscope.generators.pretrained.costs import SIDE
from synthscope.generators.pretrained.editor import MULTIPLE
from synthscope.generators.pretrained.loading import load_model
from synthscope.generators.pretrained.parameters import Precision
from synthscope.generators.pretrained.pixels import COLOURS
from synthscope.generators.pretrained.tuning.base import Base
from synthscope.generators.pretrained.tuning.class_images import class_latents
from synthscope.generators.pretrained.tuning.course import TuningCourse
from synthscope.generators.pretrained.tuning.lessons import Album, Draws
from synthscope.generators.pretrained.tuning.low_rank import LowRank, Seat, as_diffusers_reads
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.generators.schooling.school import accelerated, teach, with_checkpoints
from synthscope.generators.schooling.surveying import survey_values, training_identity
from synthscope.generators.training import Budget, Checkpoint, Training, TrainingData
from synthscope.imaging.patches import Drawing
from synthscope.records.documents import digest
from synthscope.records.events import Progress
from synthscope.records.model import ModelCard
from synthscope.records.pretrained import TAKEN_CHANNELS


def train_adapter(
    generator: str, data: TrainingData, parameters: AdapterTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says; the weights are those of a file of diffusers.

    Raises
    ------
    InputError
        If the images have neither one nor three channels, the words are too long, or the resolution cannot be.
    Unavailable
        If the base cannot be tuned.
    """
    yield Progress(0, 1, "Looking at the images")
    _check_channels(survey_values(data).channels)
    yield Progress(0, 1, "Loading the base model")
    loaded = load_model(Path(data.base), generator, device, _precision(device))
    base = Base(loaded, reads_anew=parameters.text_encoder)
    for words in (parameters.prompt, parameters.class_prompt):
        base.check(words)
    work = _Work(base, data, parameters, budget, seed, state, side_of(parameters, loaded.card))
    with accelerated(device) as accelerator, base.tuned(checkpointing=parameters.checkpointing) as seat:
        course, pupil = yield from work.begun(seat)
        room = Classroom(course, budget, seed, accelerator, state)
        names, scale = tuple(base.layers()), parameters.alpha / parameters.rank

        def sealed(checkpoint: Checkpoint) -> Checkpoint:
            figures = {"base_loss": course.base_loss} if data.held_out else {}
            weights = as_diffusers_reads(names, scale, checkpoint.weights)
            return replace(checkpoint, weights=weights, figures={**checkpoint.figures, **figures})

        return (yield from with_checkpoints(teach(room, pupil), sealed, sealed))


def side_of(parameters: AdapterTraining, card: ModelCard) -> int:
    """Give the side at which patches are shown to a base.

    Raises
    ------
    InputError
        If that is no multiple of what the base takes.
    """
    side = parameters.resolution or int(card.architecture.get("side") or SIDE)
    step = math.lcm(MULTIPLE, int(card.architecture.get("multiple") or 1))
    if side % step:
        near = max(side // step, 1) * step
        raise InputError(
            f"Resolution is {side} px; {card.name!r} takes multiples of {step}, such as {near} or {near + step}."
        )
    return side


@dataclass(frozen=True, eq=False)
class _Work:
    """What a fine-tuning is made of."""

    base: Base
    data: TrainingData
    parameters: AdapterTraining
    budget: Budget
    seed: int
    state: Path
    side: int

    def begun(self, seat: Seat) -> Generator[Progress, None, tuple[TuningCourse, Pupil]]:
        """Give course and pupil; class images are made first."""
        shape = self.base.latents_shape(self.side)
        prior = yield from class_latents(self.base, self.parameters, shape, self.seed, self.state)
        draws = Draws(self._album(self.data.train), shape, self.base.times, prior)
        held_out = Draws(self._album(self.data.held_out), shape, self.base.times) if self.data.held_out else None
        course = TuningCourse(self.base, self.parameters, draws, held_out, seat, self.seed)
        layers = self.base.layers()
        network = newborn(lambda: LowRank(layers, self.parameters.rank, self.parameters.alpha), self.seed)
        return course, Pupil(network, self.parameters.learning_rate, self._identity(), course.manner)

    def _album(self, blocks: tuple[np.ndarray, ...]) -> Album:
        drawing = Drawing(self.parameters.patch, 1, self.parameters.free_orientation)
        return Album(blocks, drawing, self.data.normalisation, self.side)

    def _identity(self) -> str:
        own = training_identity(self.data, self.parameters, self.budget, self.seed)
        return digest((own, self.base.loaded.card.weights_sha256))


def _check_channels(channels: int) -> None:
    if channels not in (1, COLOURS):
        raise InputError(f"The images have {channels} channels; {TAKEN_CHANNELS}")


def _precision(device: str) -> Precision:
    """Hold the base in the half precision in which gradients do not run over, where the device has it."""
    return "bfloat16" if choose_device(device).type == "cuda" and torch.cuda.is_bf16_supported() else "float32"
