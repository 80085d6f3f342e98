"""Making a result again from its own record, and the largest difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import DocumentError, FileError
from synthscope.generators.protocol import Resolver
from synthscope.generators.registry import find_spec
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.label_codec import unpack_labels
from synthscope.imaging.regions import image_to_mask, spread_mask, whole
from synthscope.io.opening import Reading, open_image
from synthscope.records.events import Job, Made, Progress
from synthscope.records.generator import Determinism
from synthscope.records.image import Image
from synthscope.records.request import Input, Request
from synthscope.records.run import Provenance, Recipe
from synthscope.services.adapters import locate_adapters, named_adapters
from synthscope.services.making import make_pixels
from synthscope.services.model_fit import locate_model
from synthscope.services.provenance import provenance_of, step_mask
from synthscope.services.references import OPTIONS, reference_part
from synthscope.services.restoring import finer_shape
from synthscope.services.sources import open_input
from synthscope.services.tasks import Task, task_of


@dataclass(frozen=True)
class Replay:
    """What came of making a result again; `max_abs_difference` is in the image's own values.

    It is infinite where the shapes differ, or where only one of two values is a number.
    """

    path: str
    reproduced: bool
    max_abs_difference: float
    determinism: Determinism
    seed: int
    generator: str
    remarks: tuple[str, ...] = ()


def replay_job(
    path: Path,
    resolve: Resolver,
    *,
    source: Path | None = None,
    model: Path | None = None,
    project: Path | None = None,
    device: str = "",
    reference: Path | None = None,
    adapters: Sequence[Path] = (),
) -> Job[Replay]:
    """Make the result in a file again from the record inside it.

    A filled image needs nothing else: what lies outside its mask is the source's own. A new or varied
    image needs its example, which is looked for beside the file unless `source` names it. What a network made
    needs its model: it is found by its hash among those of the project and those installed, unless `model`
    names its folder. What was made with a second image needs that too: it is looked for beside the file unless
    `reference` names it.

    Parameters
    ----------
    device : str
        Where to make it, instead of the recorded device.
    adapters : sequence of Path
        Folders or safetensors files of adapters that were joined to the model, where they are not installed.

    Raises
    ------
    DocumentError
        If the file carries no record, or its voxels outside the mask are not those of the record.
    FileError
        If an example, a second image, a model or an adapter is needed and not found, or is another one.
    """
    yield Progress(0, 1, "Reading the record")
    image = open_image(path, Reading())
    provenance = provenance_of(image)
    if device:
        provenance = replace(provenance, recipe=replace(provenance.recipe, device=device))
    recipe = provenance.recipe
    trained = locate_model(recipe, project, model) if find_spec(recipe.generator).needs_model else None
    request = recipe.request
    _check_size(image, recipe)
    second = _find(request.reference, path, reference, OPTIONS[find_spec(recipe.generator).second])
    beside = reference_part(request.reference, request.region, second, request.source.space if request.source else None)
    task, old = (
        _from_itself(image, provenance, trained, beside)
        if request.task == "inpaint"
        else _from_example(image, provenance, _find(request.source, path, source, "--source"), trained, beside)
    )
    with named_adapters(adapters, recipe, project) as named:
        task = replace(task, adapters=locate_adapters(recipe, project, named)[1])
        new = yield from make_pixels(task, resolve(recipe.generator), provenance.seed)
    difference = largest_difference(old, new)
    report = Replay(
        str(path), difference == 0, difference, provenance.determinism, provenance.seed, recipe.generator,
        _remarks(recipe, task.spec.version),
    )  # fmt: skip
    yield Made("replay", str(path))
    return report


def largest_difference(old: np.ndarray, new: np.ndarray) -> float:
    """Give the largest absolute difference, without wrap-around.

    Two values that are not a number count as equal; the difference is infinite where only one is, and
    where the shapes differ.
    """
    if old.shape != new.shape:
        return math.inf
    if old.dtype != new.dtype or old.dtype.kind == "f":
        return _largest_of_floats(old, new)
    if old.dtype.kind == "b":
        return float((old != new).any())
    gap = np.maximum(old, new) - np.minimum(old, new)  # read as unsigned, also the widest gap is right
    return float(gap.view(f"u{gap.dtype.itemsize}").max(initial=0))


def _largest_of_floats(old: np.ndarray, new: np.ndarray) -> float:
    with np.errstate(invalid="ignore", over="ignore"):  # differences of infinities, settled below
        apart = np.abs(old.astype(float) - new)
    apart[(old == new) | (np.isnan(old) & np.isnan(new))] = 0.0
    apart[np.isnan(apart)] = np.inf
    return float(apart.max(initial=0.0))


def _remarks(recipe: Recipe, version: str) -> tuple[str, ...]:
    if recipe.generator_version == version:
        return ()
    made_by = f"The file was made by version {recipe.generator_version} of {recipe.generator!r}"
    return (f"{made_by}; this program has version {version}, whose results may differ.",)


def _from_itself(
    image: Image, provenance: Provenance, model: Path | None, beside: np.ndarray | None
) -> tuple[Task, np.ndarray]:
    """Take the known voxels from the file: they are the source's, which the recorded hash proves."""
    recipe = provenance.recipe
    region = recipe.request.region
    if region is None or not provenance.mask or region != provenance.box:
        raise DocumentError(f"The record in {image.name} lacks its mask or its box; the file was changed.")
    mask = step_mask(image)
    if image.shape == region.shape and image.shape != provenance.source_shape:
        old = np.ascontiguousarray(image.pixels[...])
    else:
        old = np.ascontiguousarray(image.pixels[region.slices])
        mask = mask[image_to_mask(region, image.space).slices]
    _check_outside(image, provenance, old, mask)
    space = recipe.request.source.space if recipe.request.source else image.space
    known = Image(old, replace(space, origin=()), image.name)
    local = replace(recipe, request=replace(recipe.request, region=whole(old.shape)))
    return task_of(local, mask, known, model, _labels(provenance), beside), old


