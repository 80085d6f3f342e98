"""What the classical generators cost, roughly, for two slow cores: seconds and bytes before a run."""

from __future__ import annotations

import math

from synthscope.generators.classical.parameters import (
    BiharmonicParameters,
    ExemplarParameters,
    HarmonicParameters,
    PhaseSurrogateParameters,
    QuiltParameters,
)
from synthscope.records.generator import Cost, Workload

MIB = 1 << 20


def harmonic_cost(work: Workload, parameters: HarmonicParameters) -> Cost:
    """Conjugate gradients: steps grow with the width of the hole, work with its voxels."""
    del parameters
    n, channels = work.unknown, work.box[3]
    steps = 30 + 4 * n**0.5
    seconds = 0.05 + n * 2e-5 + steps * (1e-4 + 8e-8 * n * channels)
    return Cost(seconds, _voxels(work) * (work.itemsize + 16) + n * (250 + 60 * channels))


def biharmonic_cost(work: Workload, parameters: BiharmonicParameters) -> Cost:
    """Sparse elimination: about n^1.5 in the plane, n^2 and far more memory in a volume."""
    z, _, _, channels = work.box
    if parameters.through == "volume" and z > 1:
        seconds = 1e-3 * work.unknown + 1.5e-7 * work.unknown**2
        return Cost(seconds * channels, MIB * 64 + int(60 * work.unknown ** (4 / 3) * 8))
    per_slice = work.unknown / max(z, 1)
    seconds = z * (0.02 + 1.5e-4 * per_slice + 2e-7 * per_slice**1.5)
    return Cost(seconds * (0.7 + 0.3 * channels), MIB * 64 + int(per_slice * 13 * 200))


def exemplar_cost(work: Workload, parameters: ExemplarParameters) -> Cost:
    """One search by Fourier transform and one cut per placed piece."""
    solid = min(parameters.depth, work.box[0]) > 1
    across = min(parameters.patch, 16) if solid else parameters.patch
    patch = _window((parameters.depth, across, across), work)
    advance = max(math.prod(patch) // 4, 1)
    made = math.prod(work.box[:3]) if work.task == "vary" else work.unknown
    placements = (1 + parameters.passes) * (2 + made / advance)
    searched = [min(n, 2 * parameters.reach + p) for n, p in zip(work.box[:3], patch, strict=True)]
    search = min(math.prod(searched), 400_000) * work.box[3] * 4e-7
    seconds = placements * (0.006 + search + 2e-5 * math.prod(patch))
    return Cost(seconds, _voxels(work) * 40 * work.box[3] + min(math.prod(searched), 400_000) * 100)


def quilt_cost(work: Workload, parameters: QuiltParameters) -> Cost:
    """One search by Fourier transform and one cut per block."""
    block = _window((parameters.depth, parameters.block, parameters.block), work)
    step = [max(int(b * (1 - parameters.overlap)), 1) for b in block]
    made = math.prod(work.box[:3]) if work.task == "vary" else work.unknown
    blocks = max(made / math.prod(step), 1)
    seconds = blocks * (0.006 + math.prod(work.box) * 4e-7 + 1e-5 * math.prod(block))
    return Cost(seconds, _voxels(work) * 100 * work.box[3])


def phase_surrogate_cost(work: Workload, parameters: PhaseSurrogateParameters) -> Cost:
    """Two Fourier transforms and one sort per iteration."""
    rounds = parameters.iterations if parameters.match_values else 1
    voxels = _voxels(work) * work.box[3]
    return Cost(0.05 + rounds * voxels * 3e-7, voxels * 80)


def _voxels(work: Workload) -> int:
    return math.prod(work.box[:3])


def _window(size: tuple[int, int, int], work: Workload) -> tuple[int, ...]:
    return tuple(min(s, n) for s, n in zip(size, work.box[:3], strict=True))
