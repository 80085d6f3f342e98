"""What a prior costs, roughly, for two slow cores: seconds and bytes before a run, bytes of a training."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.parameters import Guidance, PriorParameters, PriorTraining
from synthscope.generators.diffusion.rim import RIM
from synthscope.generators.diffusion.travel import travel_of
from synthscope.generators.diffusion.windowing import MARGIN
from synthscope.generators.schooling.costs import EXAMINED, training_height
from synthscope.records.generator import Cost, Taught, Workload
from synthscope.records.request import Restoration

PIXEL_SECONDS = 4e-6
"""One look of a network of size S at one pixel of a slice."""
PIXEL_BYTES = 1500
HELD, GUIDE_HELD = 24, 16
"""Bytes a voxel of the field, and what a guide adds to them: residual, correction and what is pulled back."""
OVERHEAD = 400 * (1 << 20)
"""What the worker takes with torch loaded."""
KEPT_BYTES = 44
"""Of one value of a level and one of its blocks, kept for the way back: eleven tensors, measured."""
LOOK_BYTES, INPUT_BYTES = 13, 8
"""Of one pixel of a held-out patch, for each channel of the first level and of the input, measured."""
GUIDES: Mapping[Guidance, tuple[int, int]] = {
    "moments": (5, 2 * PIXEL_BYTES),
    "projection": (1, PIXEL_BYTES),
    "pseudoinverse": (3, 2 * PIXEL_BYTES),
}
"""Looks for one, and bytes a pixel: going back through the network takes as long as two looks, and keeps all it saw.

Measured with size S: 1 115 bytes a pixel for a look and 2 850 for going back, in 1.2 and 2.3 s; fills took 3.0 and 5.2
times as long.
"""
AVERAGED = 8
"""Samples whose mean stands for the posterior mean, where one look of the network cannot give it."""


def prior_cost(work: Workload, parameters: PriorParameters) -> Cost:
    """Count looks at windows over what is unknown: two a step for Heun's method, one for most others."""
    z, y, x, channels = work.box
    looks, pixel_bytes = _looks(work, parameters)
    seen = _seen(work, parameters)
    fields = max(work.unknown, z * y * x) if work.task == "restore" else z * y * x
    held = HELD + GUIDE_HELD if _guide(work, parameters) or work.task == "restore" else HELD
    kept = fields * work.itemsize + (work.piece or fields) * held
    memory = int(min(seen, 1 << 17) * pixel_bytes) + channels * kept
    return Cost(1.0 + looks * seen * PIXEL_SECONDS, memory + OVERHEAD)


def _guide(work: Workload, parameters: PriorParameters) -> Guidance | None:
    """Name what lets known voxels lead a fill; None where the network is told of them."""
    return parameters.lead if work.task == "inpaint" and parameters.lead != "condition" else None


def _seen(work: Workload, parameters: PriorParameters) -> float:
    """Count the pixels of all windows."""
    z, y, x, _ = work.box
    everything = z * y * x if work.task == "vary" else work.unknown
    whole = everything >= z * y * x  # a hole is taken for one about as deep as a quarter of its width
    slices = z if whole else min(z, max(int(everything ** (1 / 3) / 4), 1))
    per_slice = max(everything / max(slices, 1), 1.0)
    side = per_slice**0.5
    side += 2 * RIM if whole else 0
    inner = max(parameters.window - 2 * MARGIN, 32)
    windows = max(side / inner, 1.0) ** 2
    if _guide(work, parameters):
        slices = min(z, slices + 2)  # the slices beside them are looked at too
    return slices * windows * (min(side, inner) + 2 * MARGIN) ** 2 if everything else 0


def _looks(work: Workload, parameters: PriorParameters) -> tuple[float, int]:
    """Count looks of the network at each window, and the bytes that a pixel takes at the largest of them."""
    looks: float = parameters.steps
    looks *= 2 if parameters.solver in ("heun", "edm-stochastic", "predictor-corrector") else 1
    if parameters.planes == "all" and work.task != "restore" and work.box[0] > 1:
        looks = looks * 5 // 3  # the fine steps, planes in turn
    looks *= 1 if parameters.condition_scale == 1 else 2  # guidance looks with and without what is told
    if work.restoration is not None:
        return _restoring(work.restoration, parameters, looks, work.box[3])
    guide = _guide(work, parameters)
    if guide is None:
        return looks, PIXEL_BYTES
    times, pixel_bytes = GUIDES[guide]
    return times * looks * len(travel_of(parameters).route(parameters.steps)) / parameters.steps, pixel_bytes


def _restoring(wanted: Restoration, parameters: PriorParameters, looks: float, channels: int) -> tuple[float, int]:
    """Count them for what is restored."""
    if wanted.kind == "denoise":
        looks = looks if wanted.sample else 1 if parameters.condition_scale == 1 else 2
        times, pixel_bytes = (1, PIXEL_BYTES) if channels == 1 else GUIDES["moments"]  # each channel's own noise
        return times * looks, pixel_bytes
    times, pixel_bytes = GUIDES[parameters.guidance]
    return (1 if wanted.sample else AVERAGED) * times * looks, pixel_bytes


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
    pixels = training.patch**2
    return training_height(
        network.numbers, training.batch * denoised_bytes(network, pixels), EXAMINED * seen_bytes(network, pixels)
    )


def denoised_bytes(network: NetworkConfiguration, pixels: int) -> float:
    """Count the bytes that the denoising of one patch leaves for the way back."""
    blocks = 2 * network.blocks + 1
    values: float = sum(width / 4 ** (level + 1) for level, width in enumerate(network.widths)) * blocks
    return pixels * (values * KEPT_BYTES + network.inputs * INPUT_BYTES)


def seen_bytes(network: NetworkConfiguration, pixels: int) -> float:
    """Count the bytes that are held of one patch that is looked at."""
    return pixels * (network.widths[0] * LOOK_BYTES + network.inputs * INPUT_BYTES)
