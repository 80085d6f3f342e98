"""The trainings of adversarial generators: from images to checkpoints that hold the generator alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from synthscope.errors import Unavailable
from synthscope.generators.adversarial.configuration import DcganConfiguration
from synthscope.generators.adversarial.course import CRITERION, RivalCourse
from synthscope.generators.adversarial.dcgan import DcganDiscriminator, DcganGenerator
from synthscope.generators.adversarial.dcgan_course import DcganCourse
from synthscope.generators.adversarial.parameters import DcganTraining, StyleTraining
from synthscope.generators.adversarial.rivals import GENERATOR, Rivals
from synthscope.generators.adversarial.style.configuration import (
    LATENTS,
    MAPPING,
    StyleConfiguration,
    check_patch,
    widths_for,
)
from synthscope.generators.adversarial.style.course import StyleCourse, StyleRivals
from synthscope.generators.scale import Seen
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.generators.schooling.school import accelerated, teach, with_checkpoints
from synthscope.generators.schooling.surveying import survey_values, training_identity
from synthscope.generators.training import Budget, Checkpoint, Training, TrainingData
from synthscope.imaging.patches import Drawing
from synthscope.records.events import Progress


def train_dcgan(
    data: TrainingData, parameters: DcganTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says."""
    yield Progress(0, 1, "Looking at the images")
    channels = survey_values(data).channels
    configuration = DcganConfiguration(channels, parameters.width, (0.0,) * channels, (0.5,) * channels)
    sources = _sources(data, configuration, parameters)
    course = DcganCourse(configuration, parameters, *sources, seed)

    def build() -> nn.Module:
        return Rivals(DcganGenerator(configuration), DcganDiscriminator(configuration))

    return (yield from _trained(course, build, data, budget, seed, state, device))


def train_style(
    data: TrainingData, parameters: StyleTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says.

    Raises
    ------
    InputError
        If the side of a patch cannot be halved as often as the network does.
    """
    yield Progress(0, 1, "Looking at the images")
    found = survey_values(data)
    check_patch(parameters.patch)
    configuration = StyleConfiguration(
        found.channels,
        widths_for(parameters.size, parameters.patch),
        LATENTS[parameters.size],
        MAPPING,
        found.mean,
        found.spread,
        len(data.classes),
        parameters.patch,
    )
    course = StyleCourse(configuration, parameters, *_sources(data, configuration, parameters), seed)
    return (
        yield from _trained(course, lambda: StyleRivals(configuration, course.gain), data, budget, seed, state, device)
    )


def _sources(data: TrainingData, seen: Seen, parameters: Any) -> tuple[PatchSource, PatchSource | None]:
    drawing = Drawing(parameters.patch, 1, parameters.free_orientation)
    source = PatchSource(data.train, drawing, data.normalisation, seen, data.labels)
    if not data.held_out:
        return source, None
    return source, PatchSource(data.held_out, drawing, data.normalisation, seen, data.held_out_labels)


def _trained(
    course: RivalCourse, build: Callable[[], nn.Module], data: TrainingData, budget: Budget, seed: int, state: Path,
    device: str,
) -> Training:  # fmt: skip
    """Teach both networks, and pass on what concerns the generator."""
    identity = training_identity(data, course.parameters, budget, seed)
    pupil = Pupil(newborn(build, seed), course.parameters.learning_rate, identity, course.manner)
    with accelerated(device) as accelerator:
        if accelerator.num_processes > 1:
            raise Unavailable(
                f"Adversarial training runs in one process, and {accelerator.num_processes} were started; "
                "start the training without a launcher."
            )
        room = Classroom(course, budget, seed, accelerator, state)
        alone = partial(_generators, course)
        return (yield from with_checkpoints(teach(room, pupil), alone, alone))


def _generators(course: RivalCourse, checkpoint: Checkpoint) -> Checkpoint:
    """Give a checkpoint of the generator alone: no held-out loss is known of it, but a distance."""
    distance = {CRITERION: checkpoint.held_out_loss} if course.examiner is not None else {}
    weights = {name: value for name, value in checkpoint.weights.items() if name.startswith(GENERATOR)}
    return replace(checkpoint, weights=weights, held_out_loss=float("nan"), figures=distance)
