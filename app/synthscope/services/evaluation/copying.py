"""Copies of training images among what was generated, as a score and as pairs to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.copy_search import search_job
from synthscope.imaging.fields import Field
from synthscope.metrics.resampling import FEW_UNITS, Range
from synthscope.metrics.trust.copies import FALSE_ALARMS, FEWEST, false_alarms_of, judged, threshold_of
from synthscope.records.evaluation import Evidence, Score
from synthscope.records.events import Job
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.trust import CopyFindings, Match
from synthscope.services.evaluation.arms import Arms
from synthscope.services.evaluation.evidence import SHOWN, Album
from synthscope.services.evaluation.fields import Fields, moment_count, read_field
from synthscope.services.evaluation.statistics import statistics_of
from synthscope.services.training_blocks import block_shape
from synthscope.studies.discrimination.proportions import wilson_interval

COPIES = "copies"
WILSON = "Wilson's interval, each specimen counted once"
OTHERS = "held-out real fields, each by the threshold of the others"
TITLE = "Copies of training images"
NEAR = 0.9
"""A held-out field of so high a correlation with a training image is nearly in it."""


@dataclass(frozen=True, eq=False)
class LazyBlock:
    """A training image, at one moment, as an array (Z, Y, X, C) that is read where it is looked at."""

    image: Image
    channels: int
    number: int
    moment: int

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
        return read_field(self.image, Field(self.number, self.moment, region, 0))


def lazy_blocks(images: tuple[Image, ...], channels: int) -> list[LazyBlock]:
    """Give every moment of every training image as a block."""
    return [
        LazyBlock(image, channels, number, moment)
        for number, image in enumerate(images)
        for moment in range(moment_count(image))
    ]


class LazyFields:
    """Fields of several arms, one after the other, as an array (N, Z, Y, X, C) that is read where it is looked at."""

    ndim = 5

    def __init__(self, arms: Sequence[Fields]) -> None:
        self._rows = [(arm, i) for arm in arms for i in range(len(arm))]
        self.shape = (len(self._rows), *arms[0].read(0).shape)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (arm.read(i) for arm, i in self._rows)

    def __getitem__(self, rows: slice) -> np.ndarray:
        return np.stack([arm.read(i) for arm, i in self._rows[rows]])


def copying_job(
    arms: Arms, training: tuple[Image, ...], channels: int, album: Album, shrink: int = 1
) -> Job[tuple[list[Score], list[Evidence], list[str]]]:
    """Look for copies in every generated set; a sentence where too little is held out, or not truly.

    All sets and the held-out fields are looked for in one search: training images are transformed once for all.

    Parameters
    ----------
    shrink : int
        As `synthscope.imaging.copy_search.search_job` says.
    """
    if len(arms.held_out) < FEWEST:
        few = f"Copies were not looked for: {len(arms.held_out)} held-out fields give no threshold, {FEWEST} do."
        return [], [], [few]
    blocks = lazy_blocks(training, channels)
    generated = [arm.fields for arm in arms.judged if arm.role == "generated"]
    matches = yield from search_job(LazyFields([arms.held_out, *generated]), blocks, shrink=shrink)
    null, at = matches[: len(arms.held_out)], len(arms.held_out)
    scores, evidence = [], []
    for fields in generated:
        found = judged(matches[at : at + len(fields)], null)
        at += len(fields)
        scores.append(_score(fields, arms.held_out, found, shrink))
        evidence.append(_evidence(fields, found, training, blocks, album))
    return scores, evidence, _not_held_out(null)


def _not_held_out(null: Sequence[Match]) -> list[str]:
    """Say where held-out fields are nearly in training images: slices beside each other in one stack, most of all."""
    values = np.array([match.value for match in null])
    near = int((values > NEAR).sum())
    if not near:
        return []
    sentence = (
        f"{near} of {len(values)} held-out real fields match a training image with a correlation above {NEAR:g} (the "
        f"nearest with {values.max():.3f}), as slices next to each other in a stack do. The threshold for copies, "
        f"{threshold_of(values).value:.3f}, is then too high to find them, and such fields are not held out: keep a "
        "stretch of the stack apart from training. Where fields are that alike by nature, this search tells little."
    )
    return [sentence]


def _share(copies: np.ndarray, units: np.ndarray) -> Range:
    """Give the part of fields (in %) that are copies, with Wilson's interval of as many fields as there are specimens.

    Fields of one specimen are copies together; to count each specimen once makes the interval rather too wide.
    """
    value, specimens = 100 * float(copies.mean()), len(np.unique(units))
    if specimens < FEW_UNITS:
        return Range(value, np.nan, np.nan)
    low, high = wilson_interval(float(copies.mean()) * specimens, specimens)
    return Range(value, min(100 * low, value), max(100 * high, value))


def _score(fields: Fields, held_out: Fields, found: CopyFindings, shrink: int) -> Score:
    count, total = len(found.copies), len(found.matches)
    share = _share(np.isin(np.arange(total), found.copies), fields.units)
    floor = _share(false_alarms_of(np.array([match.value for match in found.null])), held_out.units)
    said = (
        f"A field counts as a copy from a correlation of {found.threshold.value:.3f} on, at every shift and in eight "
        f"symmetries; by chance {total * FALSE_ALARMS:.1f} of {total} honest fields would."
    )
    return Score(
        metric=COPIES, subject=fields.name, title=TITLE, group="trust", value=100 * count / total, n=total,
        low=share.low, high=share.high, floor=floor.value, floor_low=floor.low, floor_high=floor.high,
        better="low", unit="%",
        caveats=(said,),
        settings={
            "threshold": found.threshold.value,
            "rule": found.threshold.rule,
            "features": "normalised cross-correlation at every shift and in eight symmetries",
            "weights": "none",
            "field": list(fields.read(0).shape[:3]),
            "resize": "none" if shrink == 1 else f"averages over squares of {shrink} px first",
            "map": "none: correlations know no brightness and no contrast",
            **statistics_of(share, WILSON, 0, floor, OTHERS),
            "shrink": shrink,
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
        block = blocks[match.image]
        region = _place(match.z, match.y, match.x, fields.read(i).shape, block.shape, match.symmetry)
        place = Field(block.number, block.moment, region, 0)
        beside.append(album.add_place("training", training[block.number], place))
    return Evidence(
        metric=COPIES,
        subject=fields.name,
        values=tuple(found.matches[i].value for i in order),
        spots=tuple(album.add(fields, i) for i in order),
        nearest=tuple(beside),
        beside="the place of a training image that it fits best, by correlation",
    )


def _place(z: float, y: float, x: float, size: tuple[int, ...], shape: tuple[int, ...], symmetry: int) -> Region:
    """Give the box of a training image that a field fits, as far as it lies in it; a quarter turn swaps its sides."""
    rows, columns = (size[2], size[1]) if symmetry % 2 else (size[1], size[2])
    start = [max(0, round(at)) for at in (z, y, x)]
    stop = [min(n, round(at) + s) for n, at, s in zip(shape, (z, y, x), (size[0], rows, columns), strict=False)]
    return Region(tuple(start), tuple(stop))
