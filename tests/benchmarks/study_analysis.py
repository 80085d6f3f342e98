"""How long 100 000 ratings take to analyse; run as a script.

``python -m tests.benchmarks.study_analysis [RATERS] [PICTURES]`` makes answers of so many raters to so many pictures
of a scan and four generators, with confidence, and prints the time of the whole analysis and of its parts.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np

from synthscope.records.study import AnalysisPlan
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Rating
from synthscope.studies.analysis.analyse import analyse
from synthscope.studies.design.paradigms import default_questions

LETTERS = "ABCDE"


def answers(raters: int, pictures: int) -> StudyAnswers:
    """Make unblinded answers; arm A is real, the others are told ever more easily."""
    rng = np.random.default_rng(0)
    letters = [LETTERS[n % len(LETTERS)] for n in range(pictures)]
    evidence = rng.normal([0.4 * LETTERS.index(letter) for letter in letters], 1.0, (raters, pictures))
    steps = np.clip(np.round(evidence + 3.2 + rng.normal(0, 0.3, (raters, 1))), 1, 6).astype(int)
    times = np.exp(rng.normal(7.8, 0.4, (raters, pictures)))
    first = Rating("", "", 0, 1, "test", "real", ("",), ("",), ("",), 1, dwell_ms=1000.0)
    rows = [
        replace(
            first, rater=f"r{r:03d}", trial=f"{r}-{n}", ordinal=n, block=1 + n // 100, codes=(f"c{n}",),
            letters=(letters[n],), cases=(f"case {n // 2}",), value=int(steps[r, n]), rt_ms=float(times[r, n]),
            truth=(letters[n] == "A",),
        )
        for r in range(raters)
        for n in range(pictures)
    ]  # fmt: skip
    names = {letter: f"generator {letter}" for letter in LETTERS}
    return StudyAnswers(
        "b", "b", "real-or-synthetic", default_questions("real-or-synthetic"), 1, AnalysisPlan(), "S", tuple(rows),
        blind=False, letters=names, real=("A",),
    )  # fmt: skip


def main() -> None:
    """Measure, and print the time and what was found."""
    raters, pictures = (int(word) for word in (sys.argv[1:3] if len(sys.argv) > 2 else ("100", "1000")))
    given = answers(raters, pictures)
    begun = time.perf_counter()
    found = analyse(given)
    spent = time.perf_counter() - begun
    count = sum(map(len, found.estimates.values()))
    print(f"{len(given.ratings)} ratings: {count} estimates in {spent:.1f} s; {' '.join(found.warnings)}")  # noqa: T201


if __name__ == "__main__":
    main()
