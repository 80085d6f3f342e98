"""Step 3, Generate: choose what makes the voxels, run it in the worker, look at what comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.canvas.context_frame import ContextFrame
from napari_synthscope.generating.candidate_tray import CandidateTray
from napari_synthscope.generating.edges_row import EdgesRow
from napari_synthscope.generating.lineup_card import LineupCard
from napari_synthscope.generating.live_row import LiveRow
from napari_synthscope.generating.panel_foot import PanelFoot
from napari_synthscope.generating.plan_now import note_now, plan_now
from napari_synthscope.generating.results import Results
from napari_synthscope.generating.run_settings import RunSettings
from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.panel_door import PanelDoor
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.parts.work_card import WorkCard
from napari_synthscope.session.plan_words import command_of
from napari_synthscope.session.session import Session
from napari_synthscope.words import size_words
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import image_to_mask
from synthscope.qt.sentence import Sentence
from synthscope.records.project import SessionDocument
from synthscope.services.planning import Plan

DEBOUNCE = 80
PANEL_WIDTH = 340
TRAIN = "synthscope.panel.train"


class GeneratePanel(QWidget):
    """Makes candidates for the marked region and lets a person choose among them.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self._planned: Plan | None = None
        self._docked = False
        self.door = PanelDoor(napari_viewer)
        # create
        self.card = WorkCard(self.session)
        self.settings = RunSettings(self.session)
        self.live = LiveRow(self.session)
        self.edges = EdgesRow(self.session)
        self.foot = PanelFoot(self.session, (self.edges, self.live))
        self.bar = self.foot.bar
        self.tray = CandidateTray(self.session, self.session.runs, self.session.stage)
        self.results = Results(self.session, self.tray)
        self.lineup = LineupCard(self.session, self.settings, self.door)
        self._frame = ContextFrame(napari_viewer)
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        dress(self, napari_viewer)
        # connect
        self._connect()
        self.foot.hear_work()
        self._timer.start()

    @property
    def sentence(self) -> Sentence:
        """What was said last, under the button."""
        return self.foot.sentence

    def step_state(self) -> tuple[bool, str]:
        """Tell whether a candidate was made, and what a run misses otherwise."""
        if self.tray.strip.value():
            return True, ""
        if self.session.source is None:
            return False, "open an image first"
        return False, self.bar.reason.text()

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give what can be done at this moment, by the words of the shell's list of actions."""
        offers: dict[str, Callable[[], Any]] = {"live": self.live.switch.toggle} if self.live.isVisible() else {}
        strip = self.tray.strip
        if self.bar.run.isEnabled():
            offers["run"] = self.run
        if self.foot.running_row() is not None:
            offers["cancel"] = self.foot.cancel
        if self.session.source is not None:
            offers["compare"] = self.lineup.show_open
        row = self.tray.current()
        if row is not None:
            offers |= {"previous": lambda: strip.step(-1), "next": lambda: strip.step(1), "star": strip.toggle_star}
        if row is not None and row.state == "waiting":
            offers |= {"accept": strip.accept, "reject": strip.ask_reason}
        return offers

    def strip_widget(self) -> QWidget:
        """Give the candidate strip to whoever has a place for it; otherwise it docks by itself."""
        self._docked = True
        return self.tray

    def take_opener(self, opener: Callable[[str], Any]) -> None:
        """Open other panels through the shell that holds this one."""
        self.door.lead_through(opener)

    def run(self) -> None:
        """Make a run of the settings as they are now: what is changed later does not touch it."""
        self.foot.clear()
        try:
            planned = plan_now(self.session, self.settings)
        except SynthscopeError as error:
            self.foot.say(error)
            return
        self._dock_tray()
        self.settings.seeds.used(planned.seeds)
        self.foot.hear_work()
        self.session.runs.begin(planned)

    def copy_command(self) -> None:
        """Put the command line that does the same on the clipboard."""
        if self._planned is None:
            return
        QGuiApplication.clipboard().setText(command_of(self._planned, self.session))
        masked = " Save the mask as a file and name it in place of MASK." if self._planned.mask is not None else ""
        self.foot.say(f"The command was copied.{masked}")

    def refresh(self) -> None:
        """Work out again what a run would do."""
        reason, self._planned = "", None
        try:
            self._planned = plan_now(self.session, self.settings, to_show=True)
        except SynthscopeError as error:
            reason = error.sentence
        self.foot.show_plan(self._planned, reason)
        self.live.show_for(self.settings.generator.spec, self._planned)
        self.edges.show_for(self.settings.lead(), self._planned, self.settings.control_image())
        self._show_context()
        note_now(self.session, self.settings)
        self.step_changed.emit()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the region of context while the panel is open."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Take the region of context and the live preview off the canvas."""
        super().hideEvent(event)
        self._frame.hide()
        self.live.stop()
        self.edges.stop()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let go of the viewer's events."""
        self._timer.stop()
        self._frame.hide()
        self.card.close_card()
        self.settings.conditions.close_edit()
        self.lineup.close_card()
        self.edges.close_row()
        super().closeEvent(event)

    def _show_context(self) -> None:
        planned, source = self._planned, self.session.source
        if planned is None or planned.region is None or source is None or not self.settings.uses_mask:
            self._frame.hide()
            self.settings.context.say("")
            return
        space = self.session.source_image().space
        inner = image_to_mask(planned.region, space)
        self.settings.context.say(f"It sees {size_words(inner.shape, space.mask_space())}.")
        if self.settings.context.shown.isChecked() and self.isVisible():
            self._frame.show(source, space.axes, planned.region)
        else:
            self._frame.hide()

    def _on_restored(self, document: SessionDocument) -> None:
        self.foot.clear()
        second = self.session.file.second
        try:
            self.settings.recall(document)
            self.settings.conditions.set_second(second() if second is not None else None)
        except SynthscopeError as error:
            self.foot.say(error)

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        session = self.session
        for signal in (
            session.source_changed, session.mask_changed, session.project_changed, self.settings.value_changed
        ):  # fmt: skip
            signal.connect(self._timer.start)
        session.file.restored.connect(self._on_restored)
        session.said.connect(self._on_said)
        self.card.mask_wanted.connect(self._begin_mask)
        self.settings.model.train_wanted.connect(lambda: self.door.open(TRAIN))
        self.bar.run_pressed.connect(self.run)
        self.bar.copy_pressed.connect(self.copy_command)
        self.foot.changed.connect(self.step_changed)
        self.tray.seed_wanted.connect(self.settings.seeds.use)
        self.tray.rows_changed.connect(self.step_changed)
        self.results.settings_wanted.connect(self.settings.set_value)

    def _on_said(self, said: object) -> None:
        if not self.door.held:
            self.foot.say(said)

    def _begin_mask(self) -> None:
        self.session.viewer.layers.selection.active = layer = self.session.new_mask()
        layer.mode = "paint"

    def _dock_tray(self) -> None:
        window = getattr(self.session.viewer, "window", None)
        if not self._docked and window is not None:
            self._docked = True
            window.add_dock_widget(self.tray, name="Candidates", area="bottom")

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        area = scrolled(self.card, self.settings, self.results, self.lineup)
        self.lineup.wanted.connect(lambda: area.ensureWidgetVisible(self.lineup))
        outer.addWidget(area, 1)
        outer.addWidget(self.foot)  # the one button stays in sight
        self.setMinimumWidth(PANEL_WIDTH)
