"""A training, whatever is learned: steps, looks at held-out data, checkpoints; pausable and repeatable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState
from accelerate.utils import broadcast_object_list
from torch import nn

from synthscope.errors import InputError, WorkError
from synthscope.generators.devices import choose_device, computes_in_bfloat16
from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.manner import Turn
from synthscope.generators.schooling.pace import follow, pace
from synthscope.generators.schooling.pupil import Ledger, Pupil
from synthscope.generators.schooling.timing import looks_in, timing_of
from synthscope.generators.training import TIMED, Budget, Checkpoint, Sampled, Training
from synthscope.records.events import Measured, Preview, Progress
from synthscope.records.training import FIGURES

NOMINAL = 1000
"""Length of the training to which those first steps keep pace: they cannot know the true one."""
WORSE = 1.02
"""What is this much above the best, looks in a row, ends the training: it has begun to memorise."""


def teach(room: Classroom, pupil: Pupil) -> Training:
    """Train a pupil to the end of its plan, or go on with what its folder holds.

    Raises
    ------
    DocumentError
        If the folder holds another training, or a damaged one.
    WorkError
        If the loss is no number any more.
    InputError
        If there are more processes than items of a batch.
    """
    _check_shares(room)
    pupil.average.to(room.accelerator.device)
    pupil.network.to(room.accelerator.device)
    pupil.recall(room.state)
    network, optimiser = room.accelerator.prepare(pupil.network, pupil.optimiser)
    pupil.optimiser = getattr(optimiser, "optimizer", optimiser)
    ledger, began = pupil.ledger, time.monotonic() - pupil.ledger.seconds
    taken: list[float] = []
    while not _ended(ledger, room.course.manner.patience):
        values = take_step(room, pupil, network)
        ledger.step += 1
        taken.append(time.monotonic() - began - ledger.seconds)
        ledger.seconds += taken[-1]
        if not ledger.planned and (room.budget.steps or ledger.step == TIMED):
            yield from _look(room, pupil, values)
            look = time.monotonic() - began - ledger.seconds
            ledger.seconds += look
            _plan(room, pupil, taken, look)
            began = time.monotonic() - ledger.seconds
        elif ledger.planned and _is_time_to_look(ledger):
            yield from _look(room, pupil, values)
            _save(room, pupil)
        yield _progress(ledger, next(iter(values.values())))
    if room.accelerator.is_main_process:
        yield from room.course.conclude(pupil.best_weights(), ledger.planned, room.accelerator.device)
    return _checkpoint(pupil, room)


def _check_shares(room: Classroom) -> None:
    batch, processes = room.course.parameters.batch, room.accelerator.num_processes
    if batch < processes:
        raise InputError(
            f"Batch is {batch} and {processes} processes were started; make the batch at least {processes}, "
            "or start fewer."
        )


def with_checkpoints(
    training: Training, change: Callable[[Checkpoint], Checkpoint], last: Callable[[Checkpoint], Checkpoint]
) -> Training:
    """Pass a training on with each checkpoint changed, and the last one in its own way."""
    while True:
        try:
            event = next(training)
        except StopIteration as end:
            return last(end.value)
        yield change(event) if isinstance(event, Checkpoint) else event


def take_step(room: Classroom, pupil: Pupil, network: nn.Module) -> dict[str, float]:
    """Take one step, down one gradient after another, and give its figures: the first is the loss to follow.

    Raises
    ------
    WorkError
        If a loss or a gradient is no number any more; the weights are then as they were.
    """
    ledger, manner = pupil.ledger, room.course.manner
    length = paced_length(ledger, room.budget)
    rate = pace(ledger.step, length, room.course.parameters.learning_rate, falls=manner.falls)
    for group in pupil.optimiser.param_groups:
        group["lr"] = rate * group["share"]
    network.train()
    values: dict[str, float] = {}
    turns = room.course.turns(network, room.lesson(ledger.step), ledger.step)
    while (turn := _next_turn(room, turns)) is not None:
        values |= _descend(room, pupil, network, turn)
    follow(pupil.average, room.accelerator.unwrap_model(network), ledger.step, manner.average)
    return values


def _next_turn(room: Classroom, turns: Iterator[Turn]) -> Turn | None:
    with room.accelerator.autocast():
        return next(turns, None)


def _descend(room: Classroom, pupil: Pupil, network: nn.Module, turn: Turn) -> dict[str, float]:
    loss = turn.loss.mean()
    pupil.optimiser.zero_grad(set_to_none=True)
    room.accelerator.backward(loss)
    norm = room.accelerator.clip_grad_norm_(network.parameters(), room.course.manner.clip)
    values = {turn.name: float(loss.detach()), turn.gradient: float(norm)}
    _check_finite(values, pupil.ledger.step + 1)
    pupil.optimiser.step()
    return values


def _check_finite(values: Mapping[str, float], step: int) -> None:
    """Refuse to go on from what is no number: neither weights nor state are touched by it."""
    for name, value in values.items():
        if not np.isfinite(value):
            raise WorkError(
                f"The training diverged at step {step}: {FIGURES[name].title.lower()} is {value}; "
                "the last good model is kept. Train again with a smaller learning rate."
            )


@contextmanager
def accelerated(device: str, *, brief: bool = False) -> Iterator[Accelerator]:
    """Give the one code path for one or many processes and devices; its global state ends with the training.

    Parameters
    ----------
    brief : bool
        What is taught was measured to be learned as well in bfloat16, which is then taken on processors too.
    """
    wanted = choose_device(device)
    short = computes_in_bfloat16(wanted) and (brief or wanted.type != "cpu")
    AcceleratorState._reset_state(reset_partial_state=True)
    try:
        yield Accelerator(cpu=wanted.type == "cpu", mixed_precision="bf16" if short else "no")
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


def paced_length(ledger: Ledger, budget: Budget) -> int:
    """Give the number of steps to keep pace with: the same one whether minutes were asked for, or their steps."""
    planned = ledger.planned or budget.steps
    return planned if planned and (ledger.step >= TIMED or planned < TIMED) else NOMINAL


def _ended(ledger: Ledger, patience: int) -> bool:
    return bool(ledger.planned) and (ledger.step >= ledger.planned or _gives_up(ledger, patience))


def _gives_up(ledger: Ledger, patience: int) -> bool:
    return bool(patience) and ledger.worse >= patience


def _is_time_to_look(ledger: Ledger) -> bool:
    return ledger.step % ledger.look_every == 0 or ledger.step in (TIMED, ledger.planned)


def _look(
    room: Classroom, pupil: Pupil, step: Mapping[str, float]
) -> Iterator[Measured | Sampled | Preview | Checkpoint]:
    """Look at held-out data, show samples, keep the best weights, on the first process; tell the others when to end.

    The state is saved by the caller, after what is said here was heard: a kill in between makes the look anew.

    Raises
    ------
    WorkError
        If the figure by which weights are chosen is no number any more; the state of the last look stays.
    """
    ledger = pupil.ledger
    if room.accelerator.is_main_process:
        values = {**step, "steps_per_second": ledger.step / max(ledger.seconds, 1e-9)}
        with torch.no_grad():
            values |= room.course.examine(pupil.average, room.accelerator.device)
        criterion = room.course.manner.criterion
        unseen = criterion not in values
        _check_finite({} if unseen else {criterion: values[criterion]}, ledger.step)
        held_out = values.get(criterion, next(iter(step.values())))
        ledger.worse = ledger.worse + 1 if held_out > WORSE * ledger.best and ledger.step > TIMED else 0
        better = unseen or held_out <= ledger.best or ledger.step <= TIMED
        if better:
            pupil.note_best(held_out)
        yield Measured(ledger.step, values)
        if better:
            yield _checkpoint(pupil, room)
        yield from room.course.show(pupil.average, ledger.step)
    (ledger.worse,) = told(ledger.worse)
    if ledger.step < ledger.planned and _gives_up(ledger, room.course.manner.patience):
        ledger.remarks.append(
            f"Stopped after {ledger.step} of {ledger.planned} steps: the loss on held-out data was rising."
        )


def _plan(room: Classroom, pupil: Pupil, taken: Sequence[float], look: float) -> None:
    """Turn the budget into steps and looks, on the first process, and tell the others."""
    ledger, budget = pupil.ledger, room.budget
    planned = budget.steps or max(room.planned(timing_of(taken, look)), ledger.step)
    ledger.planned, ledger.look_every = told(planned, max(planned // looks_in(budget.minutes), 1))
    _save(room, pupil)


def _save(room: Classroom, pupil: Pupil) -> None:
    if room.accelerator.is_main_process:
        pupil.save(room.state)


def told(*numbers: int) -> list[int]:
    """Give the first process's numbers to all."""
    numbers_of_first = list(numbers)
    broadcast_object_list(numbers_of_first)
    return numbers_of_first


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
        architecture=room.course.architecture,
        held_out_loss=ledger.best,
        remarks=tuple(ledger.remarks),
        precision="bfloat16" if room.accelerator.mixed_precision == "bf16" else "float32",
    )
