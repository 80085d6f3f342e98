"""A model beside an image: whether they fit, and through which scale the model sees it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from synthscope.errors import FileError, InputError, ParameterError
from synthscope.imaging.hashing import sampled_hash, slabs
from synthscope.imaging.normalisation import fit_normalisation_to
from synthscope.imaging.regions import block_space, spread_mask
from synthscope.io.models import read_card
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.pretrained import TAKEN_CHANNELS
from synthscope.records.request import Region
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.services.grey_levels import shown_of, words_of
from synthscope.services.models import find_model, list_models
from synthscope.services.recorded_models import find_recorded, reference_to

SAMPLE_BYTES = 256 * 2**20
"""Of a source at most so much is looked at to fit its normalisation."""
GLANCE_BYTES = 16 * 2**20
"""The same before a run, where a person waits for a sentence."""
PIECE = 4 * 2**20
CLOSE = 1.1
"""Voxel sizes whose ratio is within this are taken as equal."""
LENGTHS = {"pm": 1e-12, "Å": 1e-10, "nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "inch": 0.0254, "m": 1.0}


def choose_model(
    spec: GeneratorSpec, wanted: str, label: str, image: Image | None, project: Path | None
) -> tuple[str, ModelCard | None]:
    """Find the model that was chosen for a generator, and give how a recipe refers to it, and its card.

    A model of the project is referred to relative to it: the project's folder may be moved. A generator that
    needs none has none.

    Raises
    ------
    InputError
        If none was chosen, or it is one of another generator, or does not know the image's channels or the class.
    FileError, DocumentError
        If there is no such model, or it is damaged.
    """
    if not spec.needs_model:
        if label:
            raise ParameterError(f"Generator {spec.id!r} knows no classes; leave {label!r} out.")
        return "", None
    if not wanted:
        fitting = [row.name for row in list_models(project) if row.card and row.card.can_serve(spec.id)]
        known = ", ".join(fitting) or "none yet"
        raise InputError(
            f"Generator {spec.id!r} needs a trained model; train one on your own images, or choose one of: {known}."
        )
    folder = find_model(wanted, project)
    card = read_card(folder)
    check_generator(card, spec.id)
    if image is not None:
        check_channels(card, image)
    if label not in ("", *card.labels):
        known = ", ".join(card.labels) or "none"
        raise ParameterError(f"Model {card.name!r} knows no class {label!r}; it knows {known}.")
    return reference_to(folder, project), card


def check_generator(card: ModelCard, generator: str) -> None:
    """Refuse a model of another generator."""
    if card.part:
        raise InputError(f"{card.name!r} is a {card.part} and no whole model; choose it as an adapter.")
    if not card.can_serve(generator):
        raise InputError(f"Model {card.name!r} is one of {card.generator!r}, not of {generator!r}; choose another one.")


def check_channels(card: ModelCard, image: Image) -> None:
    """Refuse an image with other channels than the model learned from."""
    found = channel_count(image)
    if card.is_pretrained:
        if found not in (1, card.channels):
            raise InputError(f"{image.name or 'The image'} has {found} channels; {TAKEN_CHANNELS}")
        return
    if found != card.channels:
        raise InputError(
            f"{image.name or 'The image'} has {found} channels, model {card.name!r} learned from {card.channels}; "
            "choose a model that was trained on such images."
        )


def channel_count(image: Image) -> int:
    """Count channels and colour samples."""
    return math.prod(n for n, axis in zip(image.shape, image.space.axes, strict=True) if axis in "cs")


def remarks_of_fit(
    card: ModelCard, image: Image | None, region: Region | None = None, mask: np.ndarray | None = None
) -> tuple[str, ...]:
    """Say where an image is unlike those that the model learned from.

    Parameters
    ----------
    region : Region, optional
        What of the image is shown to the model; `mask` (bool, of the mask's axes) is what is unknown there.
    """
    remarks = [] if card.state == "finished" else [f"The training of model {card.name!r} has not ended."]
    if card.is_pretrained:
        return tuple(_level_remarks(card, image, region, mask)) if image is not None else ()
    said = _size_remark(card, image) if image is not None else ""
    return (*remarks, said) if said else tuple(remarks)


def _level_remarks(
    card: ModelCard, image: Image, region: Region | None, mask: np.ndarray | None
) -> Iterator[str]:
    yield f"Model {card.name!r} was trained by others ({card.source or 'origin unknown'}): judge what it makes."
    if region is None:
        return
    try:
        scale = scale_for(card, image, "", mask, region, most=GLANCE_BYTES)
    except InputError:  # nothing known in what was glanced at: the run looks at more, and says so
        return
    whole = (scale[0], scale[1]) == tuple(card.normalisation)
    yield words_of(shown_of(image, region, mask, scale), None if whole else card.percentiles)


def distance_of_scales(card: ModelCard, image: Image) -> float:
    """Give how far the voxel sizes of an image are from those that a model learned from.

    Returns
    -------
    float
        The natural logarithm of their ratio, 0 for equal ones, of the axis where they differ most; infinite where
        their units cannot be compared.
    """
    pairs = _voxel_sizes(card, image)
    return math.inf if pairs is None else max(abs(math.log(here / there)) for here, there in pairs)


def _size_remark(card: ModelCard, image: Image) -> str:
    pairs = _voxel_sizes(card, image)
    if pairs is None:
        return (
            f"The voxel size is in {block_space(image.space).unit!r}, that of model {card.name!r} in {card.unit!r}: "
            "whether its structures are as large cannot be told."
        )
    if all(1 / CLOSE <= a / b <= CLOSE for a, b in pairs):
        return ""
    here, there = (" × ".join(f"{value:.3g}" for value in values) for values in zip(*pairs, strict=True))
    return (
        f"The voxel size is {here} {card.unit}, model {card.name!r} learned from {there}: "
        "it makes structures of the size it knows, in voxels."
    )


def _voxel_sizes(card: ModelCard, image: Image) -> list[tuple[float, float]] | None:
    """Give the image's and the model's voxel size along each axis that both know; None for other units."""
    space = block_space(image.space)
    if (space.unit in LENGTHS) != (card.unit in LENGTHS) or (space.unit not in LENGTHS and space.unit != card.unit):
        return None
    scale = LENGTHS.get(space.unit, 1.0) / LENGTHS.get(card.unit, 1.0)
    first = 0 if card.depth and "z" in image.space.axes else 1
    return [(a * scale, b) for a, b in zip(space.voxel_size[first:3], card.voxel_size[first:], strict=True)]


def card_space(card: ModelCard, size: tuple[int, ...]) -> Space:
    """Give the space of a new image of `size` that has nothing but a model to go by."""
    axes = "zyx"[-len(size) :]
    last = "s" if card.rgb else "c" if card.channels > 1 else ""
    steps = card.voxel_size[-len(size) :] + ((1.0,) if last else ())
    return Space(axes + last, steps, card.unit, (), card.channel_names)


def locate_model(recipe: Recipe, project: Path | None, model: Path | None = None) -> Path:
    """Find the model of a recipe: where it says, else by the hash of its weights, among all that are known.

    Parameters
    ----------
    model : Path, optional
        A folder that a person named.

    Raises
    ------
    FileError
        If it is not found, or the one that was named is another.
    """
    if model is not None:
        card = read_card(find_model(str(model), project))
        if recipe.model_sha256 in ("", card.weights_sha256):
            return find_model(str(model), project)
        raise FileError(
            f"Model {card.name!r} is not the one of the recipe: its weights have the hash {card.weights_sha256[:16]}…, "
            f"{recipe.model_sha256[:16]}… is wanted."
        )
    found = find_recorded(recipe.model, recipe.model_sha256, project)
    if found is None:
        known = f" (SHA-256 {recipe.model_sha256})" if recipe.model_sha256 else ""
        raise FileError(f"The model {recipe.model!r}{known} is not here; name its folder with --model DIR.")
    return found


def scale_for(
    card: ModelCard, source: Image, sha256: str, mask: np.ndarray | None, region: Region, *, most: int = 0
) -> tuple[float, float]:
    """Give the (low, high) that the network shall see as -1 and 1.

    For an image that the model learned from they are its own, as for 8-bit images that a pretrained one sees;
    for another one the same percentiles of that
    image, of at most `SAMPLE_BYTES` of it, evenly spread, and of known voxels only.

    Parameters
    ----------
    sha256 : str
        Hash of the source's pixels; empty where they are too many to be read.
    mask : ndarray of bool, optional
        What is unknown in `region`, of the mask's axes.
    most : int
        Look at so many bytes instead; an estimate for images of more.

    Raises
    ------
    InputError
        If the source has no known value.
    """
    eight_bit = card.is_pretrained and source.dtype == np.dtype("uint8")
    if eight_bit or learned_from(card, source, sha256):
        return card.normalisation
    return seen_scale(source, mask, region, percentiles=card.percentiles, most=most)


def seen_scale(
    source: Image, mask: np.ndarray | None, region: Region, *, percentiles: tuple[float, float] = (0.1, 99.9),
    most: int = 0,
) -> tuple[float, float]:  # fmt: skip
    """Give percentiles of the known values of an image, the rest as in `scale_for`."""
    pieces = list(_known_pieces(source, mask, region, most or SAMPLE_BYTES))
    fitted = fit_normalisation_to(pieces, percentiles=percentiles)
    return fitted.low, fitted.high


def learned_from(card: ModelCard, source: Image, sha256: str) -> bool:
    """Say whether a model learned from an image: by the hash of all its pixels, or of blocks of them without that.

    An image that was changed between those blocks alone is taken for the one that was learned from.
    """
    if sha256:
        return sha256 in {image.sha256 for image in card.images}
    alike = [image for image in card.images if image.shape == source.shape and image.sampled_sha256]
    return bool(alike) and sampled_hash(source.pixels) in {image.sampled_sha256 for image in alike}


def _known_pieces(source: Image, mask: np.ndarray | None, region: Region, sample: int) -> Iterator[np.ndarray]:
    """Yield the known values of evenly spread pieces of a source."""
    pieces = list(slabs(source.shape, source.dtype.itemsize, PIECE))
    most = max(sample // PIECE, 1)
    chosen = range(len(pieces)) if len(pieces) <= most else np.linspace(0, len(pieces) - 1, most).round().astype(int)
    for number in chosen:
        index = pieces[int(number)]
        values = np.asarray(source.pixels[index])
        known = np.isfinite(values)
        if mask is not None:
            known &= ~_hidden(index, mask, region, source.space)
        if known.any():
            yield values[known]


def _hidden(index: tuple[slice, ...], mask: np.ndarray, region: Region, space: Space) -> np.ndarray:
    """Say which voxels of a piece lie under the mask."""
    hidden = np.zeros([s.stop - s.start for s in index], bool)
    common = [(max(s.start, a), min(s.stop, b)) for s, a, b in zip(index, region.start, region.stop, strict=True)]
    if any(first >= stop for first, stop in common):
        return hidden
    spread = np.broadcast_to(spread_mask(mask, space), region.shape)
    there = tuple(slice(a - start, b - start) for (a, b), start in zip(common, region.start, strict=True))
    here = tuple(slice(a - s.start, b - s.start) for (a, b), s in zip(common, index, strict=True))
    hidden[here] = spread[there]
    return hidden
