"""What a prior reads off the images before a training: mean, spread, phase threshold, descriptors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from skimage.filters import threshold_otsu

from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.scale import SIGMA_DATA, to_units
from synthscope.generators.schooling.surveying import survey_values
from synthscope.generators.training import TrainingData
from synthscope.imaging.patches import Drawing, draw_patch

LOOKED_AT = 256
"""Patches whose mean and phase fraction are written on the card."""


def survey(data: TrainingData, parameters: PriorTraining) -> NetworkConfiguration:
    """Work out the network's configuration from the training images.

    Raises
    ------
    InputError
        If a value is not finite, or all are equal: nothing can be learned from them.
    """
    found = survey_values(data)
    deep = any(block.shape[0] > 1 for block in data.train)
    configuration = NetworkConfiguration(
        channels=found.channels,
        context=parameters.context if deep else 0,
        widths=WIDTHS[parameters.size],
        blocks=parameters.blocks,
        formulation=parameters.formulation,
        mean=found.mean,
        spread=found.spread,
        planes=parameters.all_planes and deep,
        classes=len(data.classes),
        label_values=data.label_values,
        patch=parameters.patch,
    )
    first = (found.values[:, 0] - found.mean[0]) / found.spread[0] * SIGMA_DATA
    configuration = replace(configuration, threshold=float(threshold_otsu(first)))
    descriptors, classes = _descriptors(data, configuration)
    return replace(configuration, descriptors=descriptors, descriptor_classes=classes if data.classes else ())


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
