"""Looks at all images of all arms before the first is rendered: what they have in common is what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.contrast import sample
from synthscope.records.study import Rendering
from synthscope.records.study_rendering import ArmGrey, RenderRecord
from synthscope.studies.rendering.grey_steps import GreySteps
from synthscope.studies.rendering.resampling import KERNEL

Source = np.ndarray | Callable[[], np.ndarray]
"""An image (Z, Y, X, C), or what reads it."""
SAMPLE = 1 << 21
"""Values of each arm from which percentiles are taken."""
FEW = 16
"""Grey steps of an arm from which on nothing is said where finer ones are brought to them."""
NARROW = 1 / 3
"""Part of the grey range that an arm must fill, or a note says that it does not."""


def read(source: Source) -> np.ndarray:
    """Give the pixels of an image."""
    return source() if callable(source) else source


def survey(arms: Sequence[Sequence[Source]], rendering: Rendering) -> RenderRecord:
    """Find the crop, the grey steps and the window that all arms share; images are read one at a time.

    Raises
    ------
    InputError
        If an image is smaller than the field, has other channels than the first, or values that are not numbers;
        if all values are alike.
    """
    seen = [[_seen(read(one), a, i, rendering) for i, one in enumerate(arm)] for a, arm in enumerate(arms)]
    every = [one for arm in seen for one in arm]
    if not every or not all(seen):
        raise InputError("An arm without images cannot be rendered; add images, or leave the arm out.")
    channels = {one.shape[3] for one in every}
    if len(channels) > 1:
        raise InputError("Some images have 1 channel and some 3: that alone would tell them apart; make all alike.")
    field = rendering.field or min(min(one.shape[1:3]) for one in every)
    found = [_grey(arm, [one.dtype for one in own], field, rendering.depth)
             for arm, own in zip(arms, seen, strict=True)]  # fmt: skip
    shape = (rendering.depth, rendering.side, rendering.side, channels.pop())
    kernel = "none" if field == rendering.side else KERNEL
    record = RenderRecord(shape, field, _scaled([grey for grey, _ in found]), 0.0, 0.0, 0.0, 1.0, kernel=kernel)
    return _windowed(record, [values for _, values in found], rendering)


@dataclass(frozen=True)
class _Seen:
    """What is kept of an image when all have been looked at once."""

    shape: tuple[int, int, int, int]
    dtype: np.dtype


def _seen(pixels: np.ndarray, arm: int, number: int, rendering: Rendering) -> _Seen:
    words = f"Image {number + 1} of arm {arm + 1}"
    if pixels.ndim != 4 or pixels.shape[3] not in (1, 3):
        raise InputError(f"{words} has the shape {pixels.shape}; pictures have 1 or 3 channels: choose channels.")
    depth, height, width, channels = pixels.shape
    if depth < rendering.depth:
        raise InputError(
            f"{words} has {depth} slices and {rendering.depth} are to be shown; show {depth}, or leave it out."
        )
    if min(height, width) < rendering.field:
        raise InputError(
            f"{words} has {height} × {width} pixels and a field of {rendering.field} is to be shown; "
            f"set the field to {min(height, width)} or less, or leave the image out."
        )
    if pixels.dtype.kind not in "uif":
        raise InputError(f"{words} holds {pixels.dtype} values; grey or colour values are needed.")
    return _Seen((depth, height, width, channels), pixels.dtype)


def cropped(pixels: np.ndarray, field: int, depth: int) -> np.ndarray:
    """Give the middle of an image: `depth` slices of `field` x `field` pixels."""
    starts = [(n - wanted) // 2 for n, wanted in zip(pixels.shape[:3], (depth, field, field), strict=True)]
    index = tuple(slice(a, a + n) for a, n in zip(starts, (depth, field, field), strict=True))
    return pixels[index]


def on_common_scale(pixels: np.ndarray, grey: ArmGrey, record: RenderRecord) -> np.ndarray:
    """Give values as float64 on the scale of all arms, on their grey steps and within their limits."""
    values = pixels.astype(np.float64) * grey.factor
    if record.limits:
        values = np.clip(values, record.limits[0], record.limits[1])
    if record.step:
        values = record.origin + np.floor((values - record.origin) / record.step + 0.5) * record.step
    return values


def _grey(arm: Sequence[Source], dtypes: Sequence[np.dtype], field: int, depth: int) -> tuple[ArmGrey, np.ndarray]:
    """Look at the grey values of one arm; give also a sample of them as they are."""
    steps, parts = GreySteps(), []
    for pixels in _crops(arm, field, depth):
        steps.add(pixels)
        parts.append(sample(pixels, max(1, SAMPLE // len(arm))).astype(np.float64))
    widest = max(dtypes, key=lambda dtype: (dtype.kind == "f", dtype.itemsize))
    step, origin = steps.found()
    return ArmGrey(widest.name, 1.0, step, origin, steps.low, steps.high), np.concatenate(parts)


def _crops(arm: Sequence[Source], field: int, depth: int) -> Iterator[np.ndarray]:
    for number, source in enumerate(arm):
        pixels = cropped(read(source), field, depth)
        if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
            raise InputError(
                f"Image {number + 1} of an arm holds values that are not numbers; crop it to where all are, or leave "
                "it out."
            )
        yield pixels


def _scaled(greys: Sequence[ArmGrey]) -> tuple[ArmGrey, ...]:
    """Put arms of unlike data types on one scale, on which each type reaches from 0 to 1.

    Floating-point arms between 0 and 1 are there already; others are taken to be in the units of the narrowest whole
    type.
    """
    types = [np.dtype(grey.dtype) for grey in greys]
    whole = [dtype for dtype in types if dtype.kind in "ui"]
    if len({dtype.name for dtype in whole}) + any(dtype.kind == "f" for dtype in types) < 2:
        return tuple(greys)
    narrowest = min(whole, key=lambda dtype: np.iinfo(dtype).max)
    return tuple(_times(grey, _factor(grey, dtype, narrowest)) for grey, dtype in zip(greys, types, strict=True))


def _factor(grey: ArmGrey, dtype: np.dtype, narrowest: np.dtype) -> float:
    if dtype.kind in "ui":
        return 1.0 / float(np.iinfo(dtype).max)
    return 1.0 if grey.low >= -1e-6 and grey.high <= 1 + 1e-6 else 1.0 / float(np.iinfo(narrowest).max)


def _times(grey: ArmGrey, factor: float) -> ArmGrey:
    return replace(
        grey, factor=factor, step=grey.step * factor, origin=grey.origin * factor, low=grey.low * factor,
        high=grey.high * factor,
    )  # fmt: skip


def _windowed(record: RenderRecord, samples: Sequence[np.ndarray], rendering: Rendering) -> RenderRecord:
    """Add grey steps, limits and window, and notes on arms that have few steps or hardly fill it."""
    coarsest = max(record.arms, key=lambda grey: grey.step)
    if rendering.quantise:
        mixed = any(grey.factor != 1.0 for grey in record.arms)
        limits = (0.0, 1.0) if mixed else ()
        record = replace(record, step=coarsest.step, origin=coarsest.origin, limits=limits)
    least = min(len(values) for values in samples)
    levelled = [
        on_common_scale(values[:: max(1, len(values) // least)], grey, record)
        for values, grey in zip(samples, record.arms, strict=True)
    ]
    low, high = (float(v) for v in np.percentile(np.concatenate(levelled), (rendering.low, rendering.high)))
    if not low < high:
        raise InputError("All images have the same grey value nearly everywhere; choose images that show something.")
    notes = [_levelled(record), *(_note(number, values, low, high) for number, values in enumerate(levelled))]
    return replace(record, low=low, high=high, notes=tuple(note for note in notes if note))


def _levelled(record: RenderRecord) -> str:
    """Say that arms with finer steps are brought to few; empty where none is, or there are enough."""
    number, coarsest = max(enumerate(record.arms), key=lambda one: one[1].step)
    values = round((coarsest.high - coarsest.low) / coarsest.step) + 1 if record.step else FEW
    if values >= FEW or all(grey.step > coarsest.step / 2 for grey in record.arms):
        return ""
    return (
        f"Arm {number + 1} has {values} grey values, even steps apart, and the finer ones of other arms are brought to "
        "them; if its images are label maps or were thresholded, leave the arm out, or turn off \"Same grey steps\"."
    )


def _note(number: int, values: np.ndarray, low: float, high: float) -> str:
    first, last = np.clip(np.percentile(values, (1, 99)), low, high)
    filled = (last - first) / (high - low)
    if filled >= NARROW:
        return ""
    return (
        f"Arm {number + 1} fills {filled:.0%} of the grey range of all arms; if its values are in other units, "
        "rescale them first."
    )
