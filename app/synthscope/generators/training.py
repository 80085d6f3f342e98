"""What every trainable generator is: data in, checkpoints and samples out, as a plain generator."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from synthscope.generators.protocol import ImageGenerator
from synthscope.imaging.normalisation import Normalisation
from synthscope.records.events import Measured, Preview, Progress

TIMED = 50
"""Steps after which the budget in minutes becomes a number of steps."""


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a trainer learns from, split by blocks of space before it sees it.

    Parameters
    ----------
    train, held_out : tuple of ndarray (Z, Y, X, C)
        In the original dtype; `held_out` is never used for a gradient.
    normalisation : Normalisation
        From original units to what the network sees.
    voxel_size : tuple of float (z, y, x)
    labels, held_out_labels : tuple of int
        The class of each block of `train` and of `held_out`, -1 for none; empty where there are no classes.
    classes : tuple of str
        Names of the classes.
    label_maps, held_out_label_maps : tuple of ndarray of int (Z, Y, X)
        What each voxel of each block shows; empty where there are no label maps.
    label_values : tuple of int
        The labels that occur in them, rising.
    base : str
        Folder of the pretrained model that is tuned; empty where a network is trained from nothing.
    """

    train: tuple[np.ndarray, ...]
    held_out: tuple[np.ndarray, ...]
    normalisation: Normalisation
    voxel_size: tuple[float, float, float]
    labels: tuple[int, ...] = ()
    held_out_labels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    label_maps: tuple[np.ndarray, ...] = ()
    held_out_label_maps: tuple[np.ndarray, ...] = ()
    label_values: tuple[int, ...] = ()
    base: str = ""


@dataclass(frozen=True)
class Budget:
    """How long to train: `minutes`, turned into steps after the first timed ones, or `steps` where given."""

    minutes: float = 10.0
    steps: int = 0


@dataclass(frozen=True, eq=False)
class Sampled:
    """New images from the weights as they are, from fixed seeds: (N, Y, X, C) in original units, not rounded."""

    step: int
    pixels: np.ndarray


@dataclass(frozen=True, eq=False)
class Refilled:
    """Holes in held-out places, filled again and again by the best weights: is what they show of doubt honest.

    Parameters
    ----------
    real : tuple of ndarray (V, C)
        What is true of each place's hole, in original units.
    made : tuple of ndarray (K, V, C)
        The same voxels of K fills, in original units, not rounded.
    """

    real: tuple[np.ndarray, ...]
    made: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Weights worth keeping: the best so far by `held_out_loss`.

    Parameters
    ----------
    weights : mapping of str to ndarray
        By the names of the network; they are written as safetensors.
    architecture : mapping
        JSON of the network's configuration.
    planned_steps : int
        How many steps the training will have.
    figures : mapping
        What the trainer itself measured on held-out data, by the names of `synthscope.records.training.FIGURES`.
    precision : str
        In which products were taken: float32 or bfloat16. Weights and what is added up are float32.
    """

    step: int
    planned_steps: int
    seconds: float
    weights: Mapping[str, np.ndarray]
    architecture: Mapping[str, Any]
    held_out_loss: float
    remarks: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    precision: str = "float32"


TrainingEvent: TypeAlias = Progress | Preview | Measured | Sampled | Refilled | Checkpoint
Training: TypeAlias = Generator[TrainingEvent, None, Checkpoint]
"""A training: yields its events and returns its last checkpoint. Closing it cancels it."""


class Trainable(ImageGenerator, Protocol):
    """A generator that learns."""

    def train(
        self, data: TrainingData, parameters: Any, budget: Budget, seed: int, state: Path, device: str = "cpu"
    ) -> Training:
        """Train a model.

        Parameters
        ----------
        parameters : record
            An instance of the spec's `training` type, already checked.
        seed : int
            The only source of randomness; what step n sees depends on nothing but the seed and n.
        state : Path
            An existing folder in which it keeps what it needs to go on after a kill, written beside and
            renamed. A training that finds its own state there goes on from it and ends like one that was
            not interrupted; one that finds that of another training raises `DocumentError`.

        Yields
        ------
        Progress, Preview, Measured, Sampled, Refilled, Checkpoint
            `Sampled` and `Checkpoint` about every half minute, and 240 times in a training of more than two
            hours; `Refilled` once at the end, where the generator fills holes and something is held out.

        Returns
        -------
        Checkpoint
            The best one; the caller writes the model.
        """
        ...
