"""What a prior costs, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.records.generator import Cost, Workload
from synthscope.records.request import Restoration

PIXEL_SECONDS = 4e-6
"""One look of a network of size S at one pixel of a slice."""
PIXEL_BYTES = 1500
MARGIN = 32
AVERAGED = 8
"""Samples whose mean stands for the posterior mean, where one look of the network cannot give it."""


def prior_cost(work: Workload, parameters: PriorParameters) -> Cost:
    """Count looks at windows over what is unknown: two a step for Heun's method, one for the others."""
    z, y, x, channels = work.box
    everything = z * y * x if work.task == "vary" else work.unknown
    whole = everything >= z * y * x  # a hole is taken for one about as deep as a quarter of its width
    slices = z if whole else min(z, max(int(everything ** (1 / 3) / 4), 1))
    per_slice = max(everything / max(slices, 1), 1.0)
    side = per_slice**0.5
    inner = max(parameters.window - 2 * MARGIN, 32)
    windows = max(side / inner, 1.0) ** 2
    seen = slices * windows * (min(side, inner) + 2 * MARGIN) ** 2 if everything else 0
    looks = parameters.steps * (2 if parameters.solver in ("heun", "edm-stochastic", "predictor-corrector") else 1)
    if parameters.planes == "all" and work.task != "restore" and z > 1:
        looks = looks * 5 // 3  # the fine steps, planes in turn
    looks *= 1 if parameters.condition_scale == 1 else 2  # guidance looks with and without what is told
    pixel_bytes = PIXEL_BYTES
    if work.restoration is not None:
        looks, pixel_bytes = _restoring(work.restoration, parameters, looks, channels)
    fields = max(work.unknown, z * y * x) if work.task == "restore" else z * y * x
    memory = int(min(seen, 1 << 17) * pixel_bytes) + fields * channels * (work.itemsize + 24)
    return Cost(1.0 + looks * seen * PIXEL_SECONDS, memory + 400 * (1 << 20))


def _restoring(wanted: Restoration, parameters: PriorParameters, looks: int, channels: int) -> tuple[int, int]:
    """Count looks and bytes a pixel: going back through the network takes three looks, and keeps all it saw."""
    if wanted.kind == "denoise":
        looks = looks if wanted.sample else 1 if parameters.condition_scale == 1 else 2
        return (looks, PIXEL_BYTES) if channels == 1 else (7 * looks, 4 * PIXEL_BYTES)  # noise of each channel's own
    times = 1 if wanted.sample else AVERAGED
    if parameters.guidance == "projection":
        return times * looks, PIXEL_BYTES
    return (7 if parameters.guidance == "moments" else 4) * times * looks, 4 * PIXEL_BYTES
