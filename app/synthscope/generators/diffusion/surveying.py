"""What is read off the images before a training: mean, spread, phase threshold, descriptors, and who it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from skimage.filters import threshold_otsu

from synthscope.errors import InputError
from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.training import Budget, TrainingData
from synthscope.generators.units import SIGMA_DATA, to_units
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.patches import Drawing, draw_patch
from synthscope.records.documents import digest

LOOKED_AT = 256
"""Patches whose mean and phase fraction are written on the card."""
SAMPLE = 1 << 20


def survey(data: TrainingData, parameters: PriorTraining) -> NetworkConfiguration:
    """Work out the network's configuration from the training images.

    Raises
    ------
    InputError
        If a value is not finite, or all are equal: nothing can be learned from them.
    """
    sample = np.concatenate([_sample(block, data) for block in data.train])
    if not np.isfinite(sample).all():
        raise InputError("The training images hold values that are not numbers; mask or repair them first.")
    mean, spread = sample.mean(axis=0), sample.std(axis=0)
    if not (spread > 0).all():
        raise InputError(
            "A channel of the training images has the same value everywhere; nothing can be learned from it."
        )
    deep = any(block.shape[0] > 1 for block in data.train)
    configuration = NetworkConfiguration(
        channels=sample.shape[1],
        context=parameters.context if deep else 0,
        widths=WIDTHS[parameters.size],
        blocks=parameters.blocks,
        formulation=parameters.formulation,
        mean=tuple(float(value) for value in mean),
        spread=tuple(float(value) for value in spread),
        planes=parameters.all_planes and deep,
        classes=len(data.classes),
        label_values=data.label_values,
        patch=parameters.patch,
    )
    first = (sample[:, 0] - mean[0]) / spread[0] * SIGMA_DATA
    configuration = replace(configuration, threshold=float(threshold_otsu(first)))
    descriptors, classes = _descriptors(data, configuration)
    return replace(configuration, descriptors=descriptors, descriptor_classes=classes if data.classes else ())


def training_identity(data: TrainingData, parameters: PriorTraining, budget: Budget, seed: int) -> str:
    """Hash all that a training depends on."""
    blocks = [pixel_hash(block) for block in (*data.train, *data.held_out)]
    maps = tuple(pixel_hash(one) for one in (*data.label_maps, *data.held_out_label_maps))
    told = (data.held_out_labels, maps) if data.labels or maps else ()
    return digest((blocks, data.normalisation, data.labels, parameters, budget, seed, *told))


def _sample(block: np.ndarray, data: TrainingData) -> np.ndarray:
    """Give evenly spaced values of a block, normalised: (N, C)."""
    flat = block.reshape(-1, block.shape[-1])
    return data.normalisation.forward(flat[:: max(flat.shape[0] // SAMPLE, 1)])


def _descriptors(
    data: TrainingData, configuration: NetworkConfiguration
) -> tuple[tuple[tuple[float, float], ...], tuple[int, ...]]:
    """Give mean and phase fraction of patches all over the training images, and the class of each."""
    rng = np.random.default_rng(0)
    drawing = Drawing(configuration.patch, 1, free_orientation=False)
    found, classes = [], []
    for _ in range(LOOKED_AT):
        drawn = draw_patch(data.train, drawing, rng, classes=data.labels)
        patch = to_units(drawn.pixels, data.normalisation, configuration)[0, ..., 0]
        classes.append(1 + data.labels[drawn.block] if data.labels else 0)
        found.append((round(float(patch.mean()), 4), round(float((patch > configuration.threshold).mean()), 4)))
    return tuple(found), tuple(classes)
