"""Axes, voxel size and unit as programs write them beside an HDF5 data set."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from synthscope.io.nexus import nexus_axes
from synthscope.io.reading import UNKNOWN
from synthscope.io.units import known_steps, unit_of

_STEPS = {
    "element_size_um": "µm",
    "element_size_nm": "nm",
    "voxel_size": "",
    "voxel_size_um": "µm",
    "voxel_size_nm": "nm",
    "voxel_size_mm": "mm",
    "spacing": "",
    "resolution": "",
    "pixel_size": "",
}
"""Attributes that hold a step per spatial axis, slowest first, and the unit they imply."""

_LETTERS = {
    "x": "x",
    "y": "y",
    "z": "z",
    "t": "t",
    "c": "c",
    "time": "t",
    "channel": "c",
    "depth": "z",
    "height": "y",
    "width": "x",
}


def described(item: Any) -> dict[str, Any]:
    """Give the fields of `Contents` that the attributes of a data set fill."""
    ndim = len(item.shape)
    nexus = nexus_axes(item)
    axes = _axes(item, ndim) or nexus.axes
    steps, unit = _steps(item, axes or {2: "yx", 3: "zyx"}.get(ndim, ""))
    if not steps:
        steps, unit = nexus.steps, nexus.unit
    return {"axes": axes, "steps": steps, "unit": unit}


def text_of(value: Any) -> str:
    """Give an attribute as text; HDF5 has several ways to say one."""
    plain = value.item() if isinstance(value, np.ndarray) and value.size == 1 else value
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def _axes(item: Any, ndim: int) -> str:
    names = [dimension.label for dimension in item.dims]
    for key in ("axistags", "axes", "DIMENSION_LABELS", "axis_order"):
        if not any(names) and key in item.attrs:
            names = _names(item.attrs[key])
    letters = "".join(_LETTERS.get(str(name).casefold(), UNKNOWN) for name in names)
    named = len(letters) == ndim and set(letters) != {UNKNOWN} and _once(letters)
    return letters if named else ""


def _once(letters: str) -> bool:
    known = letters.replace(UNKNOWN, "")
    return len(set(known)) == len(known)


def _names(value: Any) -> list[str]:
    if isinstance(value, np.ndarray) and value.size > 1:
        return [text_of(v) for v in value.ravel()]
    text = text_of(value)
    try:  # ilastik writes vigra's axis tags as JSON
        return [str(axis["key"]) for axis in json.loads(text)["axes"]]
    except (ValueError, KeyError, TypeError):
        return text.split(",") if "," in text else list(text)


def _steps(item: Any, axes: str) -> tuple[dict[str, float], str]:
    spatial = [a for a in "zyx" if a in axes]
    for key, implied in _STEPS.items():
        if key in item.attrs:
            values = np.ravel(item.attrs[key])
            numbers = values if len(values) > 1 else np.repeat(values, len(spatial))
            steps = known_steps(dict(zip(spatial, numbers, strict=False)))
            if len(numbers) == len(spatial) and len(steps) == len(spatial):
                return steps, implied or _unit(item)
    return {}, ""


def _unit(item: Any) -> str:
    for key in ("unit", "units", "voxel_size_unit", "spacing_unit"):
        if key in item.attrs:
            return unit_of(text_of(item.attrs[key]))
    return ""
