"""Codes: numbers rounded to a few levels each, whose combinations are the codebook."""

from __future__ import annotations

from itertools import accumulate
from operator import mul

import torch
from torch import Tensor

from synthscope.generators.autoencoding.quantised.configuration import Levels

UNKNOWN = -1
"""Stands for a code that is to be drawn."""


def quantised(z: Tensor, levels: Levels) -> Tensor:
    """Round each channel to its levels, evenly spaced from -1 to 1 (finite scalar quantisation: Mentzer et al. 2024).

    A logistic function first brings any number into that range. The gradient passes the rounding as if it were not
    there (van den Oord et al. 2017, Section 3.2).

    Parameters
    ----------
    z : Tensor (B, len(levels), H, W)
    """
    steps = _steps(levels, z)
    bounded = steps * torch.sigmoid(z.float())
    rounded = bounded + (bounded.round() - bounded).detach()
    return 2 * rounded / steps - 1


def to_codes(values: Tensor, levels: Levels) -> Tensor:
    """Give the codes of quantised values (B, len(levels), H, W): int64 (B, H, W), each below the product of levels."""
    digits = ((values.float() + 1) * _steps(levels, values) / 2).round().long()
    return (digits * _places(levels, digits)).sum(dim=1)


def to_values(codes: Tensor, levels: Levels) -> Tensor:
    """Give the quantised values (B, len(levels), H, W) of codes (B, H, W); zero where a code is `UNKNOWN`."""
    known = codes[:, None].clamp_min(0)
    digits = known.div(_places(levels, codes), rounding_mode="floor") % _shaped(levels, codes)
    return (2 * digits / _steps(levels, codes) - 1) * (codes[:, None] != UNKNOWN)


def _steps(levels: Levels, like: Tensor) -> Tensor:
    return (_shaped(levels, like) - 1).float()


def _places(levels: Levels, like: Tensor) -> Tensor:
    return _shaped((1, *accumulate(levels[:-1], mul)), like)


def _shaped(numbers: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.tensor(numbers, device=like.device)[:, None, None]
