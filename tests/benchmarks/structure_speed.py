"""Two-point probability and local thickness of a 200^3 volume against PoreSpy, in one run: ratios of seconds.

Run as ``python tests/benchmarks/structure_speed.py [side]`` in an environment that holds PoreSpy (it adds some 900 MB,
so it is no dependency). Without it this says so and only our own seconds are shown.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import ndimage

from synthscope.imaging.correlations import two_point_probability
from synthscope.imaging.thickness import local_thickness

REPEATS = 3


def seconds(measure: Callable[[], object]) -> float:
    """The fastest of several: what else the machine does only slows."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        measure()
        taken.append(time.perf_counter() - start)
    return min(taken)


def blobs(side: int) -> np.ndarray:
    noise = ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((side,) * 3), side / 40)
    return noise > np.median(noise)


def disagreement(peer: np.ndarray, phase: np.ndarray) -> float:
    """Give the largest difference of S2, each at the mean distance of its own bins: PoreSpy's hold k to k + 1."""
    reach = phase.shape[0] // 4
    radius = np.sqrt(sum(g.astype(float) ** 2 for g in np.mgrid[(slice(-reach, reach + 1),) * 3])).ravel()
    shell = np.floor(radius).astype(int)
    middle = (np.bincount(shell, radius) / np.bincount(shell))[:reach]
    found = two_point_probability(phase)
    return float(np.abs(np.interp(middle, found.distance, found.value) - peer[:reach]).max())


def main(side: int = 200) -> None:
    phase = blobs(side)
    ours = {
        "two-point": lambda: two_point_probability(phase),
        "local thickness": lambda: local_thickness(phase),
    }
    peers: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("porespy") is None:
        sys.stdout.write("PoreSpy is not installed: ratios are left out.\n")
    else:
        import porespy

        porespy.settings.tqdm = {"disable": True}
        peers = {
            "two-point": lambda: porespy.metrics.two_point_correlation(phase),
            "local thickness": lambda: porespy.filters.local_thickness(phase),
        }
        difference = disagreement(porespy.metrics.two_point_correlation(phase).probability * phase.mean(), phase)
        sys.stdout.write(f"PoreSpy {porespy.__version__}; S2 differs by at most {difference:.1e} up to a quarter\n")
        thick = porespy.filters.local_thickness(phase), local_thickness(phase)
        sys.stdout.write(
            f"median radius: PoreSpy {np.median(thick[0][phase]):.2f}, ours {np.median(thick[1][phase])}\n"
        )
    for name, measure in ours.items():
        own = seconds(measure)
        if name in peers:
            other = seconds(peers[name])
            sys.stdout.write(f"{name:16s} {side}^3: {own:6.2f} s, PoreSpy {other:6.2f} s, ratio {other / own:5.1f}\n")
        else:
            sys.stdout.write(f"{name:16s} {side}^3: {own:6.2f} s\n")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
