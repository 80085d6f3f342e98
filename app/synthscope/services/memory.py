"""Memory that work will take, beside what is free: refused with a sentence before it starts."""

from __future__ import annotations

import psutil

from synthscope.errors import OutOfMemory
from synthscope.io.faults import size_in_words
from synthscope.records.generator import Cost, Workload

COPIES = 4
"""Copies of the region and of the result that a run holds beside its generator: real, known, made, hashed."""

CANVAS_BYTES = 40
"""Bytes per voxel and channel of the canvas that a new image is made on: values, what is known, where from."""


FEATHER_BYTES = (300, 100)
"""Bytes per masked voxel of the equations that feather a border, and per channel of it."""


def with_own_memory(cost: Cost, workload: Workload, *, feathered: bool = False, has_reference: bool = False) -> Cost:
    """Add what a run itself holds to what its generator takes, which knows the region better than a new image."""
    depth, rows, columns, channels = workload.box
    voxels = depth * rows * columns + workload.unknown
    second = depth * rows * columns if has_reference else 0
    canvas = CANVAS_BYTES * workload.unknown if workload.task == "synthesize" else 0
    voxel, each = FEATHER_BYTES if feathered else (0, 0)
    border = workload.unknown * (voxel + each * channels)
    pixels = (COPIES * voxels + second) * workload.itemsize
    return Cost(cost.seconds, cost.memory + border + (pixels + canvas) * channels)


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
