"""What a short training takes of memory beside what is foretold of it.

Run it as ``python tests/benchmarks/training_memory.py``. Each training is one of two steps on grains, four slices a
little larger than a patch, in a process of its own on one thread; what is measured is the most that the process held
(`ru_maxrss`), program and libraries included, as the foretold number includes them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2]))

SLICES, MIB = 4, 1 << 20
CASES: tuple[tuple[str, int, Mapping[str, Any]], ...] = (
    ("prior", 1, {}),
    ("prior", 1, {"batch": 64}),
    ("latent-prior", 1, {}),
    ("latent-prior", 3, {"patch": 256}),
    ("vae", 1, {}),
    ("vae", 1, {"batch": 64}),
    ("vqvae", 1, {}),
    ("vqvae", 1, {"batch": 32, "codes": "4375"}),
    ("dcgan", 1, {}),
    ("dcgan", 1, {"batch": 64, "width": 128}),
    ("stylegan", 1, {}),
    ("stylegan", 1, {"batch": 32, "size": "M"}),
    ("stylegan", 1, {"batch": 2, "patch": 256, "size": "XS"}),
)


def measure(generator: str, channels: int, choices: Mapping[str, Any]) -> tuple[int, int]:
    """Train in this process; give the MiB that were foretold, and those that it took."""
    from tests.generators.grains import grain_data, grains, run

    from synthscope.generators.registry import find_spec
    from synthscope.generators.training import Budget, TrainingData
    from synthscope.records.generator import Taught
    from synthscope.worker import resolve

    spec = find_spec(generator)
    assert spec.training is not None
    made: Any = resolve(generator)
    training, known = spec.training(**choices), grain_data()
    block, unseen = (grains((SLICES, training.patch + 8, training.patch + 8, channels), seed) for seed in range(2))
    data = TrainingData((block,), (unseen,), known.normalisation, known.voxel_size)
    with TemporaryDirectory() as state:
        run(made.train(data, training, Budget(2.0, 2), 0, Path(state), "cpu"))
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return spec.training_memory(Taught(channels, SLICES), training) // MIB, taken


def main() -> int:
    """Measure every case in a process of its own."""
    if len(sys.argv) > 1:
        generator, channels, choices = json.loads(sys.argv[1])
        sys.stdout.write(json.dumps(measure(generator, channels, choices)))
        return 0
    for case in CASES:
        answer = subprocess.run([sys.executable, __file__, json.dumps(case)], capture_output=True, check=True)
        foretold, taken = json.loads(answer.stdout.splitlines()[-1])
        sys.stdout.write(f"| {case[0]} | {case[1]} | {case[2] or ''} | {taken} | {foretold} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
