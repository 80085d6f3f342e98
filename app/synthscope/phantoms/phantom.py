"""A simulated image with what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from synthscope.errors import InputError, ParameterError
from synthscope.records.events import Job
from synthscope.records.image import Image

T = TypeVar("T")

MOST_LABELS = 65535
"""Labels are 16-bit: no image has more grains, fibres, roots or cells."""

MARK = "simulated"
"""The word that the name of every simulated image begins with."""


@dataclass(frozen=True, eq=False)
class Truth:
    """Labels that are known because the image was made from them.

    Parameters
    ----------
    name : str
        Such as ``phases`` or ``grains``.
    labels : ndarray of unsigned integers
        Of the axes ``image.space.mask_axes``.
    meaning : mapping of int to str
        What each label stands for.
    others : str
        What every label stands for that `meaning` does not list, such as ``one grain each``.
    """

    name: str
    labels: np.ndarray
    meaning: Mapping[int, str]
    others: str = ""


@dataclass(frozen=True, eq=False)
class Phantom:
    """A simulated image, its truth, and how it was made.

    Parameters
    ----------
    image : Image
        16-bit, with voxel size and unit; its name begins with `MARK`.
    truth : tuple of Truth
        What is known, as label arrays.
    sentence : str
        What was simulated, for a person.
    figures : mapping of str to float
        Known quantities; the unit is the last word of the name.
    parameters : record
        The frozen record the image was made from.
    seed : int
        The seed it was made from.
    """

    image: Image
    truth: tuple[Truth, ...]
    sentence: str
    figures: Mapping[str, float] = field(default_factory=dict)
    parameters: Any = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse an image that does not say it is simulated, and truth that does not fit it."""
        if not self.image.name.startswith(MARK):
            raise InputError(f"Image {self.image.name!r} is simulated; let its name begin with {MARK!r}.")
        for truth in self.truth:
            if truth.labels.shape != self.image.mask_shape:
                raise InputError(
                    f"Truth {truth.name!r} has shape {truth.labels.shape}; {self.image.mask_shape} is expected."
                )

    def labels(self, name: str) -> np.ndarray:
        """Give the label array of that name.

        Raises
        ------
        InputError
            If there is no truth of that name.
        """
        for truth in self.truth:
            if truth.name == name:
                return truth.labels
        known = ", ".join(truth.name for truth in self.truth)
        raise InputError(f"{self.image.name!r} has no truth {name!r}; choose one of {known}.")


def finished(job: Job[T]) -> T:
    """Run a job to its end and give its result; its events go nowhere."""
    try:
        while True:
            next(job)
    except StopIteration as stop:
        result: T = stop.value
        return result


def require(holds: bool, name: str, sentence: str) -> None:
    """Refuse a parameter that fits its own limits but not the other parameters.

    Raises
    ------
    ParameterError
        With the sentence, for the field `name`.
    """
    if not holds:
        raise ParameterError(sentence, problems={name: sentence})


def to_uint16(values: np.ndarray) -> np.ndarray:
    """Round to 16-bit, saturating as a detector does.

    Parameters
    ----------
    values : ndarray of float
        In grey values.

    Returns
    -------
    ndarray of uint16
    """
    rounded: np.ndarray = np.clip(np.rint(values), 0, 65535).astype(np.uint16)
    return rounded
