"""Tiles at the sides at which a pipeline is asked, and holes without what is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from synthscope.records.events import Preview


def resized(values: Tensor | None, rows: int, columns: int) -> Any:
    """Give values at other sides; by area where they shrink."""
    if values is None or values.shape[-2:] == (rows, columns):
        return values
    return functional.interpolate(values.float(), (rows, columns), mode="bilinear", antialias=True, align_corners=False)


def without_hole(image: Tensor | None, mask: Tensor) -> Tensor | None:
    """Put the mean of what is known into a hole, where nothing is: its zeros would leak into what lies round it."""
    if image is None or bool((mask > 0).all()):
        return image
    known = image[..., mask[0, 0] == 0].mean(dim=-1)
    return torch.where(mask > 0, known[..., None, None], image)


def shown_at(show: Callable[[Tensor], Preview] | None, sides: tuple[int, int]) -> Callable[[Tensor], Preview] | None:
    """Show pictures of the work at the sides of their tile."""
    return None if show is None else lambda colours: show(resized(colours, *sides))
