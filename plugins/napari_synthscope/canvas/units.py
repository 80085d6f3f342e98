"""Units of axes: our spelling, and the one that napari understands."""

from __future__ import annotations

from typing import Any


def shown_unit(letter: str, unit: str, time_unit: str) -> str:
    """Give the unit of an axis as napari can understand it, ``pixel`` where it cannot."""
    wanted = {"t": time_unit, "c": "pixel"}.get(letter, unit)
    return wanted if _pint_name(wanted) else "pixel"


def unit_of(layer: Any, order: str, letters: str, recorded: str) -> str:
    """Give our spelling of a unit, unless it was changed in napari since."""
    found = str(layer.units[next(i for i, letter in enumerate(order) if letter in letters)])
    if recorded and found == (_pint_name(recorded) or "pixel"):
        return recorded
    return {
        "micrometer": "µm",
        "nanometer": "nm",
        "millimeter": "mm",
        "centimeter": "cm",
        "meter": "m",
        "angstrom": "Å",
        "picometer": "pm",
    }.get(found, found)


def _pint_name(unit: Any) -> str:
    """Give pint's name of a unit, empty for one it does not know."""
    from napari.utils.transforms._units import get_units_from_name

    try:
        known = get_units_from_name((str(unit),))
    except (ValueError, AttributeError):
        return ""
    return str(known[0]) if known else ""
