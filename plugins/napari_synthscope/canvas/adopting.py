"""Which layers are taken for source and mask where nobody has chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from napari_synthscope.canvas.layers import KEY


def may_be_source(layer: Any) -> bool:
    """Tell whether a layer is an image that a person brought: neither a candidate nor an accepted one."""
    from napari.layers import Image

    record = layer.metadata.get(KEY, {})
    return isinstance(layer, Image) and not record.get("role") and not record.get("candidate")


def may_be_mask(layer: Any) -> bool:
    """Tell whether a layer holds labels that were drawn in napari: not the truth of a sample, not an outline."""
    from napari.layers import Labels

    return isinstance(layer, Labels) and not layer.multiscale and KEY not in layer.metadata


def last_source(layers: Iterable[Any]) -> Any | None:
    """Give the topmost layer that may be a source."""
    found = [layer for layer in layers if may_be_source(layer)]
    return found[-1] if found else None
