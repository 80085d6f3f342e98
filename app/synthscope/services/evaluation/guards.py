"""What is refused, and what is warned of, before a number can mislead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.trust.duplicates import ALIKE, duplicates
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.services.choosing import check_device
from synthscope.services.evaluation.controls import CONTROLS, MEMORISED
from synthscope.services.evaluation.fields import Fields, field_hash, voxel_size
from synthscope.services.model_fit import CLOSE, channel_count
from synthscope.services.repeats import check_latents, some_voxels

JUMP = 0.9
"""Steps between neighbours of this part of the real range are those of a number that wrapped around."""
JUMPS = 1e-3
FAR = 0.1
"""Values beyond the limits of the real set by this part of their width are far."""
STRAYS = 0.01
"""So large a part of far values is worth a sentence, and so is a set that fills less than a quarter of the limits."""
NARROW = 0.25
FEW = 1 << 12
"""Voxels of a field by which one that is nearly another is known."""

RESERVED = frozenset({*CONTROLS, MEMORISED, "training", "partners"})
LEAST_NUMBERS = {"side": 0, "depth": 1, "most": 4, "resamples": 20, "seed": 0, "copy_shrink": 1}
WORDS = {
    "side": "The side of fields",
    "depth": "The depth of fields",
    "most": "The largest number of fields of a set",
    "resamples": "The number of draws",
    "seed": "The seed",
    "copy_shrink": "The shrinking of the search for copies",
}


def check_recipe(recipe: EvaluationRecipe) -> None:
    """Refuse what cannot be compared; no pixel is read.

    Raises
    ------
    ParameterError
        If the device is none there is.
    InputError
        If a number is out of range; if nothing is judged; if a set is there twice, or is the real one; if partners are
        not one for each, or masks are given without any.
    """
    _check_numbers(recipe)
    check_device(recipe.device)
    if not recipe.generated:
        raise InputError("Nothing is there to be judged; choose at least one generated set.")
    _check_twins(recipe)
    _check_names(recipe)
    _check_partners(recipe)
    _check_utility_labels(recipe)


def _check_utility_labels(recipe: EvaluationRecipe) -> None:
    labels, images = len(recipe.utility_labels), len(recipe.real.images)
    if labels and not recipe.utility:
        raise InputError("Label maps are what utility is measured by; ask for the utility too, or leave them out.")
    if labels not in (0, images):
        raise InputError(f"{labels} label maps are given for {images} real images; give one for each, or none.")


def _check_twins(recipe: EvaluationRecipe) -> None:
    known: dict[tuple[object, ...], str] = {}
    for one in recipe.generated:
        if _identity(one) == _identity(recipe.real):
            raise InputError(
                f"The same set is named twice: {one.name!r} is judged, and {recipe.real.name!r} is the real set, and "
                "both are the same images. Name the generated images, or other real ones; how near real is to real "
                "stands in every card as the floor."
            )
        twin = known.setdefault(_identity(one), one.name)
        if twin != one.name:
            raise InputError(
                f"{one.name!r} and {twin!r} are the same images: a number for one would be printed as that of the "
                "other; leave one out."
            )


def _check_partners(recipe: EvaluationRecipe) -> None:
    if recipe.masks and not recipe.partners:
        raise InputError("Masks are for images with a declared partner; declare the partners, or leave the masks out.")
    if recipe.partners:
        for one in recipe.generated:
            if len(one.images) != len(recipe.real.images):
                raise InputError(
                    f"{one.name!r} has {len(one.images)} images and the real set {len(recipe.real.images)}: partners "
                    "are declared, so give one for each."
                )
    if recipe.masks and len(recipe.masks) != len(recipe.real.images):
        raise InputError(
            f"{len(recipe.masks)} masks are given for {len(recipe.real.images)} pairs; give one for each, or none."
        )


def check_images(
    recipe: EvaluationRecipe,
    real: Sequence[Image],
    generated: Sequence[Sequence[Image]],
    training: Sequence[Image] = (),
) -> list[str]:
    """Refuse images of different kinds, and say what differs else.

    Raises
    ------
    InputError
        If channels or integer types differ, or a generated set holds one latent at two steps of a training.
    """
    first, remarks = real[0], []
    for image in training:
        _check_alike("training", first, image)
    for words, images in ((recipe.real.name, real), *zip((g.name for g in recipe.generated), generated, strict=True)):
        for image in images:
            _check_alike(words, first, image)
        if words != recipe.real.name:
            check_latents(words, images)
        sizes = [voxel_size(image) for image in images]
        if any(not 1 / CLOSE <= a / b <= CLOSE for size in sizes for a, b in zip(size, voxel_size(first), strict=True)):
            remarks.append(
                f"Voxel sizes of {words!r} differ from those of {first.name}: structure is compared in voxels of the "
                "real set."
            )
    return [*remarks, *filter(None, [_shared_with_training(recipe)])]


def look_at_fields(fields: Fields, frame: Frame) -> tuple[list[str], frozenset[str]]:
    """Look for duplicates, exact and near ones, for values of another range, and for values that wrapped around.

    Parameters
    ----------
    fields : Fields
        Of one set.
    frame : Frame
        Of the real set.

    Returns
    -------
    sentences : list of str
    hashes : frozenset of str
        Of all fields.
    """
    hashes: list[str] = []
    voxels: list[np.ndarray] = []
    jumps, steps = 0, 0
    ends = np.asarray([np.full(frame.channels, np.inf), np.full(frame.channels, -np.inf)])
    strays = np.zeros(frame.channels)
    bounds = np.asarray(frame.limits)
    width = bounds[:, 1] - bounds[:, 0]
    for i in range(len(fields)):
        pixels = fields.read(i)
        hashes.append(field_hash(pixels))
        voxels.append(some_voxels(pixels, FEW))
        values = pixels.astype(np.float64)
        apart = np.abs(np.diff(values, axis=2)) / width
        jumps, steps = jumps + int((apart > JUMP).sum()), steps + apart.size
        ends[0] = np.minimum(ends[0], values.min(axis=(0, 1, 2)))
        ends[1] = np.maximum(ends[1], values.max(axis=(0, 1, 2)))
        far = (values < bounds[:, 0] - FAR * width) | (values > bounds[:, 1] + FAR * width)
        strays += far.mean(axis=(0, 1, 2)) / len(fields)
    found = (
        _duplicates(fields, hashes),
        _near_duplicates(fields, hashes, voxels),
        _range_differs(fields.name, ends, strays, bounds),
        _wrapped(fields.name, jumps / steps),
    )
    return [sentence for sentence in found if sentence], frozenset(hashes)


def shared(name: str, other: str, hashes: frozenset[str], of_other: frozenset[str]) -> list[str]:
    """Say where fields of a generated set are fields of the real set, or of the training images."""
    both = len(hashes & of_other)
    if not both:
        return []
    return [f"{both} fields of {name!r} are fields of {other!r}, pixel by pixel."]


def _near_duplicates(fields: Fields, hashes: list[str], voxels: list[np.ndarray]) -> str:
    pairs = [(pair.first, pair.second) for pair in duplicates(np.stack(voxels))]
    again = len({second for first, second in pairs if hashes[first] != hashes[second]})
    if not again:
        return ""
    return (
        f"{again} of the {len(fields)} fields of {fields.name!r} are others of it but for a trace (correlation above "
        f"{ALIKE}): the set is smaller than it looks, and its intervals are too narrow."
    )


def _duplicates(fields: Fields, hashes: list[str]) -> str:
    again = len(hashes) - len(set(hashes))
    if not again:
        return ""
    return (
        f"{again} of the {len(fields)} fields of {fields.name!r} are exact copies of others in it: the set is smaller "
        "than it looks, and its intervals are too narrow."
    )


def _range_differs(name: str, ends: np.ndarray, strays: np.ndarray, bounds: np.ndarray) -> str:
    low, high = ends
    odd = (strays > STRAYS) | (high - low < NARROW * (bounds[:, 1] - bounds[:, 0]))
    if not odd.any():
        return ""
    channel = int(np.flatnonzero(odd)[0])
    return (
        f"{name!r} has values from {low[channel]:g} to {high[channel]:g} where the real set has "
        f"{bounds[channel, 0]:g} to {bounds[channel, 1]:g}; if it was saved with another range, undo that first."
    )


def _wrapped(name: str, part: float) -> str:
    if part <= JUMPS:
        return ""
    return (
        f"{part:.1%} of neighbouring pixels of {name!r} differ by nearly the whole range: values may have wrapped "
        "around when it was saved (numbers below zero turned to bright ones)."
    )


def _check_numbers(recipe: EvaluationRecipe) -> None:
    for name, least in LEAST_NUMBERS.items():
        value = getattr(recipe, name)
        if value < least:
            raise InputError(f"{WORDS[name]} is {value}; give {least} or more.")


def _check_names(recipe: EvaluationRecipe) -> None:
    names = [one.name for one in (recipe.real, *recipe.generated)]
    taken = [one.name for one in (recipe.real, *recipe.generated) if one.name in RESERVED]
    if taken:
        raise InputError(f"A set cannot be called {taken[0]!r}, as the report calls another; give it another name.")
    again = [name for name, count in Counter(names).items() if count > 1]
    if again:
        raise InputError(f"Two sets are called {again[0]!r}; give each a name of its own.")


def _identity(one: ImageSet) -> tuple[object, ...]:
    return tuple(sorted((source.sha256 or source.path, source.dataset) for source in one.images))


def _check_alike(words: str, first: Image, image: Image) -> None:
    if channel_count(image) != channel_count(first):
        raise InputError(
            f"{image.name} of {words!r} has {channel_count(image)} channels and {first.name} of the real set has "
            f"{channel_count(first)}; compare images of equal channels."
        )
    kinds = {image.dtype.kind, first.dtype.kind}
    if image.dtype != first.dtype and kinds != {"f"}:
        raise InputError(
            f"{image.name} of {words!r} has values of type {image.dtype.name} and {first.name} of the real set "
            f"of {first.dtype.name}, "
            "whose ranges mean different things; convert both to one type by one map first."
        )


def _shared_with_training(recipe: EvaluationRecipe) -> str:
    if recipe.training is None:
        return ""
    train = {(source.sha256 or source.path, source.dataset) for source in recipe.training.images}
    both = [source.name for source in recipe.real.images if (source.sha256 or source.path, source.dataset) in train]
    if both:
        return (
            f"{both[0]} is in the real set and among the training images: the real set is not held out, and a "
            "generator that copies looks good."
        )
    specimens = set(recipe.training.specimens) & set(recipe.real.specimens)
    if specimens:
        return f"Specimen {min(specimens)!r} is in the real set and among the training images."
    return _neighbours(recipe.real, recipe.training)


def _neighbours(real: ImageSet, training: ImageSet) -> str:
    """Find files that are numbered one after the other: slices of one stack."""
    seen = {_numbered(source.name) for source in training.images}
    for source in real.images:
        stem, number = _numbered(source.name)
        if number is not None and {(stem, number - 1), (stem, number + 1)} & seen:
            return (
                f"{source.name} is next to a training image by its number: if both are slices of one stack, they are "
                "nearly the same image, and this is no held-out real set."
            )
    return ""


def _numbered(name: str) -> tuple[str, int | None]:
    stem = name.split(".", maxsplit=1)[0]
    found = re.search(r"(\d+)$", stem)
    return (stem[: found.start()], int(found.group())) if found else (stem, None)
