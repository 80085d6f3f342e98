"""What a person works on in one viewer: source, mask, project, undo, work."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_synthscope.session.evaluate_desk import EvaluateDesk
from napari_synthscope.session.families_desk import FamiliesDesk
from napari_synthscope.session.lineup_desk import LineupDesk
from napari_synthscope.session.live_desk import LiveDesk
from napari_synthscope.session.model_desk import ModelDesk
from napari_synthscope.session.napari_task import NapariTask
from napari_synthscope.session.project_slot import ProjectSlot
from napari_synthscope.session.removals import Removals
from napari_synthscope.session.run_desk import RunDesk
from napari_synthscope.session.session_file import SessionFile
from napari_synthscope.session.staging import Stage
from napari_synthscope.session.study_desk import StudyDesk
from napari_synthscope.session.train_desk import TrainDesk
from napari_synthscope.session.undo import UndoStack
from napari_synthscope.session.undo_keys import bind_undo_keys
from napari_synthscope.session.work_desk import WorkDesk
from napari_synthscope.session.work_layers import WorkLayers
from synthscope.errors import SynthscopeError

if TYPE_CHECKING:
    from synthscope.services.project import Project

_LOG = logging.getLogger(__name__)
_SESSIONS: weakref.WeakKeyDictionary[Any, Session] = weakref.WeakKeyDictionary()


class Session(WorkLayers):
    """The state that all panels of one viewer share; get it with `Session.of`.

    Source and mask are described in `WorkLayers`. Strokes on the mask are steps of `undo_stack` by
    themselves; operations push their own.

    Signals
    -------
    source_changed(), mask_changed()
        As in `WorkLayers`.
    project_changed()
        Another project is open; runs and jobs are others.
    feather_wanted(float)
        The Mask panel hands a width of feathering to the next run.
    said(str or synthscope.errors.SynthscopeError)
        Something that a person should know, in one sentence.
    """

    project_changed = Signal()
    feather_wanted = Signal(float)
    said = Signal(object)

    def __init__(self, viewer: Any) -> None:
        super().__init__(viewer)
        self._closed = False
        self._feather = 0.0
        self._project = ProjectSlot(self)
        self.undo_stack = UndoStack(self)
        self.runs = RunDesk(self)
        self.stage = Stage(self, self.runs)
        self.live = LiveDesk(self)
        self.models = ModelDesk(self)
        self.trainings = TrainDesk(self)
        self.evaluations = EvaluateDesk(self)
        self.comparisons = FamiliesDesk(self)
        self.studies = StudyDesk(self)
        self.file = SessionFile(self)
        self._mask.stroked.connect(self._on_stroke)
        self._mask.taken.connect(self._on_mask_taken)
        self._project.changed.connect(self.undo_stack.clear)
        self._project.changed.connect(self.project_changed)
        self._task = NapariTask(self)
        Removals(self)  # kept by its parent; first: it asks what a layer was for
        self._listen()

    @classmethod
    def of(cls, viewer: Any) -> Session:
        """Give the session of a viewer, made now if need be; it is closed with the viewer's window."""
        viewer = getattr(viewer, "__wrapped__", viewer)  # napari may hand a plugin a proxy
        session = _SESSIONS.get(viewer)
        if session is None:
            session = _SESSIONS[viewer] = cls(viewer)
            _close_with(viewer, session)
        return session

    @cached_property
    def lineups(self) -> LineupDesk:
        """The line-ups of generators; made when they are first asked for."""
        return LineupDesk(self)

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
        work = self._project.work
        self._task.watch(work)
        return work

    @property
    def closed(self) -> bool:
        """Whether the session has ended with its viewer."""
        return self._closed

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.undo_stack.names)

    @property
    def feather(self) -> float:
        """The width that was handed over last, for a panel that is opened later."""
        return self._feather

    def want_feather(self, width: float) -> None:
        """Have the next run feather the mask over `width`, in the unit of the voxel size."""
        self._feather = width
        self.feather_wanted.emit(width)

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

    @property
    def can_redo(self) -> bool:
        """Whether something that was taken back can be done again."""
        return bool(self.undo_stack.undone)

    def redo(self) -> str:
        """Do again what was taken back last and give its name; empty when there was nothing."""
        return self.undo_stack.redo()

    def close(self) -> None:
        """End the worker and give the project back; what is on disk stays.

        A large copy that is being written does not hold the window: it is finished, and the project given
        back, on another thread.
        """
        if self._closed:
            return
        self._closed = True
        write_rest, give_back = self._rest(), self._project.let_go()
        self._task.end()
        self._source.close()
        self._mask.close()

        def last() -> None:
            write_rest()
            give_back()

        if not self.errands.close(last):
            _LOG.warning("What was open is still being written; earlier files are safe, the program ends after it.")

    def _rest(self) -> Callable[[], None]:
        """Take down what was painted in the last second; what is given writes it."""
        try:
            rest = self.file.stop()
        except SynthscopeError as error:
            rest = partial(_LOG.warning, "What was open is not saved: %s", error.sentence)

        def write() -> None:
            try:
                rest()
            except SynthscopeError as error:
                _LOG.warning("What was open is not saved: %s", error.sentence)

        return write

    def _on_mask_taken(self, layer: Any) -> None:
        bind_undo_keys(layer, self)

    def _on_stroke(self, layer: Any) -> None:
        held = weakref.ref(layer)
        self.undo_stack.push("painting", lambda: _undo_stroke(held()), lambda: _redo_stroke(held()))


def _undo_stroke(layer: Any | None) -> bool:
    """Take a stroke back; False where napari has forgotten it (it keeps a hundred)."""
    known = bool(getattr(layer, "_undo_history", ()))
    if layer is not None:
        layer.undo()
    return known


def _redo_stroke(layer: Any | None) -> bool:
    known = bool(getattr(layer, "_redo_history", ()))
    if layer is not None:
        layer.redo()
    return known


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
