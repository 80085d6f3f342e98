"""What was found out about trust: copies of training images, and what synthetic images are good for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

SYMMETRIES: tuple[str, ...] = (
    "as it is", "turned 90°", "turned 180°", "turned 270°",
    "mirrored", "mirrored, turned 90°", "mirrored, turned 180°", "mirrored, turned 270°",
)  # fmt: skip
"""What a field is put through, by number, before it is laid over a training image; mirrored means left to right."""

Rule = Literal["rank", "extreme-value fit"]
Arm = Literal["real", "synthetic", "both"]
ControlKind = Literal["held-out", "quilted", "phase-surrogate", "blurred", "noised"]
ARMS: tuple[Arm, ...] = ("real", "synthetic", "both")


@dataclass(frozen=True)
class Match:
    """Where one field fits the training images best.

    Parameters
    ----------
    value : float
        Normalised cross-correlation, -1 to 1, at the sub-pixel peak; 0 for a field without any contrast.
    image : int
        Index of the training image.
    z, y, x : float
        Of the field's first voxel in that image, in voxels; below 0 where the field reaches beyond the image.
    symmetry : int
        Index into `SYMMETRIES`: what the field went through before it was laid there.
    overlap : float
        Share of the field that lies on the image.
    """

    value: float
    image: int
    z: float
    y: float
    x: float
    symmetry: int
    overlap: float = 1.0


@dataclass(frozen=True)
class Threshold:
    """From which correlation on a field counts as a copy.

    Parameters
    ----------
    value : float
    false_alarms : float
        Share of honest fields that would be called copies.
    rule : {"rank", "extreme-value fit"}
        ``rank``: no assumption but that held-out and honest fields are alike, which takes 1 / `false_alarms` - 1
        held-out fields at least. With fewer, the prediction limit of a Gumbel distribution is taken.
    n : int
        Held-out fields.
    """

    value: float
    false_alarms: float
    rule: Rule
    n: int


@dataclass(frozen=True)
class CopyFindings:
    """The search for copies of training images.

    Parameters
    ----------
    matches : tuple of Match
        One for each generated field.
    null : tuple of Match
        The same for held-out real fields in the same training images.
    p_values : tuple of float
        Of each generated field: the share of honest fields that would fit as well, (1 + k) / (1 + n).
    copies : tuple of int
        Generated fields at or above the threshold.
    closest : tuple of int
        Generated fields with the best fit, best first: the pairs to look at.
    least_overlap : float
        Share of a field that had to lie on the training image.
    """

    matches: tuple[Match, ...]
    null: tuple[Match, ...]
    threshold: Threshold
    p_values: tuple[float, ...]
    copies: tuple[int, ...]
    closest: tuple[int, ...]
    least_overlap: float


@dataclass(frozen=True)
class Duplicate:
    """Two fields of one set that are the same: bit by bit, or within a correlation of `value`."""

    first: int
    second: int
    value: float
    exact: bool


@dataclass(frozen=True)
class Dice:
    """Dice on held-out real fields, mean and 95 % interval over seeds and specimens."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class UtilityFindings:
    """What a segmenter learns from real, from synthetic and from both, tested on held-out real.

    Parameters
    ----------
    segmenter, labels : str
        In words: what learned, and where the labels came from.
    dice : mapping of arm to Dice, as pairs
    gain : tuple of pairs
        ``synthetic`` and ``both`` minus ``real``, paired by seed and specimen.
    runs : tuple of tuple of tuple of float
        Dice by arm, seed and test specimen.
    pixels : int
        Training pixels of each source; ``both`` has them twice.
    """

    segmenter: str
    labels: str
    seeds: tuple[int, ...]
    specimens: tuple[str, ...]
    dice: tuple[tuple[Arm, Dice], ...]
    gain: tuple[tuple[Arm, Dice], ...]
    runs: tuple[tuple[tuple[float, ...], ...], ...]
    pixels: int


@dataclass(frozen=True)
class ControlScore:
    """What one metric says of one control set.

    Parameters
    ----------
    kind : {"held-out", "quilted", "phase-surrogate", "blurred", "noised"}
    strength : float
        Of blur or noise, in any unit that rises; 0 elsewhere.
    value, low, high : float
        With its 95 % interval, where it has one of its own.
    """

    kind: ControlKind
    value: float
    low: float = math.nan
    high: float = math.nan
    strength: float = 0.0
