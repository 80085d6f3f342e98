"""How far off estimates of time are: the formula alone, and corrected by what ran before on this computer.

Run it as ``python tests/benchmarks/estimates.py``. Holes of many sizes in the simulated rock sample; each run is
predicted from those before it. The factor is ``max(predicted / measured, measured / predicted)``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from synthscope.generators.registry import resolve
from synthscope.imaging.regions import painted
from synthscope.jobs.drain import drain
from synthscope.phantoms.samples import find_sample
from synthscope.records.timing import estimate
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.verbs import make_job

GENERATORS = (("harmonic", ""), ("biharmonic", ""), ("exemplar", ""), ("prior", "rock-soil"))
RUNS = 14


def main() -> int:
    """Run all and write one line per generator."""
    image = drain(find_sample("rock").make()).image
    for generator, model in GENERATORS:
        rng, inside = np.random.default_rng(0), 0
        ratios: list[float] = []
        alone: list[float] = []
        corrected: list[float] = []
        for number in range(RUNS):
            mask = np.zeros(image.mask_shape, bool)
            z, side = int(rng.integers(2, 12)), int(rng.integers(6, 60))
            y, x = (int(rng.integers(60, 130)) for _ in range(2))
            mask[z : z + int(rng.integers(1, 4)), y : y + side, x : x + side] = True
            choice = Choice("inpaint", generator, model=model, seed=number)
            planned = plan(image, painted(mask), mask, choice)
            with tempfile.TemporaryDirectory() as out:
                outcome = drain(make_job(image, mask, choice, Path(out), resolve, region_only=True))
            known = estimate(planned.cost.seconds, ratios)
            alone.append(abs(np.log(planned.cost.seconds / outcome.seconds)))
            if number >= 3:
                corrected.append(abs(np.log(known.seconds / outcome.seconds)))
                inside += known.low <= outcome.seconds <= known.high
            ratios.append(outcome.seconds / planned.cost.seconds)
        factors = [float(np.exp(np.median(values))) for values in (alone, corrected)]
        sys.stdout.write(
            f"{generator:12s} formula off by {factors[0]:.2f}, corrected by {factors[1]:.2f}, "
            f"{inside} of {len(corrected)} within the range\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
