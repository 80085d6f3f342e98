"""What long work says while it runs."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """`done` of `total` steps, and words for a person."""

    done: float
    total: float
    text: str = ""

    @property
    def fraction(self) -> float:
        """Between 0 and 1."""
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture of the work so far, in original units: (Z, Y, X, C) or (Y, X, C).

    Parameters
    ----------
    last : bool
        It is what was asked for, of any axes, and no picture of the work: never left out for coming too soon.
    """

    pixels: np.ndarray
    text: str = ""
    last: bool = False


@dataclass(frozen=True)
class Made:
    """Something finished and already on disk: `kind` says what, `document` describes it as JSON."""

    kind: str
    path: str = ""
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """A point of the curves of a training: figures by name after `step` steps.

    Names are those of `synthscope.records.training.FIGURES`, so that a curve has a title and a unit.
    """

    step: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class Noted:
    """What a generator found out while it made a candidate, for its record.

    Parameters
    ----------
    figures : mapping
        Numbers by name, put beside those that are measured of every candidate.
    remarks : tuple of str
        Sentences that a person should read beside the result.
    mask : ndarray of bool (Z, Y, X), optional
        The mask that it found itself where none was given: all other voxels are the source's own.
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    mask: np.ndarray | None = field(default=None, compare=False)


Event: TypeAlias = Progress | Preview | Made | Measured | Noted
Job: TypeAlias = Generator[Event, None, T]
"""Long work: a plain generator that yields events and returns its result. Closing it cancels it."""
