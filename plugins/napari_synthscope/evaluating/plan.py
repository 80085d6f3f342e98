"""What an evaluation will do, and what stands in its way; nothing is read for it but the heads of files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from napari_synthscope.parts.set_members import OpenSet, inputs_of, layers_of
from napari_synthscope.session.evaluate_desk import Draft
from synthscope.errors import InputError
from synthscope.io.opening import open_image
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.services.evaluation.framing import field_size
from synthscope.services.evaluation.gathering import gather
from synthscope.services.model_fit import channel_count
from synthscope.services.project import Project
from synthscope.services.repeats import check_latents
from synthscope.services.training_blocks import block_shape

LEAST = 4
"""Fields of a set that can be judged, at least; the real set is halved."""
REAL = "real"


@dataclass(frozen=True, eq=False)
class Asked:
    """What was chosen: opened sets, and a recipe without its images.

    Parameters
    ----------
    specimens : str
        How the specimen of an image is told: ``""`` not at all, ``name`` by the first part of its name,
        ``image`` each image is one.
    prompt : str
        Words that all generated images were made from; empty where there are none.
    labels : str
        Where the label maps of the real images lie; empty where there are none.
    """

    real: OpenSet | None
    generated: tuple[OpenSet, ...]
    training: OpenSet | None
    recipe: EvaluationRecipe
    specimens: str = ""
    prompt: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Plan:
    """What will be done: size of the fields (Z, Y, X) and how many each set gives."""

    size: tuple[int, int, int]
    fields: tuple[tuple[str, int], ...]


def make_plan(asked: Asked) -> Plan:
    """Work out what will be done.

    Raises
    ------
    InputError
        Naming the one thing that is missing, or does not fit.
    """
    if asked.real is None:
        raise InputError("Tick what is real: a layer, or a folder of images.")
    if not asked.generated:
        raise InputError("Tick what was generated: layers, runs of this project, or a folder of images.")
    _check_twice(asked.real, asked.generated)
    images = [one.image for opened in (asked.real, *asked.generated) for one in opened.images]
    _check_kinds(images)
    for opened in asked.generated:
        check_latents(opened.name, [one.image for one in opened.images])
    if asked.recipe.partners:
        _check_partners(asked.real, asked.generated)
    sets = [[one.image for one in opened.images] for opened in (asked.real, *asked.generated)]
    size = field_size(asked.recipe, sets, told=bool(asked.specimens))
    counts = tuple((one.name, min(asked.recipe.most, _count(one, size))) for one in (asked.real, *asked.generated))
    _check_enough(counts, size)
    return Plan(size, counts)


def make_draft(asked: Asked) -> Draft:
    """Give what makes the recipe, once there is a project to keep images in."""

    def draft(project: Project) -> tuple[EvaluationRecipe, Sequence[tuple[Input, object]]]:
        assert asked.real is not None, "a plan was made"
        sets = (asked.real, *asked.generated)
        inputs = [inputs_of(opened, project) for opened in sets]
        real, *generated = (_image_set(*pair, asked) for pair in zip(sets, inputs, strict=True))
        training = _training(asked, project)
        recipe = replace(
            asked.recipe,
            real=real,
            generated=tuple(generated),
            training=ImageSet("training", training) if training else None,
            masks=_masks(asked, project),
            utility_labels=_label_maps(asked.labels),
        )
        return recipe, layers_of(sets, inputs)

    return draft


def _training(asked: Asked, project: Project) -> tuple[Input, ...]:
    """Give what was ticked, or else what the models' own cards say."""
    if asked.training is not None:
        return inputs_of(asked.training, project)
    return tuple(dict.fromkeys(source for one in asked.generated for source in one.training))


def specimens_of(names: Sequence[str], rule: str) -> tuple[str, ...]:
    """Tell the specimen of each image from its name."""
    if rule == "image":
        return tuple(names)
    return tuple(_first_part(name) for name in names) if rule == "name" else ()


def _first_part(name: str) -> str:
    stem = name.partition(".")[0]
    return stem.replace("-", "_").partition("_")[0]


def _image_set(opened: OpenSet, inputs: tuple[Input, ...], asked: Asked) -> ImageSet:
    own = opened is asked.real
    rule = asked.specimens if own or asked.recipe.partners else ""
    specimens = specimens_of([source.name for source in inputs], rule)
    if len(set(specimens)) < 2:  # one specimen alone says nothing of how specimens differ
        specimens = ()
    return ImageSet(opened.name, inputs, specimens, opened.generator, "" if own else asked.prompt)


def _label_maps(path: str) -> tuple[Input, ...]:
    """Open a folder of label maps, or one, on the thread that a draft is made on."""
    return gather([Path(path)], "label maps", open_image).images if path else ()


def _masks(asked: Asked, project: Project) -> tuple[Input, ...]:
    """Keep what was made, of pairs whose images know it: figures are then of inside, outside and border."""
    images = [one.image for one in asked.generated[0].images] if len(asked.generated) == 1 else []
    if not asked.recipe.partners or not images or any(image.synthetic is None for image in images):
        return ()
    return tuple(project.add_source(_mask_image(image)) for image in images)


def _mask_image(image: Image) -> Image:
    import numpy as np

    made = np.asarray(image.synthetic, dtype=bool).astype(np.uint8)
    return Image(made, image.space.mask_space(), f"mask of {image.name}")


def _count(opened: OpenSet, size: tuple[int, int, int]) -> int:
    total = 0
    for one in opened.images:
        depth, rows, columns = (n // s for n, s in zip(block_shape(one.image), size, strict=True))
        total += depth * rows * columns
    return total


def _check_twice(real: OpenSet, generated: Sequence[OpenSet]) -> None:
    known = {_identity(one.image): one.image.name for one in real.images}
    for opened in generated:
        for one in opened.images:
            if _identity(one.image) in known:
                raise InputError(f"{one.image.name} is ticked as real and as generated; take one of the ticks away.")


def _identity(image: Image) -> object:
    path = image.origin.path
    return (os.path.realpath(path), image.origin.dataset) if path else id(image.pixels)


def _check_kinds(images: Sequence[Image]) -> None:
    first = images[0]
    for image in images:
        if channel_count(image) != channel_count(first):
            raise InputError(
                f"{image.name} has {channel_count(image)} channels and {first.name} has {channel_count(first)}; "
                "compare images of equal channels."
            )
        if image.dtype != first.dtype and {image.dtype.kind, first.dtype.kind} != {"f"}:
            raise InputError(
                f"{image.name} has values of type {image.dtype.name} and {first.name} of {first.dtype.name}, whose "
                "ranges mean different things; convert both to one type by one map first."
            )


def _check_partners(real: OpenSet, generated: Sequence[OpenSet]) -> None:
    for opened in generated:
        if len(opened.images) != len(real.images):
            raise InputError(
                f"{opened.name!r} has {len(opened.images)} images and the real set {len(real.images)}: partners are "
                "declared, so give one for each."
            )
        for one, partner in zip(opened.images, real.images, strict=True):
            if one.image.shape != partner.image.shape:
                raise InputError(
                    f"{one.image.name} has another size than its partner {partner.image.name}; pairs are alike in size."
                )


def _check_enough(counts: Sequence[tuple[str, int]], size: tuple[int, int, int]) -> None:
    for place, (name, count) in enumerate(counts):
        least = 2 * LEAST if place == 0 else LEAST
        if count < least:
            halved = ", since it is halved to see what real against real gets" if place == 0 else ""
            raise InputError(
                f"{name!r} gives {count} fields of {size[1]} px and {least} are needed{halved}; "
                "add images, or choose smaller fields in More."
            )
