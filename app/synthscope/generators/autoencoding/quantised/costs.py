"""What a VQ-VAE costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters
from synthscope.generators.coding.configuration import CELL
from synthscope.records.generator import Cost, Workload

LOOK = 4e-5
"""Seconds to look at one cell once by networks of size S."""
OVERLAP = 4
"""How often a cell of a large field is looked at in a round: windows overlap by half a side."""
LEAST = 256
"""Cells of one window."""
DECODED = 4
"""How often a field is decoded: previews, and the result."""
PIXEL_SECONDS = 4e-6
PIXEL_BYTES = 48
WINDOW_BYTES = 96 << 20
"""While windows are looked at together."""


def vqvae_cost(work: Workload, parameters: QuantisedParameters) -> Cost:
    """Count looks at the codes that are drawn, and the decoding of pixels."""
    z, y, x, channels = work.box
    made = work.unknown if work.task == "inpaint" else z * y * x
    cells = made / CELL**2 * (parameters.strength if work.task == "vary" else 1.0)
    looked = max(OVERLAP * cells, LEAST * z) * min(parameters.rounds, max(cells, 1.0))
    memory = z * y * x * channels * (work.itemsize + PIXEL_BYTES) + WINDOW_BYTES
    return Cost(1.0 + looked * LOOK + DECODED * made * PIXEL_SECONDS, memory + 400 * (1 << 20))
