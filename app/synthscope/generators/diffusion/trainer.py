"""The training of a prior: steps, looks at held-out data, samples, checkpoints; pausable and repeatable."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState
from accelerate.utils import broadcast_object_list
from torch import nn

from synthscope.errors import WorkError
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.generators.diffusion.learning import denoising_loss, follow, pace
from synthscope.generators.diffusion.lessons import Lesson, Teacher
from synthscope.generators.diffusion.making import new_patches
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.diffusion.pupil import Ledger, Pupil
from synthscope.generators.diffusion.refilling import places_for, refill, steps_for
from synthscope.generators.diffusion.surveying import survey, training_identity
from synthscope.generators.training import Budget, Checkpoint, Refilled, Sampled, Training, TrainingData
from synthscope.imaging.patches import PLANES, Drawing
from synthscope.records.documents import to_json
from synthscope.records.events import Measured, Progress

TIMED = 50
"""Steps after which the budget in minutes becomes a number of steps."""
LOOKED_AT = 64
SHOWN = 16
SHOWN_STEPS = 12
PATIENCE = 6
WORSE = 1.02
"""A held-out loss this much above the best, `PATIENCE` looks in a row, ends the training: it has begun to memorise."""


@dataclass(frozen=True, eq=False)
class Classroom:
    """What does not change during a training."""

    parameters: PriorTraining
    budget: Budget
    seed: int
    teacher: Teacher
    held_out: Lesson | None
    unseen: tuple[np.ndarray, ...]
    accelerator: Accelerator
    denoiser: SlabDenoiser
    state: Path

    def lesson(self, step: int) -> Lesson:
        """Draw this process's share of the batch of a step."""
        whole = self.teacher.lesson(self.parameters.batch, np.random.default_rng([self.seed, step]))
        share = slice(self.accelerator.process_index, None, self.accelerator.num_processes)
        return whole.part(share).to(self.accelerator.device)


def train_prior(
    data: TrainingData, parameters: PriorTraining, budget: Budget, seed: int, state: Path, device: str
) -> Training:
    """Train as `synthscope.generators.training.Trainable.train` says."""
    yield Progress(0, 1, "Looking at the images")
    configuration = survey(data, parameters)
    pupil = Pupil(configuration, seed, parameters.learning_rate, training_identity(data, parameters, budget, seed))
    with _accelerated(device) as accelerator:
        pupil.average.to(accelerator.device)
        pupil.network.to(accelerator.device)
        pupil.recall(state)
        network, optimiser = accelerator.prepare(pupil.network, pupil.optimiser)
        room = _furnish(data, parameters, budget, seed, configuration, accelerator, network, state)
        pupil.optimiser = getattr(optimiser, "optimizer", optimiser)
        result = yield from _school(room, pupil, network)
    return result


def _school(room: Classroom, pupil: Pupil, network: nn.Module) -> Training:
    ledger, began = pupil.ledger, time.monotonic() - pupil.ledger.seconds
    while not ledger.planned or ledger.step < ledger.planned:
        loss = _step(room, pupil, network)
        ledger.step += 1
        ledger.seconds = time.monotonic() - began
        if ledger.step == TIMED or (room.budget.steps and not ledger.planned):
            yield from _look(room, pupil, loss)
            ledger.seconds = time.monotonic() - began
            _plan(room, pupil)
            began = time.monotonic() - ledger.seconds
        elif ledger.planned and (ledger.step % ledger.look_every == 0 or ledger.step == ledger.planned):
            yield from _look(room, pupil, loss)
            if _told(int(ledger.worse >= PATIENCE))[0]:
                ledger.remarks.append(
                    f"Stopped after {ledger.step} of {ledger.planned} steps: the loss on held-out data was rising."
                )
                break
            _save(room, pupil)
        yield _progress(ledger, loss)
    yield from _examine(room, pupil)
    return _checkpoint(pupil, room)


def _step(room: Classroom, pupil: Pupil, network: nn.Module) -> float:
    """Take one step down the gradient."""
    ledger = pupil.ledger
    planned = ledger.planned or room.budget.steps or 20 * TIMED
    for group in pupil.optimiser.param_groups:
        group["lr"] = pace(ledger.step, planned, room.parameters.learning_rate)
    network.train()
    with room.accelerator.autocast():
        loss = denoising_loss(room.denoiser, room.lesson(ledger.step)).mean()
    pupil.optimiser.zero_grad(set_to_none=True)
    room.accelerator.backward(loss)
    room.accelerator.clip_grad_norm_(network.parameters(), 1.0)
    pupil.optimiser.step()
    follow(pupil.average, room.accelerator.unwrap_model(network), ledger.step)
    value = float(loss.detach())
    if not np.isfinite(value):
        raise WorkError(
            f"The training diverged at step {ledger.step}: the loss is {value}; the last good model is kept. "
            "Train again with a smaller learning rate."
        )
    return value


