"""A mask found by two prompts: asked for, worked out beside the window, cut at a threshold, written to a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.generators.protocol import Resolver
from synthscope.generators.registry import find_spec, list_generators
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.masks.differences import marked, strongest
from synthscope.imaging.masks.grids import Mask
from synthscope.imaging.regions import image_to_mask
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image, write_image_job
from synthscope.records.device import Device
from synthscope.records.documents import from_json
from synthscope.records.events import Job, Made, Progress
from synthscope.records.forms import check, used_by
from synthscope.records.generator import FINDING, GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Input, Region
from synthscope.records.run import Recipe
from synthscope.services.choosing import Choice
from synthscope.services.environment import program_version
from synthscope.services.foreseeing import check_plan_memory, devices_that_matter
from synthscope.services.making import make_differences
from synthscope.services.mask_origins import with_record
from synthscope.services.naming import file_stem, unused
from synthscope.services.planning import Plan, make_recipe, plan
from synthscope.services.run_folder import RunFolder, now
from synthscope.services.sources import refer
from synthscope.services.tasks import prepare

FOLDER = "found-masks"
"""Of a project, or of a folder of results: where maps of differences are kept, each with its recipe."""
DIFFERENCES = "differences.ome.tif"
ENDING = ".ome.tif"
PAINTED = np.uint8(255)
"""What is marked, in a mask file: every program shows it."""
ALIKE = "Both prompts are answered alike everywhere in {name}: no voxel stands out; use other words."
FAINT = (
    "No voxel differs by more than {threshold:g} times the mean of its slice, the strongest by {strongest:.3g} times; "
    "choose a threshold below that, or other words."
)


@dataclass(frozen=True, eq=False)
class Finding:
    """What was worked out.

    Parameters
    ----------
    recipe : Recipe
        With the hashes of what was used.
    differences : ndarray of float32
        How differently each voxel answers to both prompts, of the mask axes of the image, in `box`.
    box : Region
        Where they lie, in the mask axes of the image.
    """

    recipe: Recipe
    differences: np.ndarray
    box: Region


@dataclass(frozen=True)
class FoundFiles:
    """A mask as a file: where it is, where the differences are, how it was found, which part of the box it marks."""

    path: Path
    differences: Path
    origin: MaskOrigin
    share: float


def finders() -> tuple[GeneratorSpec, ...]:
    """List the generators that find a mask by two prompts."""
    return tuple(one.spec for one in list_generators() if one.spec is not None and one.spec.finds_masks)


def plan_finding(image: Image | None, choice: Choice, *, project: Path | None = None) -> Plan:
    """Work out what is to be looked at; what the mask is not found by counts as its default.

    Raises
    ------
    InputError, ParameterError
        As of `plan`; if there is no image, if the generator finds no masks, or if both prompts say the same.
    """
    spec = find_spec(choice.generator)
    if not spec.finds_masks:
        known = ", ".join(repr(one.id) for one in finders()) or "none that is here"
        raise InputError(f"Generator {spec.id!r} finds no mask by two prompts; choose {known}.")
    if image is None:
        raise InputError("A mask is found in an image, and there is none; open one first.")
    words = choice.prompts
    if words.source.strip() and words.source.strip() == words.target.strip():
        raise InputError(f"Both prompts say {words.source.strip()[:60]!r}: nothing can tell them apart; change one.")
    given = spec.parameters() if choice.parameters is None else choice.parameters
    check(given)
    wanted = replace(choice, task="vary", count=1, parameters=used_by(FINDING, given), feather=0.0)
    return plan(image, None, None, wanted, project=project)


def begin_finding(planned: Plan, source: Input, parent: Path) -> Path:
    """Write down in a new folder what is to be looked at, for `finding_job`."""
    return RunFolder.begin(parent, make_recipe(planned, source), None).path


def finding_job(folder: Path, resolve: Resolver, *, project: Path | None = None) -> Job[dict[str, Any]]:
    """Work out the differences of a folder, unless they are there already.

    Returns
    -------
    dict
        ``folder``; ``strongest``, how many times the mean of its slice the place has that stands out most.

    Raises
    ------
    MaskError
        If both prompts are answered alike everywhere.
    """
    run = RunFolder(folder)
    path = folder / DIFFERENCES
    if not path.exists():
        run.log("started")
        yield Progress(0, 1, "Reading the source")
        task = prepare(run.recipe(), None, project)
        run.seal(task.recipe)
        found = yield from make_differences(task, resolve(task.spec.id), task.recipe.seeds[0])
        assert task.region is not None, "there is an image"
        space = task.space.cropped(task.region.start).mask_space()
        write_image(path, Image(found, space, "difference of two prompts"))
        run.log("finished")
    finding = read_finding(folder)
    if not finding.differences.any():
        raise MaskError(ALIKE.format(name=_name(finding)))
    yield Made("differences", str(path))
    return {"folder": str(folder), "strongest": strongest(finding.differences)}


def read_finding(folder: Path) -> Finding:
    """Read what `finding_job` has worked out.

    Raises
    ------
    FileError, DocumentError
        If it is not there, or damaged.
    """
    recipe = RunFolder(folder).recipe()
    region, source = recipe.request.region, recipe.request.source
    if region is None or source is None:
        raise MaskError(f"The record of {folder.name} names no image; find the mask again.")
    differences = np.asarray(open_image(folder / DIFFERENCES).pixels[...], np.float32)
    box = image_to_mask(region, source.space)
    if differences.shape != box.shape:
        raise MaskError(f"The map of {folder.name} has shape {differences.shape}, not {box.shape}; find it again.")
    return Finding(recipe, differences, box)


def threshold_of(finding: Finding) -> float:
    """Give the threshold that was asked for."""
    parameters: Any = from_json(find_spec(finding.recipe.generator).parameters, dict(finding.recipe.parameters))
    return float(parameters.threshold)


def found_mask(finding: Finding, threshold: float) -> tuple[Mask, MaskOrigin]:
    """Cut differences at a threshold; gives the mask in their box, and the record of what found it.

    Raises
    ------
    MaskError
        If nothing stands out so far.
    """
    mask = marked(finding.differences, threshold)
    if not mask.any():
        most = strongest(finding.differences)
        raise MaskError(
            FAINT.format(threshold=threshold, strongest=most) if most else ALIKE.format(name=_name(finding))
        )
    return mask, _origin(finding, threshold, mask)


def find_mask_job(
    image: Image, choice: Choice, out: Path, resolve: Resolver, *, devices: Callable[[], Sequence[Device]] = tuple
) -> Job[FoundFiles]:
    """Find a mask and write it as an image of 0 and 255 with the axes and the voxel size of its image.

    Parameters
    ----------
    out : Path
        A folder; made where it is missing, nothing in it is overwritten. The differences stay in ``found-masks/``.
    devices : callable
        Tells what this computer can compute on: whether its memory suffices depends on it.

    Raises
    ------
    SynthscopeError
        As `plan_finding`, `finding_job` and `found_mask` say; then no mask is written, and the differences are kept.
    """
    planned = plan_finding(image, choice)
    check_plan_memory(planned, devices_that_matter(planned, devices))
    folder = begin_finding(planned, refer(image, out / "sources"), out / FOLDER)
    yield from finding_job(folder, resolve)
    finding = read_finding(folder)
    part, origin = found_mask(finding, threshold_of(finding))
    whole_mask = np.zeros(image.mask_shape, np.uint8)
    whole_mask[finding.box.slices] = np.where(part, PAINTED, 0)
    stem = file_stem(image.name.split(".")[0], "image")
    path = unused(out / f"{stem}-mask-{origin.generator}-{origin.seed}{ENDING}", ENDING)
    made = Image(whole_mask, image.space.mask_space(), f"mask of {image.name}")
    yield from write_image_job(path, with_record(made, [origin]))
    yield Made("mask", str(path))
    return FoundFiles(path, folder / DIFFERENCES, origin, float(part.mean()))


def _origin(finding: Finding, threshold: float, mask: Mask) -> MaskOrigin:
    recipe = finding.recipe.exported()
    request = recipe.request
    return MaskOrigin(
        generator=recipe.generator,
        generator_version=recipe.generator_version,
        parameters={**recipe.parameters, "threshold": threshold},
        seed=recipe.seeds[0],
        model=recipe.model,
        model_sha256=recipe.model_sha256,
        normalisation=recipe.normalisation,
        source=request.prompts.source,
        target=request.prompts.target,
        threshold=threshold,
        image_sha256=request.source.region_sha256 if request.source else "",
        start=finding.box.start,
        stop=finding.box.stop,
        sha256=pixel_hash(mask),
        made=now(),
        program=program_version(),
    )


def _name(finding: Finding) -> str:
    source = finding.recipe.request.source
    return source.name if source else "the image"
