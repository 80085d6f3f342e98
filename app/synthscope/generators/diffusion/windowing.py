"""Which windows a prior looks through, and where they meet: known without the network."""

from __future__ import annotations

import numpy as np

from synthscope.generators.coding.configuration import CELL
from synthscope.generators.diffusion.configuration import WIDTHS
from synthscope.generators.diffusion.latent.parameters import LatentParameters
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.rim import RIM
from synthscope.imaging.windows import Window, around, cover, meeting_lines
from synthscope.records.generator import Joints, Whole

MARGIN = 32
"""What a window sees around what it makes, in pixels or cells; a quarter of it where it is small."""
STRIDE = 1 << len(WIDTHS["S"])
"""Of the networks of every size: sides of windows are multiples of it."""


def windows_over(marked: np.ndarray, window: int, stride: int, *, periodic: bool = False) -> tuple[Window, ...]:
    """Lay windows over what is marked (Z, Y, X), or over a whole field whose opposite edges meet."""
    margin = min(MARGIN, window // 4)
    if periodic:
        depth, rows, columns = marked.shape
        return around((depth, rows, columns), window, margin, stride)
    return cover(marked, window, margin, stride)


def prior_reach(_parameters: PriorParameters) -> int:
    """Say how far a fill looks from a hole, in voxels: a window's margin, and what makes its side a multiple."""
    return MARGIN + STRIDE


def prior_joints(whole: Whole, parameters: PriorParameters) -> Joints:
    """Say where the windows of a field meet; planes that stand on a slice have theirs at the same places."""
    if parameters.periodic and whole.task == "synthesize":
        return _joints(whole.shape[1], whole.shape[2], parameters.window, periodic=True)
    wider = _joints(whole.shape[1] + 2 * RIM, whole.shape[2] + 2 * RIM, parameters.window)
    rows, columns = (tuple(line - RIM for line in lines) for lines in wider)
    return rows, columns


def latent_joints(whole: Whole, parameters: LatentParameters) -> Joints:
    """Say where the windows of a field of latents meet, in pixels."""
    height, width = (-(-n // CELL) for n in whole.shape[1:])
    rows, columns = _joints(height, width, parameters.window // CELL)
    return tuple(CELL * line for line in rows), tuple(CELL * line for line in columns)


def _joints(rows: int, columns: int, window: int, *, periodic: bool = False) -> Joints:
    windows = windows_over(np.ones((1, rows, columns), bool), window, STRIDE, periodic=periodic)
    return (
        meeting_lines(((one.top, one.bottom) for one in windows), rows, periodic=periodic),
        meeting_lines(((one.left, one.right) for one in windows), columns, periodic=periodic),
    )
