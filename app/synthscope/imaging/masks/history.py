"""Undo and redo of mask operations, kept as compressed differences."""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Box, Mask, as_mask, box_shape, painted_box

_LEVEL = 1  # masks are so regular that the fastest level already leaves a few per mille


@dataclass(frozen=True, eq=False)
class Change:
    """What an operation changed: the voxels that flipped, within their box.

    Parameters
    ----------
    name : str
        Of the operation, for the menu: *Undo grow by 5 µm*.
    box : tuple of slice
        The smallest box that holds every flipped voxel; of zero size when nothing changed.
    flipped : bytes
        The flipped voxels of the box, in C order, eight to a byte, compressed.
    """

    name: str
    box: Box
    flipped: bytes

    @property
    def nbytes(self) -> int:
        """Bytes that are kept for it."""
        return len(self.flipped)

    def flips(self) -> Mask:
        """Unpack the flipped voxels: boolean, of the shape of the box."""
        shape = box_shape(self.box)
        count = int(np.prod(shape, dtype=np.int64))
        bits = np.frombuffer(zlib.decompress(self.flipped), dtype=np.uint8)
        unpacked: Mask = np.unpackbits(bits, count=count).view(bool).reshape(shape)
        return unpacked


class MaskHistory:
    """The operations done to one mask, so that each can be taken back and done again.

    It keeps no mask: it is told what a box held before and after, and writes into the mask it is
    handed. Only voxels that flipped are kept, as bits, compressed.

    Parameters
    ----------
    max_bytes : int
        Bytes of compressed differences; the oldest operations are forgotten above it. The newest one
        is kept however large it is.
    max_steps : int
        Number of operations that can be taken back.
    """

    def __init__(self, max_bytes: int = 256 << 20, max_steps: int = 500) -> None:
        self.max_bytes = max_bytes
        self.max_steps = max_steps
        self._done: deque[Change] = deque()
        self._undone: list[Change] = []

    def push(self, name: str, before: Mask, after: Mask, box: Box | None = None) -> Change | None:
        """Remember an operation that has been done; what was taken back before can no longer be redone.

        Parameters
        ----------
        name : str
            For the menu.
        before, after : bool ndarrays of one shape
            The mask, or the part of it within `box`, then and now.
        box : tuple of slice, optional
            Where that part lies in the mask; from its first voxel when left out.

        Returns
        -------
        Change or None
            None when nothing changed: then nothing is remembered.

        Raises
        ------
        MaskError
            If the shapes of `before`, `after` and `box` differ.
        """
        change = difference(name, before, after, box)
        if change is None:
            return None
        self._undone.clear()
        self._done.append(change)
        while len(self._done) > 1 and (len(self._done) > self.max_steps or self.nbytes > self.max_bytes):
            self._done.popleft()
        return change

    def undo(self, mask: Any) -> Change | None:
        """Take the last operation back, in place (see `flip`); gives what was undone, or None."""
        if not self._done:
            return None
        change = self._done[-1]
        flip(mask, change)
        self._undone.append(self._done.pop())
        return change

    def redo(self, mask: Any) -> Change | None:
        """Do again, in place, what was last taken back; gives what was redone, or None."""
        if not self._undone:
            return None
        change = self._undone[-1]
        flip(mask, change)
        self._done.append(self._undone.pop())
        return change

    def clear(self) -> None:
        """Forget everything, as when the mask is replaced by another."""
        self._done.clear()
        self._undone.clear()

    @property
    def undo_names(self) -> tuple[str, ...]:
        """Names of the operations that can be taken back, the next one first."""
        return tuple(change.name for change in reversed(self._done))

    @property
    def redo_names(self) -> tuple[str, ...]:
        """Names of the operations that can be done again, the next one first."""
        return tuple(change.name for change in reversed(self._undone))

    @property
    def nbytes(self) -> int:
        """Bytes kept for all operations."""
        return sum(change.nbytes for change in self._done) + sum(change.nbytes for change in self._undone)


def difference(name: str, before: Mask, after: Mask, box: Box | None = None) -> Change | None:
    """Give what changed between two states of (a box of) a mask, or None; see `MaskHistory.push`."""
    old, new = as_mask(before), as_mask(after)
    place = tuple(slice(0, n) for n in old.shape) if box is None else box
    if not old.shape == new.shape == box_shape(place):
        raise MaskError(
            f"The states of the mask do not fit: {old.shape} before, {new.shape} after, in a box of "
            f"{box_shape(place)}; give the same box of the mask, then and now."
        )
    flipped = old ^ new
    inner = painted_box(flipped)
    if inner is None:
        return None
    moved = tuple(slice(o.start + i.start, o.start + i.stop) for o, i in zip(place, inner, strict=True))
    packed = np.packbits(np.ascontiguousarray(flipped[inner]))
    return Change(name, moved, zlib.compress(packed.tobytes(), _LEVEL))


def flip(mask: Any, change: Change) -> None:
    """Apply a change, in place: done twice it is undone.

    Parameters
    ----------
    mask : array
        Boolean, or labels of which 0 is not painted and what is painted anew becomes 1. It is read and
        written by the box of the change only, so it may be a file of any size (zarr, memory map).
    change : Change

    Raises
    ------
    MaskError
        If the box of the change is not in the mask.
    """
    inside = len(change.box) == mask.ndim and all(
        side.stop <= n for side, n in zip(change.box, mask.shape, strict=True)
    )
    if mask.dtype.kind not in "biu" or not inside:
        raise MaskError(
            f"{change.name!r} was done to another mask than this one of shape {mask.shape}; its undo cannot be "
            "used here."
        )
    flips = change.flips()
    part = np.array(mask[change.box])
    part[flips] = part[flips] == 0
    mask[change.box] = part
