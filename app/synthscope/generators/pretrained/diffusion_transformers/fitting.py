"""What diffusion transformers take for granted: one of a fixed grid makes images of one side."""

from __future__ import annotations

from typing import Any

from synthscope.errors import InputError
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import Setting


def own_side(setting: Setting, parameters: Any) -> tuple[str, ...]:
    """Say that a smaller image is the middle of one of the model's own side.

    Raises
    ------
    InputError
        If a larger one is asked for.
    """
    side = int(setting.architecture.get("side") or 0)
    rows, columns = setting.sides
    if not side or not max(rows, columns):
        return slice_by_slice(setting, parameters)
    if max(rows, columns) > side:
        raise InputError(
            f"This model of DiT makes images of {side} × {side} px and no others, not {rows} × {columns}: its patches "
            "have fixed places. Ask for a smaller one, which is the middle of what it makes, or choose another "
            "generator."
        )
    part = "" if (rows, columns) == (side, side) else (
        f"The model makes images of {side} × {side} px: this is the middle of one."
    )  # fmt: skip
    return (*slice_by_slice(setting, parameters), *((part,) if part else ()))
