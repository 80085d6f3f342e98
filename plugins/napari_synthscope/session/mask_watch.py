"""Where a labels layer is painted, known without reading a large stack again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from napari_synthscope.errands import Errands
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import painted, whole
from synthscope.records.image import PixelArray
from synthscope.records.request import Region

INLINE_BYTES = 16 << 20
"""A part of the mask up to this size is searched at once; a larger one on another thread."""

DEBOUNCE = 150


@dataclass(frozen=True)
class Painted:
    """What is painted: the smallest box in the layer's own axes, and the number of voxels in it."""

    box: Region
    voxels: int


class MaskWatch(QObject):
    """Follows one labels layer.

    Every stroke widens a box that holds all that was ever painted, so that only this box has to be
    searched for what is painted now: erased and undone strokes are found too, and the empty rest of a
    stack larger than memory is read once at most.

    Signals
    -------
    changed()
        `value` is another one.
    stroked()
        Somebody painted, erased or filled on the canvas.
    """

    changed = Signal()
    stroked = Signal()

    def __init__(self, layer: Any, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self._errands = errands
        self._reach: Region | None = None
        self._value: Painted | None = None
        self._known = False
        self._searching = self._awaited = False
        self._generation = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.look)
        layer.events.paint.connect(self._on_paint)
        layer.events.data.connect(self._on_data)
        layer.events.set_data.connect(self._on_refresh)

    @property
    def value(self) -> Painted | None:
        """What is painted; None for an empty mask, and before the first search has ended."""
        return self._value

    @property
    def known(self) -> bool:
        """Whether the first search has ended."""
        return self._known

    @property
    def generation(self) -> int:
        """Another number whenever something else may be painted."""
        return self._generation

    def settle(self) -> bool:
        """Search at once what was painted a moment ago, and tell whether `value` is true now.

        Where the search takes its time it goes on beside the window, and `changed` is emitted at its end.
        """
        if self._timer.isActive():
            self.look()
        self._awaited = self._searching
        return not self._searching

    def begin(self, *, empty: bool = False) -> None:
        """Start with a layer, known to be empty if so told."""
        self._reach = None if empty else whole(tuple(self._layer.data.shape))
        self.look()

    def widen(self, box: Region | None = None) -> None:
        """Note that voxels within `box` (everywhere, when left out) were written by a program."""
        self._reach = _joined(self._reach, box or whole(tuple(self._layer.data.shape)))
        self.look()

    def look(self) -> None:
        """Search what is painted now."""
        self._timer.stop()
        self._generation += 1
        reach, data = self._reach, self._layer.data
        self._searching = True
        if reach is None:
            self._found(self._generation, None)
        elif int(np.prod(reach.shape, dtype=np.int64)) * data.dtype.itemsize <= INLINE_BYTES:
            self._found(self._generation, search(data, reach))
        else:
            number = self._generation
            self._errands.run(lambda: search(data, reach), lambda v: self._found(number, v), self._lost)

    def close(self) -> None:
        """Stop listening."""
        self._timer.stop()
        self._generation += 1
        for name, listener in (("paint", self._on_paint), ("data", self._on_data), ("set_data", self._on_refresh)):
            getattr(self._layer.events, name).disconnect(listener)

    def _found(self, generation: int, value: Painted | None) -> None:
        if generation != self._generation:
            return
        asked, self._awaited = self._awaited or not self._known, False
        self._known, self._searching = True, False
        if value != self._value or asked:
            self._value = value
            self.changed.emit()

    def _lost(self, error: SynthscopeError) -> None:
        del error  # a mask on a disk that has gone counts as empty; planning says why
        self._found(self._generation, None)

    def _on_paint(self, event: Any) -> None:
        for atom in event.value:
            self._reach = _joined(self._reach, _atom_box(atom))
        self._timer.start()
        self.stroked.emit()

    def _on_data(self, event: Any) -> None:
        del event
        self._reach = whole(tuple(self._layer.data.shape))
        self._timer.start()

    def _on_refresh(self, event: Any) -> None:
        # Undo and redo of a stroke tell nothing but that the layer was drawn again.
        del event
        reach = self._reach
        if reach is not None and int(np.prod(reach.shape, dtype=np.int64)) <= INLINE_BYTES:
            self._timer.start()


def search(data: PixelArray, reach: Region) -> Painted | None:
    """Find what is painted within a box of a mask."""
    part = data[reach.slices]
    box = painted(part)
    if box is None:
        return None
    moved = Region(
        tuple(a + o for a, o in zip(box.start, reach.start, strict=True)),
        tuple(b + o for b, o in zip(box.stop, reach.start, strict=True)),
    )
    return Painted(moved, int(np.count_nonzero(np.asarray(part[box.slices]))))


def _joined(one: Region | None, other: Region) -> Region:
    if one is None:
        return other
    return Region(
        tuple(map(min, one.start, other.start)),
        tuple(map(max, one.stop, other.stop)),
    )


def _atom_box(atom: Any) -> Region:
    """Give the box of one edit: napari keeps a box for brushes and lists of indices for the rest."""
    key = getattr(atom, "slice_key", None)
    if key is not None:
        return Region(tuple(int(s.start) for s in key), tuple(int(s.stop) for s in key))
    indices = [np.atleast_1d(np.asarray(axis)) for axis in atom[0]]
    return Region(tuple(int(a.min()) for a in indices), tuple(int(a.max()) + 1 for a in indices))
