"""Between an image's own units and a network's: pixels in, pixels out, noise levels."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.scale import SIGMA_DATA, Seen, from_units, to_units
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.events import Job
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard


class Units:
    """What the numbers of these inputs are to this prior, and the way back."""

    def __init__(self, card: ModelCard, seen: Seen, inputs: Inputs) -> None:
        low, high = inputs.normalisation or card.normalisation
        self._normalisation = Normalisation(low, high)
        self._seen = seen
        self._dtype = np.dtype(card.dtype) if inputs.source is None else inputs.source.dtype
        self.limits: Limits = inputs.limits or card.limits

    def inwards(self, source: np.ndarray) -> Tensor:
        """Give (C, Z, Y, X) in the network's units; a value that is not finite becomes the mean."""
        values = to_units(source, self._normalisation, self._seen)
        return torch.from_numpy(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)).movedim(-1, 0).contiguous()

    def outwards(self, x: Tensor) -> np.ndarray:
        """Turn (1, C, Z, Y, X) in the network's units into (Z, Y, X, C) of the source's dtype and range."""
        values = from_units(x[0].movedim(0, -1).cpu().numpy(), self._normalisation, self._seen)
        return restore(values, self._dtype, self.limits)

    def noise(self, level: float) -> tuple[float, ...]:
        """Give a standard deviation in the network's units, which are another part of each channel's own spread."""
        ends = np.array([[0.0], [level]]).repeat(self._seen.channels, axis=1)
        zero, one = to_units(ends, self._normalisation, self._seen).astype(np.float64)
        return tuple(map(float, one - zero))


class Slices(Protocol):
    """Work that makes a stack slice by slice."""

    units: Units
    unknown: np.ndarray

    def slice_job(self, index: int, /) -> Job[Tensor]:
        """Make one slice (C, Y, X) in the network's units."""
        ...


def made_slice_by_slice(work: Slices, inputs: Inputs, border: int) -> Job[np.ndarray]:
    """Make all slices, in the source's type and range; what is known stays as it is."""
    made = []
    for index in range(len(work.unknown)):
        one = yield from work.slice_job(index)
        made.append(one)
    result = with_known(work.units.outwards(torch.stack(made, dim=1)[None]), work.unknown, inputs.source)
    return (yield from evened(inputs, work.units, result, border))


def with_known(made: np.ndarray, unknown: np.ndarray, source: np.ndarray | None) -> np.ndarray:
    """Give what was made (Z, Y, X, C), with what is known as it is in the source; of a new image nothing is."""
    if source is None or unknown.all():
        return made
    return np.where(unknown[..., None], made, source)


def evened(inputs: Inputs, units: Units, made: np.ndarray, border: int) -> Job[np.ndarray]:
    """Take away what is left of a mismatch where a fill meets its surroundings, `border` pixels deep."""
    if inputs.mask is None or inputs.source is None or border == 0:
        return made
    z, y, x, *_ = inputs.space.voxel_size
    return (yield from feather_fill(made, inputs.source, inputs.mask, border * min(y, x), (z, y, x), units.limits))


def signal_to_noise(rebuilt: Tensor, real: Tensor, spread: tuple[float, ...]) -> float:
    """Give the PSNR in dB; the peak is the range from -1 to 1 of the normalised values.

    Parameters
    ----------
    spread : tuple of float
        Of each channel in normalised values: that of the network's units is `SIGMA_DATA`.
    """
    scale = real.new_tensor(spread).view(-1, 1, 1) / SIGMA_DATA
    error = float(((rebuilt - real) * scale).square().mean())
    return float(10 * torch.log10(torch.tensor(4 / max(error, 1e-12))))
