"""What is judged, in words: sets, fields, the work that it takes."""

from __future__ import annotations

from collections.abc import Sequence

from napari_synthscope.evaluating.plan import Plan, specimens_of
from napari_synthscope.parts.set_members import OpenSet
from napari_synthscope.words import size_words
from synthscope.records.evaluation import EvaluationRecipe, Report
from synthscope.records.image import Image
from synthscope.services.evaluation.controls import CONTROLS
from synthscope.services.training_blocks import block_shape

PAIRED_WHY = (
    "Tick this only where the n-th generated image was made to be the n-th real one (a repaired, translated or "
    "restored copy). Figures of pairs, such as SSIM, say nothing of images that merely look alike."
)


def count_words(count: int, word: str) -> str:
    """Say how many: ``1 image``, ``3 images``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def set_words(opened: OpenSet, rule: str = "") -> str:
    """Say what a set is: ``3 images of 240 × 240 µm (480 × 480 pixels), uint16``."""
    images = [one.image for one in opened.images]
    first = images[0]
    shapes = {image.shape for image in images}
    size = size_words(first.shape, first.space) if len(shapes) == 1 else _range_words(images)
    words = f"{count_words(len(images), 'image')} of {size}, {first.dtype.name}"
    specimens = set(specimens_of([image.name for image in images], rule))
    return f"{words}; {count_words(len(specimens), 'specimen')}" if len(specimens) > 1 else words


def generated_words(sets: Sequence[OpenSet]) -> str:
    """Name the sets that are judged, each with the number of its images."""
    return "\n".join(f"{one.name}: {set_words(one)}" for one in sets)


def plan_words(planned: Plan, recipe: EvaluationRecipe) -> str:
    """Say what an evaluation takes."""
    depth, side, _ = planned.size
    size = f"{side} × {side} px" if depth == 1 else f"{depth} × {side} × {side} voxels"
    fields = ", ".join(f"{count} of {name}" for name, count in planned.fields)
    held = min(planned.fields[0][1] // 2, *(count for _, count in planned.fields[1:]))
    sets = len(planned.fields) + (len(CONTROLS) if recipe.controls else 0)
    with_controls = ", controls included" if recipe.controls else ""
    return (
        f"Fields of {size}: {fields}. Compared at {held} of each; {count_words(sets, 'set')} are measured"
        f"{with_controls}."
    )


def time_words(planned: Plan, last: Report | None) -> str:
    """Estimate the time from the last report of the project; empty where there is none."""
    from napari_synthscope.words import seconds_words

    if last is None or not last.seconds:
        return ""
    measured = sum(one.fields for one in last.sets) * _voxels(last.frame.shape)
    wanted = sum(count for _, count in planned.fields) * _voxels(planned.size)
    if not measured:
        return ""
    words = seconds_words(last.seconds * wanted / measured)
    return f"{words[0].upper()}{words[1:]}, by the last report of this project."


def facts_words(report: Report) -> str:
    """Say what a report is of: fields, their size, specimens."""
    depth, rows, columns = report.frame.shape
    size = f"{rows} × {columns} px" if depth == 1 else f"{depth} × {rows} × {columns} voxels"
    if report.frame.unit != "pixel":
        _, y, x = report.frame.voxel_size
        size += f" ({rows * y:.4g} × {columns * x:.4g} {report.frame.unit})"
    parts = [
        f"{one.name}: {count_words(one.images, 'image')}, {count_words(one.fields, 'field')}"
        + (f", {one.specimens} specimens or blocks of space" if one.role == "real" else "")
        for one in report.sets
        if one.role in ("real", "generated")
    ]
    return f"Fields of {size}\n" + "\n".join(parts)


def _range_words(images: Sequence[Image]) -> str:
    sides = [side for image in images for side in block_shape(image)[1:]]
    return f"{min(sides)} to {max(sides)} px"


def _voxels(shape: Sequence[int]) -> int:
    total = 1
    for n in shape:
        total *= n
    return total
