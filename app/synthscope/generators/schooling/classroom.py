"""What does not change during a training: the course that is taught, its budget, its seed, its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn

from synthscope.generators.schooling.manner import Manner, Turn
from synthscope.generators.schooling.timing import Timing, steps_in
from synthscope.generators.training import Budget, Refilled, Sampled
from synthscope.records.events import Preview, Progress

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

    @property
    def manner(self) -> Manner:
        """How it is taught."""
        ...

    def turns(self, network: nn.Module, lesson: Batch, step: int, /) -> Iterator[Turn]:
        """Give what one step goes down, one after the other: most have a single loss, rivals have one each."""
        ...

    def examine(self, network: nn.Module, device: torch.device, /) -> dict[str, float]:
        """Give figures of held-out data, the manner's criterion among them; nothing where none is held out."""
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
    plan : callable, optional
        Turns what the first steps and a look have taken into a number of steps; as many as fit into the budget, if
        left out.
    """

    course: Course[Batch]
    budget: Budget
    seed: int
    accelerator: Accelerator
    state: Path
    plan: Callable[[Timing], int] | None = None

    def planned(self, timing: Timing) -> int:
        """Give the number of steps of a budget in minutes."""
        return self.plan(timing) if self.plan else steps_in(self.budget.minutes, timing)

    def lesson(self, step: int) -> Any:
        """Draw this process's share of the batch of a step."""
        whole = self.course.lesson(self.course.parameters.batch, np.random.default_rng([self.seed, step]))
        share = slice(self.accelerator.process_index, None, self.accelerator.num_processes)
        return whole.part(share).to(self.accelerator.device)
