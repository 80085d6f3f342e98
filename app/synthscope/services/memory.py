"""Memory that work will take, beside what is free: refused with a sentence before it starts."""

from __future__ import annotations

import psutil

from synthscope.errors import OutOfMemory
from synthscope.io.faults import size_in_words
from synthscope.records.generator import Cost, Workload

COPIES = 4
"""Copies of the region and of the result that a run holds beside its generator: real, known, made, hashed."""


def with_own_memory(cost: Cost, workload: Workload) -> Cost:
    """Add what a run itself holds to what its generator takes."""
    depth, rows, columns, channels = workload.box
    voxels = depth * rows * columns + workload.unknown
    return Cost(cost.seconds, cost.memory + COPIES * voxels * channels * workload.itemsize)


def check_memory(cost: Cost) -> None:
    """Refuse work that this computer cannot hold.

    Raises
    ------
    OutOfMemory
        If more memory is needed than is free now.
    """
    free = psutil.virtual_memory().available
    if cost.memory > free:
        raise OutOfMemory(
            f"This needs about {size_in_words(cost.memory)} of memory and {size_in_words(free)} are free; "
            "choose a smaller size or region, or close other programs."
        )
