"""Which device a network runs on: the one asked for, or the best there is."""

from __future__ import annotations

import torch

from synthscope.errors import Unavailable


def choose_device(name: str) -> torch.device:
    """Turn ``auto``, ``cpu``, ``cuda`` or ``mps`` into a device.

    Raises
    ------
    Unavailable
        If that device is not here.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, here in there.items() if here))
    if not there.get(name.partition(":")[0], False):
        known = ", ".join(kind for kind, here in there.items() if here)
        raise Unavailable(f"Device {name!r} is not here; choose one of {known}.")
    return torch.device(name)
