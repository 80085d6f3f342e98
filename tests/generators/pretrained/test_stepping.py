"""A pipeline as a job: it waits at each step, ends where it is closed, and says what it raised."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn

from synthscope.generators.pretrained.stepping import stepped


class Doubling(nn.Module):
    """What a denoiser is to the hook: latents and a time in, a tuple out."""

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor, return_dict: bool = False) -> tuple[torch.Tensor]:
        return (2 * sample,)


def sampled(network: nn.Module, count: int, reached: list[int]) -> torch.Tensor:
    x = torch.ones(1)
    for i in range(count):
        reached.append(i)
        x = network(x, timestep=torch.tensor(i), return_dict=False)[0]
    return x


def test_each_call_of_the_network_is_an_event_and_the_answer_comes_at_the_end() -> None:
    reached: list[int] = []
    network = Doubling()
    job = stepped(network, lambda: sampled(network, 3, reached))
    first = next(job)
    assert (float(first.sample), int(first.time), float(first.output)) == (1.0, 0, 2.0)
    assert reached == [0], "the pipeline waits until the next event is asked for"
    assert [int(one.time) for one in (next(job), next(job))] == [1, 2]
    with pytest.raises(StopIteration) as end:
        next(job)
    assert float(end.value.value) == 8.0
    assert not network._forward_hooks


def test_closing_ends_the_work_at_its_next_step_and_leaves_no_thread() -> None:
    reached: list[int] = []
    network = Doubling()
    job = stepped(network, lambda: sampled(network, 100, reached))
    next(job)
    next(job)
    job.close()
    assert reached == [0, 1]
    assert not network._forward_hooks
    assert not [one for one in threading.enumerate() if one.name == "pipeline"]


def test_what_the_pipeline_raises_is_raised_where_it_was_asked_for() -> None:
    network = Doubling()

    def fail() -> None:
        network(torch.ones(1), timestep=torch.tensor(0))
        raise ValueError("no words")

    job = stepped(network, fail)
    next(job)
    with pytest.raises(ValueError, match="no words"):
        next(job)
    assert not network._forward_hooks
