"""How many numbers the layers of networks learn, counted without building them."""

from __future__ import annotations


def convolution(before: int, after: int, kernel: int = 3, *, bias: bool = True) -> int:
    """Count a convolution from `before` channels to `after`; with a kernel of 1 that is a linear layer too."""
    return (kernel**2 * before + bias) * after


def norm(channels: int) -> int:
    """Count a scale and a shift for each channel."""
    return 2 * channels
