"""The weights of a model put into its network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from synthscope.errors import DocumentError

Net = TypeVar("Net", bound=nn.Module)


def fill(network: Net, weights: Mapping[str, np.ndarray]) -> Net:
    """Fill a network with the weights of a model, for use.

    Raises
    ------
    DocumentError
        If they do not fit: a weight is missing, of another shape, or not a number.
    """
    wanted = network.state_dict()
    fits = set(wanted) == set(weights) and all(_shape(weights[name]) == _shape(wanted[name]) for name in wanted)
    if not fits:
        raise DocumentError(
            "The weights are not those of the network on the model's card; give an unchanged copy of the model."
        )
    found = {
        name: torch.from_numpy(np.array(value, dtype=np.float32)).reshape(wanted[name].shape)
        for name, value in weights.items()
    }
    if not all(bool(torch.isfinite(value).all()) for value in found.values()):
        raise DocumentError("The model's weights are not all numbers; train it again or give an unchanged copy.")
    network.load_state_dict(found)
    network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    return network


def _shape(values: np.ndarray | torch.Tensor) -> tuple[int, ...]:
    """Give the shape; a single number counts as a row of one, as which it was once written."""
    return tuple(values.shape) or (1,)
