"""What pretrained pipelines cost: by how many numbers the model is, beside one of Stable Diffusion's size."""

from __future__ import annotations

from typing import Any

from synthscope.records.generator import Cost, Workload

STABLE_DIFFUSION = 1.07e9
"""Numbers of a Stable Diffusion 1.5 with its text encoder and autoencoder."""
SECONDS_A_PASS = 10.0
"""Of such a denoiser at 512 px on two cores, an estimate by its operations; what runs here corrects it."""
SIDE = 512
BYTES_A_WEIGHT = 4
WORK = 1.25
"""Memory beside the weights, as a part of them."""
BYTES_A_PIXEL = 1500
"""Of the layers of an autoencoder at full width."""


def pipeline_cost(workload: Workload, parameters: Any) -> Cost:
    """Estimate a candidate: steps times tiles times passes, each by the size of the model."""
    weights = workload.weights or STABLE_DIFFUSION
    tiles = max(workload.unknown / SIDE**2, 1e-3)
    passes = 1.0 if getattr(parameters, "guidance", 2.0) <= 1 else 2.0
    seconds = SECONDS_A_PASS * weights / STABLE_DIFFUSION * passes * tiles * parameters.steps
    seen = min(workload.unknown, SIDE**2)
    return Cost(seconds, int(weights * BYTES_A_WEIGHT * WORK) + BYTES_A_PIXEL * seen)
