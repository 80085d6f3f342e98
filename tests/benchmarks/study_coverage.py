"""Coverage of every interval and type-I error of every test of a study, in simulated studies whose truth is known.

Run as ``python tests/benchmarks/study_coverage.py [RUNS] [SECONDS] [NAME ...]``: it writes the table of
docs/study-statistics.md. Each kind of study is simulated RUNS times (1 000), or as often as SECONDS allow (90); the
table says how often. With names, only the rows of those studies are made anew. An interval should hold the truth, and a
test should find nothing where nothing is, in 95 %.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binom
from study_coverage_a import STUDIES as APART
from study_coverage_a import Study
from study_coverage_b import STUDIES as TOGETHER

PAGE = Path(__file__).parents[2] / "docs" / "study-statistics.md"
BEGIN, END = "<!-- coverage: made by tests/benchmarks/study_coverage.py -->", "<!-- end of coverage -->"
HEAD = "| what | studies | held | |\n|---|---:|---:|---|\n"
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


def write(found: dict[str, str]) -> None:
    """Put rows in the page's table, each in its place or at the end."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    table, tail = rest.split(END)
    known = {line.split(" | ")[0].strip("| "): line for line in table.strip().splitlines()[2:]}
    text = HEAD + "\n".join((known | found).values())
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Simulate what was asked for and write its rows as they come."""
    runs, seconds = int((*arguments, "1000")[0]), float((*arguments[1:], "90")[0])
    for name in arguments[2:] or tuple(STUDIES):
        found = {title: row(title, hits) for title, hits in simulate(STUDIES[name], runs, seconds).items()}
        sys.stdout.write("\n".join(found.values()) + "\n")
        sys.stdout.flush()
        if PAGE.exists():
            write(found)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of studies that no answer can be told from; they count as they come out
    main(sys.argv[1:])
