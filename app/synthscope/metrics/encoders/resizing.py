"""The one way in which pictures are resized for encoders of photographs."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from synthscope.errors import InputError
from synthscope.records.metric import Frame


def pictures_of(field: np.ndarray, frame: Frame, side: int) -> torch.Tensor:
    """Turn a field (Z, Y, X, C) into pictures (Z, 3, side, side) in [0, 1].

    Values are scaled by the limits of the frame and cut off at 0 and 1; a single channel stands for red, green and
    blue. `side` = 0 leaves the size as it is.

    Raises
    ------
    InputError
        If there are neither one nor three channels.
    """
    if field.shape[-1] not in (1, 3):
        raise InputError(
            f"Encoders of photographs see 1 or 3 channels, not {field.shape[-1]}; choose channels, or another encoder."
        )
    scaled = np.clip(frame.scaled(field), 0, 1).astype(np.float32)
    colours = np.broadcast_to(scaled, (*scaled.shape[:3], 3)).transpose(0, 3, 1, 2)
    pictures = torch.from_numpy(np.ascontiguousarray(colours))
    if side and tuple(pictures.shape[-2:]) != (side, side):
        pictures = functional.interpolate(pictures, (side, side), mode="bilinear", align_corners=False, antialias=True)
        pictures = pictures.clamp(0, 1)  # rounding only: a bilinear mean stays inside
    return pictures


def check_range(pictures: torch.Tensor, low: float, high: float, encoder: str) -> None:
    """Refuse pictures in another range: scores from them look right, and rank in the wrong order.

    Parameters
    ----------
    pictures : Tensor
    low, high : float
        What the encoder takes.

    Raises
    ------
    InputError
        If values lie outside.
    """
    least, most = pictures.min().item(), pictures.max().item()
    if not (low - 1e-4 <= least and most <= high + 1e-4):
        raise InputError(
            f"Pictures from {least:.4g} to {most:.4g} were given where {encoder} takes {low:g} to {high:g}; "
            "scale them by the limits of the real set first."
        )
