"""What may be chosen for a training, checked."""

from __future__ import annotations

from typing import Any

from synthscope.errors import ParameterError, Unavailable
from synthscope.generators.registry import find_spec
from synthscope.imaging.splitting import AXES
from synthscope.records.documents import from_json, to_json
from synthscope.records.forms import check
from synthscope.records.generator import GeneratorSpec
from synthscope.records.training import TrainingRecipe
from synthscope.services.choosing import DEVICES, MAX_SEED

MOST_MINUTES = 60 * 24 * 30
MOST_STEPS = 10**9


def training_of(spec: GeneratorSpec) -> type:
    """Give the record of what may be chosen for a generator's training.

    Raises
    ------
    Unavailable
        If it learns nothing.
    """
    if spec.training is None:
        raise Unavailable(f"Generator {spec.id!r} learns nothing; choose one that can be trained.")
    return spec.training


def settings_of(recipe: TrainingRecipe) -> tuple[GeneratorSpec, Any]:
    """Give the spec of a recipe's generator, and its training record, checked.

    Raises
    ------
    Unavailable
        If there is no such generator, or it learns nothing.
    ParameterError
        If a name is unknown or a value out of range.
    """
    spec = find_spec(recipe.generator)
    kind = training_of(spec)
    known = to_json(kind())
    unknown = sorted(set(recipe.parameters) - set(known))
    if unknown:
        raise ParameterError(
            f"The training of {spec.id!r} has no parameter {unknown[0]!r}; it has {', '.join(known) or 'none'}."
        )
    parameters: Any = from_json(kind, dict(recipe.parameters))
    check(parameters)
    return spec, parameters


def checked_recipe(recipe: TrainingRecipe) -> TrainingRecipe:
    """Give a recipe back if its numbers and words are possible.

    Raises
    ------
    ParameterError
        If one is not.
    """
    if not 0 < recipe.minutes <= MOST_MINUTES:
        raise ParameterError(f"The time budget is {recipe.minutes:g} minutes; give more than 0, up to {MOST_MINUTES}.")
    if not 0 <= recipe.steps <= MOST_STEPS:
        raise ParameterError(f"Number of steps is {recipe.steps}; give 1 to {MOST_STEPS}, or 0 to go by minutes.")
    if not 0 <= recipe.seed < MAX_SEED:
        raise ParameterError(f"Seed is {recipe.seed}; give a whole number from 0 to {MAX_SEED - 1}.")
    if not 0 <= recipe.held_out <= 0.5:
        raise ParameterError(f"The part to hold out is {recipe.held_out:g}; give a number from 0 to 0.5.")
    if recipe.split_axis not in ("auto", *AXES):
        raise ParameterError(f"The axis to split along is {recipe.split_axis!r}; choose auto, z, y or x.")
    if recipe.device not in DEVICES:
        raise ParameterError(f"Device is {recipe.device!r}; choose one of {', '.join(DEVICES)}.")
    low, high = recipe.percentiles
    if not 0 <= low < high <= 100:
        raise ParameterError(f"Percentiles are {low:g} and {high:g}; give two that rise between 0 and 100.")
    return recipe
