"""Images become pictures: one grid, one crop, one window, one kernel, 8 bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthscope.records.study import Rendering
from synthscope.records.study_rendering import RenderRecord
from synthscope.studies.rendering.resampling import resized
from synthscope.studies.rendering.surveying import Source, cropped, on_common_scale, read, survey


def render_arms(
    arms: Sequence[Sequence[Source]], rendering: Rendering
) -> tuple[tuple[tuple[np.ndarray, ...], ...], RenderRecord]:
    """Render all images of all arms.

    Parameters
    ----------
    arms : sequence of sequences of ndarray (Z, Y, X, C) or of callables that give one
        Of any size and type; C is 1 or 3, the same everywhere. What a callable gives is read three times and not kept.
    rendering : Rendering

    Returns
    -------
    tuple of tuples of ndarray (Z, side, side, C) of uint8, RenderRecord

    Raises
    ------
    InputError
        As `synthscope.studies.rendering.surveying.survey`.
    """
    record = survey(arms, rendering)
    return tuple(tuple(render(read(one), record, a) for one in arm) for a, arm in enumerate(arms)), record


def render(pixels: np.ndarray, record: RenderRecord, arm: int) -> np.ndarray:
    """Render one image (Z, Y, X, C) of an arm, as `record` says: uint8 (Z, side, side, C)."""
    depth, side, _, _ = record.shape
    values = on_common_scale(cropped(pixels, record.field, depth), record.arms[arm], record)
    if record.field != side:
        values = resized(values, side)
    scaled = np.clip((values - record.low) / (record.high - record.low), 0, 1)
    picture: np.ndarray = np.floor(255 * scaled + 0.5).astype(np.uint8)
    return picture
