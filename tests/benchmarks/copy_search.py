"""The search for copies against the same search done directly, and against scikit-image's template matching.

Run it as ``OMP_NUM_THREADS=1 python tests/benchmarks/copy_search.py [--fields 4] [--side 64] [--extent 500]``. All
give the best normalised cross-correlation of each field with one training image over all shifts at which it fits fully
and the eight symmetries; they must agree to 1e-6. The direct search goes shift by shift in double precision on windows
of the image, as one matrix product for each row of shifts and all fields: the fastest direct way in numpy. Times are
medians of three runs (one of the direct search) on one core.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.feature import match_template

from synthscope.imaging.copy_search import correlation_at, search_job
from synthscope.imaging.normalised_correlation import turned, unit
from synthscope.jobs.drain import drain

RUNS = 3


def direct(fields: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Correlate at every shift, one by one: windows of a row of shifts times all fields and symmetries."""
    side = fields.shape[2]
    turns = np.stack([unit(turned(f, s)).ravel() for f in fields for s in range(8)])
    windows = np.lib.stride_tricks.sliding_window_view(image[0, ..., 0].astype(float), (side, side))
    best = np.full(len(turns), -np.inf)
    for row in windows:
        flat = row.reshape(len(row), -1)
        centred = flat - flat.mean(axis=1, keepdims=True)
        norms = np.sqrt((centred**2).sum(axis=1))
        values = np.divide(turns @ centred.T, norms, out=np.zeros((len(turns), len(row))), where=norms > 0)
        best = np.maximum(best, values.max(axis=1))
    return best.reshape(len(fields), 8).max(axis=1)


def by_template(fields: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Do as `direct` by scikit-image, one template after the other."""
    plane = image[0, ..., 0].astype(float)
    return np.array([max(match_template(plane, turned(f, s)[0, ..., 0]).max() for s in range(8)) for f in fields])


def searched(fields: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Search as the program does, without partial overlap; the parabola's gain is not part of the comparison."""
    found = drain(search_job(fields, [image], least_overlap=1.0))
    places = [(round(m.z), round(m.y), round(m.x)) for m in found]
    pairs = zip(fields, found, places, strict=True)
    return np.array([correlation_at(turned(f, m.symmetry), image, place)[0] for f, m, place in pairs])


def timed(work: Callable[[], np.ndarray], runs: int = RUNS) -> tuple[float, np.ndarray]:
    """Give the median seconds and the result."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fields", type=int, default=4)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--extent", type=int, default=500)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    smooth = ndimage.gaussian_filter(rng.standard_normal((2, options.extent, options.extent)), (0, 2, 2))
    image, other = (np.rint(128 + 40 * s / s.std())[None, ..., None] for s in smooth)
    side = options.side
    fields = np.stack([other[:, 3 * i : 3 * i + side, 5 * i : 5 * i + side] for i in range(options.fields)])
    fields[0] = np.rot90(image[:, 100 : 100 + side, 57 : 57 + side], axes=(1, 2))
    ours, a = timed(lambda: searched(fields, image))
    theirs, b = timed(lambda: by_template(fields, image))
    slow, c = timed(lambda: direct(fields, image), 1)
    table = {
        "fields": options.fields, "side": side, "extent": options.extent, "seconds": ours,
        "direct_seconds": slow, "times_faster_than_direct": slow / ours,
        "match_template_seconds": theirs, "times_faster_than_match_template": theirs / ours,
        "largest_difference_from_direct": float(np.abs(a - c).max()),
        "largest_difference_of_match_template": float(np.abs(b - c).max()),
    }  # fmt: skip
    sys.stdout.write(json.dumps(table, indent=1) + "\n")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
