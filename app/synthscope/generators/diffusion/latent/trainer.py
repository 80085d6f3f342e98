"""The training of a latent prior: one job in two stages, autoencoder and prior."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.diffusion.latent.courses import LatentCourse, RebuildingCourse
from synthscope.generators.diffusion.latent.parameters import SURVEYED, LatentTraining, in_whole_cells
from synthscope.generators.diffusion.latent.plan import Plan
from synthscope.generators.diffusion.making import drawn_for_patches, new_fields
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.diffusion.surveying import survey
from synthscope.generators.diffusion.trainer import LOOKED_AT, SHOWN, SHOWN_STEPS, held_out_lesson, teacher_of
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.pupil import Ledger, Pupil, newborn
from synthscope.generators.schooling.school import accelerated, take_step, teach
from synthscope.generators.schooling.timing import Timing, steps_in
from synthscope.generators.training import Budget, Checkpoint, Sampled, Training, TrainingData, TrainingEvent
from synthscope.generators.weights import fill
from synthscope.imaging.normalisation import extremes
from synthscope.records.documents import to_json
from synthscope.records.events import Measured, Progress

CODER, PRIOR = "coder.", "prior."
"""What the names of the weights of either network begin with."""
FIRST = "autoencoder"
"""Folder of the first stage in that of the training's state."""
WARM, REHEARSED = 3, 6
"""Steps of the second stage that are tried before it is planned: not timed, and timed."""


@dataclass(frozen=True, eq=False)
class _Rebuilt:
    """What the first stage leaves: its last checkpoint, the autoencoder, and what was measured of it."""

    checkpoint: Checkpoint
    coder: Coder
    configuration: LatentConfiguration
    figures: Mapping[str, float]


