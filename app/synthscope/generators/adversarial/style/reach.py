"""What a window of a field without borders needs at each level."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
"""First index, and one more than the last, along one axis of one level."""


@dataclass(frozen=True)
class Reach:
    """What one axis of a window needs at one level.

    Parameters
    ----------
    taken : (int, int)
        Of what comes from the coarser level, or, at the coarsest, of the noise that all begins with.
    first, second : (int, int)
        Of the results of both convolutions, and so of the noise that is added to them.
    """

    taken: Span
    first: Span
    second: Span


def reaches(window: Span, levels: int) -> tuple[Reach, ...]:
    """Say what a window [a, b) of pixels needs at each level, from the coarsest to the finest.

    Each convolution of 3 x 3 needs a step more on either side; a finer step lies between two coarser ones.
    """
    found = []
    a, b = window
    for level in range(levels):
        found.append(Reach((a - 2, b + 2), (a - 1, b + 1), (a, b)))
        if level < levels - 1:
            a, b = (a - 3) // 2, (b + 2) // 2 + 1
    return tuple(reversed(found))
