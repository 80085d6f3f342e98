"""Changes of the mask: worked out beside the window where they are large, written at once, undone by name."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.files.opening_thread import OpeningThread
from napari_synthscope.masking.tools.ground import Ground, check_size, ground_of, whole_box
from napari_synthscope.session.mask_told import origins_of, tell_origins
from synthscope.errors import MaskError, SynthscopeError
from synthscope.imaging.masks.editing import edit
from synthscope.imaging.masks.grids import Box, Mask, as_mask, box_shape, grown_box, joined_box, margin_for
from synthscope.imaging.masks.history import Change, MaskHistory, flip
from synthscope.imaging.masks.holes import Combination, combine
from synthscope.jobs.failures import explain
from synthscope.qt.sentence import Said, said_of
from synthscope.records.events import Job
from synthscope.records.mask_origin import MaskOrigin

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

INLINE_VOXELS = 1 << 19
"""A change of so many voxels is worked out at once; a larger one beside the window."""


@dataclass(frozen=True)
class Deed:
    """An operation on the mask.

    Parameters
    ----------
    name : str
        After *Undo*: ``grow by 5 µm``.
    operation : callable
        ``(mask, voxel size) -> mask`` of one shape, two or three axes.
    reach : float
        How far around what is painted it looks and paints, in the unit of the voxel size.
    whole : bool
        It changes what is not painted, too.
    stack_only : bool
        It means nothing in one slice.
    """

    name: str
    operation: Callable[[Mask, tuple[float, ...]], Mask]
    reach: float = 0.0
    whole: bool = False
    stack_only: bool = False


class MaskOps(QObject):
    """Applies operations and selections to the mask of a session.

    Signals
    -------
    said(Said or None)
        What a person should know of it; None when all is well.
    busy_changed()
        Work beside the window began or ended.
    progressed(Progress)
        How far it is.
    """

    said = Signal(object)
    busy_changed = Signal()
    progressed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._work = OpeningThread(self)
        self._work.failed.connect(self._failed)
        self._work.done.connect(lambda _: self.busy_changed.emit())
        self._work.progressed.connect(self.progressed)

    @property
    def busy(self) -> bool:
        """Whether something is worked out beside the window."""
        return self._work.busy

    def ground(self) -> Ground:
        """Give what is worked on; a `MaskError` says why there is nothing."""
        return ground_of(self.session)

    def start(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Work something out beside the window; `then` takes the result here."""

        def take(result: Any) -> None:
            self.attempt(lambda: then(result))

        self.said.emit(None)
        self._work.start(partial(_explained, work), take)
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Let what is being worked out go; the mask stays as it is."""
        self._work.forget()
        self.busy_changed.emit()

    def close(self) -> None:
        """Wait until nothing is worked out any more."""
        self._work.finish()

    def attempt(self, work: Callable[[], Any]) -> bool:
        """Do something; what goes wrong is said in a sentence."""
        try:
            work()
        except SynthscopeError as error:
            self._failed(error)
            return False
        return True

    def apply(self, deed: Deed, *, in_slice: bool = False) -> None:
        """Do an operation to the whole mask, or to the slice that is shown.

        Raises
        ------
        MaskError
            If there is no mask, nothing is painted, or too much is asked for.
        """
        ground = self.ground()
        flat = in_slice and len(ground.shape) == 3 and not deed.stack_only
        box = self._deed_box(ground, deed, flat)
        check_size(box, f"To {deed.name}")
        before = as_mask(np.array(ground.pixels[box]))
        size = ground.voxel_size
        work = _flat_work(deed, before, size) if flat else _work(deed, before, size)
        if before.size <= INLINE_VOXELS:
            self.said.emit(None)
            self._write(ground, deed.name, box, before, work())
        else:
            self.start(work, lambda after: self._write(ground, deed.name, box, before, after))

    def put(
        self, name: str, ground: Ground, box: Box, selection: Mask, how: Combination, within: slice,
        origin: MaskOrigin | None = None,
    ) -> None:  # fmt: skip
        """Bring a selection into the mask.

        Parameters
        ----------
        name : str
            After *Undo*: ``add the lasso``.
        box : tuple of slice
            Where the selection lies in ``ground.pixels``.
        selection : bool ndarray, of the shape of the box
        how : {"replace", "add", "subtract", "intersect"}
        within : slice
            The slices that "replace" replaces.
        origin : MaskOrigin, optional
            What found the selection: kept with the mask, and taken back with it.
        """
        if how == "replace":
            box, selection = self._covering(ground, box, selection, within)
        check_size(box, f"To {name}")
        before = as_mask(np.array(ground.pixels[box]))
        self._write(ground, name, box, before, combine(before, selection, how), origin)

    def _write(
        self, ground: Ground, name: str, box: Box, before: Mask, after: Mask, origin: MaskOrigin | None = None
    ) -> None:
        layer = ground.layer
        if layer is not self.session.mask:
            raise MaskError(f"Another mask was chosen meanwhile; do it again on that one ({name}).")
        if not np.array_equal(as_mask(np.asarray(ground.pixels[box])), before):
            raise MaskError(f"The mask was painted meanwhile; do it again ({name}).")
        change = edit(ground.pixels, name, lambda _: after, MaskHistory(max_steps=1), box=box)
        if change is None:
            self.said.emit(Said(f"Nothing changed ({name})."))
            return
        ground.layer.refresh()
        told = origins_of(layer)
        kept = () if not after.any() and self._covers(ground, box) else told
        tell_origins(ground.layer, kept if origin is None else (*kept, origin))
        self.session.mask_written(ground.region(change.box))
        flipping = _flipping(self.session, ground, change, told)  # done twice it is undone
        self.session.undo_stack.push(name, flipping, flipping)

    def _deed_box(self, ground: Ground, deed: Deed, flat: bool) -> Box:
        """Give the surroundings of what is painted that an operation has to see."""
        here = slice(ground.shown, ground.shown + 1)
        if deed.whole:
            box = whole_box(ground.shape)
            return (here, *box[1:]) if flat else box
        if self.session.searching:
            raise MaskError("What is painted is still being looked for; try again in a moment.")
        painted = self.session.painted
        if painted is None:
            raise MaskError("Nothing is painted yet; draw what is to be made again first.")
        margin = [max(m, 1) for m in margin_for(deed.reach, ground.voxel_size)]
        box = grown_box(ground.inside(painted.box), ground.shape, margin)
        return (here, *box[1:]) if flat else box

    def _covering(self, ground: Ground, box: Box, selection: Mask, within: slice) -> tuple[Box, Mask]:
        """Widen a selection so that it replaces all that is painted within some slices."""
        painted = self.session.painted
        if painted is None:
            return box, selection
        old = ground.inside(painted.box)
        if len(ground.shape) == 3:
            old = (slice(max(old[0].start, within.start), min(old[0].stop, within.stop)), *old[1:])
        if any(side.stop <= side.start for side in old):
            return box, selection
        wide = joined_box(box, old)
        check_size(wide, "To replace the mask")
        padded = np.zeros(box_shape(wide), dtype=bool)
        padded[tuple(slice(b.start - w.start, b.stop - w.start) for b, w in zip(box, wide, strict=True))] = selection
        return wide, padded

    def _covers(self, ground: Ground, box: Box) -> bool:
        """Tell whether a box holds all that is painted, at all times."""
        painted = self.session.painted
        if painted is None or ground.layer.ndim > len(ground.shape):
            return painted is None
        inner = ground.inside(painted.box)
        return all(b.start <= i.start and i.stop <= b.stop for b, i in zip(box, inner, strict=True))

    def _failed(self, error: SynthscopeError) -> None:
        self.said.emit(said_of(error))
        self.busy_changed.emit()


def _explained(work: Callable[[], Any]) -> Job[Any]:
    """Do work, or drive a job, so that whatever goes wrong is a sentence."""
    try:
        result = work()
        if isinstance(result, Generator):
            result = yield from result
    except Exception as error:
        raise explain(error) from error
    return result


def _work(deed: Deed, before: Mask, size: tuple[float, ...]) -> Callable[[], Mask]:
    return lambda: deed.operation(before.copy(), size)


def _flat_work(deed: Deed, before: Mask, size: tuple[float, ...]) -> Callable[[], Mask]:
    return lambda: deed.operation(before[0].copy(), size[1:])[None]


def _flipping(
    session: Session, ground: Ground, change: Change, told: tuple[MaskOrigin, ...]
) -> Callable[[], bool]:
    """Give what takes a change back, or does it again; a mask that is gone meanwhile is left in peace.

    `told` is what had found the mask before the change.
    """
    held, keeper, lead = weakref.ref(ground.layer), weakref.ref(session), ground.lead
    other = [told]
    region = ground.region(change.box)

    def apply() -> bool:
        layer, owner = held(), keeper()
        if layer is None or owner is None:
            return False
        try:
            flip(layer.data[lead] if lead else layer.data, change)
        except (MaskError, IndexError):
            owner.said.emit(MaskError(f"The mask was replaced by another; {change.name!r} cannot be undone."))
            return False
        layer.refresh()
        now, other[0] = other[0], origins_of(layer)
        tell_origins(layer, now)
        if layer is owner.mask:
            owner.mask_written(region)
        return True

    return apply
