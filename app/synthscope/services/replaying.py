"""Making a result again from its own record, and the largest difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import DocumentError, FileError
from synthscope.generators.protocol import Resolver
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import image_to_mask, spread_mask, whole
from synthscope.io.opening import Reading, open_image
from synthscope.records.events import Job, Made, Progress
from synthscope.records.generator import Determinism
from synthscope.records.image import Image
from synthscope.records.run import Provenance, Recipe
from synthscope.services.provenance import provenance_of, step_mask
from synthscope.services.sources import open_input
from synthscope.services.tasks import Task, make_pixels, task_of


@dataclass(frozen=True)
class Replay:
    """What came of making a result again; `max_abs_difference` is in the image's own values."""

    path: str
    reproduced: bool
    max_abs_difference: float
    determinism: Determinism
    seed: int
    generator: str


def replay_job(path: Path, resolve: Resolver, *, source: Path | None = None) -> Job[Replay]:
    """Make the result in a file again from the record inside it.

    A filled image needs nothing else: what lies outside its mask is the source's own. A new or varied
    image needs its example, which is looked for beside the file unless `source` names it.

    Raises
    ------
    DocumentError
        If the file carries no record, or its voxels outside the mask are not those of the record.
    FileError
        If an example is needed and not found, or is another image.
    """
    yield Progress(0, 1, "Reading the record")
    image = open_image(path, Reading())
    provenance = provenance_of(image)
    recipe = provenance.recipe
    task, old = _from_itself(image, provenance) if recipe.request.task == "inpaint" else _from_example(
        image, provenance, path, source
    )
    new = yield from make_pixels(task, resolve(recipe.generator), provenance.seed)
    difference = largest_difference(old, new)
    report = Replay(
        str(path), difference == 0, difference, provenance.determinism, provenance.seed, recipe.generator
    )
    yield Made("replay", str(path))
    return report


def largest_difference(old: np.ndarray, new: np.ndarray) -> float:
    """Give the largest absolute difference, without wrap-around; infinite where shapes differ."""
    if old.shape != new.shape:
        return float("inf")
    if old.dtype.kind == "f":
        same = (old == new) | (np.isnan(old) & np.isnan(new))
        return float(np.max(np.where(same, 0.0, np.abs(old.astype(float) - new)), initial=0.0))
    wide = np.maximum(old, new).astype(np.int64) - np.minimum(old, new).astype(np.int64)
    return float(wide.max(initial=0))


def _from_itself(image: Image, provenance: Provenance) -> tuple[Task, np.ndarray]:
    """Take the known voxels from the file: they are the source's, which the recorded hash proves."""
    recipe = provenance.recipe
    region = recipe.request.region
    if region is None or not provenance.mask:
        raise DocumentError(f"The record in {image.name} lacks its mask; the file was changed.")
    if image.shape == region.shape and image.shape != provenance.source_shape:
        old = np.ascontiguousarray(image.pixels[...])
        mask = step_mask(image)
    else:
        old = np.ascontiguousarray(image.pixels[region.slices])
        mask = step_mask(image)[image_to_mask(region, image.space).slices]
    _check_outside(image, provenance, old, mask)
    space = recipe.request.source.space if recipe.request.source else image.space
    known = Image(old, replace(space, origin=()), image.name)
    local = replace(recipe, request=replace(recipe.request, region=whole(old.shape)))
    return task_of(local, mask, known), old


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
    image: Image, provenance: Provenance, path: Path, source: Path | None
) -> tuple[Task, np.ndarray]:
    recipe = provenance.recipe
    mask = step_mask(image) if provenance.mask else None
    example = _find_example(recipe, path, source)
    task = task_of(recipe, mask, example)
    wanted = recipe.request.source.region_sha256 if recipe.request.source else ""
    if task.real is not None and wanted and pixel_hash(task.real) != wanted:
        raise FileError(f"{example.name if example else 'The example'} does not hold the voxels of the record; "
                        "name the file that was used with --source FILE.")
    return task, np.ascontiguousarray(image.pixels[...])


def _find_example(recipe: Recipe, path: Path, source: Path | None) -> Image | None:
    wanted = recipe.request.source
    if wanted is None:
        return None
    beside = path.parent / wanted.name
    found = source or (beside if beside.exists() else None)
    if found is None:
        raise FileError(f"This result was made from {wanted.name!r}; name that file with --source FILE.")
    return open_input(replace(wanted, path=str(found), stamp=""))

