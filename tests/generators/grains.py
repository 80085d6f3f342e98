"""Small data to learn from, and trainings that are cut short, for the tests of trainers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from synthscope.generators.training import Checkpoint, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.records.events import Progress


def grains(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Two phases with rounded borders, 16-bit."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), (0.5, 2, 2, 0)[: len(shape)])
    return (20000 + 15000 * np.tanh(noise / noise.std())).astype(np.uint16)


def grain_data() -> TrainingData:
    """A block to learn from and a smaller one that is held out."""
    block = grains((4, 64, 72, 1), 0)
    return TrainingData((block,), (grains((4, 48, 48, 1), 1),), fit_normalisation(block), (1.0, 1.0, 1.0))


def run(training: Iterator, stop_after: int | None = None) -> tuple[list, Checkpoint | None]:
    """Drain a training, or close it in the middle as a kill would leave it."""
    events: list = []
    try:
        while True:
            events.append(next(training))
            if stop_after is not None and sum(isinstance(e, Progress) for e in events) > stop_after:
                training.close()
                return events, None
    except StopIteration as end:
        return events, end.value


def same(a: Checkpoint, b: Checkpoint) -> bool:
    """Whether two checkpoints hold the same weights, bit for bit."""
    return a.weights.keys() == b.weights.keys() and all(np.array_equal(a.weights[n], b.weights[n]) for n in a.weights)
