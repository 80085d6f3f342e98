"""What every extractor and metric is: arrays in, numbers out; progress, files and words are the caller's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, Self, runtime_checkable

import numpy as np

from synthscope.records.metric import Frame, Layout


class Extractor(Protocol):
    """Turns fields into features, each field by itself: a batch gives what its fields give one by one."""

    def layout(self, frame: Frame) -> Layout:
        """Say what the columns mean for fields of that frame."""
        ...

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Measure fields.

        Parameters
        ----------
        fields : ndarray (N, Z, Y, X, C)
            In original units and dtype.

        Returns
        -------
        ndarray of float64 (N, D)
            A number that cannot be told (a chord length where there is no chord) is NaN.
        """
        ...


@runtime_checkable
class ExtractsOn(Protocol):
    """What an extractor can also do that computes on more than one kind of device."""

    def device(self, wanted: str) -> str:
        """Name the device that ``auto``, ``cpu``, ``cuda`` or ``mps`` means here.

        Raises
        ------
        Unavailable
            If that device is not here.
        """
        ...

    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Measure fields as `Extractor.extract` does, by a device that `device` named."""
        ...


@runtime_checkable
class ComputesOn(Protocol):
    """What a metric can also do that is a network: compute on more than one kind of device."""

    def device(self, wanted: str) -> str:
        """Name the device that ``auto``, ``cpu``, ``cuda`` or ``mps`` means here.

        Raises
        ------
        Unavailable
            If that device is not here.
        """
        ...

    def on(self, device: str) -> Self:
        """Give the metric that computes on a device that `device` named; without this it is the processor."""
        ...


class SetMetric(Protocol):
    """Compares the features of two sets."""

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give the figures.

        Parameters
        ----------
        real, generated : ndarray of float64 (N, D), (M, D)

        Returns
        -------
        mapping
            Figure by name. A metric of a single figure gives it under the empty name; one that looks at each
            quantity, curve or family of the layout by itself gives one for each, under its name in the layout.
        """
        ...


@runtime_checkable
class Resamples(Protocol):
    """What a metric can also do for which drawing rows with replacement would be wrong (Fréchet, KID, PRDC).

    It may have an attribute ``way``: how its interval comes about, in words for the methods of a report.
    """

    def resample(
        self, real: np.ndarray, generated: np.ndarray, layout: Layout, units: tuple[np.ndarray, np.ndarray],
        rng: np.random.Generator, count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Give `count` resampled values of each figure, whose spread is that of the figure.

        Parameters
        ----------
        units : pair of ndarray of int (N,), (M,)
            The specimen of each row: specimens are drawn, not rows.
        """
        ...


@runtime_checkable
class MeasuresBySpecimen(Protocol):
    """What a metric can also do whose figure itself needs to know which rows are of one specimen (cross-validation)."""

    def measure_by_specimen(
        self, real: np.ndarray, generated: np.ndarray, layout: Layout, units: tuple[np.ndarray, np.ndarray]
    ) -> Mapping[str, float]:
        """Give the figures, as `SetMetric.measure` does, which takes each row for a specimen of its own."""
        ...


@runtime_checkable
class Tests(Protocol):
    """What a metric can also do that has a test of "both sets are of one kind" quicker than relabelling everything."""

    def p_value(
        self, real: np.ndarray, generated: np.ndarray, units: tuple[np.ndarray, np.ndarray],
        rng: np.random.Generator, count: int,
    ) -> float:  # fmt: skip
        """Give the permutation p-value over `count` relabellings of specimens."""
        ...


@runtime_checkable
class ScoresEach(Protocol):
    """What a set metric can also do: give a number to each generated image, for galleries of the best and worst."""

    def each(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> np.ndarray:
        """Give one number for each generated row (M,); larger is further from real."""
        ...


@runtime_checkable
class HasExpectation(Protocol):
    """What a set metric can also do whose value for two sets of one kind is known beforehand."""

    def expected(self, real: int, generated: int) -> float:
        """Give the value that so many rows of one kind have on average."""
        ...


@runtime_checkable
class TakesPrompt(Protocol):
    """A set metric that judges by words."""

    def of_prompt(self, prompt: str) -> TakesPrompt:
        """Give the metric of one prompt."""
        ...

    def settings(self) -> Mapping[str, str]:
        """Say what a value depends on: the prompt, the model, the scale."""
        ...

    def remark(self, value: float) -> str:
        """Say what a reader must know of a value."""
        ...

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give the figures, as `SetMetric.measure` does."""
        ...

    def spread(self, generated: np.ndarray) -> float:
        """Give the standard deviation over generated rows, whose mean is the figure; not a number for one row."""
        ...


class PairedMetric(Protocol):
    """Compares an image with its declared partner."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair.

        Parameters
        ----------
        real, generated : ndarray (Z, Y, X, C)
            In original units, of one shape.
        mask : ndarray of bool (Z, Y, X), optional
            The voxels that count; all of them without one.
        """
        ...


@runtime_checkable
class TellsSettings(Protocol):
    """What a paired metric can also do whose figure depends on what is fixed on the real set."""

    def settings(self, frame: Frame) -> Mapping[str, object]:
        """Say what a value depends on beside the two images."""
        ...


Resolver = Callable[[str], object]
"""Turns ``module:Class`` into an implementation; handed down by the composition root."""
