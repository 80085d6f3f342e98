"""The torch-free half of a metric: what it judges, by which features, and which way is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

Domain = Literal["rock", "fibre", "root", "cell", "any"]
DOMAINS: tuple[Domain, ...] = ("any", "rock", "fibre", "root", "cell")
Better = Literal["low", "high", "one", "none"]
"""Which values are better: low, high, or near one; ``none`` where no value is better than another."""
Group = Literal["paired", "sets", "structure", "trust"]
GROUPS: Mapping[Group, str] = {
    "paired": "Beside its partner",
    "sets": "Sets of images",
    "structure": "Structure of the material",
    "trust": "Copies and artefacts",
}


@dataclass(frozen=True)
class Curve:
    """Columns `start` to `stop` of the features are one curve over `x`."""

    name: str
    title: str
    start: int
    stop: int
    x: tuple[float, ...]
    x_title: str
    y_title: str = ""


@dataclass(frozen=True)
class Layout:
    """What the columns of features mean.

    Parameters
    ----------
    names : tuple of str
        Of the columns that are numbers by themselves, in their order from column 0 on; features of an encoder
        have none.
    titles : mapping
        Of a name: its words and its unit, such as ``"Porosity"`` or ``"Mean chord (µm)"``; and of a family of names
        that a metric gives one figure for.
    curves : tuple of Curve
        Columns that belong together.
    periods : mapping
        Of a name whose values lie on a circle: after how much they come again, such as 180 degrees of a direction.
    """

    names: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()
    periods: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What is fixed on the real set before anything is measured, and then holds for every set.

    Parameters
    ----------
    shape : tuple of int
        (Z, Y, X) of every field that is measured.
    channels : int
    limits : tuple of (float, float)
        Of each channel: the values that become 0 and 1. They are percentiles of the real set.
    thresholds : tuple of float
        Of each channel, in original units: Otsu's on the real set. Brighter voxels are phase 1.
    fractions, separations : tuple of float
        Of each channel of the real set: part of the voxels that are brighter than the threshold, and part of the
        variance that lies between both phases (Otsu's separability). Empty where they are not known.
    data_range : float
        Highest minus lowest value of the real set, all channels together.
    ranges : tuple of float
        Of each channel by itself: what PSNR and SSIM are told. Empty where channels share `data_range`.
    voxel_size : tuple of float
        (z, y, x) in `unit`.
    """

    shape: tuple[int, int, int]
    channels: int
    limits: tuple[tuple[float, float], ...]
    thresholds: tuple[float, ...]
    data_range: float
    voxel_size: tuple[float, float, float] = (1.0, 1.0, 1.0)
    unit: str = "pixel"
    dtype: str = "uint8"
    fractions: tuple[float, ...] = ()
    separations: tuple[float, ...] = ()
    ranges: tuple[float, ...] = ()

    def range_of(self, channel: int) -> float:
        """Give the data range of a channel: a dim one has its own, or it would look almost perfect beside anything."""
        return self.ranges[channel] if self.ranges else self.data_range

    def of_channel(self, channel: int) -> Frame:
        """Give what is fixed for one channel by itself."""
        kept = slice(channel, channel + 1)
        return replace(
            self, channels=1, limits=self.limits[kept], thresholds=self.thresholds[kept],
            fractions=self.fractions[kept], separations=self.separations[kept],
            data_range=self.range_of(channel), ranges=self.ranges[kept],
        )  # fmt: skip

    @property
    def limits_words(self) -> str:
        """The limits of all channels, in words."""
        return ", ".join(f"{low:.6g} to {high:.6g}" for low, high in self.limits)

    def scaled(self, fields: np.ndarray) -> np.ndarray:
        """Give fields (..., C) as float64, 0 and 1 at the limits; values beyond them go beyond."""
        low, high = np.asarray(self.limits, float).T
        scaled: np.ndarray = (fields - low) / np.maximum(high - low, np.finfo(float).tiny)
        return scaled

    def phases(self, fields: np.ndarray) -> np.ndarray:
        """Tell the brighter phase of fields (..., C) from the darker one, by the thresholds of the real set."""
        bright: np.ndarray = fields > np.asarray(self.thresholds)
        return bright


@dataclass(frozen=True)
class ExtractorSpec:
    """What turns a field into features: one row of numbers for each.

    Parameters
    ----------
    implementation : str
        ``module:Class`` of a `synthscope.metrics.protocol.Extractor`.
    is_encoder : bool
        Whether the user may choose it wherever a metric says ``encoder``.
    domains : tuple of str
        Empty for all.
    least_side : int
        Shortest side of a field that it can look at.
    depth : bool or None
        True: stacks only; False: single slices only; None: both.
    weights : str
        Name of the weights it needs (`synthscope models list`); empty for none.
    bundled : str
        Folder of the bundled model whose weights it has, in the program's resources; empty for none.
    package : str
        Name of the Python package that must be installed beside the program's own; empty for none.
    resize : str
        How fields are resized before it looks at them.
    """

    id: str
    title: str
    implementation: str
    is_encoder: bool = False
    is_network: bool = False
    domains: tuple[Domain, ...] = ()
    least_side: int = 8
    depth: bool | None = None
    weights: str = ""
    bundled: str = ""
    package: str = ""
    resize: str = "none"
    summary: str = ""
    citation: str = ""
    version: str = "1"


@dataclass(frozen=True)
class MetricSpec:
    """What the registry lists.

    Parameters
    ----------
    extractor : str
        Id of the extractor whose features it compares; ``encoder`` for the one that is chosen; empty for paired
        metrics.
    implementation : str
        ``module:Class`` of a `SetMetric` or `PairedMetric` (`synthscope.metrics.protocol`).
    least : int
        Fields in each set, or pairs, that it needs.
    trusted_from : int
        Fields from which on it needs no caveat about their number; 0 where any will do.
    bounds : tuple of float
        Beyond which no value can lie, and no interval is told.
    sees_structure : bool
        Whether it ought to tell real from its phase surrogate, which has the same spectrum and grey values.
    against : {"real", "training"}
        What generated fields are compared with: a half of the real set, or the training images.
    prompted : bool
        Whether it judges by the words that images were made from (`synthscope.metrics.protocol.TakesPrompt`).
    """

    id: str
    title: str
    group: Group
    implementation: str
    extractor: str = ""
    better: Better = "low"
    unit: str = ""
    domains: tuple[Domain, ...] = ()
    least: int = 1
    trusted_from: int = 0
    bounds: tuple[float, float] = (-math.inf, math.inf)
    sees_structure: bool = True
    against: Literal["real", "training"] = "real"
    prompted: bool = False
    is_network: bool = False
    weights: str = ""
    summary: str = ""
    citation: str = ""
    version: str = "1"
