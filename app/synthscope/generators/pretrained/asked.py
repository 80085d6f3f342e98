"""What is asked of a pipeline for one tile: colours, mask, words, noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from synthscope.records.request import Prompts, Task


@dataclass(frozen=True, eq=False)
class Asked:
    """One tile of a slice, as every pipeline of ours is asked for it.

    Parameters
    ----------
    rows, columns : int
        Of what is to be made; multiples of what the pipeline takes.
    image : Tensor (1, 3, rows, columns), optional
        Colours of 0 to 1; in a hole that is to be filled the mean of what is known.
    mask : Tensor (1, 1, rows, columns), optional
        1 where pixels are to be made, else 0.
    second : Tensor (1, 3, rows, columns), optional
        A second image: a control image, or one whose look is wanted.
    wanted : (int, int)
        Rows and columns of the tile itself, to which what is made is brought.
    weights : mapping of str to float
        How strongly each part works that is joined to the model, by what it is.
    random : torch.Generator
        On the CPU, whatever the device: one candidate has one noise everywhere.
    """

    task: Task
    rows: int
    columns: int
    prompts: Prompts
    parameters: Any
    random: torch.Generator
    image: Tensor | None = None
    mask: Tensor | None = None
    second: Tensor | None = None
    label: str = ""
    wanted: tuple[int, int] = (0, 0)
    weights: Mapping[str, float] = field(default_factory=dict)
