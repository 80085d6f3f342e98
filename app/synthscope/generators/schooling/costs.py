"""What a training takes of memory, whatever is learned: copies of the network, and a batch, a look or the saving."""

from __future__ import annotations

BESIDE = 512 * (1 << 20)
"""What the worker takes with torch loaded, and what lies between and beside its tensors: measured."""
VALUE = 4
"""Bytes of a number."""
COPIES = 6
"""Of the network while it learns: it, its running average and the best one so far, gradients, two moments of Adam."""
SAVED_COPIES = 5
"""Those that are laid out anew while the state is written; no batch is held then."""
SEALED_COPIES = 4
"""Those of the best weights when these are examined once more: as kept, as told, read and built."""
EXAMINED = 64
"""Held-out patches of a look, and images that are made at one."""


def training_height(numbers: int, batch: float, look: float) -> int:
    """Give the bytes that a training takes at its height, besides the images.

    Parameters
    ----------
    numbers : int
        That the networks learn.
    batch : float
        Bytes that a batch leaves for the way back.
    look : float
        Bytes of a look at held-out patches, or at new images.
    """
    weights = VALUE * numbers
    return int(max(COPIES * weights + max(batch, look), (COPIES + SAVED_COPIES) * weights)) + BESIDE
