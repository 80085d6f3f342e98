"""New images that have the mean or the phase fraction that was asked for: the estimate is moved there step by step.

A network learns little from being told them: on all but the highest noise levels, which a training hardly visits, a
noisy patch tells its own mean (docs/measured.md). So what is asked for is taken as a measurement of the whole field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import ndtr
from torch import Tensor

from synthscope.generators.diffusion.descriptors import Asked
from synthscope.generators.diffusion.guidance import doubt
from synthscope.generators.diffusion.samplers import Denoiser
from synthscope.generators.scale import SIGMA_DATA

LEAST = 0.1
"""The noise level (the data have 0.5) below which what has come about is left as it is: its grey values are right."""
BINS, HALVINGS = 1024, 40
FARTHEST = 4.0
"""What an estimate is moved by at most, in the network's units."""


@dataclass(frozen=True, eq=False)
class Steered:
    """A denoiser of whole fields (B, C, Z, Y, X) whose first channel is moved, as a whole, by delta at each level.

    What is asked for is asked of the part `within` (Z, Y, X): all of the field, if left out.


    For a mean m that is DDNM (Wang, Yu & Zhang 2023, Eq. 10) with A the mean over the field: ``delta = m - A x0``.
    For a phase fraction f it is the delta at which as much as f is expected above the threshold t, x0 being known to
    a standard deviation r of `doubt`: ``A Phi((x0 + delta - t) / r) = f``. For both it is the mean of the two.
    """

    denoiser: Denoiser
    asked: Asked
    threshold: float
    within: tuple[slice, ...] = ()

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise, then move."""
        x0 = self.denoiser(x, sigma)
        if float(sigma) < LEAST:
            return x0
        deltas = [self._delta(first, float(sigma)) for first in x0[:, 0, *self.within]]
        moved = x0.clone()
        moved[:, 0] += torch.tensor(deltas).to(x0).view(-1, 1, 1, 1)
        return moved

    def _delta(self, first: Tensor, sigma: float) -> float:
        found = []
        if self.asked.mean is not None:
            found.append(self.asked.mean - float(first.double().mean()))
        if self.asked.fraction is not None:
            r = math.sqrt(doubt(sigma, SIGMA_DATA))
            found.append(shift_to(first, self.asked.fraction, self.threshold, r))
        return sum(found) / len(found)


def shift_to(values: Tensor, fraction: float, threshold: float, r: float) -> float:
    """Give what is to be added to values, each known to a standard deviation `r`, for `fraction` to be above."""
    low, high = float(values.min()), float(values.max())
    if not low < high:
        high = low + 1e-6
    counts = torch.histc(values.float(), BINS, low, high).double().cpu().numpy()
    centres = low + (np.arange(BINS) + 0.5) * (high - low) / BINS - threshold
    down, up = -FARTHEST, FARTHEST
    for _ in range(HALVINGS):
        middle = (down + up) / 2
        above = float(counts @ ndtr((centres + middle) / r)) / float(counts.sum())
        down, up = (middle, up) if above < fraction else (down, middle)
    return (down + up) / 2


def steered(
    denoiser: Denoiser, asked: Asked | None, threshold: float, within: tuple[slice, ...] = ()
) -> Denoiser:
    """Steer a denoiser to what is asked for; where that is nothing, the denoiser itself."""
    return Steered(denoiser, asked, threshold, within) if asked else denoiser