def _look(room: Classroom, pupil: Pupil, loss: float) -> Iterator[Measured | Sampled | Checkpoint]:
    """Look at held-out data, show samples, keep the best weights; on the first process only.

    The state is saved by the caller, after what is said here was heard: a kill in between makes the look anew.
    """
    if not room.accelerator.is_main_process:
        return
    ledger, denoiser = pupil.ledger, SlabDenoiser(pupil.average, room.denoiser.configuration)
    values = {"loss": loss, "steps_per_second": ledger.step / max(ledger.seconds, 1e-9)}
    held_out = loss
    if room.held_out is not None:
        with torch.no_grad():
            held_out = float(denoising_loss(denoiser, room.held_out.to(room.accelerator.device)).mean())
        values["held_out_loss"] = held_out
    ledger.worse = ledger.worse + 1 if held_out > WORSE * ledger.best and ledger.step > TIMED else 0
    better = room.held_out is None or held_out <= ledger.best or ledger.step <= TIMED
    if better:
        pupil.note_best(held_out)
    yield Measured(ledger.step, values)
    if better:
        yield _checkpoint(pupil, room)
    yield Sampled(ledger.step, new_patches(denoiser, room.teacher.normalisation, SHOWN, SHOWN_STEPS))


def _examine(room: Classroom, pupil: Pupil) -> Iterator[Progress | Refilled]:
    """Fill held-out holes by the best weights; on the first process only."""
    if not room.accelerator.is_main_process or not room.unseen:
        return
    configuration, planned = room.denoiser.configuration, pupil.ledger.planned
    best = build(configuration, pupil.best_weights())
    best.network.to(room.accelerator.device)
    places = places_for(configuration, room.parameters.batch, planned)
    work = refill(best, room.unseen, room.teacher.normalisation, places, room.seed)
    while True:
        try:
            yield Progress(planned, planned, next(work).text)
        except StopIteration as end:
            yield end.value
            return


def _plan(room: Classroom, pupil: Pupil) -> None:
    """Turn the budget into steps and looks, on the first process, and tell the others."""
    ledger, budget = pupil.ledger, room.budget
    looks = int(np.clip(2 * budget.minutes, 4, 240))
    if budget.steps:
        planned = budget.steps
    else:
        per_step = ledger.seconds / ledger.step
        affordable = int(60 * budget.minutes / per_step / (1 + LOOKING))
        planned = max(affordable - _examination(room, affordable), ledger.step)
    ledger.planned, ledger.look_every = _told(planned, max(planned // looks, 1))
    _save(room, pupil)


def _examination(room: Classroom, planned: int) -> int:
    """Say how many steps the filling of held-out holes takes the time of."""
    if not room.unseen:
        return 0
    configuration, batch = room.denoiser.configuration, room.parameters.batch
    return math.ceil(places_for(configuration, batch, planned) * steps_for(configuration, batch))


def _save(room: Classroom, pupil: Pupil) -> None:
    if room.accelerator.is_main_process:
        pupil.save(room.state)


LOOKING = 0.1
"""Time for looks at held-out data and for samples, as a part of that for steps."""


def _told(*numbers: int) -> list[int]:
    """Give the first process's numbers to all."""
    told = list(numbers)
    broadcast_object_list(told)
    return told


def _progress(ledger: Ledger, loss: float) -> Progress:
    if not ledger.planned:
        return Progress(0, 1, f"Step {ledger.step}: timing")
    return Progress(ledger.step, ledger.planned, f"Step {ledger.step} of {ledger.planned}, loss {loss:.3f}")


def _checkpoint(pupil: Pupil, room: Classroom) -> Checkpoint:
    ledger = pupil.ledger
    return Checkpoint(
        step=ledger.best_step,
        planned_steps=ledger.planned,
        seconds=round(ledger.seconds, 1),
        weights=pupil.best_weights(),
        architecture=to_json(room.denoiser.configuration),
        held_out_loss=ledger.best,
        remarks=tuple(ledger.remarks),
    )


def _furnish(
    data: TrainingData,
    parameters: PriorTraining,
    budget: Budget,
    seed: int,
    configuration: NetworkConfiguration,
    accelerator: Accelerator,
    network: nn.Module,
    state: Path,
) -> Classroom:
    planes = PLANES if configuration.planes else PLANES[:1]
    drawing = Drawing(parameters.patch, configuration.slices, parameters.free_orientation, planes)
    teacher = Teacher(data.train, drawing, data.normalisation, configuration, data.labels)
    held_out = None
    if data.held_out:
        examiner = Teacher(data.held_out, drawing, data.normalisation, configuration)
        held_out = examiner.lesson(LOOKED_AT, np.random.default_rng(seed), stratified=True)
    denoiser = SlabDenoiser(network, configuration)
    return Classroom(parameters, budget, seed, teacher, held_out, data.held_out, accelerator, denoiser, state)


@contextmanager
def _accelerated(device: str) -> Iterator[Accelerator]:
    """Give the one code path for one or many processes and devices; its global state ends with the training."""
    wanted = choose_device(device)
    precision = "bf16" if wanted.type == "cuda" and torch.cuda.is_bf16_supported() else "no"
    AcceleratorState._reset_state(reset_partial_state=True)
    try:
        yield Accelerator(cpu=wanted.type == "cpu", mixed_precision=precision)
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()
