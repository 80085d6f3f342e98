"""A label map inside a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PackedLabels:
    """Which label each voxel has.

    Parameters
    ----------
    shape : tuple of int
    values : tuple of int
        The labels that occur, rising.
    bits : str
        As `imaging.label_codec` packs it.
    """

    shape: tuple[int, ...]
    values: tuple[int, ...]
    bits: str
