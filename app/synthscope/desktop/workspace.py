"""The workspace: napari's viewer, candidates below it, the workflow on the right, jobs at the bottom."""

from __future__ import annotations

from typing import Any, Literal

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from synthscope.desktop.actions import JOBS
from synthscope.desktop.nested_viewer import NestedViewer
from synthscope.desktop.panels import PanelHost, list_panels
from synthscope.desktop.side import PANEL_WIDTH, PanelArea, Rail
from synthscope.qt.theme import apply_theme, tokens_named

STRIP_HEIGHT = 176


class Workspace(QWidget):
    """Everything that is needed to work on an image.

    `changed` is emitted when a panel was opened, or says that what it can do has changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.nested = NestedViewer(self)
        self.panels = PanelHost(self.nested.viewer, list_panels())
        self.rail = Rail(entry for entry in self.panels.entries if entry.id != JOBS)
        self.area = PanelArea()
        self.strip = _slot()
        self.jobs = _slot()
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        # lay out
        self._lay_out()
        # connect
        self.rail.chosen.connect(self.toggle_panel)

    @property
    def viewer(self) -> Any:
        """The `napari.Viewer`."""
        return self.nested.viewer

    def show_panel(self, panel_id: str) -> QWidget:
        """Open a panel of the rail, or unfold the jobs.

        Raises
        ------
        KeyError
            If the manifest lists no such panel.
        """
        panel = self._made_panel(panel_id)
        if panel_id == JOBS:
            self.jobs.show()
        else:
            entry = next(entry for entry in self.panels.entries if entry.id == panel_id)
            self.area.show_panel(entry, panel)
            self.rail.show_open(panel_id)
        self.refresh()
        return panel

    def toggle_panel(self, panel_id: str) -> None:
        """Open a panel, or hide it when it is the one that is open."""
        if panel_id == JOBS and not self.jobs.isHidden():
            self.jobs.hide()
        elif panel_id == self.area.current:
            self.show_side(False)
        else:
            self.show_panel(panel_id)

    def show_side(self, shown: bool) -> None:
        """Show or hide the panel beside the rail."""
        self.area.setVisible(shown)
        self.rail.show_open(self.area.current)
        self.changed.emit()

    def refresh(self) -> None:
        """Ask every panel again how far its step is."""
        for entry in self.panels.entries:
            if entry.id != JOBS:
                self.rail.show_state(entry.id, *self.panels.step_state(entry.id))
        self.changed.emit()

    def set_theme(self, name: Literal["dark", "light"]) -> None:
        """Dress the viewer and everything around it."""
        tokens = tokens_named(name)
        self.nested.set_theme(name)
        for part in (self.rail, self.area, self.strip, self.jobs):
            apply_theme(part, tokens)
        self.rail.dress(tokens)
        self._columns.setStyleSheet("")

    def close_workspace(self) -> None:
        """Close panels first (they listen to the viewer), then the viewer."""
        self.panels.close()
        self.nested.close_viewer()

    def _made_panel(self, panel_id: str) -> QWidget:
        is_new = panel_id not in self.panels.made
        panel = self.panels.panel(panel_id)
        if is_new:
            self._take_in(panel_id, panel)
        return panel

    def _take_in(self, panel_id: str, panel: QWidget) -> None:
        if panel_id == JOBS:
            _fill(self.jobs, panel)
        strip = getattr(panel, "strip_widget", None)
        if strip is not None:
            _fill(self.strip, strip())
            self.strip.show()
        changed = getattr(panel, "step_changed", None)
        if changed is not None:
            changed.connect(self.refresh)

    def _lay_out(self) -> None:
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(self.nested)
        centre.addWidget(self.strip)
        centre.setSizes([10 * STRIP_HEIGHT, STRIP_HEIGHT])
        centre.setStretchFactor(0, 1)
        self._columns.addWidget(centre)
        self._columns.addWidget(self.area)
        self._columns.setStretchFactor(0, 1)
        self._columns.setSizes([3 * PANEL_WIDTH, PANEL_WIDTH])
        for splitter in (centre, self._columns):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._columns, 1)
        row.addWidget(self.rail)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.jobs)
        self.area.hide()


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
