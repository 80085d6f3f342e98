"""A training, whatever is learned: steps, looks at held-out data, checkpoints; pausable and repeatable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState
from accelerate.utils import broadcast_object_list
from torch import Tensor, nn

from synthscope.errors import WorkError
from synthscope.generators.devices import choose_device
from synthscope.generators.schooling.pace import follow, pace
from synthscope.generators.schooling.pupil import Ledger, Pupil
from synthscope.generators.training import Budget, Checkpoint, Refilled, Sampled, Training
from synthscope.records.events import Measured, Preview, Progress

TIMED = 50
"""Steps after which the budget in minutes becomes a number of steps."""
NOMINAL = 1000
"""Length of the training to which those first steps keep pace: they cannot know the true one."""
PATIENCE = 6
WORSE = 1.02
"""A held-out loss this much above the best, `PATIENCE` looks in a row, ends the training: it has begun to memorise."""
LOOKING = 0.1
"""Time for looks at held-out data and for samples, as a part of that for steps."""


Ending: TypeAlias = Progress | Refilled


class Portion(Protocol):
    """A batch that can be divided among processes and moved to a device."""

    def part(self, index: slice, /) -> Any:
        """Give a part of the batch."""
        ...

    def to(self, device: torch.device, /) -> Any:
        """Move to a device."""
        ...


Batch = TypeVar("Batch", bound=Portion)


class Pace(Protocol):
    """What every training's parameters say: items of a batch over all processes, and the size of the first steps."""

    @property
    def batch(self) -> int: ...  # noqa: D102

    @property
    def learning_rate(self) -> float: ...  # noqa: D102


class Course(Protocol[Batch]):
    """What is taught, by which loss, and what is shown of what was learned."""

    @property
    def parameters(self) -> Pace:
        """What was chosen for the training."""
        ...

    @property
    def architecture(self) -> Mapping[str, Any]:
        """JSON of the network's configuration."""
        ...

    def lesson(self, size: int, rng: np.random.Generator, /) -> Batch:
        """Draw a batch."""
        ...

    def loss(self, network: nn.Module, lesson: Batch, /) -> Tensor:
        """Give the loss of each item (B,)."""
        ...

    def examine(self, network: nn.Module, device: torch.device, /) -> dict[str, float]:
        """Give figures of held-out data, ``held_out_loss`` among them; nothing where none is held out."""
        ...

    def show(self, network: nn.Module, step: int, /) -> Iterator[Sampled | Preview]:
        """Show what was learned."""
        ...

    def conclude(self, weights: Mapping[str, np.ndarray], planned: int, device: torch.device, /) -> Iterator[Ending]:
        """Examine the best weights at the end."""
        ...


@dataclass(frozen=True, eq=False)
class Classroom(Generic[Batch]):
    """What does not change during a training.

    Parameters
    ----------
    plan : callable
        Turns the ledger after the first timed steps into a number of steps, where the budget names none.
    """

    course: Course[Batch]
    budget: Budget
    seed: int
    accelerator: Accelerator
    state: Path
    plan: Callable[[Ledger], int]

    def lesson(self, step: int) -> Any:
        """Draw this process's share of the batch of a step."""
        whole = self.course.lesson(self.course.parameters.batch, np.random.default_rng([self.seed, step]))
        share = slice(self.accelerator.process_index, None, self.accelerator.num_processes)
        return whole.part(share).to(self.accelerator.device)


def steps_in(minutes: float, seconds_per_step: float) -> int:
    """Give the steps that fit into a budget, besides looks at held-out data."""
    return int(60 * minutes / seconds_per_step / (1 + LOOKING))


