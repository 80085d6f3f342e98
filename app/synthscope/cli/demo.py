"""The whole main job on a simulated sample."""

from __future__ import annotations


def demo() -> None:
    """Do."""
