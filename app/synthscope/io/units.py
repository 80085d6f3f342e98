"""Units as files spell them, and steps that can be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping

_SPELLINGS = {
    "µm": (
        "um",
        "μm",
        "micron",
        "microns",
        "micrometer",
        "micrometre",
        "micrometers",
        "micrometres",
        "\\u00b5m",
        "usp",
        "mikron",
    ),
    "nm": ("nanometer", "nanometre", "nanometers", "nanometres"),
    "mm": ("millimeter", "millimetre", "millimeters", "millimetres"),
    "cm": ("centimeter", "centimetre", "centimeters", "centimetres"),
    "m": ("meter", "metre", "meters", "metres"),
    "pm": ("picometer", "picometre"),
    "Å": ("angstrom", "angstroem", "ångström", "a", "å"),
    "inch": ("in", "inches", '"'),
    "pixel": ("pixels", "px", "voxel", "voxels", "none", "unknown", "reference frame", "gray value"),
}
_KNOWN = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in (unit, *spellings)}

NGFF_UNITS = {
    "µm": "micrometer",
    "nm": "nanometer",
    "mm": "millimeter",
    "cm": "centimeter",
    "m": "meter",
    "pm": "picometer",
    "Å": "angstrom",
    "inch": "inch",
}
"""Our units as OME-Zarr names them."""

OME_UNITS = {
    "µm": "µm",
    "nm": "nm",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "pm": "pm",
    "Å": "Å",
    "inch": "in",
    "pixel": "pixel",
}
"""Our units as OME-XML names them."""

_TIMES = {
    "s": "second",
    "sec": "second",
    "seconds": "second",
    "ms": "millisecond",
    "min": "minute",
    "milliseconds": "millisecond",
    "minutes": "minute",
    "h": "hour",
    "hours": "hour",
}

SCREEN_RESOLUTIONS = (72.0, 96.0, 100.0)
"""Dots per inch that programs write when they know nothing of the size of things."""


def unit_of(text: object) -> str:
    """Give our spelling of a unit; unknown ones stay as they are, nothing gives ``""``."""
    words = str(text or "").strip().strip("\x00")
    return _KNOWN.get(words.casefold(), words[:40])


def time_unit_of(text: object) -> str:
    """Give our spelling of a unit of time, ``second`` for none."""
    words = str(text or "").strip()
    return _TIMES.get(words, words[:40]) or "second"


def step_of(value: object) -> float:
    """Give a positive finite step, or 0 where `value` is none."""
    try:
        step = abs(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return step if 0 < step < math.inf else 0.0


def known_steps(steps: Mapping[str, object]) -> dict[str, float]:
    """Keep the steps that can be believed."""
    kept = {letter: step_of(value) for letter, value in steps.items()}
    return {letter: step for letter, step in kept.items() if step}


def per_centimetre(x: float, y: float) -> tuple[dict[str, float], str]:
    """Turn pixels per centimetre, which scientific programs write, into steps and a unit."""
    if x <= 1 or y <= 1:
        return {}, ""
    return {"x": 10 / x, "y": 10 / y}, "mm"


def dots_remark(dots: float) -> tuple[str, ...]:
    """Say what dots per inch would mean: they are a print size, true only of what a flatbed scanner saw."""
    if dots <= 1 or dots in SCREEN_RESOLUTIONS:
        return ()
    return (f"The file says {dots:.6g} dots per inch; if a scanner made it, a pixel is {25.4 / dots:.4g} mm wide.",)