def _labels(provenance: Provenance) -> np.ndarray | None:
    """Give the label map that led a result: its record carries it."""
    return None if provenance.labels is None else unpack_labels(provenance.labels)


def _check_outside(image: Image, provenance: Provenance, old: np.ndarray, mask: np.ndarray) -> None:
    proof = provenance.outside
    if proof is None:
        return
    found = ""
    if proof.scope == "region":
        found = pixel_hash(old, spread_mask(mask, image.space))
    elif image.shape == provenance.source_shape:
        found = pixel_hash(image.pixels, spread_mask(step_mask(image), image.space))
    if found and found != proof.before:
        raise DocumentError(
            f"Voxels of {image.name} outside the mask are not those of its record; "
            "the file was changed after it was made."
        )


def _from_example(
    image: Image, provenance: Provenance, example: Image | None, model: Path | None, beside: np.ndarray | None
) -> tuple[Task, np.ndarray]:
    recipe = provenance.recipe
    old, mask = image.pixels[...], step_mask(image) if provenance.mask else None
    box = provenance.box
    if box is not None and image.shape == provenance.source_shape:
        old, inner = image.pixels[box.slices], image_to_mask(box, image.space)
        mask = None if mask is None else mask[inner.slices]
    task = task_of(recipe, mask, example, model, _labels(provenance), beside)
    wanted = recipe.request.source.region_sha256 if recipe.request.source else ""
    if task.real is not None and wanted and pixel_hash(task.real) != wanted:
        raise FileError(
            f"{example.name if example else 'The example'} does not hold the voxels of the record; "
            "name the file that was used with --source FILE."
        )
    return task, np.ascontiguousarray(old)


def _check_size(image: Image, recipe: Recipe) -> None:
    """Refuse a record that speaks of another size: it could ask for any amount of memory."""
    request = recipe.request
    told, found = request.size, image.mask_shape
    if request.task == "restore":
        told, found = _restored_shape(image, request), image.shape
    if request.task in ("synthesize", "restore") and found != told:
        raise DocumentError(
            f"The record in {image.name} speaks of an image of {told}, the file holds {found}; "
            "the file was cut or changed after it was made."
        )


def _restored_shape(image: Image, request: Request) -> tuple[int, ...]:
    """Give the shape that a restored file must have: that of its finer region, or of the whole denoised source."""
    wanted, region, source = request.restoration, request.region, request.source
    if wanted is None or region is None or source is None or len(region.stop) != len(source.space.axes):
        raise DocumentError(f"The record in {image.name} lacks what was restored; the file was changed.")
    if not wanted.factors and image.shape == source.shape:
        return source.shape
    return finer_shape(region.shape, source.space, wanted)


def _find(wanted: Input | None, path: Path, named: Path | None, option: str) -> Image | None:
    """Open an image that a result was made from: the one that was named, or the one beside it."""
    if wanted is None:
        return None
    beside = path.parent / (Path(wanted.name).name or "example")
    found = named or (beside if beside.exists() else None)
    if found is None:
        raise FileError(f"This result was made from {wanted.name!r}; name that file with {option} FILE.")
    return open_input(replace(wanted, path=str(found), stamp=""))
