"""Between an image's own units and the colours that pretrained pipelines know: in, out, and what they invented."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.imaging.control_pictures import as_greys
from synthscope.imaging.normalisation import Normalisation
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.events import Noted
from synthscope.records.generator import Inputs
from synthscope.records.model import ModelCard
from synthscope.records.pretrained import TAKEN_CHANNELS

COLOURS = 3
WHITE = 255
COLOURED = 8
"""Levels of 255 between the channels of a pixel from which on a person may see a colour."""


@dataclass
class Chroma:
    """Colour in what should be grey: of each pixel, the largest less the smallest channel, in levels of 255."""

    count: int = 0
    total: float = 0.0
    highest: float = 0.0
    coloured: int = 0

    def add(self, colours: np.ndarray) -> None:
        """Count pixels (N, 3) of 0 to 1."""
        if not len(colours):
            return
        found = (colours.max(axis=1) - colours.min(axis=1)) * WHITE
        self.count += len(found)
        self.total += float(found.sum())
        self.highest = max(self.highest, float(found.max()))
        self.coloured += int((found > COLOURED).sum())

    def noted(self) -> Noted:
        """Say how much colour was taken out."""
        if not self.count:
            return Noted()
        mean, share = self.total / self.count, self.coloured / self.count
        figures = {"chroma_mean": mean, "chroma_highest": self.highest, "chroma_share": share}
        if share < 0.01:
            return Noted(figures)
        words = (
            f"The model made colours where the image is grey: {share:.0%} of the pixels differ by more than "
            f"{COLOURED} of 255 levels between red, green and blue (mean {mean:.1f}); their mean was taken."
        )
        return Noted(figures, (words,))


class Colours:
    """What the numbers of these inputs are to a model of 8-bit colours, and the way back.

    Raises
    ------
    InputError
        If the source has neither one nor three channels.
    """

    def __init__(self, card: ModelCard, inputs: Inputs) -> None:
        low, high = inputs.normalisation or card.normalisation
        self._normalisation = Normalisation(low, high)
        self.channels = COLOURS if inputs.source is None else inputs.source.shape[-1]
        self._dtype = np.dtype(card.dtype) if inputs.source is None else inputs.source.dtype
        self._limits: Limits = inputs.limits or card.limits
        self.chroma = Chroma()
        if self.channels not in (1, COLOURS):
            raise InputError(f"The image has {self.channels} channels; {TAKEN_CHANNELS}")

    def blank(self, shape: tuple[int, ...]) -> np.ndarray:
        """Give an empty image (Z, Y, X, C) of the source's dtype."""
        return np.zeros((*shape, self.channels), self._dtype)

    def inwards(self, source: np.ndarray) -> Tensor:
        """Turn a slice (Y, X, C) into colours (1, 3, Y, X) of 0 to 1; what is no number becomes mid-grey."""
        return as_tensor(self.shown(source))

    def shown(self, source: np.ndarray) -> np.ndarray:
        """Turn a slice (Y, X, C) into a picture (Y, X, 3) of 0 to 1, float32."""
        values = as_greys(source, self.scale)
        return np.repeat(values, COLOURS, axis=-1) if self.channels == 1 else values

    def outwards(self, colours: Tensor) -> np.ndarray:
        """Turn colours (1, 3, Y, X) of 0 to 1 into a slice (Y, X, C) of the source's dtype and range."""
        values = colours[0].movedim(0, -1).double().cpu().numpy()
        if self.channels == 1:
            values = values.mean(axis=-1, keepdims=True)
        return restore(self._normalisation.inverse(values * 2 - 1), self._dtype, self._limits)

    @property
    def scale(self) -> tuple[float, float]:
        """The values in original units that are black and white."""
        return self._normalisation.low, self._normalisation.high

    @property
    def span(self) -> float:
        """The range in original units from black to white."""
        return self._normalisation.high - self._normalisation.low

    def judge(self, colours: Tensor, where: np.ndarray) -> None:
        """Count invented colour among the pixels that are marked; an image that has colours may have any."""
        if self.channels == 1:
            self.chroma.add(colours[0].movedim(0, -1).double().cpu().numpy()[where])


def as_tensor(picture: np.ndarray) -> Tensor:
    """Turn a picture (Y, X, 3) of 0 to 1 into a tensor (1, 3, Y, X)."""
    return torch.from_numpy(picture).movedim(-1, 0)[None].contiguous()


def levels_of(normalisation: tuple[float, ...]) -> float:
    """Give how many of an image's own units one of 255 levels is."""
    low, high = normalisation
    return (high - low) / WHITE if math.isfinite(high - low) else math.nan