def teach(room: Classroom, pupil: Pupil) -> Training:
    """Train a pupil to the end of its plan, or go on with what its folder holds.

    Raises
    ------
    DocumentError
        If the folder holds another training, or a damaged one.
    WorkError
        If the loss is no number any more.
    """
    pupil.average.to(room.accelerator.device)
    pupil.network.to(room.accelerator.device)
    pupil.recall(room.state)
    network, optimiser = room.accelerator.prepare(pupil.network, pupil.optimiser)
    pupil.optimiser = getattr(optimiser, "optimizer", optimiser)
    ledger, began = pupil.ledger, time.monotonic() - pupil.ledger.seconds
    while not _ended(ledger):
        loss = take_step(room, pupil, network)
        ledger.step += 1
        ledger.seconds = time.monotonic() - began
        if not ledger.planned and (room.budget.steps or ledger.step == TIMED):
            yield from _look(room, pupil, loss)
            ledger.seconds = time.monotonic() - began
            _plan(room, pupil)
            began = time.monotonic() - ledger.seconds
        elif ledger.planned and _is_time_to_look(ledger):
            yield from _look(room, pupil, loss)
            _save(room, pupil)
        yield _progress(ledger, loss)
    if room.accelerator.is_main_process:
        yield from room.course.conclude(pupil.best_weights(), ledger.planned, room.accelerator.device)
    return _checkpoint(pupil, room)


def take_step(room: Classroom, pupil: Pupil, network: nn.Module) -> float:
    """Take one step down the gradient and give the loss."""
    ledger = pupil.ledger
    for group in pupil.optimiser.param_groups:
        group["lr"] = pace(ledger.step, _length(ledger, room.budget), room.course.parameters.learning_rate)
    network.train()
    with room.accelerator.autocast():
        loss = room.course.loss(network, room.lesson(ledger.step)).mean()
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


@contextmanager
def accelerated(device: str) -> Iterator[Accelerator]:
    """Give the one code path for one or many processes and devices; its global state ends with the training."""
    wanted = choose_device(device)
    precision = "bf16" if wanted.type == "cuda" and torch.cuda.is_bf16_supported() else "no"
    AcceleratorState._reset_state(reset_partial_state=True)
    try:
        yield Accelerator(cpu=wanted.type == "cpu", mixed_precision=precision)
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


def _length(ledger: Ledger, budget: Budget) -> int:
    """Give the number of steps to keep pace with: the same one whether minutes were asked for, or their steps."""
    planned = ledger.planned or budget.steps
    return planned if planned and (ledger.step >= TIMED or planned < TIMED) else NOMINAL


def _ended(ledger: Ledger) -> bool:
    return bool(ledger.planned) and (ledger.step >= ledger.planned or ledger.worse >= PATIENCE)


def _is_time_to_look(ledger: Ledger) -> bool:
    return ledger.step % ledger.look_every == 0 or ledger.step in (TIMED, ledger.planned)


def _look(room: Classroom, pupil: Pupil, loss: float) -> Iterator[Measured | Sampled | Preview | Checkpoint]:
    """Look at held-out data, show samples, keep the best weights, on the first process; tell the others when to end.

    The state is saved by the caller, after what is said here was heard: a kill in between makes the look anew.
    """
    ledger = pupil.ledger
    if room.accelerator.is_main_process:
        values = {"loss": loss, "steps_per_second": ledger.step / max(ledger.seconds, 1e-9)}
        with torch.no_grad():
            values |= room.course.examine(pupil.average, room.accelerator.device)
        unseen = "held_out_loss" not in values
        held_out = values.get("held_out_loss", loss)
        ledger.worse = ledger.worse + 1 if held_out > WORSE * ledger.best and ledger.step > TIMED else 0
        better = unseen or held_out <= ledger.best or ledger.step <= TIMED
        if better:
            pupil.note_best(held_out)
        yield Measured(ledger.step, values)
        if better:
            yield _checkpoint(pupil, room)
        yield from room.course.show(pupil.average, ledger.step)
    (ledger.worse,) = told(ledger.worse)
    if ledger.worse >= PATIENCE:
        ledger.remarks.append(
            f"Stopped after {ledger.step} of {ledger.planned} steps: the loss on held-out data was rising."
        )


def _plan(room: Classroom, pupil: Pupil) -> None:
    """Turn the budget into steps and looks, on the first process, and tell the others."""
    ledger, budget = pupil.ledger, room.budget
    looks = int(np.clip(2 * budget.minutes, 4, 240))
    planned = budget.steps or max(room.plan(ledger), ledger.step)
    ledger.planned, ledger.look_every = told(planned, max(planned // looks, 1))
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
    )
