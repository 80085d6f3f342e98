"""An image as an image encoder sees it: reduced, its middle, in the encoder's own scale."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

MEAN = (0.48145466, 0.4578275, 0.40821073)
SPREAD = (0.26862954, 0.26130258, 0.27577711)
"""Of the images that CLIP was trained on (Radford et al. 2021), where a model tells none of its own."""


def as_seen(colours: Tensor, encoder: Any, processor: Any) -> Tensor:
    """Prepare colours for an image encoder: the shorter side to its own, the middle, mean and spread taken out.

    This is what CLIP's own preparation does, without the rounding to 8 bits in between.

    Parameters
    ----------
    colours : Tensor (1, 3, Y, X)
        Of 0 to 1.
    encoder : CLIPVisionModelWithProjection
        Tells the side, number format and device.
    processor : CLIPImageProcessor
        Tells mean and spread.

    Returns
    -------
    Tensor (1, 3, side, side)
    """
    side = int(encoder.config.image_size)
    shorter = min(colours.shape[-2:])
    rows, columns = (max(side, round(n * side / shorter)) for n in colours.shape[-2:])
    reduced = functional.interpolate(
        colours.float(), (rows, columns), mode="bicubic", antialias=True, align_corners=False
    ).clamp(0, 1)
    top, left = (rows - side) // 2, (columns - side) // 2
    middle = reduced[..., top : top + side, left : left + side]
    mean, spread = (
        torch.tensor(getattr(processor, name, None) or usual).view(1, 3, 1, 1)
        for name, usual in (("image_mean", MEAN), ("image_std", SPREAD))
    )
    return ((middle.cpu() - mean) / spread).to(encoder.device, encoder.dtype)
