"""Where a network looks at images: the device asked for, or the best there is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from synthscope.errors import Unavailable
from synthscope.records.metric import Frame


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the processor add up in one order, that of a single thread, whatever the number of its cores.

    Several threads split a sum where their number says, and it rounds otherwise; the workers of a cluster have another
    number of threads than a computer that works alone, and both give the same features by this.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class OnDevice:
    """What networks share that measure images: they choose a device."""

    def device(self, wanted: str) -> str:
        """Name the device that ``auto``, ``cpu``, ``cuda`` or ``mps`` means here.

        Raises
        ------
        Unavailable
            If that device is not here.
        """
        there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
        here = [kind for kind, is_here in there.items() if is_here]
        if wanted == "auto":
            return here[0]
        if wanted not in here:
            raise Unavailable(f"Device {wanted!r} is not here; choose one of {', '.join(here)}.")
        return wanted


class NetworkEncoder(OnDevice, ABC):
    """What encoders that are networks share: they work on the processor unless told another device."""

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C), by the processor."""
        return self.extract_on(fields, frame, "cpu")

    @abstractmethod
    def extract_on(self, fields: np.ndarray, frame: Frame, device: str) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C), averaged over slices, by a device that `device` named."""
