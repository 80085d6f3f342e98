"""A training ends early when held-out data say so: one number learns, on the way past what would be best unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.generators.grains import run, same
from torch import nn

from synthscope.generators.schooling.classroom import Classroom
from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.pupil import Pupil
from synthscope.generators.schooling.school import accelerated, teach
from synthscope.generators.schooling.timing import looks_in
from synthscope.generators.training import TIMED, Budget, Sampled
from synthscope.records.events import Measured, Progress

STEPS, EVERY, PATIENCE = 400, 10, 6
BUDGET = Budget(minutes=STEPS / EVERY / 2, steps=STEPS)
TAUGHT = 3.0
"""Where the number goes from zero."""


class Number(nn.Module):
    """A network of one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1))


class Batch(list):
    """Of nothing: what is learned is always the same."""

    def part(self, _index: slice) -> Batch:
        return self

    def to(self, _device: torch.device) -> Batch:
        return self


@dataclass
class Pace:
    """What is chosen for the training."""

    batch: int = 1
    learning_rate: float = 0.02


@dataclass
class Approach:
    """Teaches the number to be TAUGHT, and is examined by its distance from `unseen`, squared, plus `floor`."""

    unseen: float = 1.0
    floor: float = 0.0
    manner: Manner = field(default_factory=lambda: Manner(average=0.0, patience=PATIENCE))
    parameters: Pace = field(default_factory=Pace)
    architecture: Mapping[str, Any] = field(default_factory=dict)

    def lesson(self, _size: int, _rng: np.random.Generator) -> Batch:
        return Batch()

    def turns(self, network: nn.Module, _lesson: Batch, _step: int) -> Iterator[Turn]:
        yield Turn((network.w - TAUGHT).square())

    def examine(self, network: nn.Module, _device: torch.device) -> dict[str, float]:
        return {"held_out_loss": float((network.w - self.unseen).square().sum()) + self.floor}

    def show(self, network: nn.Module, step: int) -> Iterator[Sampled]:
        yield Sampled(step, network.w.detach().numpy().copy())

    def conclude(self, *_: object) -> Iterator[Progress]:
        yield from ()


@dataclass
class Told(Approach):
    """Is told the losses of its looks after TIMED steps, one by one; before them, 1."""

    losses: Iterator[float] = field(default_factory=lambda: iter(()))
    looked: int = 0

    def examine(self, network: nn.Module, _device: torch.device) -> dict[str, float]:
        self.looked += 1
        return {"held_out_loss": 1.0 if self.looked <= 1 + TIMED // EVERY else next(self.losses)}


def taught(course: Approach, state: Path, stop_after: int | None = None) -> tuple[list, Any]:
    """Teach the number, or kill its training in the middle."""
    state.mkdir(exist_ok=True)

    def training() -> Iterator:
        with accelerated("cpu") as accelerator:
            room = Classroom(course, BUDGET, 0, accelerator, state)
            return (yield from teach(room, Pupil(Number(), 0.02, "a number", course.manner)))

    return run(training(), stop_after)


def losses_of(events: list) -> dict[int, float]:
    """Give the held-out loss of each look."""
    return {e.step: e.values["held_out_loss"] for e in events if isinstance(e, Measured)}


def last_step(events: list) -> int:
    """Give the last step that was taken."""
    return [e for e in events if isinstance(e, Progress)][-1].done


def test_a_training_whose_held_out_loss_rises_ends_after_the_patience_keeps_the_best_weights_and_says_so(tmp_path):
    events, last = taught(Approach(), tmp_path)
    losses, numbers = losses_of(events), {e.step: e.pixels for e in events if isinstance(e, Sampled)}
    best = min(losses, key=losses.__getitem__)
    assert TIMED < best < STEPS / 2
    assert last_step(events) == max(losses) == best + PATIENCE * EVERY
    assert (last.step, last.planned_steps) == (best, STEPS)
    assert last.weights["w"] == numbers[best]
    assert abs(float(last.weights["w"][0]) - 1.0) < 0.2 < float(numbers[max(numbers)][0]) - 1.0
    assert last.held_out_loss == losses[best]
    (remark,) = last.remarks
    assert f"Stopped after {best + PATIENCE * EVERY} of {STEPS} steps" in remark
    assert "held-out data was rising" in remark


@pytest.mark.parametrize(
    "course",
    [
        pytest.param(Approach(unseen=TAUGHT), id="falls"),
        pytest.param(Approach(floor=250.0), id="rises by less than two parts in a hundred"),
        pytest.param(Approach(manner=Manner(average=0.0, patience=0)), id="is not to stop"),
    ],
)
def test_a_training_goes_on_to_its_end_where_the_loss(course, tmp_path):
    events, last = taught(course, tmp_path)
    losses = losses_of(events)
    assert last_step(events) == max(losses) == STEPS
    assert last.remarks == ()
    assert last.held_out_loss == min(losses.values()) == losses[last.step]


def test_the_looks_that_are_worse_have_to_follow_each_other(tmp_path):
    looks = STEPS // EVERY - TIMED // EVERY
    ups = ([2.0] * (PATIENCE - 1) + [1.0]) * looks
    events, last = taught(Told(losses=iter(ups)), tmp_path / "often")
    assert (last_step(events), last.remarks) == (STEPS, ())
    events, last = taught(Told(losses=iter([1.0, *[2.0] * looks])), tmp_path / "in a row")
    assert last_step(events) == TIMED + (1 + PATIENCE) * EVERY
    assert len(last.remarks) == 1


def test_a_training_that_was_at_its_end_anyway_is_not_called_stopped(tmp_path):
    looks = STEPS // EVERY - TIMED // EVERY
    losses = [1.0] * (looks - PATIENCE) + [2.0] * PATIENCE
    events, last = taught(Told(losses=iter(losses)), tmp_path)
    assert (last_step(events), last.remarks) == (STEPS, ())


def test_a_training_that_was_killed_on_its_way_up_ends_where_it_would_have(tmp_path):
    events, whole = taught(Approach(), tmp_path / "whole")
    assert whole.step + 2 * EVERY < last_step(events)
    taught(Approach(), tmp_path / "cut", stop_after=whole.step + 2 * EVERY)
    after, resumed = taught(Approach(), tmp_path / "cut")
    assert len(losses_of(after)) < PATIENCE
    assert (last_step(after), resumed.remarks) == (last_step(events), whole.remarks)
    assert same(whole, resumed)


@pytest.mark.parametrize(("minutes", "looks"), [(0.1, 4), (2, 4), (10, 20), (120, 240), (480, 240)])
def test_looks_come_every_half_minute_and_no_more_than_240_times(minutes, looks):
    assert looks_in(minutes) == looks


def test_two_minutes_are_over_before_patience_is():
    assert looks_in(2) < Manner().patience <= looks_in(3)
