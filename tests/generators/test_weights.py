"""Weights put into a network: all of them, of the right shape, all numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from synthscope.errors import DocumentError
from synthscope.generators.weights import fill


class Scaled(nn.Module):
    """A matrix, and a single number."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix = nn.Parameter(torch.zeros(2, 3))
        self.scale = nn.Parameter(torch.zeros(()))


WEIGHTS = {"matrix": np.arange(6, dtype=np.float32).reshape(2, 3), "scale": np.float32(4)}


@pytest.mark.parametrize("shape", [(), (1,)], ids=["a number", "a row of one"])
def test_a_single_number_is_taken_also_as_it_was_once_written(shape: tuple[int, ...]) -> None:
    network = fill(Scaled(), WEIGHTS | {"scale": np.full(shape, 4, np.float32)})
    assert network.scale.shape == ()
    assert float(network.scale) == 4
    assert torch.equal(network.matrix, torch.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize(
    "change",
    [{"matrix": np.zeros((3, 2), np.float32)}, {"scale": np.zeros(2, np.float32)}, {"other": np.zeros(1, np.float32)}],
    ids=["turned", "two numbers", "one more"],
)
def test_weights_of_another_network_are_refused(change: dict[str, np.ndarray]) -> None:
    with pytest.raises(DocumentError, match="not those of the network"):
        fill(Scaled(), WEIGHTS | change)


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(DocumentError, match="not all numbers"):
        fill(Scaled(), WEIGHTS | {"scale": np.float32(np.nan)})
