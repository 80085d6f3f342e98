"""The training of a prior: what it is taught, and what is shown of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.generators.diffusion.learning import denoising_loss
from synthscope.generators.diffusion.lessons import Lesson, Teacher
from synthscope.generators.diffusion.making import new_patches
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.diffusion.refilling import places_for, refill, steps_for
from synthscope.generators.diffusion.surveying import survey
from synthscope.generators.schooling.classroom import Classroom, Ending
from synthscope.generators.schooling.manner import USUAL, Turn
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.generators.schooling.school import accelerated, teach
from synthscope.generators.schooling.surveying import training_identity
from synthscope.generators.schooling.timing import steps_in
from synthscope.generators.training import Budget, Sampled, Training, TrainingData
from synthscope.imaging.patches import PLANES, Drawing
from synthscope.records.documents import to_json
from synthscope.records.events import Progress

LOOKED_AT = 64
SHOWN = 16
SHOWN_STEPS = 18


@dataclass(frozen=True, eq=False)
class DenoisingCourse:
    """Teaches a network to denoise.

    Parameters
    ----------
    held_out : Lesson or None
        What it is examined on.
    samples : callable
        Makes new images (N, Y, X, C) in original units by a denoiser.
    unseen : tuple of ndarray (Z, Y, X, C)
        Held-out blocks in which holes are filled at the end; none for no such examination.
    """

    configuration: NetworkConfiguration
    parameters: PriorTraining
    teacher: Teacher
    held_out: Lesson | None
    samples: Callable[[SlabDenoiser], np.ndarray]
    unseen: tuple[np.ndarray, ...]
    seed: int

    manner = USUAL

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the network's configuration."""
        found: Mapping[str, Any] = to_json(self.configuration)
        return found

    def lesson(self, size: int, rng: np.random.Generator) -> Lesson:
        """Draw a batch."""
        return self.teacher.lesson(size, rng)

    def loss(self, network: nn.Module, lesson: Lesson) -> Tensor:
        """Give the denoising loss of each item."""
        return denoising_loss(SlabDenoiser(network, self.configuration), lesson)

    def turns(self, network: nn.Module, lesson: Lesson, step: int) -> Iterator[Turn]:
        """Give the one loss of a step."""
        del step
        yield Turn(self.loss(network, lesson))

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Give the loss on held-out patches, the same ones at each look."""
        if self.held_out is None:
            return {}
        return {"held_out_loss": float(self.loss(network, self.held_out.to(device)).mean())}

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled]:
        """Make new images."""
        yield Sampled(step, self.samples(SlabDenoiser(network, self.configuration)))

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device) -> Iterator[Ending]:
        """Fill held-out holes by the best weights."""
        if not self.unseen:
            return
        best = build(self.configuration, weights)
        best.network.to(device)
        places = places_for(self.configuration, self.parameters.batch, planned)
        work = refill(best, self.unseen, self.teacher.normalisation, places, self.seed)
        while True:
            try:
                yield Progress(planned, planned, next(work).text)
            except StopIteration as end:
                yield end.value
                return

    def affordable(self, steps: int) -> int:
        """Give how many of these steps there is time for, beside the filling of held-out holes."""
        if not self.unseen:
            return steps
        places = places_for(self.configuration, self.parameters.batch, steps)
        return steps - math.ceil(places * steps_for(self.configuration, self.parameters.batch))


def train_prior(
    data: TrainingData, parameters: PriorTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says."""
    yield Progress(0, 1, "Looking at the images")
    configuration = survey(data, parameters)
    identity = training_identity(data, parameters, budget, seed)
    pupil = Pupil(newborn(lambda: PriorNetwork(configuration), seed), parameters.learning_rate, identity)
    course = DenoisingCourse(
        configuration,
        parameters,
        teacher_of(data, configuration, parameters),
        held_out_lesson(data, configuration, parameters, seed),
        lambda denoiser: new_patches(denoiser, data.normalisation, SHOWN, SHOWN_STEPS),
        data.held_out,
        seed,
    )
    with accelerated(device, brief=True) as accelerator:
        room = Classroom(
            course, budget, seed, accelerator, state,
            lambda timing: course.affordable(steps_in(budget.minutes, timing)),
        )  # fmt: skip
        return (yield from teach(room, pupil))


def teacher_of(data: TrainingData, configuration: NetworkConfiguration, parameters: PriorTraining) -> Teacher:
    """Give the teacher of the training part."""
    drawing = _drawing(configuration, parameters)
    return Teacher(data.train, drawing, data.normalisation, configuration, data.labels, data.label_maps)


def held_out_lesson(
    data: TrainingData, configuration: NetworkConfiguration, parameters: PriorTraining, seed: int
) -> Lesson | None:
    """Draw what every look examines; None where nothing is held out."""
    if not data.held_out:
        return None
    drawing, told = _drawing(configuration, parameters), (data.held_out_labels, data.held_out_label_maps)
    examiner = Teacher(data.held_out, drawing, data.normalisation, configuration, *told)
    return examiner.lesson(LOOKED_AT, np.random.default_rng(seed), fixed=True)


def _drawing(configuration: NetworkConfiguration, parameters: PriorTraining) -> Drawing:
    planes = PLANES if configuration.planes else PLANES[:1]
    return Drawing(configuration.patch, configuration.slices, parameters.free_orientation, planes)
