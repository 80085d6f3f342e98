"""What a prior's network is: the record that rebuilds it from its card."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from synthscope.errors import InputError
from synthscope.generators.layers import convolution, norm
from synthscope.imaging.label_codec import MOST_LABELS

Size = Literal["XS", "S", "M", "L"]

WIDTHS: dict[Size, tuple[int, ...]] = {
    "XS": (16, 24, 32),
    "S": (32, 64, 96),
    "M": (80, 144, 224),
    "L": (160, 320, 480),
}
"""Channels of each level: about 0.2, 1.6, 8 and 40 million parameters."""


FREQUENCIES = 64
"""Waves by which the network is told a noise level."""


@dataclass(frozen=True)
class NetworkConfiguration:
    """Everything but the weights.

    Parameters
    ----------
    channels : int
        Of the image.
    context : int
        Neighbouring slices on each side that the network sees; 0 for single images.
    widths : tuple of int
        Channels of each level.
    blocks : int
        Residual blocks of each level, on either side.
    formulation : str
        Name of the formulation it was trained with.
    mean, spread : tuple of float
        Of each channel of the normalised training data: the network sees ``(v - mean) / spread / 2``.
    threshold : float
        Between the two phases of the first channel, in the network's units, for the phase fraction.
    descriptors : tuple of (float, float)
        Mean and phase fraction of patches of the training data, from which new images draw theirs.
    descriptor_classes : tuple of int
        For each of those one more than the patch's class, 0 for none; empty where there are no classes.
    planes : bool
        Whether it learned from all three orthogonal planes and can be told which.
    classes : int
        How many classes it knows; 0 for none.
    label_values : tuple of int
        The values of the label maps that it learned from, rising; empty where it learned without.
    patch : int
        Side of the patches that it learned from, in pixels.
    """

    channels: int = 1
    context: int = 0
    widths: tuple[int, ...] = WIDTHS["S"]
    blocks: int = 1
    formulation: str = "edm"
    mean: tuple[float, ...] = (0.0,)
    spread: tuple[float, ...] = (1.0,)
    threshold: float = 0.0
    descriptors: tuple[tuple[float, float], ...] = ()
    descriptor_classes: tuple[int, ...] = ()
    planes: bool = False
    classes: int = 0
    label_values: tuple[int, ...] = ()
    patch: int = 64

    def __post_init__(self) -> None:
        """Refuse what no network can be built of: a card may have been changed."""
        sound = (
            1 <= self.channels <= 64
            and 0 <= self.context <= 8
            and 1 <= len(self.widths) <= 6
            and all(8 <= width <= 2048 and width % 8 == 0 for width in self.widths)
            and 1 <= self.blocks <= 8
            and len(self.mean) == len(self.spread) == self.channels
            and all(0 < one < float("inf") for one in self.spread)
            and 0 <= self.classes <= 10_000
            and len(self.descriptor_classes) in (0, len(self.descriptors))
            and len(self.label_values) <= MOST_LABELS
            and all(a < b for a, b in pairwise(self.label_values))
        )
        if not sound:
            raise InputError(
                f"A network of {self.channels} channels, widths {self.widths} and {self.blocks} blocks "
                "cannot be built; the model's card may be damaged."
            )

    @property
    def slices(self) -> int:
        """How many slices the network sees at once."""
        return 2 * self.context + 1

    @property
    def inputs(self) -> int:
        """Channels of the network's input at full resolution: noisy, known, mask and label map of each slice."""
        return self.slices * (2 * self.channels + 1 + self.map_channels)

    @property
    def map_channels(self) -> int:
        """Channels of a slice's label map: one for each label and one for what is not told; 0 without label maps."""
        return len(self.label_values) + 1 if self.label_values else 0

    @property
    def stride(self) -> int:
        """Sides of what the network takes are multiples of this: unshuffling and the levels halve them."""
        return int(2 ** len(self.widths))

    @property
    def numbers(self) -> int:
        """How many numbers the network learns: those of `PriorNetwork`, counted without building it."""
        embedding = 4 * self.widths[0]
        told = (4 if self.planes else 0) + (self.classes + 1 if self.classes else 0)
        total = embedding * (2 * FREQUENCIES + 1 + 5 + embedding + 1 + told)
        total += convolution(4 * self.inputs, self.widths[0])
        before, kept = self.widths[0], [self.widths[0]]
        for level, after in enumerate(self.widths):
            for _ in range(self.blocks):
                total, before = total + _block(before, after, embedding), after
                kept.append(after)
            if level < len(self.widths) - 1:
                total += convolution(after, after)
                kept.append(after)
        total += _block(before, before, embedding)
        for level, after in reversed(list(enumerate(self.widths))):
            for _ in range(self.blocks + 1):
                total, before = total + _block(before + kept.pop(), after, embedding), after
            total += convolution(after, after) if level else 0
        return total + norm(before) + convolution(before, 4 * self.channels)


def _block(before: int, after: int, embedding: int) -> int:
    """Count two convolutions, two norms, what the embedding does, and the way past them."""
    skip = convolution(before, after, 1) if before != after else 0
    told = convolution(embedding, 2 * after, 1)
    return convolution(before, after) + convolution(after, after) + norm(before) + norm(after) + told + skip
