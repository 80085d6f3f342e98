"""A napari viewer as a widget of our window: its menus hidden, its dock widgets kept."""

from __future__ import annotations

from typing import Any, Literal

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from synthscope.desktop.viewer_theme import theme_name


class NestedViewer(QWidget):
    """Holds one napari viewer for as long as it lives.

    napari's own window becomes a child: layer list, layer controls and whatever a plugin docks stay
    usable, while menus, title bar and geometry are the shell's business.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from napari import Viewer

        self._closed = False
        self.viewer: Any = Viewer(show=False, show_welcome_screen=False)
        self._inner: QMainWindow = self.viewer.window._qt_window
        self._inner.setWindowFlags(Qt.WindowType.Widget)
        self._inner.menuBar().setNativeMenuBar(False)
        self._inner.menuBar().hide()
        self._inner.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        for receiver in (self._inner, self.viewer.window._qt_viewer):
            receiver.setAcceptDrops(False)  # drops belong to the shell, which asks before it opens
        # keys stand on the cheat sheet; here they would crowd out what lies under the mouse
        self._inner.statusBar().findChild(QWidget, "help status").setMaximumWidth(0)
        self.viewer.layers.events.inserted.connect(self._show_scale_bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._inner)

    @property
    def layers_shown(self) -> bool:
        """Whether the layer list and its controls show."""
        return not self.viewer.window._qt_viewer.dockLayerList.isHidden()

    def show_layers(self, shown: bool) -> None:
        """Show or hide the layer list and its controls."""
        qt_viewer = self.viewer.window._qt_viewer
        for dock in (qt_viewer.dockLayerControls, qt_viewer.dockLayerList):
            dock.setVisible(shown)

    def set_theme(self, name: Literal["dark", "light"]) -> None:
        """Dress napari's part; the person's own napari settings stay as they are."""
        self.viewer.theme = theme_name(name)

    def fit_controls(self) -> None:
        """Give the layer controls the height they need and the list the rest."""
        if self._closed:  # the window may be closed before its first idle moment
            return
        qt_viewer = self.viewer.window._qt_viewer
        docks = [qt_viewer.dockLayerControls, qt_viewer.dockLayerList]
        self._inner.resizeDocks(docks, [docks[0].minimumHeight(), 10000], Qt.Orientation.Vertical)

    def _show_scale_bar(self, _event: object = None) -> None:
        """Show the bar with the first layer: units take a while to learn, and an empty canvas has no size."""
        self.viewer.layers.events.inserted.disconnect(self._show_scale_bar)
        bar = self.viewer.canvas.overlays.scale_bar
        bar.visible, bar.font_size = True, 9

    def close_viewer(self) -> None:
        """Close the viewer and everything that hangs on it."""
        self._closed = True
        self.viewer.close()
