"""How long a comparison will take, roughly, before it is begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthscope.records.families import FamiliesRecipe
from synthscope.records.generator import Workload
from synthscope.records.image import Image
from synthscope.services.families.contenders import settings_of_contender
from synthscope.services.families.grounds import parts_of
from synthscope.services.model_fit import channel_count

MEASURING = 0.05
"""Seconds for each image, roughly: features and the search for copies."""


@dataclass(frozen=True)
class Duration:
    """Seconds of training (none where steps are told: how long one takes is not known), and of all else.

    Parameters
    ----------
    trainings : int
        How many there are.
    """

    trainings: int
    training: float
    making: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.training + self.making


def duration_of(recipe: FamiliesRecipe, images: Sequence[Image]) -> Duration:
    """Estimate a comparison of checked settings, from the costs that the generators tell.

    Parameters
    ----------
    images : sequence of Image
        What is learned from; no pixel is read.
    """
    part = next(box for one in parts_of(recipe, images) for box in one.train)
    channels, itemsize = channel_count(images[0]), images[0].dtype.itemsize
    trainings, making = 0, 0.0
    for contender in recipe.contenders:
        spec, training, parameters = settings_of_contender(contender)
        sides = (1, 1) if training is not None else part.shape[1:]
        box = (1, sides[0], sides[1], channels)
        work = Workload("synthesize", box, recipe.size**2, itemsize, recipe.count)
        trainings += recipe.seeds if training is not None else 0
        making += recipe.seeds * recipe.count * (spec.cost(work, parameters).seconds + MEASURING)
    return Duration(trainings, 0.0 if recipe.steps else 60 * recipe.minutes * trainings, making)
