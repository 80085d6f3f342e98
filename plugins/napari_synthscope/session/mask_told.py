"""What found a mask layer, kept with the layer."""

from __future__ import annotations

from typing import Any

from napari_synthscope.canvas.layers import KEY
from synthscope.records.mask_origin import MaskOrigin

ORIGINS = "mask_origins"


def origins_of(layer: Any | None) -> tuple[MaskOrigin, ...]:
    """Give what found parts of a mask layer, the oldest first; nothing for one that was painted."""
    found: tuple[MaskOrigin, ...] = () if layer is None else layer.metadata.get(KEY, {}).get(ORIGINS, ())
    return found


def tell_origins(layer: Any, origins: tuple[MaskOrigin, ...]) -> None:
    """Keep with a mask layer what found it."""
    if origins or origins_of(layer):
        layer.metadata.setdefault(KEY, {})[ORIGINS] = origins
