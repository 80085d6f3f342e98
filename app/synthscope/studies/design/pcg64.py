"""Random numbers that are the same on every system and in every version: PCG64 and a shuffle of our own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
WORD, STATE = (1 << 64) - 1, (1 << 128) - 1


class Pcg64:
    """PCG XSL RR 128/64 (O'Neill 2014, HMC-CS-2014-0905), in whole numbers of Python.

    Numpy promises the bits of its generators but not of its shuffles; a schedule must be made again, byte for byte, by
    anybody who holds its seed.

    Parameters
    ----------
    state, increment : int
        128 bits each; the increment is made odd.
    """

    def __init__(self, state: int, increment: int) -> None:
        self.state = state & STATE
        self.increment = (increment | 1) & STATE

    @classmethod
    def of(cls, seed: int, stream: str = "") -> Pcg64:
        """Start a stream: both numbers are halves of the SHA-256 of seed and name."""
        digest = hashlib.sha256(f"synthscope study {seed} {stream}".encode()).digest()
        return cls(int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big"))

    def next(self) -> int:
        """Give 64 random bits."""
        self.state = (self.state * MULTIPLIER + self.increment) & STATE
        folded = (self.state >> 64) ^ (self.state & WORD)
        turn = self.state >> 122
        return ((folded >> turn) | (folded << (64 - turn))) & WORD

    def below(self, count: int) -> int:
        """Give a whole number from 0 to `count` - 1, each equally likely.

        The lowest draws, which would favour some numbers, are drawn again (Lemire 2019, section 3).
        """
        least = (1 << 64) % count
        while (drawn := self.next()) < least:
            pass
        return drawn % count

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Give the things in a random order: Fisher & Yates, from the last place down (Durstenfeld 1964)."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
