"""The candidate strip of a session: filled as candidates come, its acts carried out."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.generating.candidate_rows import read_rows
from napari_synthscope.parts.dressing import dress
from synthscope.qt.candidate_strip import CandidateRow, CandidateStrip
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from napari_synthscope.session.run_desk import RunDesk
    from napari_synthscope.session.session import Session
    from napari_synthscope.session.staging import Stage


LOOK_DELAY = 200


class CandidateTray(QWidget):
    """Shows the candidates of the current run, and the one that is pointed at on the canvas.

    Signals
    -------
    seed_wanted(int)
        Somebody wants to use a seed again.
    rows_changed()
        Candidates came, or were decided about.
    """

    seed_wanted = Signal(object)
    rows_changed = Signal()

    def __init__(self, session: Session, runs: RunDesk, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs, self._stage = session, runs, stage
        self._look: weakref.ref[Any] | None = None
        self._timer = QTimer(self)
        # create
        self.strip = CandidateStrip()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        dress(self, session.viewer)
        # connect
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_DELAY)
        self._timer.timeout.connect(self.refresh)
        runs.current_changed.connect(self._on_run)
        runs.candidates_changed.connect(self.refresh)
        self.strip.stepped.connect(self._show)
        self.strip.hovered.connect(self._hover)
        self.strip.accepted.connect(stage.accept)
        self.strip.rejected.connect(self._reject)
        self.strip.starred.connect(self._star)
        self.strip.reopened.connect(self._reopen)
        self.strip.seed_wanted.connect(self.seed_wanted)

    def refresh(self) -> None:
        """Read the candidates of the current run again, off the window's thread."""
        run = self._runs.current
        if run is None:
            self._put(None, ())
            return
        known = {row.id: row for row in self.strip.value()}
        limits = self._limits(run)
        self._session.errands.run(
            lambda: read_rows(run, limits, known), lambda rows: self._put(run, rows), self._session.said.emit
        )

    def current(self) -> CandidateRow | None:
        """Give the row that keys and menus act on."""
        return next((row for row in self.strip.value() if row.id == self.strip.current()), None)

    def _on_run(self) -> None:
        self._put(None, ())
        self._follow_look()
        self.refresh()

    def _put(self, run: RunFolder | None, rows: tuple[CandidateRow, ...]) -> None:
        current = self._runs.current
        if (run and run.path) != (current and current.path):
            if run is not None:
                return  # another run was chosen meanwhile
            rows = ()
        self.strip.set_value(rows)
        self.rows_changed.emit()

    def _limits(self, run: RunFolder) -> tuple[float, float] | None:
        """Give the contrast of the source: real and synthetic are always seen alike."""
        layer = self._runs.layer_of(run)
        return None if layer is None or layer.rgb else tuple(layer.contrast_limits)

    def _follow_look(self) -> None:
        """Draw the pictures again when the contrast of the source is changed."""
        old = self._look() if self._look is not None else None
        if old is not None:
            old.events.contrast_limits.disconnect(self._on_look)
        run = self._runs.current
        layer = self._runs.layer_of(run) if run is not None else None
        self._look = weakref.ref(layer) if layer is not None else None
        if layer is not None:
            layer.events.contrast_limits.connect(self._on_look)

    def _on_look(self, _event: Any = None) -> None:
        self._timer.start()

    def _show(self, candidate: str) -> None:
        if candidate:
            self._stage.show(candidate)

    def _hover(self, candidate: str) -> None:
        self._stage.show(candidate or self.strip.current())

    def _star(self, candidate: str, starred: bool) -> None:
        words = "star" if starred else "take the star of"
        self._runs.decide(candidate, f"{words} seed {self._seed(candidate)}", starred=starred)

    def _reject(self, candidate: str, reason: str) -> None:
        self._runs.decide(candidate, f"reject seed {self._seed(candidate)}", state="rejected", reason=reason)

    def _reopen(self, candidate: str) -> None:
        self._runs.decide(candidate, f"decide again about seed {self._seed(candidate)}", state="waiting", reason="")

    def _seed(self, candidate: str) -> Any:
        return next((row.seed for row in self.strip.value() if row.id == candidate), "")
