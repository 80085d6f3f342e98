"""How alike are the slices of a new volume? Slice by slice and through all planes, with a bundled model.

Run: ``python tests/benchmarks/volumes.py [--side 40] [--model fibre]``. Correlation of voxels 1, 2 and 4 apart along
each axis, and the variance, mean over seeds; an isotropic volume has the same along z as along y and x.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.prior import DiffusionPrior
from synthscope.jobs.drain import drain
from synthscope.records.generator import Inputs
from synthscope.records.space import Space
from synthscope.services.models import bundled_models

LAGS = (1, 2, 4)
SEEDS = (1, 2, 3)


def correlations(volume: np.ndarray) -> np.ndarray:
    """Give the correlation at each lag along z, y and x: (3, lags)."""
    centred = volume.astype(np.float64) - volume.mean()
    return np.array([[_product(centred, lag, axis) for lag in LAGS] for axis in range(3)]) / centred.var()


def _product(values: np.ndarray, lag: int, axis: int) -> float:
    n = values.shape[axis]
    return float((np.take(values, range(n - lag), axis) * np.take(values, range(lag, n), axis)).mean())


def main() -> None:
    """Make volumes and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=40)
    parser.add_argument("--model", default="fibre")
    chosen = parser.parse_args()
    model = str(bundled_models() / chosen.model)
    inputs = Inputs("synthesize", Space("zyxc"), size=(chosen.side,) * 3, model=model)
    for planes in ("xy", "all"):
        volumes = [
            drain(DiffusionPrior().generate(inputs, PriorParameters(planes=planes), seed))[..., 0] for seed in SEEDS
        ]
        table = np.mean([correlations(one) for one in volumes], axis=0).round(3)
        variance = np.mean([one.var() for one in volumes])
        sys.stdout.write(f"{planes}: variance {variance:.0f}, z {table[0]}, y {table[1]}, x {table[2]}\n")


if __name__ == "__main__":
    main()