def train_latent_prior(
    data: TrainingData, parameters: LatentTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says.

    `LatentTraining.autoencoder_share` of all steps are the autoencoder's: their number alone makes the training again.
    """
    yield Progress(0, 1, "Looking at the images")
    with accelerated(device) as accelerator:
        pixels = survey(data, in_whole_cells(parameters))
        plan = Plan(data, parameters, budget, seed, state, accelerator, pixels)
        rebuilt = yield from _first_stage(plan)
        return (yield from _second_stage(plan, rebuilt))


def _first_stage(plan: Plan) -> Generator[TrainingEvent, None, _Rebuilt]:
    """Teach the autoencoder; its checkpoints stay in its state, for without a prior they are no model."""
    course = _rebuilding(plan)
    pupil = Pupil(newborn(lambda: Autoencoder(plan.coder), plan.seed), plan.parameters.learning_rate, plan.identity)
    folder = plan.state / FIRST
    folder.mkdir(exist_ok=True)
    room = Classroom(
        course, plan.first_budget(), plan.seed, plan.accelerator, folder, lambda timing: _planned(plan, timing, pupil)
    )
    training = teach(room, pupil)
    while True:
        try:
            event = next(training)
        except StopIteration as end:
            return _rebuilt(plan, course, end.value)
        if isinstance(event, Progress):
            yield _of_first(event, pupil.ledger, plan)
        elif isinstance(event, Measured):
            yield Measured(event.step, _renamed(event.values))
        elif not isinstance(event, Checkpoint):
            yield event


def _second_stage(plan: Plan, rebuilt: _Rebuilt) -> Training:
    """Teach the prior the latents of the autoencoder as it is now."""
    first = rebuilt.checkpoint.planned_steps
    steps = plan.second_steps(first)
    pupil = _novice(plan, rebuilt.configuration)
    budget = Budget((1 - plan.share) * plan.budget.minutes, steps)
    course = _denoising(plan, rebuilt.configuration, rebuilt.coder)
    training = teach(Classroom(course, budget, plan.seed, plan.accelerator, plan.state, lambda _: steps), pupil)
    while True:
        try:
            event = next(training)
        except StopIteration as end:
            return _sealed(end.value, rebuilt, first + steps)
        if isinstance(event, Progress):
            yield Progress(first + event.done, first + steps, f"Prior: {event.text}")
        elif isinstance(event, Checkpoint):
            yield _sealed(event, rebuilt, first + steps)
        elif isinstance(event, Measured | Sampled):
            yield replace(event, step=first + event.step)
        else:
            yield event


def _of_first(event: Progress, ledger: Ledger, plan: Plan) -> Progress:
    planned = ledger.planned
    total = planned + plan.second_steps(planned) if planned else event.total
    return Progress(event.done, total, f"Autoencoder: {event.text}")


def _renamed(values: Mapping[str, float]) -> dict[str, float]:
    """Leave the prior's curves to the prior: a loss of the autoencoder is another one."""
    kept = {name: value for name, value in values.items() if name not in ("loss", "held_out_loss")}
    return kept | {"reconstruction_loss": values.get("held_out_loss", values["loss"])}


def _rebuilding(plan: Plan) -> RebuildingCourse:
    examiner = plan.cutter(plan.data.held_out)
    held_out = examiner.pieces(LOOKED_AT, np.random.default_rng(plan.seed)) if examiner.blocks else None
    channels = range(plan.pixels.channels)
    limits = tuple(extremes([block[..., channel] for block in plan.data.train]) for channel in channels)
    return RebuildingCourse(
        plan.pixels, plan.coder, plan.parameters, plan.cutter(plan.data.train), held_out,
        plan.data.train[0].dtype, limits,
    )  # fmt: skip


def _rebuilt(plan: Plan, course: RebuildingCourse, checkpoint: Checkpoint) -> _Rebuilt:
    """Freeze the autoencoder, measure it, and whiten its latents."""
    network = fill(Autoencoder(plan.coder), checkpoint.weights).to(plan.accelerator.device)
    configuration = _whitened(plan, network)
    with torch.no_grad():
        figures = course.examine(network, plan.accelerator.device)
    figures.pop("held_out_loss", None)
    return _Rebuilt(checkpoint, Coder(network, configuration), configuration, figures)


def _whitened(plan: Plan, network: Autoencoder) -> LatentConfiguration:
    """Take mean and spread of each latent over pieces all over the training images."""
    pieces = plan.cutter(plan.data.train).pieces(SURVEYED, np.random.default_rng([plan.seed, 1]))
    with torch.no_grad():
        latents, _ = network.encoder(pieces.pixels.to(plan.accelerator.device))
    values = latents.double().movedim(1, 0).flatten(1)
    spread = values.std(dim=1).clamp_min(1e-6)
    return LatentConfiguration(plan.pixels, plan.coder, tuple(values.mean(dim=1).tolist()), tuple(spread.tolist()))


def _novice(plan: Plan, configuration: LatentConfiguration) -> Pupil:
    network = newborn(lambda: PriorNetwork(configuration.prior), plan.seed)
    return Pupil(network, plan.parameters.learning_rate, plan.identity)


def _denoising(plan: Plan, configuration: LatentConfiguration, coder: Coder) -> LatentCourse:
    def samples(denoiser: SlabDenoiser) -> np.ndarray:
        pixels = coder.decode(new_fields(denoiser, drawn_for_patches(plan.pixels, SHOWN), SHOWN_STEPS))
        return from_units(pixels.movedim(1, -1).cpu().numpy(), plan.data.normalisation, plan.pixels)

    teacher = teacher_of(plan.data, plan.pixels, plan.parameters)
    held_out = held_out_lesson(plan.data, plan.pixels, plan.parameters, plan.seed)
    return LatentCourse(configuration.prior, plan.parameters, teacher, held_out, samples, (), plan.seed, coder)


def _planned(plan: Plan, timing: Timing, pupil: Pupil) -> int:
    """Plan the first stage by the pace of both: some steps of the second are tried on a novice, and forgotten."""
    network = fill(Autoencoder(plan.coder), pupil.best_weights()).to(plan.accelerator.device)
    configuration = _whitened(plan, network)
    novice, course = _novice(plan, configuration), _denoising(plan, configuration, Coder(network, configuration))
    novice.network.to(plan.accelerator.device)
    novice.average.to(plan.accelerator.device)
    room = Classroom(course, plan.budget, plan.seed, plan.accelerator, plan.state)
    began = 0.0
    for step in range(WARM + REHEARSED):
        began = time.monotonic() if step == WARM else began
        take_step(room, novice, novice.network)
    second = (time.monotonic() - began) / REHEARSED
    mixed = plan.share * timing.step + (1 - plan.share) * second
    return max(round(plan.share * steps_in(plan.budget.minutes, Timing(mixed, timing.look))), 1)


def _sealed(checkpoint: Checkpoint, rebuilt: _Rebuilt, planned: int) -> Checkpoint:
    """Give a checkpoint of the prior as one of both networks."""
    parts = {CODER: rebuilt.checkpoint.weights, PRIOR: checkpoint.weights}
    return replace(
        checkpoint,
        step=rebuilt.checkpoint.planned_steps + checkpoint.step,
        planned_steps=planned,
        seconds=round(rebuilt.checkpoint.seconds + checkpoint.seconds, 1),
        weights={prefix + name: value for prefix, part in parts.items() for name, value in part.items()},
        architecture=to_json(rebuilt.configuration),
        remarks=(*rebuilt.checkpoint.remarks, *checkpoint.remarks),
        figures=rebuilt.figures,
    )
