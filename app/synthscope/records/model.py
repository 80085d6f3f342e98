"""A trained model: the card beside its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synthscope.errors import InputError
from synthscope.records.documents import digest
from synthscope.records.request import Region
from synthscope.records.run import Environment

MODEL_FORMAT = "synthscope/model"
VERSION = 2

Part = Literal["controlnet", "lora", "embedding", "prior"]
"""What is no model of its own and is joined to one: an adapter."""
TrainingState = Literal["in training", "stopped", "finished"]


@dataclass(frozen=True)
class TrainingImage:
    """One image that a model learned from, without anything that names a computer.

    `train` and `held_out` are boxes in (Z, Y, X) of the block layout; no voxel lies in both, and a gap of
    at least one patch lies between them. `sha256` is empty for an image too large to be read whole; by
    `sampled_sha256` (`imaging.hashing.sampled_hash`) it is known again all the same, which cards of version 1 lack.
    """

    name: str
    sha256: str
    shape: tuple[int, ...]
    dtype: str
    axes: str
    voxel_size: tuple[float, ...]
    unit: str
    train: tuple[Region, ...]
    held_out: tuple[Region, ...] = ()
    label: str = ""
    source: str = ""
    licence: str = ""
    sampled_sha256: str = ""


@dataclass(frozen=True)
class ModelFile:
    """One file of a pretrained model: its name below the model's folder, with slashes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Conversion:
    """How a pretrained model was made from one file of others.

    Parameters
    ----------
    file, size, sha256
        Of that file, as it was published.
    base : str
        The model or folder that configuration and vocabulary were taken from.
    base_sha256 : str
        Of the list of those files, with their hashes.
    components : tuple of str
        The networks whose weights are those of the file.
    number_format : str
        In which the weights are kept: the widest that the file has.
    averaged : bool
        Whether the averaged weights (EMA) of the denoiser were taken, and not those of the last step.
    """

    file: str
    size: int
    sha256: str
    base: str
    base_sha256: str
    components: tuple[str, ...]
    number_format: str
    averaged: bool = False


@dataclass(frozen=True)
class TunedBase:
    """The model of others beside which an adapter was trained: by name, by hash, its licence and where it is from."""

    name: str
    sha256: str
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class ModelCard:
    """What a model is, what it learned from, and how good it was found to be.

    Parameters
    ----------
    architecture : mapping
        JSON of the network's own configuration record: with it and the weights the network stands again.
    training : mapping
        JSON of the generator's training record.
    normalisation : tuple of float
        The (low, high) in original units that the network sees as -1 and 1.
    percentiles : tuple of float
        Of the training values that `normalisation` stands for: another image is seen through the same ones of its own.
    limits : tuple of (float, float)
        Lowest and highest value of each channel of what was learned from.
    channels, channel_names, dtype, voxel_size, unit
        Of the images; `voxel_size` is (z, y, x).
    depth : bool
        Whether it learned from stacks, and so knows neighbouring slices.
    labels, label_values : tuple of str, tuple of int
        Names of the classes that it knows, and the labels of the label maps that it learned from.
    figures : mapping
        What was measured on held-out data, by name; beside each ``<name>_real`` the same number for
        real data against real data.
    weights_sha256 : str
        Of the file ``model.safetensors``; of a pretrained model of the list of its files.
    files : tuple of ModelFile
        Of a model that others trained, and that was taken in as they gave it; empty for one of ours.
    serves : tuple of str
        Further generators that work with it.
    part : str
        What it is, where it is no model of its own.
    source : str
        Where it came from: a repository, or the name of a folder or file.
    base : TunedBase, optional
        Of an adapter that was trained here: what it was trained beside.
    agreement : str
        Which licence a person agreed to before it was fetched, and when.
    conversion : Conversion, optional
        Of a model that came as one file: how its folder was made of it.
    """

    name: str
    generator: str
    generator_version: str
    architecture: Mapping[str, Any]
    training: Mapping[str, Any]
    images: tuple[TrainingImage, ...]
    normalisation: tuple[float, float]
    limits: tuple[tuple[float, float], ...]
    channels: int
    dtype: str
    voxel_size: tuple[float, float, float]
    unit: str
    weights_sha256: str
    parameters: int
    steps: int
    planned_steps: int
    seed: int
    seconds: float
    environment: Environment
    state: TrainingState = "finished"
    channel_names: tuple[str, ...] = ()
    percentiles: tuple[float, float] = (0.1, 99.9)
    rgb: bool = False
    depth: bool = False
    labels: tuple[str, ...] = ()
    label_values: tuple[int, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    licence: str = ""
    intended_use: str = ""
    made: str = ""
    files: tuple[ModelFile, ...] = ()
    serves: tuple[str, ...] = ()
    part: Part | Literal[""] = ""
    source: str = ""
    agreement: str = ""
    conversion: Conversion | None = None
    base: TunedBase | None = None
    format: str = MODEL_FORMAT
    version: int = VERSION

    @property
    def is_pretrained(self) -> bool:
        """Whether others trained it: it sees any image as 8-bit colours, through that image's own scale."""
        return bool(self.files)

    def can_serve(self, generator: str) -> bool:
        """Whether a generator works with it; a part is no model of any."""
        return not self.part and (generator == self.generator or generator in self.serves)

    @property
    def training_sha256(self) -> str:
        """Hash of what it was trained by: generator, settings, images, seed; the same at each step of a training."""
        images = [(one.sha256 or one.sampled_sha256 or one.name, one.train) for one in self.images]
        told = (self.base.sha256,) if self.base else ()
        return digest((self.generator, dict(self.training), images, self.seed, *told))

    def __post_init__(self) -> None:
        """Refuse what no model can have: a card may have been changed."""
        low, high = self.normalisation
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError(f"a normalisation from {low} to {high}, where the first must be the smaller number")
        if len(self.limits) != self.channels or not all(first <= last for first, last in self.limits):
            raise InputError(f"limits {self.limits}, where {self.channels} channels must have one rising pair each")
        if not 0 <= self.percentiles[0] < self.percentiles[1] <= 100:
            raise InputError(f"percentiles {self.percentiles}, which must rise between 0 and 100")
        if any(not one.name or ".." in one.name.split("/") or one.name.startswith("/") for one in self.files):
            raise InputError("files outside its folder")
        if self.channels < 1 or not all(0 < step < math.inf for step in self.voxel_size):
            raise InputError(f"{self.channels} channels and a voxel size of {self.voxel_size}, which must be positive")


def stranger_words(adapter: ModelCard, model: ModelCard) -> str:
    """Say that an adapter was trained beside another model than the one that it is joined to; empty where it was not.

    An adapter often works on other trainings of the same network, if less well: it is said, and not refused.
    """
    base = adapter.base
    if base is None or base.sha256 == model.weights_sha256:
        return ""
    return (
        f"{adapter.name!r} was trained beside {base.name!r} and is joined to {model.name!r}: what it learned may come "
        "out weaker or changed."
    )
