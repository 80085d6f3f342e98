"""What is read off the images before any training: mean, spread, and who the training is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.generators.training import Budget, TrainingData
from synthscope.imaging.hashing import pixel_hash
from synthscope.records.documents import digest

SAMPLE = 1 << 20


@dataclass(frozen=True, eq=False)
class Survey:
    """Evenly spaced normalised values (N, C) of the training images, and mean and spread of each channel."""

    values: np.ndarray
    mean: tuple[float, ...]
    spread: tuple[float, ...]

    @property
    def channels(self) -> int:
        """Of the images."""
        return len(self.mean)


def survey_values(data: TrainingData) -> Survey:
    """Look at the values of the training images.

    Raises
    ------
    InputError
        If a value is not finite, or all are equal: nothing can be learned from them.
    """
    values = np.concatenate([_sample(block, data) for block in data.train])
    if not np.isfinite(values).all():
        raise InputError("The training images hold values that are not numbers; mask or repair them first.")
    mean, spread = values.mean(axis=0), values.std(axis=0)
    if not (spread > 0).all():
        raise InputError(
            "A channel of the training images has the same value everywhere; nothing can be learned from it."
        )
    return Survey(values, tuple(float(one) for one in mean), tuple(float(one) for one in spread))


def training_identity(data: TrainingData, parameters: Any, budget: Budget, seed: int) -> str:
    """Hash all that a training depends on."""
    blocks = [pixel_hash(block) for block in (*data.train, *data.held_out)]
    maps = tuple(pixel_hash(one) for one in (*data.label_maps, *data.held_out_label_maps))
    told = (data.held_out_labels, maps) if data.labels or maps else ()
    return digest((blocks, data.normalisation, data.labels, parameters, budget, seed, *told))


def _sample(block: np.ndarray, data: TrainingData) -> np.ndarray:
    """Give evenly spaced values of a block, normalised: (N, C)."""
    flat = block.reshape(-1, block.shape[-1])
    return data.normalisation.forward(flat[:: max(flat.shape[0] // SAMPLE, 1)])
