"""How long a scale bar should be: 1, 2 or 5 times a power of ten."""

from __future__ import annotations

import math
from dataclasses import dataclass

_LADDER = ("pm", "nm", "µm", "mm", "m")
_STEPS = {"pm": 1e-12, "nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "Å": 1e-10, "inch": 0.0254}


@dataclass(frozen=True)
class ScaleBar:
    """A bar of `pixels` columns that is as long as `text` says."""

    pixels: float
    text: str


def scale_bar(width: int, step: float, unit: str, *, share: float = 0.25) -> ScaleBar:
    """Choose a scale bar for an image.

    Parameters
    ----------
    width : int
        Columns of the image.
    step : float
        Width of a column, in `unit`.
    unit : str
        Unit of the voxel size; ``pixel`` for none.
    share : float
        The longest bar, as a share of the image's width.

    Returns
    -------
    ScaleBar
        Of a length 1, 2 or 5 times a power of ten, in the unit of thousands that needs fewest digits.
    """
    longest = share * width * step
    power = 10.0 ** math.floor(math.log10(longest))
    length = max((m * power for m in (1, 2, 5) if m * power <= longest * (1 + 1e-9)), default=power)
    return ScaleBar(length / step, _words(length, unit))


def _words(length: float, unit: str) -> str:
    if unit == "pixel":
        return f"{length:.3g} px"
    if unit not in _STEPS:
        return f"{length:.3g} {unit}"
    if unit == "inch":
        return f"{length:.3g} in"
    metres = length * _STEPS[unit]
    fitting = [u for u in _LADDER if metres / _STEPS[u] >= 1 - 1e-9] or ["pm"]
    return f"{float(f'{metres / _STEPS[fitting[-1]]:.3g}'):g} {fitting[-1]}"
