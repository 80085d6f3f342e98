"""Candidates as whole files: repaired image, synthetic voxels and provenance in one, read back as proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import WorkError
from synthscope.imaging.compositing import Patched
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import image_to_mask, spread_mask
from synthscope.io.opening import Reading, open_image
from synthscope.io.previews import preview_path, write_preview
from synthscope.io.writing import write_image_job
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.run import Candidate, OutsideProof
from synthscope.services.provenance import step_mask
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import WHOLE_BYTES, open_input


@dataclass(frozen=True)
class Export:
    """A written file, read back: `sha256` of its pixels, and the proof over its outside voxels."""

    path: str
    sha256: str
    outside: OutsideProof | None
    candidate: str


def composed(run: RunFolder, candidate: Candidate, project: Path | None = None) -> Image:
    """Give the whole repaired image of a candidate, lazily: only what is looked at is read."""
    box = run.open(candidate)
    recipe = run.recipe()
    if candidate.box is None or recipe.request.source is None:
        return box
    source = open_input(recipe.request.source, project, recipe.request.region)
    inner = image_to_mask(candidate.box, source.space)
    blank = source.synthetic if source.synthetic is not None else np.broadcast_to(np.False_, source.mask_shape)
    assert box.synthetic is not None
    return replace(
        source,
        pixels=Patched(source.pixels, np.asarray(box.pixels[...]), candidate.box),
        synthetic=Patched(blank, np.asarray(box.synthetic[...], dtype=bool), inner),
        provenance=box.provenance,
        levels=(),
        name=recipe.request.source.name,
    )


def export_job(
    run: RunFolder, candidate: Candidate, path: Path, *, project: Path | None = None, region_only: bool = False
) -> Job[Export]:
    """Write a candidate as a file, with a small PNG beside it, and read it back.

    Parameters
    ----------
    region_only : bool
        Write the stored box alone instead of the whole image.

    Raises
    ------
    WorkError
        If what was read back is not what was written, or differs from the source outside the mask.
    """
    image = run.open(candidate) if region_only else composed(run, candidate, project)
    written = yield from write_image_job(path, image)
    yield Progress(1, 1, "Reading back")
    whole = candidate.box if not region_only else None
    write_preview(preview_path(written), _slice_of_interest(image, whole))
    return verify(written, image, candidate, region_only=region_only)


def _slice_of_interest(image: Image, box: Region | None) -> Image:
    """Cut a stack down to the slice through the middle of what was made; without a box it stays whole."""
    if box is None:
        return image
    middle = [(a + b) // 2 for a, b in zip(box.start, box.stop, strict=True)]
    index = tuple(
        slice(None) if axis in "yxs" else slice(m, m + 1) for axis, m in zip(image.space.axes, middle, strict=True)
    )
    return replace(image, pixels=image.pixels[index], synthetic=None, levels=())


def verify(path: Path, image: Image, candidate: Candidate, *, region_only: bool) -> Export:
    """Compare a written file with what it should hold: whole, or its region where it is too large."""
    back = open_image(path, Reading(axes=image.space.axes))
    large = image.nbytes > WHOLE_BYTES and not region_only and candidate.box is not None
    part = candidate.box.slices if large and candidate.box else (slice(None),) * len(image.shape)
    found = pixel_hash(np.asarray(back.pixels[part]))
    if found != pixel_hash(np.asarray(image.pixels[part])):
        raise WorkError(f"{path.name} does not read back as it was written; check the disk and export again.")
    proof = _proof(back, candidate, region_only=region_only)
    if proof is not None and not proof.holds:
        raise WorkError(
            f"{path.name} is not the source outside the mask: the source was changed after the run; "
            "open it again and make a new run."
        )
    return Export(str(path), found, proof, candidate.id)


def _proof(back: Image, candidate: Candidate, *, region_only: bool) -> OutsideProof | None:
    """Hash the written file's voxels outside this step's mask, as the run hashed the source's."""
    if candidate.outside is None or back.provenance is None:
        return candidate.outside
    if (candidate.outside.scope == "image") == region_only:
        return candidate.outside
    mask = step_mask(back)
    pixels = back.pixels
    if candidate.outside.scope == "region" and candidate.box is not None and not region_only:
        pixels = np.asarray(back.pixels[candidate.box.slices])
        mask = mask[image_to_mask(candidate.box, back.space).slices]
    return replace(candidate.outside, after=pixel_hash(pixels, spread_mask(mask, back.space)))
