"""What we put into our own files beside the pixels, so that they are read back exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synthscope.errors import DocumentError, InputError
from synthscope.io.documents import plain
from synthscope.records.documents import from_json, to_json
from synthscope.records.image import Image
from synthscope.records.space import Space

FORMAT = "synthscope/layout"
VERSION = 1
LAYOUT_NAMESPACE = "synthscope/layout"
PROVENANCE_NAMESPACE = "synthscope/provenance"


@dataclass(frozen=True)
class Layout:
    """Shape, type and space of an image, exactly; other programs' metadata cannot say all of it."""

    shape: tuple[int, ...]
    dtype: str
    space: Space
    synthetic: bool = False
    format: str = FORMAT
    version: int = VERSION


def layout_of(image: Image) -> Layout:
    """Describe an image."""
    space = replace(
        image.space,
        voxel_size=tuple(map(float, image.space.voxel_size)),
        origin=tuple(map(float, image.space.origin)),
    )
    return Layout(image.shape, image.dtype.name, space, image.synthetic is not None)


def layout_from(document: Any) -> Layout | None:
    """Read a layout, or None where it is not one that this version understands."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        return None
    try:
        layout = from_json(Layout, document)
        np.dtype(layout.dtype)
    except (DocumentError, InputError, TypeError):
        return None
    sensible = layout.version <= VERSION and len(layout.shape) == layout.space.ndim and min(layout.shape) > 0
    return layout if sensible else None


def to_text(document: Any) -> str:
    """Give a document as one line of ASCII, which every container can hold."""
    return json.dumps(to_json(document), ensure_ascii=True, default=plain)


def from_text(text: str) -> Any:
    """Read what `to_text` gave, or None where it is damaged."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
