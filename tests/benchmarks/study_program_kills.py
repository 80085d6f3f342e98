"""Kill the rater's whole program, window and keys, at random moments and count what was lost; run as a script.

``xvfb-run -a python -m tests.benchmarks.study_program_kills [KILLS]``; `study_kills.py` does it to the store alone.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from random import Random

from tests.qt.rating.killing import kill_often

KILLS = 200


def main() -> None:
    """Print the figures."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with tempfile.TemporaryDirectory() as name:
        found, _ = kill_often(Path(name), kills, Random(200))
    print(",  ".join(f"{name} {count}" for name, count in asdict(found).items()))  # noqa: T201


if __name__ == "__main__":
    main()
