"""What an autoencoder costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.autoencoding.configuration import CELL
from synthscope.generators.autoencoding.parameters import VaeParameters
from synthscope.records.generator import Cost, Workload

ENCODED, DECODED = 3e-7, 1.2e-6
"""Seconds to encode and to decode one pixel by a network of size S."""
AROUND = 2 * (2 * CELL)
"""Pixels by which the side of a field is longer for what lies around it."""
PIXEL_BYTES = 600
"""Of one pixel of a piece while it is decoded."""
PIECE = 512 * 512
HELD = 24
"""Bytes of one value of a field and its latents."""


def vae_cost(work: Workload, parameters: VaeParameters) -> Cost:
    """Count encodings and decodings of whole slices, the margins included."""
    z, y, x, channels = work.box
    seen = z * (y + AROUND) * (x + AROUND)
    seconds = {
        "synthesize": DECODED,
        "vary": 2 * ENCODED + DECODED,
        "inpaint": (parameters.rounds + 1) * (ENCODED + DECODED),
    }.get(work.task, ENCODED + DECODED)
    memory = min((y + AROUND) * (x + AROUND), PIECE) * PIXEL_BYTES + z * y * x * channels * (work.itemsize + HELD)
    return Cost(1.0 + seen * seconds, memory + 400 * (1 << 20))
