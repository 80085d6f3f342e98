"""Which codes are hidden in a lesson: as they are where codes are drawn one after the other in any order."""

from __future__ import annotations

import numpy as np

BOXED = 0.25
"""Part of the lessons in which all that is hidden lies in one box, as in a hole."""


def hidden_codes(size: int, side: int, rng: np.random.Generator, boxed: float = BOXED) -> np.ndarray:
    """Draw which codes of each item are hidden: bool (size, side, side), at least one of each.

    Any number of them is as likely as any other, and any choice of so many: an order in which codes are drawn, stopped
    anywhere (order-agnostic: Hoogeboom et al. 2022, Section 3). The mean of the losses of hidden codes is then an
    unbiased estimate of a bound of ``-log p``, in nats a code, where none is boxed.
    """
    return np.stack([_hidden(side, rng, boxed=rng.random() < boxed) for _ in range(size)])


def _hidden(side: int, rng: np.random.Generator, *, boxed: bool) -> np.ndarray:
    hidden = np.zeros((side, side), dtype=bool)
    box = hidden[_span(side, rng), _span(side, rng)] if boxed else hidden
    order = rng.permutation(box.size)
    box[np.unravel_index(order[: 1 + int(rng.integers(box.size))], box.shape)] = True
    return hidden


def _span(side: int, rng: np.random.Generator) -> slice:
    """Draw an interval of at least one cell."""
    length = 1 + int(rng.integers(side))
    first = int(rng.integers(side - length + 1))
    return slice(first, first + length)
