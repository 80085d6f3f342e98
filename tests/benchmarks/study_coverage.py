"""Coverage of every interval and type-I error of every test of a study, in simulated studies whose truth is known.

Run as ``python tests/benchmarks/study_coverage.py [RUNS] [SECONDS]``: it writes the table of
docs/study-statistics.md. Each kind of study is simulated RUNS times (1 000), or as often as SECONDS allow (90); the
table says how often. An interval should hold the truth, and a test should find nothing where nothing is, in 95 %.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.stats import binom
from study_coverage_a import STUDIES as APART
from study_coverage_a import Study
from study_coverage_b import STUDIES as TOGETHER

PAGE = Path(__file__).parents[2] / "docs" / "study-statistics.md"
BEGIN, END = "<!-- coverage: made by tests/benchmarks/study_coverage.py -->", "<!-- end of coverage -->"
LEVEL = 0.95
STUDIES: dict[str, Study] = {**APART, **TOGETHER}


def simulate(study: Study, runs: int, seconds: float) -> dict[str, list[bool]]:
    """Run one kind of study until it was run often enough, or its time is over."""
    kept: dict[str, list[bool]] = {}
    start = time.monotonic()
    for seed in range(runs):
        if time.monotonic() - start > seconds:
            break
        for title, hit in study(np.random.default_rng([seed, 6])).items():
            kept.setdefault(title, []).append(bool(hit))
    return kept


def row(title: str, hits: list[bool]) -> str:
    """Write one row; a rate outside of what chance allows around 95 % is told."""
    n, held = len(hits), sum(hits)
    low, high = binom.ppf(0.0005, n, LEVEL), binom.ppf(0.9995, n, LEVEL)
    verdict = "too seldom" if held < low else "more than it says" if held > high else ""
    return f"| {title} | {n} | {100 * held / n:.1f} % | {verdict} |"


def table(runs: int, seconds: float) -> str:
    """Simulate everything."""
    rows = ["| what | studies | held | |", "|---|---:|---:|---|"]
    for name, study in STUDIES.items():
        start = time.monotonic()
        rows += [row(title, hits) for title, hits in simulate(study, runs, seconds).items()]
        sys.stderr.write(f"{name}: {time.monotonic() - start:.0f} s\n")
    return "\n".join(rows)


def write(text: str) -> None:
    """Put the table between its marks in the page."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of studies that no answer can be told from; they count as they come out
    found = table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, float(sys.argv[2]) if len(sys.argv) > 2 else 90.0)
    sys.stdout.write(found + "\n")
    if PAGE.exists():
        write(found)
