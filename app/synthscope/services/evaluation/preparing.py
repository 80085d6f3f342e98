"""What is measured: sets opened, checked, cut into fields, the real set divided, controls made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.generators.protocol import Resolver
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.services.evaluation.arms import Arms, make_arms
from synthscope.services.evaluation.controls import Place, controls_job, memorised
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.fields import Fields, cut_set, open_set
from synthscope.services.evaluation.framing import field_size, make_frame
from synthscope.services.evaluation.guards import check_images, check_recipe, look_at_fields, shared
from synthscope.services.evaluation.pairs import open_pairs
from synthscope.services.sources import hashed

WHOLE = 2**28
"""Bytes of an image up to which it is read whole for its hash."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Everything that scores are taken of.

    Parameters
    ----------
    place : Place, optional
        Where more controls can be made; None where none are wanted.
    """

    recipe: EvaluationRecipe
    arms: Arms
    frame: Frame
    training: tuple[Image, ...]
    warnings: tuple[str, ...]
    place: Place | None = None


def prepare_job(
    recipe: EvaluationRecipe, resolve: Resolver, project: Path | None, scratch: Path
) -> Job[Prepared]:
    """Open, check and cut what a recipe names; controls are written to the folder `scratch`.

    Raises
    ------
    InputError, FileError
        If sets cannot be compared, an image is gone, or there are too few fields.
    """
    check_recipe(recipe)
    yield Progress(0, 1, "Opening the images")
    sets = _sets(recipe)
    opened = [open_set(one, project) for one in sets]
    training = open_set(recipe.training, project) if recipe.training else ()
    warnings = check_images(recipe, opened[0], opened[1:], training)
    told = bool(recipe.real.specimens)
    size = field_size(recipe, [*opened, training] if training else opened, told=told)
    for one in recipe.generated if recipe.partners else ():
        open_pairs(recipe, one, project)  # sizes are refused before the work, not after it
    cuts: list[Fields] = []
    for one, images in zip(sets, opened, strict=True):
        yield Progress(len(cuts), len(sets), f"Cutting {one.name}")
        cut, remarks = _cut(one, images, size, recipe.most)
        cuts.append(cut)
        warnings += remarks
    frame = make_frame(cuts[0], size)
    hashes: list[frozenset[str]] = []
    for number, cut in enumerate(cuts):
        yield Progress(number, len(cuts), f"Looking at {cut.name}")
        remarks, found = look_at_fields(cut, frame)
        warnings += remarks
        for other, known in zip(cuts, hashes, strict=False):
            warnings += shared(cut.name, other.name, found, known)
        hashes.append(found)
    learned = None
    if recipe.training and training:
        learned, _ = _cut(recipe.training, training, size, recipe.most)
        _, of_training = look_at_fields(learned, frame)
        for cut, found in zip(cuts[1:], hashes[1:], strict=True):
            warnings += shared(cut.name, learned.name, found, of_training)
    arms = make_arms(cuts[0], cuts[1:], learned, recipe.seed)
    place = Place(scratch, frame, resolve, recipe.seed, FeatureStore.of_user()) if recipe.controls else None
    if place is not None:
        arms = yield from _controlled(arms, place)
    return Prepared(_known(recipe, opened, training), arms, frame, training, tuple(warnings), place)


def _controlled(arms: Arms, place: Place) -> Job[Arms]:
    made = yield from controls_job(arms.reference, arms.held_out, place)
    copies = None if arms.training is None else memorised(arms.training, place)
    return replace(arms.with_controls(made), memorised=copies)


def _known(recipe: EvaluationRecipe, opened: Sequence[Sequence[Image]], training: Sequence[Image]) -> EvaluationRecipe:
    """Add the hash of every image that is small enough to be read whole."""
    real, *generated = (_hashed(one, images) for one, images in zip(_sets(recipe), opened, strict=True))
    learned = _hashed(recipe.training, training) if recipe.training else None
    return replace(recipe, real=real, generated=tuple(generated), training=learned)


def _hashed(one: ImageSet, images: Sequence[Image]) -> ImageSet:
    found = (hashed(source, image, WHOLE) for source, image in zip(one.images, images, strict=True))
    return replace(one, images=tuple(found))


def _sets(recipe: EvaluationRecipe) -> tuple[ImageSet, ...]:
    return (recipe.real, *recipe.generated)


def _cut(
    one: ImageSet, images: Sequence[Image], size: tuple[int, int, int], most: int
) -> tuple[Fields, list[str]]:
    cut, margins = cut_set(one, images, size, most)
    found, blanks = _without_blanks(cut)
    return found, [*margins, *blanks]


def _without_blanks(fields: Fields) -> tuple[Fields, list[str]]:
    """Leave out fields of one value: what lies beyond a round field of view."""
    kept = [i for i in range(len(fields)) if np.ptp(fields.read(i)) > 0]
    if len(kept) == len(fields) or not kept:
        return fields, []
    blank = len(fields) - len(kept)
    return fields.part(kept), [f"{blank} of {len(fields)} fields of {fields.name!r} hold one value and were left out."]
