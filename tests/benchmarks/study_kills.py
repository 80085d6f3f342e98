"""Kill a rater's program 200 times at random moments and count what was lost; run as a script."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synthscope.studies.store.chain import verify
from synthscope.studies.store.recovery import recover

KILLS = 200
WRITER = Path(__file__).parents[1] / "studies" / "store" / "writer.py"


def killed_once(folder: Path, seconds: float) -> list[str]:
    """Give the ids that were acknowledged before the kill."""
    with subprocess.Popen([sys.executable, str(WRITER), str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    return [line.strip() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def main() -> None:
    """Print the figures."""
    generator = random.Random(200)
    acknowledged: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(KILLS):
            acknowledged += killed_once(folder, generator.uniform(0, 0.05))
        events = recover(folder / "a.db", folder / "mirror" / "a.jsonl")
    lost = set(acknowledged) - {event.id for event in events}
    broken = verify(events)
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged, {len(lost)} lost, {len(broken)} chains broken")  # noqa: T201


if __name__ == "__main__":
    main()
