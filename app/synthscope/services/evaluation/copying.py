"""Copies of training images among what was generated, as a score and as pairs to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.imaging.regions import moments, whole
from synthscope.metrics.trust.copies import FALSE_ALARMS, FEWEST, copies_job
from synthscope.records.evaluation import Evidence, Score
from synthscope.records.events import Job
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.trust import CopyFindings
from synthscope.services.evaluation.arms import Arms
from synthscope.services.evaluation.evidence import SHOWN, Album
from synthscope.services.evaluation.fields import Fields
from synthscope.services.training_blocks import block_shape, read_block

COPIES = "copies"
TITLE = "Copies of training images"


@dataclass(frozen=True, eq=False)
class LazyBlock:
    """A training image as an array (Z, Y, X, C) that is read where it is looked at."""

    image: Image
    channels: int

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the block."""
        return (*block_shape(self.image), self.channels)

    @property
    def ndim(self) -> int:
        """Always four."""
        return 4

    @property
    def dtype(self) -> np.dtype:
        """Of the voxels."""
        return self.image.dtype

    def __getitem__(self, index: tuple[slice, ...]) -> np.ndarray:
        spans = [one.indices(n) for one, n in zip(index, self.shape, strict=False)]
        spans += [(0, n, 1) for n in self.shape[len(spans) : 3]]
        region = Region(tuple(a for a, _, _ in spans[:3]), tuple(b for _, b, _ in spans[:3]))
        first = next(moments(whole(self.image.shape), self.image.space))
        return read_block(self.image, region, first)


def copying_job(
    arms: Arms, training: tuple[Image, ...], channels: int, album: Album
) -> Job[tuple[list[Score], list[Evidence], list[str]]]:
    """Look for copies in every generated set; a sentence where too little is held out for a threshold."""
    if len(arms.held_out) < FEWEST:
        few = f"Copies were not looked for: {len(arms.held_out)} held-out fields give no threshold, {FEWEST} do."
        return [], [], [few]
    blocks = [LazyBlock(image, channels) for image in training]
    honest = _stacked(arms.held_out)
    scores, evidence = [], []
    for arm in arms.judged:
        if arm.role == "generated":
            found = yield from copies_job(_stacked(arm.fields), honest, blocks)
            scores.append(_score(arm.fields, found))
            evidence.append(_evidence(arm.fields, found, training, blocks, album))
    return scores, evidence, []


def _stacked(fields: Fields) -> np.ndarray:
    return np.stack([fields.read(i) for i in range(len(fields))])


def _score(fields: Fields, found: CopyFindings) -> Score:
    count, total = len(found.copies), len(found.matches)
    said = (
        f"A field counts as a copy from a correlation of {found.threshold.value:.3f} on, at every shift and in eight "
        f"symmetries; by chance {total * FALSE_ALARMS:.1f} of {total} honest fields would."
    )
    return Score(
        metric=COPIES, subject=fields.name, title=TITLE, group="trust", value=100 * count / total, n=total,
        better="low", unit="%",
        caveats=(said,),
        settings={
            "threshold": found.threshold.value,
            "rule": found.threshold.rule,
            "held_out": found.threshold.n,
            "highest": max(match.value for match in found.matches),
            "highest_held_out": max(match.value for match in found.null),
        },
    )  # fmt: skip


def _evidence(
    fields: Fields, found: CopyFindings, training: tuple[Image, ...], blocks: list[LazyBlock], album: Album
) -> Evidence:
    order = found.closest[:SHOWN]
    beside = []
    for i in order:
        match = found.matches[i]
        region = _place(match.z, match.y, match.x, fields.read(i).shape, blocks[match.image].shape, match.symmetry)
        beside.append(album.add_place("training", training[match.image], match.image, region))
    return Evidence(
        metric=COPIES,
        subject=fields.name,
        values=tuple(found.matches[i].value for i in order),
        spots=tuple(album.add(fields, i) for i in order),
        nearest=tuple(beside),
    )


def _place(z: float, y: float, x: float, size: tuple[int, ...], shape: tuple[int, ...], symmetry: int) -> Region:
    """Give the box of a training image that a field fits, as far as it lies in it; a quarter turn swaps its sides."""
    rows, columns = (size[2], size[1]) if symmetry % 2 else (size[1], size[2])
    start = [max(0, round(at)) for at in (z, y, x)]
    stop = [min(n, round(at) + s) for n, at, s in zip(shape, (z, y, x), (size[0], rows, columns), strict=False)]
    return Region(tuple(start), tuple(stop))
