"""What a latent prior costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from dataclasses import replace

from synthscope.generators.coding.configuration import CELL
from synthscope.generators.diffusion.costs import prior_cost
from synthscope.generators.diffusion.latent.parameters import LatentParameters
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.records.generator import Cost, Workload

PIXEL_SECONDS = 4e-6
"""To decode one pixel."""
DECODED = 4
"""How often a field is decoded: previews, and the result."""
PIXEL_BYTES = 24


def latent_cost(work: Workload, parameters: LatentParameters) -> Cost:
    """Count the prior's looks at cells, and the decoding of pixels."""
    z, y, x, channels = work.box
    rows, columns = (-(-n // CELL) for n in (y, x))
    cells = replace(work, box=(z, rows, columns, 4 * channels), unknown=-(-work.unknown // CELL**2))
    window = max(parameters.window // CELL, 64)
    over_cells = prior_cost(cells, PriorParameters(steps=parameters.steps, solver=parameters.solver, window=window))
    pixels = z * y * x if work.task == "vary" else work.unknown
    memory = z * y * x * channels * (work.itemsize + PIXEL_BYTES)
    return Cost(over_cells.seconds + DECODED * pixels * PIXEL_SECONDS, over_cells.memory + memory)
