"""The workspace: napari's viewer, candidates below it, the workflow on the right, jobs at the bottom."""

from __future__ import annotations

from typing import Any, Literal

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from synthscope.desktop.actions import JOBS
from synthscope.desktop.nested_viewer import NestedViewer
from synthscope.desktop.panels import PanelEntry, PanelHost, list_panels
from synthscope.qt.rail import WIDTH, Rail, State, Step
from synthscope.qt.theme import apply_theme, tokens_named

PANEL_WIDTH, SMALL_PANEL = 400, 348
STRIP_HEIGHT = 160
ROOMY = 1280
"""From this width on there is room for layers, canvas and a panel side by side."""
NO_LIMIT = 16777215


class Workspace(QWidget):
    """Everything that is needed to work on an image.

    Parameters
    ----------
    tools : QWidget
        The slim column on the left.

    Signals
    -------
    changed()
        A panel was opened or closed, or says that what it can do has changed.
    made(str)
        A panel was made; its id.
    """

    changed = Signal()
    made = Signal(str)

    def __init__(self, tools: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.tools = tools
        self.nested = NestedViewer(self)
        self.panels = PanelHost(self.nested.viewer, list_panels())
        self.rail = Rail()
        self.strip = _slot()
        self.jobs = _slot()
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        # lay out
        self._lay_out()
        # connect
        self.rail.chosen.connect(self._chosen)
        self.refresh()

    @property
    def viewer(self) -> Any:
        """The `napari.Viewer`."""
        return self.nested.viewer

    @property
    def is_roomy(self) -> bool:
        """Whether layers, canvas and a panel fit side by side."""
        return bool(self.window().width() >= ROOMY)

    def show_panel(self, panel_id: str) -> QWidget:
        """Open a panel of the rail, or unfold the jobs.

        Raises
        ------
        KeyError
            If the manifest lists no such panel.
        """
        panel = self.panel(panel_id)
        if panel_id == JOBS:
            self._unfold_jobs(True)
        else:
            self.rail.choose(panel_id)
        return panel

    def toggle_panel(self, panel_id: str) -> None:
        """Open a panel, or fold it away when it is the one that is open."""
        if panel_id == JOBS:
            jobs: Any = self.panel(JOBS)
            self._unfold_jobs(not jobs.list.is_open())
        elif panel_id == self.rail.current():
            self.show_side(False)
        else:
            self.show_panel(panel_id)

    def show_side(self, shown: bool) -> None:
        """Fold the open panel away, or open the first one."""
        first = next((step.id for step in self.rail.value()), "")
        self.rail.choose((self.rail.current() or first) if shown else "")

    def panel(self, panel_id: str) -> QWidget:
        """Give a panel, made now if need be; what is shown stays.

        Raises
        ------
        KeyError
            If the manifest lists no such panel.
        """
        is_new = panel_id not in self.panels.made
        panel = self.panels.panel(panel_id)
        if is_new:
            self._take_in(panel_id, panel)
            self.made.emit(panel_id)
        return panel

    def refresh(self) -> None:
        """Ask every panel again how far its step is."""
        steps = [entry for entry in self.panels.entries if entry.id != JOBS]
        self.rail.set_value(self._step(entry) for entry in steps)
        self.changed.emit()

    def set_theme(self, name: Literal["dark", "light"]) -> None:
        """Dress the viewer and everything around it."""
        self.nested.set_theme(name)
        for part in (self.tools, self.rail, self.strip, self.jobs):
            apply_theme(part, tokens_named(name))

    def close_workspace(self) -> None:
        """Close the session, then panels (they listen to the viewer), then the viewer."""
        session = self.panels.session()
        if session is not None:
            session.close()
        self.panels.close()
        self.nested.close_viewer()

    def _chosen(self, panel_id: str) -> None:
        if panel_id:
            self.panel(panel_id)
        self.rail.setMaximumWidth(NO_LIMIT if panel_id else WIDTH)
        if panel_id:
            side = (PANEL_WIDTH if self.is_roomy else SMALL_PANEL) + WIDTH
            self._columns.setSizes([max(1, self._columns.width() - side), side])
        self.refresh()

    def _step(self, entry: PanelEntry) -> Step:
        done, missing = self.panels.step_state(entry.id)
        state: State = "done" if done else "blocked" if missing else "open"
        return Step(entry.id, entry.title, entry.icon, state, missing)

    def _take_in(self, panel_id: str, panel: QWidget) -> None:
        if panel_id == JOBS:
            _fill(self.jobs, panel)
        else:
            self.rail.set_panel(panel_id, _scrolled(panel))
        strip = getattr(panel, "strip_widget", None)
        if strip is not None:
            _fill(self.strip, strip())
        take_opener = getattr(panel, "take_opener", None)
        if take_opener is not None:
            take_opener(self.show_panel)
        changed = getattr(panel, "step_changed", None)
        if changed is not None:
            changed.connect(self.refresh)

    def _unfold_jobs(self, unfolded: bool) -> None:
        jobs: Any = self.panel(JOBS)
        jobs.list.set_open(unfolded)
        self.changed.emit()

    def _lay_out(self) -> None:
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(self.nested)
        centre.addWidget(self.strip)
        centre.setSizes([10 * STRIP_HEIGHT, STRIP_HEIGHT])
        centre.setStretchFactor(0, 1)
        self._columns.addWidget(centre)
        self._columns.addWidget(self.rail)
        self._columns.setStretchFactor(0, 1)
        self._columns.setStretchFactor(1, 0)
        self.rail.setMaximumWidth(WIDTH)
        for splitter in (centre, self._columns):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.tools)
        row.addWidget(self._columns, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.jobs)


def _slot() -> QFrame:
    """Make an empty, hidden place that one widget will fill."""
    slot = QFrame()
    layout = QVBoxLayout(slot)
    layout.setContentsMargins(0, 0, 0, 0)
    slot.hide()
    return slot


def _fill(slot: QFrame, widget: QWidget) -> None:
    layout = slot.layout()
    assert layout is not None
    layout.addWidget(widget)
    slot.show()


def _scrolled(panel: QWidget) -> QScrollArea:
    """Let a panel that is taller than the window be scrolled."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(panel)
    return area
