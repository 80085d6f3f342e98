"""What a person works on in one viewer: source, mask, project, undo, work."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.adopting import last_source, may_be_mask, may_be_source
from napari_synthscope.errands import Errands
from napari_synthscope.mask_fit import FittedMask, Meant, needs_slices
from napari_synthscope.mask_slot import MaskSlot, empty_mask
from napari_synthscope.mask_watch import Painted
from napari_synthscope.project_slot import ProjectSlot
from napari_synthscope.removals import Removals
from napari_synthscope.run_desk import RunDesk
from napari_synthscope.session_file import SessionFile
from napari_synthscope.source_slot import SourceSlot
from napari_synthscope.staging import Stage
from napari_synthscope.undo import UndoStack
from napari_synthscope.work_desk import WorkDesk
from synthscope.errors import InputError
from synthscope.records.image import Image
from synthscope.records.request import Region

if TYPE_CHECKING:
    from synthscope.services.project import Project

_SESSIONS: weakref.WeakKeyDictionary[Any, Session] = weakref.WeakKeyDictionary()


class Session(QObject):
    """The state that all panels of one viewer share; get it with `Session.of`.

    Layers are held by identity and weakly: they may be renamed, replaced and deleted at any time.
    Strokes on the mask are steps of `undo_stack` by themselves; operations push their own.

    Signals
    -------
    source_changed()
        Another layer is the source, or it was given other data, scale or axes.
    mask_changed()
        Another layer is the mask, or other voxels of it are painted (told once the painting rests).
    project_changed()
        Another project is open; runs and jobs are others.
    said(str or synthscope.errors.SynthscopeError)
        Something that a person should know, in one sentence.
    """

    source_changed = Signal()
    mask_changed = Signal()
    project_changed = Signal()
    said = Signal(object)

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self._viewer = weakref.ref(viewer)
        self._closed = False
        self._project = ProjectSlot(self)
        self.errands = Errands(self)
        self.undo_stack = UndoStack(self)
        self.runs = RunDesk(self)
        self.stage = Stage(self, self.runs)
        self.file = SessionFile(self)
        self._source = SourceSlot(self)
        self._mask = MaskSlot(self.errands, self)
        self._source.changed.connect(self.source_changed)
        self._mask.changed.connect(self.mask_changed)
        self._mask.stroked.connect(self._on_stroke)
        self._project.changed.connect(self.undo_stack.clear)
        self._project.changed.connect(self.project_changed)
        self._removals = Removals(self)  # first: it asks what a layer was for
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._on_removed)
        for layer in viewer.layers:
            self._adopt(layer)

    @classmethod
    def of(cls, viewer: Any) -> Session:
        """Give the session of a viewer, made now if need be; it is closed with the viewer's window."""
        viewer = getattr(viewer, "__wrapped__", viewer)  # napari may hand a plugin a proxy
        session = _SESSIONS.get(viewer)
        if session is None:
            session = _SESSIONS[viewer] = cls(viewer)
            _close_with(viewer, session)
        return session

    @property
    def viewer(self) -> Any:
        """The napari viewer; an `InputError` if it is gone."""
        viewer = self._viewer()
        if viewer is None:
            raise InputError("The viewer has been closed; open another one.")
        return viewer

    @property
    def source(self) -> Any | None:
        """The image layer that is worked on; None before one is chosen and after it was deleted."""
        return self._source.layer

    @property
    def mask(self) -> Any | None:
        """The labels layer that says what is to be replaced."""
        return self._mask.layer

    @property
    def painted(self) -> Painted | None:
        """What is painted: box in the mask layer's own axes, and voxels; None for none."""
        return self._mask.painted

    @property
    def searching(self) -> bool:
        """Whether a large mask is being searched for the first time, so that `painted` is not known yet."""
        return self._mask.searching

    @property
    def meant(self) -> Meant:
        """Which slices a 2D mask on a stack is meant for; None while nobody has said."""
        return self._mask.meant

    @property
    def asks_slices(self) -> bool:
        """Whether somebody must say which slices of the stack the 2D mask is meant for: `set_meant`."""
        both = self.source is not None and self.mask is not None
        return both and needs_slices(self.mask, self.source_image())

    @property
    def project(self) -> Project:
        """The open project; the default one, opened now, where a person has chosen none."""
        return self._project.project

    @property
    def has_project(self) -> bool:
        """Whether a project is open."""
        return self._project.is_open

    @property
    def work(self) -> WorkDesk:
        """The project's queue and the worker process."""
        return self._project.work

    @property
    def closed(self) -> bool:
        """Whether the session has ended with its viewer."""
        return self._closed

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.undo_stack.names)

    def set_source(self, layer: Any | None) -> None:
        """Work on an image layer, or on none."""
        if layer is not self.source or layer is None:
            self._mask.meant = None
            self._source.set_layer(layer)
            self.mask_changed.emit()  # the same mask may fit no more, or now

    def set_mask(self, layer: Any | None) -> None:
        """Take a labels layer as the mask, or none."""
        if layer is not self.mask or layer is None:
            self._mask.set_layer(layer)

    def set_meant(self, meant: Meant) -> None:
        """Say which slices a 2D mask on a stack is meant for: (first, stop), or ``"all"``."""
        self._mask.meant = meant
        self.mask_changed.emit()

    def new_mask(self) -> Any:
        """Add an empty mask on the grid of the source, take it as the mask, and give its layer.

        Raises
        ------
        InputError
            If there is no source.
        """
        layer = empty_mask(self._source.needed(), self.source_image())
        self._mask.set_layer(layer, empty=True)
        self.viewer.add_layer(layer)
        return layer

    def mask_written(self, box: Region | None = None) -> None:
        """Tell that a program wrote voxels of the mask within `box` of the layer's axes; anywhere, if left out."""
        self._mask.written(box)

    def source_image(self) -> Image:
        """Give the source as an image, lazily.

        Raises
        ------
        InputError
            If there is no source, or its axes are none that an image can have.
        """
        return self._source.image()

    def mask_pixels(self) -> FittedMask:
        """Give the mask on the mask axes of the source's image, its box, and what was done to bring it there.

        Raises
        ------
        InputError
            If there is no source.
        MaskError
            If there is no mask, or it does not fit, or must say which slices it is meant for.
        """
        return self._mask.fitted(self._source.needed(), self.source_image())

    def open_project(self, folder: Path) -> None:
        """Open a project folder in place of the one that is open; layers stay.

        With no image on the canvas, what was open in the project is opened again.

        Raises
        ------
        InputError
            If it is no project, or open in another window; the project that was open stays.
        """
        self._project.open(folder)
        if self.source is None:
            self.file.restore()

    def new_project(self, folder: Path, name: str = "") -> None:
        """Begin a project in an empty folder; layers stay."""
        self._project.create(folder, name)

    def undo(self) -> str:
        """Take the last step back and give its name; empty when there was none."""
        return self.undo_stack.undo()

    def close(self) -> None:
        """End the worker and give the project back; what is on disk stays."""
        if self._closed:
            return
        self._closed = True
        self.file.stop()
        self._source.close()
        self._mask.close()
        self.errands.close()
        self._project.close()

    def _on_stroke(self, layer: Any) -> None:
        held = weakref.ref(layer)
        self.undo_stack.push("painting", lambda: _undo_stroke(held()))

    def _on_inserted(self, event: Any) -> None:
        self._adopt(event.value)

    def _on_removed(self, event: Any) -> None:
        if event.value is self.source:
            self.set_source(last_source(self.viewer.layers))
        if event.value is self.mask:
            self.set_mask(None)

    def _adopt(self, layer: Any) -> None:
        """Take the first image as the source and the first labels as the mask, where nobody has chosen."""
        if self.source is None and may_be_source(layer):
            self.set_source(layer)
        elif self.mask is None and may_be_mask(layer):
            self.set_mask(layer)


def _undo_stroke(layer: Any | None) -> None:
    if layer is not None:
        layer.undo()


def _close_with(viewer: Any, session: Session) -> None:
    """Close a session when the viewer's window goes; who has a viewer without a window closes it himself."""
    window = getattr(viewer, "window", None)
    if window is None:
        return
    held = weakref.ref(session)

    def close(*_: object) -> None:
        alive = held()
        if alive is not None:
            alive.close()

    window._qt_window.destroyed.connect(close)
