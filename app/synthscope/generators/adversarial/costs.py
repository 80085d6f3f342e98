"""What adversarial generators cost, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.adversarial.parameters import DcganParameters, StyleParameters
from synthscope.records.generator import Cost, Workload

PIXEL_SECONDS, PIXEL_BYTES = 2.5e-6, 1200
"""One pass of a network of size S over one pixel."""
BACK = 3
"""A pass there and back takes so many times one there."""
OVERHEAD = 300 * (1 << 20)


def dcgan_cost(work: Workload, _parameters: DcganParameters) -> Cost:
    """Count passes over what is made."""
    pixels = work.box[0] * work.box[1] * work.box[2]
    return Cost(0.5 + pixels * PIXEL_SECONDS, pixels * work.box[3] * (work.itemsize + 24) + OVERHEAD)


def style_cost(work: Workload, parameters: StyleParameters) -> Cost:
    """Count passes over what is made, and there and back where latents are fitted."""
    z, y, x, channels = work.box
    passes = 1 if work.task == "synthesize" else 1 + BACK * parameters.fitting
    seen = z * y * x if work.task != "inpaint" else min(z * y * x, 4 * work.unknown + 4096)
    memory = min(seen, 1 << 18) * PIXEL_BYTES * (1 if passes == 1 else BACK)
    return Cost(0.5 + passes * seen * PIXEL_SECONDS, memory + z * y * x * channels * (work.itemsize + 24) + OVERHEAD)
