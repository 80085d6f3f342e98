"""What a prior costs, roughly, for two slow cores: seconds and bytes before a run, bytes of a training."""

from __future__ import annotations

from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.parameters import PriorParameters, PriorTraining
from synthscope.records.generator import Cost, Taught, Workload
from synthscope.records.request import Restoration

PIXEL_SECONDS = 4e-6
"""One look of a network of size S at one pixel of a slice."""
PIXEL_BYTES = 1500
MARGIN = 32
OVERHEAD = 400 * (1 << 20)
"""What the worker takes with torch loaded."""
COPIES = 6
"""Of the network while it learns: it, its running average and the best one so far, gradients, two moments of Adam."""
SAVED_COPIES = 5
"""Those that are laid out anew while the state is written; no batch is held then."""
KEPT_BYTES = 44
"""Of one value of a level and one of its blocks, kept for the way back: eleven tensors, measured."""
EXAMINED = 64
"""Held-out patches of a look."""
LOOK_BYTES, INPUT_BYTES = 13, 8
"""Of one pixel of a held-out patch, for each channel of the first level and of the input, measured."""
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
        looks, pixel_bytes = _restoring(work.restoration, parameters, looks)
    fields = max(work.unknown, z * y * x) if work.task == "restore" else z * y * x
    memory = int(min(seen, 1 << 17) * pixel_bytes) + fields * channels * (work.itemsize + 24)
    return Cost(1.0 + looks * seen * PIXEL_SECONDS, memory + OVERHEAD)


def _restoring(wanted: Restoration, parameters: PriorParameters, looks: int) -> tuple[int, int]:
    """Count looks and bytes a pixel: going back through the network takes three looks, and keeps all it saw."""
    if wanted.kind == "denoise":
        return (looks if wanted.sample else 1 if parameters.condition_scale == 1 else 2), PIXEL_BYTES
    times = 1 if wanted.sample else AVERAGED
    if parameters.guidance == "projection":
        return times * looks, PIXEL_BYTES
    return (7 if parameters.guidance == "moments" else 4) * times * looks, 4 * PIXEL_BYTES


def prior_training_memory(taught: Taught, training: PriorTraining) -> int:
    """Count bytes of a training besides the images: all copies of the network, and a batch or a look, or the saving."""
    network = NetworkConfiguration(
        channels=taught.channels,
        context=training.context if taught.slices > 1 else 0,
        widths=WIDTHS[training.size],
        blocks=training.blocks,
        mean=(0.0,) * taught.channels,
        spread=(1.0,) * taught.channels,
        planes=training.all_planes and taught.slices > 1,
    )
    weights, pixels = 4 * network.numbers, training.patch**2
    values = sum(width / 4 ** (level + 1) for level, width in enumerate(network.widths)) * (2 * network.blocks + 1)
    batch = training.batch * pixels * (values * KEPT_BYTES + network.inputs * INPUT_BYTES)
    look = EXAMINED * pixels * (network.widths[0] * LOOK_BYTES + network.inputs * INPUT_BYTES)
    return int(max(COPIES * weights + max(batch, look), (COPIES + SAVED_COPIES) * weights)) + OVERHEAD
