"""The training of an autoencoder: from images to checkpoints that know how their latents are used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from synthscope.generators.autoencoding.configuration import WIDTHS, VaeConfiguration, check_patch
from synthscope.generators.autoencoding.course import ElboCourse
from synthscope.generators.autoencoding.lessons import draw_lesson
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.autoencoding.parameters import VaeTraining
from synthscope.generators.autoencoding.usage import Usage, usage_of
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.patches import PatchSource
from synthscope.generators.schooling.pupil import Pupil, newborn
from synthscope.generators.schooling.school import accelerated, paced_length, teach, with_checkpoints
from synthscope.generators.schooling.surveying import survey_values, training_identity
from synthscope.generators.training import Budget, Checkpoint, Training, TrainingData
from synthscope.generators.weights import fill
from synthscope.imaging.patches import Drawing
from synthscope.records.documents import to_json
from synthscope.records.events import Progress

LOOKED_AT = 64
"""Held-out patches that each look examines."""
FEW = 0.1
"""Part of the latent channels in use below which the latents are called collapsed."""


def train_vae(
    data: TrainingData, parameters: VaeTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says.

    Raises
    ------
    InputError
        If the patch is no multiple of `CELL`.
    """
    yield Progress(0, 1, "Looking at the images")
    configuration = survey(data, parameters)
    identity = training_identity(data, parameters, budget, seed)
    with accelerated(device) as accelerator:
        course, pupil = _begun(data, configuration, parameters, budget, seed, identity)
        room = Classroom(course, budget, seed, accelerator, state)
        surveyor = Surveyor(course, accelerator.device)
        return (yield from with_checkpoints(teach(room, pupil), surveyor.surveyed, surveyor.last))


def survey(data: TrainingData, parameters: VaeTraining) -> VaeConfiguration:
    """Work out the network's configuration from the training images.

    Raises
    ------
    InputError
        If the patch is no multiple of `CELL`, or the images teach nothing.
    """
    check_patch(parameters.patch)
    found = survey_values(data)
    return VaeConfiguration(
        channels=found.channels,
        latents=parameters.latents,
        widths=WIDTHS[parameters.size],
        mean=found.mean,
        spread=found.spread,
        classes=len(data.classes),
        patch=parameters.patch,
    )


def _begun(
    data: TrainingData, configuration: VaeConfiguration, parameters: VaeTraining, budget: Budget, seed: int,
    identity: str,
) -> tuple[ElboCourse, Pupil]:  # fmt: skip
    drawing = Drawing(parameters.patch, 1, parameters.free_orientation)
    source = PatchSource(data.train, drawing, data.normalisation, configuration, data.labels)
    held_out = None
    if data.held_out:
        unseen = PatchSource(data.held_out, drawing, data.normalisation, configuration, data.held_out_labels)
        held_out = draw_lesson(unseen, configuration, LOOKED_AT, np.random.default_rng(seed), untold=0.0)
    build = newborn(lambda: Autoencoder(configuration), seed)

    def where() -> tuple[int, int]:
        return pupil.ledger.step, paced_length(pupil.ledger, budget)

    course = ElboCourse(configuration, parameters, source, held_out, where)
    pupil = Pupil(build, parameters.learning_rate, identity, course.manner)
    return course, pupil


@dataclass(frozen=True, eq=False)
class Surveyor:
    """Finds out how a checkpoint's latent channels are used, and writes it on its architecture."""

    course: ElboCourse
    device: torch.device

    def surveyed(self, checkpoint: Checkpoint) -> Checkpoint:
        """Write down order, usage and spread of the latent channels, and their fitted prior beside the weights."""
        return self._with(checkpoint, usage_of(self._network(checkpoint), self.course.surveyed))

    def last(self, checkpoint: Checkpoint) -> Checkpoint:
        """Examine the best weights once more, and say where their latents are hardly used."""
        network = self._network(checkpoint)
        with torch.no_grad():
            figures = self.course.examine(network, self.device)
        figures.pop("beta")
        loss = figures.pop("held_out_loss", checkpoint.held_out_loss)
        usage = usage_of(network, self.course.surveyed)
        remarks = checkpoint.remarks
        if float(usage.active.float().mean()) < FEW:
            remarks = (*remarks, collapsed(int(usage.active.sum()), len(usage.active)))
        return replace(self._with(checkpoint, usage), held_out_loss=loss, figures=figures, remarks=remarks)

    def _with(self, checkpoint: Checkpoint, usage: Usage) -> Checkpoint:
        known = replace(
            self.course.configuration,
            order=tuple(torch.argsort(usage.divergence, descending=True, stable=True).tolist()),
            usage=tuple(usage.divergence.tolist()),
            latent_spread=tuple(usage.spread.tolist()),
        )
        prior = {"prior_mean": usage.prior.mean.cpu().numpy(), "prior_factor": usage.prior.factor.cpu().numpy()}
        return replace(checkpoint, architecture=to_json(known), weights={**checkpoint.weights, **prior})

    def _network(self, checkpoint: Checkpoint) -> Autoencoder:
        network = fill(Autoencoder(self.course.configuration), checkpoint.weights)
        network.to(self.device)
        return network


def collapsed(used: int, latents: int) -> str:
    """Say that the latents are hardly used."""
    return (
        f"Only {used} of {latents} latent channels are in use (posterior collapse): images vary less than they could. "
        "Train with a smaller beta, a longer warm-up, more free bits, or longer."
    )
