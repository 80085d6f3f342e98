"""What a computer can compute on, as its worker tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Device:
    """One processor or graphics card.

    Parameters
    ----------
    id : str
        ``cpu``, ``mps``, or ``cuda:0``.
    memory, memory_free : int, optional
        Bytes in all, and those that were free when it was asked; None where the system does not say.
    """

    id: str
    name: str
    memory: int | None = None
    memory_free: int | None = None

    @property
    def kind(self) -> str:
        """Give ``cpu``, ``cuda`` or ``mps``."""
        return self.id.partition(":")[0]


def devices_of(answer: Mapping[str, Any]) -> tuple[Device, ...]:
    """Read the devices of a worker's answer."""
    told: Iterable[Mapping[str, Any]] = answer.get("devices", ())
    return tuple(Device(str(one["id"]), str(one["name"]), one.get("memory"), one.get("memory_free")) for one in told)


def device_for(wanted: str, devices: Iterable[Device]) -> Device | None:
    """Find the device that work asked of ``auto``, ``cpu``, ``cuda`` or ``mps`` is done on; None if it is not there.

    ``auto`` takes a graphics card before the processor.
    """
    there = tuple(devices)
    kinds = ("cuda", "mps", "cpu") if wanted == "auto" else (wanted,)
    return next((one for kind in kinds for one in there if kind in (one.id, one.kind)), None)
