"""Which device a network runs on: the one asked for, or the best there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def computes_in_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies numbers of bfloat16 as they are; others are slower in it than in float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    told: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # newer than the oldest torch allowed
    return device.type == "cpu" and any(told.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
