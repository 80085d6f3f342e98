"""Whether a stack is made slice by slice or through all three planes, and what that takes for granted."""

from __future__ import annotations

import math
from typing import Any

from synthscope.errors import InputError
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.records.generator import Setting

ALIKE = 0.05
"""Relative difference of voxel sides that counts as none."""
UNKNOWN_UNIT = "pixel"
"""Of a file that does not say how large its voxels are."""
ASSUMED = (
    "The slices were made through all three planes by a model of single images: that the material looks the same from "
    "every side was assumed, not tested."
)


def through_planes(setting: Setting, parameters: PriorParameters) -> bool:
    """Say whether xy, xz and yz planes take part.

    Left to itself, a new stack of a model that knows single images only is made so. What lies in a source is made so
    where that is a stack whose voxels are known to be cubic; slices of a series have nothing between them.

    Raises
    ------
    InputError
        If they should, and voxels are not cubic or slices are moments in time.
    """
    if setting.task == "restore" or setting.slices < 2 or parameters.planes == "xy":
        return False
    closed = parameters.periodic and setting.task == "synthesize"
    if parameters.planes == "auto":
        knows_slices = int(setting.architecture.get("context", 0)) > 0
        certain = _is_cubic(setting) and setting.unit != UNKNOWN_UNIT and not setting.is_series
        if knows_slices or closed or (setting.task != "synthesize" and not certain):
            return False
    _check(setting)
    if closed:
        raise InputError("An image whose edges continue is made slice by slice; set planes to xy, or periodic to off.")
    return True


def assumed(setting: Setting, parameters: Any) -> tuple[str, ...]:
    """Give the sentence that results made through all planes carry."""
    return (ASSUMED,) if through_planes(setting, parameters) else ()


def _check(setting: Setting) -> None:
    if setting.is_series:
        raise InputError("The slices are moments in time, which have no xz and yz planes; set planes to xy.")
    if not _is_cubic(setting):
        size = " × ".join(f"{side:.4g}" for side in setting.voxel_size)
        raise InputError(
            f"Voxels are {size} {setting.unit}, not cubic, so that xz and yz planes do not look like xy; "
            "set planes to xy, or resample the stack first."
        )


def _is_cubic(setting: Setting) -> bool:
    return all(math.isclose(side, setting.voxel_size[2], rel_tol=ALIKE) for side in setting.voxel_size)
