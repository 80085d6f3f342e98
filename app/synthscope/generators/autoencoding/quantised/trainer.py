"""The training of a VQ-VAE: from images to checkpoints of autoencoder and prior."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from synthscope.generators.autoencoding.quantised.configuration import (
    CODERS,
    LEVELS,
    WIDTHS,
    QuantisedConfiguration,
    check_patch,
)
from synthscope.generators.autoencoding.quantised.course import QuantisedCourse
from synthscope.generators.autoencoding.quantised.lessons import draw_lesson
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.autoencoding.quantised.parameters import QuantisedTraining
from synthscope.generators.coding.configuration import CoderConfiguration
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.generators.schooling.school import accelerated, teach, with_checkpoints
from synthscope.generators.schooling.surveying import survey_values, training_identity
from synthscope.generators.training import Budget, Checkpoint, Training, TrainingData
from synthscope.generators.weights import fill
from synthscope.imaging.patches import Drawing
from synthscope.records.events import Progress

LOOKED_AT = 64
"""Held-out patches that each look examines."""


def train_vqvae(
    data: TrainingData, parameters: QuantisedTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says.

    Raises
    ------
    InputError
        If the patch is no multiple of `GRAIN`.
    """
    yield Progress(0, 1, "Looking at the images")
    course = _course(data, survey(data, parameters), parameters, seed)
    network = newborn(lambda: QuantisedAutoencoder(course.configuration), seed)
    pupil = Pupil(
        network, parameters.learning_rate, training_identity(data, parameters, budget, seed), course.manner
    )  # fmt: skip
    with accelerated(device) as accelerator:
        room = Classroom(course, budget, seed, accelerator, state)

        def examined(last: Checkpoint) -> Checkpoint:
            return _examined(last, course, accelerator.device)

        return (yield from with_checkpoints(teach(room, pupil), lambda checkpoint: checkpoint, examined))


def survey(data: TrainingData, parameters: QuantisedTraining) -> QuantisedConfiguration:
    """Work out the networks' configuration from the training images.

    Raises
    ------
    InputError
        If the patch is no multiple of `GRAIN`, or the images teach nothing.
    """
    check_patch(parameters.patch)
    found = survey_values(data)
    levels, (encoder, decoder, blocks) = LEVELS[parameters.codes], CODERS[parameters.size]
    return QuantisedConfiguration(
        coder=CoderConfiguration(found.channels, len(levels), encoder, decoder, blocks),
        levels=levels,
        widths=WIDTHS[parameters.size],
        mean=found.mean,
        spread=found.spread,
        classes=len(data.classes),
        patch=parameters.patch,
    )


def _course(
    data: TrainingData, configuration: QuantisedConfiguration, parameters: QuantisedTraining, seed: int
) -> QuantisedCourse:
    drawing = Drawing(parameters.patch, 1, parameters.free_orientation)
    source = PatchSource(data.train, drawing, data.normalisation, configuration, data.labels)
    held_out = None
    if data.held_out:
        unseen = PatchSource(data.held_out, drawing, data.normalisation, configuration, data.held_out_labels)
        held_out = draw_lesson(unseen, LOOKED_AT, np.random.default_rng(seed), untold=0.0, boxed=0.0)
    return QuantisedCourse(configuration, parameters, source, held_out)


def _examined(checkpoint: Checkpoint, course: QuantisedCourse, device: torch.device) -> Checkpoint:
    """Examine the best weights once more."""
    network = fill(QuantisedAutoencoder(course.configuration), checkpoint.weights).to(device)
    with torch.no_grad():
        figures = course.examine(network, device)
    loss = figures.pop("held_out_loss", checkpoint.held_out_loss)
    return replace(checkpoint, held_out_loss=loss, figures=figures)
