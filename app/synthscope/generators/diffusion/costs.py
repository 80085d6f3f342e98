"""What a prior costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.records.generator import Cost, Workload

PIXEL_SECONDS = 4e-6
"""One look of a network of size S at one pixel of a slice."""
PIXEL_BYTES = 1500
MARGIN = 32


def prior_cost(work: Workload, parameters: PriorParameters) -> Cost:
    """Count looks at windows over what is unknown: two a step for Heun's method, one for the others."""
    z, y, x, channels = work.box
    everything = z * y * x if work.task == "vary" else work.unknown
    per_slice = max(everything / max(z, 1), 1.0)
    side = per_slice**0.5
    inner = max(parameters.window - 2 * MARGIN, 32)
    windows = max(side / inner, 1.0) ** 2
    seen = z * windows * (min(side, inner) + 2 * MARGIN) ** 2 if everything else 0
    looks = parameters.steps * (2 if parameters.solver in ("heun", "edm-stochastic", "predictor-corrector") else 1)
    memory = int(min(seen, 1 << 17) * PIXEL_BYTES) + z * y * x * channels * (work.itemsize + 24)
    return Cost(1.0 + looks * seen * PIXEL_SECONDS, memory + 400 * (1 << 20))
