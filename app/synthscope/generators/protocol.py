"""What every generator is: a spec, and one method that yields its progress and returns pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import numpy as np

from synthscope.records.events import Job
from synthscope.records.generator import Inputs


class ImageGenerator(Protocol):
    """Makes one image from inputs, parameters and a seed."""

    def generate(self, inputs: Inputs, parameters: Any, seed: int) -> Job[np.ndarray]:
        """Make one candidate.

        Parameters
        ----------
        inputs : Inputs
            Pixels laid out (Z, Y, X, C).
        parameters : record
            An instance of the spec's parameter type, already checked.
        seed : int
            The only source of randomness: ``numpy.random.default_rng(seed)`` on the CPU.

        Yields
        ------
        Progress or Preview
            Often enough that cancelling (closing the job) is felt at once.

        Returns
        -------
        ndarray (Z, Y, X, C)
            Of the source's dtype. For ``inpaint`` the values outside the mask are ignored by the
            caller; for ``vary`` the shape is the source's, for ``synthesize`` it is `Inputs.size`.
        """
        ...


@runtime_checkable
class ChoosesDevice(Protocol):
    """What a generator that computes on more than one kind of device can also say."""

    def device(self, wanted: str) -> str:
        """Name the device that work asked of `wanted` (``auto``, ``cpu``, ``cuda``, ``mps``) is done on.

        Raises
        ------
        Unavailable
            If that device is not here.
        """
        ...


@runtime_checkable
class TellsApart(Protocol):
    """What a generator whose spec says `finds_masks` can also do: find where two prompts differ."""

    def differences(self, inputs: Inputs, parameters: Any, seed: int) -> Job[np.ndarray]:
        """Find how differently each place answers to the source and the target prompt of `inputs`.

        Returns
        -------
        ndarray of float (Z, Y, X)
            At least 0, of the shape of the source without channels; only compared with the mean of its slice.
        """
        ...


Resolver = Callable[[str], ImageGenerator]
"""Turns a generator id into an implementation; handed down by the composition root."""
