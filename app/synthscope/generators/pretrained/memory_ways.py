"""Which way a pipeline is held in memory, by what it needs and what is free: no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from synthscope.generators.pretrained.parameters import Memory
from synthscope.io.faults import size_in_words

Way = Literal["whole", "by component", "by layer"]

OWN_MEMORY = ("cuda", "xpu")
"""Devices whose memory is not the computer's: only from those is there anything to move away."""
USABLE = 0.9
"""Part of what is free that may be planned with: the rest is lost between pieces."""


@dataclass(frozen=True)
class Needs:
    """What a pipeline takes on its device, in bytes.

    Parameters
    ----------
    components : mapping of str to int
        The weights of each network, in the number format of the run.
    layer : int
        The weights of the largest single layer.
    work : int
        Of all that is computed beside the weights, at its height.
    thrifty_work : int
        The same with attention in slices and the autoencoder in tiles.
    """

    components: Mapping[str, int]
    layer: int
    work: int
    thrifty_work: int

    def of(self, placement: Placement) -> int:
        """Give the bytes on the device for a placement."""
        weights = {
            "whole": sum(self.components.values()),
            "by component": max(self.components.values(), default=0),
            "by layer": self.layer,
        }
        return weights[placement.way] + (self.thrifty_work if placement.thrifty else self.work)


@dataclass(frozen=True)
class Room:
    """A device (``cpu``, ``cuda``, ``mps``) and the bytes free there for weights and work together."""

    device: str
    free: int


@dataclass(frozen=True)
class Placement:
    """How a pipeline is held; `thrifty` with attention in slices and the autoencoder in tiles."""

    way: Way
    thrifty: bool = False

    @property
    def words(self) -> str:
        """In the words of the form."""
        return f"{self.way}, attention in slices and the autoencoder in tiles" if self.thrifty else self.way


LADDER = (
    Placement("whole"), Placement("by component"), Placement("by component", thrifty=True),
    Placement("by layer", thrifty=True),
)  # fmt: skip
"""From quick to thrifty. Moving parts is slower and changes nothing; tiles change the image a little: they are last."""
UNMOVED = (Placement("whole"), Placement("whole", thrifty=True))
"""The same where there is nowhere to move to."""


def ladder(device: str) -> tuple[Placement, ...]:
    """Give the ways of a device, the quickest first."""
    return LADDER if device in OWN_MEMORY else UNMOVED


def choose_placement(wanted: Memory, needs: Needs, room: Room) -> tuple[Placement, tuple[str, ...]]:
    """Choose the quickest way that fits, among those wanted; where none fits, the thriftiest of them.

    Returns
    -------
    Placement
    remarks : tuple of str
        A sentence where it is not the quickest, or not what was wanted.
    """
    ways = ladder(room.device)
    among = tuple(one for one in ways if wanted in ("auto", one.way))
    remarks: list[str] = []
    if not among:
        remarks.append(
            f"Memory is {wanted!r}, which needs a graphics card with memory of its own; on {room.device!r} the model "
            "is held whole."
        )
        among = ways
    usable = int(USABLE * room.free)
    chosen = next((one for one in among if needs.of(one) <= usable), among[-1])
    if chosen != among[0]:
        remarks.append(
            f"The model is held {chosen.words}: {among[0].words} it needs about {size_in_words(needs.of(among[0]))} of "
            f"memory, and {size_in_words(room.free)} are free."
        )
    return chosen, tuple(remarks)


def thriftier(placement: Placement, device: str) -> Placement | None:
    """Give the next thriftier way of a device; None after the last."""
    ways = ladder(device)
    following = ways[ways.index(placement) + 1 :]
    return following[0] if following else None
