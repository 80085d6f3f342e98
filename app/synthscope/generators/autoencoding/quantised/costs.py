"""What a VQ-VAE costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters
from synthscope.generators.autoencoding.quantised.windows import round_ends
from synthscope.generators.coding.configuration import CELL
from synthscope.records.generator import Cost, Workload

LOOK = 4e-5
"""Seconds to look at one cell once by networks of size S."""
SIZE_S = 1_700_000
"""Numbers of such networks; larger ones take longer in proportion."""
WINDOW, OVERLAP = 256, 4
"""Cells of a window, and how many windows each cell of a large field lies in: they overlap by half a side."""
DECODED = 4
"""How often a field is decoded: previews, and the result."""
PIXEL_SECONDS = 4e-6
PIXEL_BYTES = 48
WINDOW_BYTES = 192 << 20
"""While windows are looked at together."""


def vqvae_cost(work: Workload, parameters: QuantisedParameters) -> Cost:
    """Count looks at windows, no more in a round than codes are drawn in it, and the decoding of pixels."""
    z, y, x, channels = work.box
    made = work.unknown if work.task == "inpaint" else z * y * x
    share = parameters.strength if work.task == "vary" else 1.0
    cells = round(made / CELL**2 / z * share)
    windows = max(OVERLAP * cells // WINDOW, 1)
    ends = round_ends(cells, parameters.rounds) if cells else ()
    looked = z * WINDOW * sum(min(windows, last - first) for first, last in zip((0, *ends), ends, strict=False))
    size = work.weights / SIZE_S if work.weights else 1.0
    memory = z * y * x * channels * (work.itemsize + PIXEL_BYTES) + WINDOW_BYTES
    return Cost(1.0 + looked * LOOK * size + DECODED * made * PIXEL_SECONDS, memory + 400 * (1 << 20))
