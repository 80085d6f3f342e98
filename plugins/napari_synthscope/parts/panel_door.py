"""From one panel to another: through the shell that holds them, or as a dock of a plain napari."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PLUGIN = "synthscope"
PREFIX = "synthscope.panel."


class PanelDoor:
    """Opens another panel by its id; whoever holds the panels says how, otherwise napari docks it."""

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._opener: Callable[[str], Any] | None = None

    def lead_through(self, opener: Callable[[str], Any]) -> None:
        """Let panels be opened by `opener`, which is given an id of the manifest."""
        self._opener = opener

    @property
    def held(self) -> bool:
        """Whether a shell holds the panels: it says itself what the session says, once for all of them."""
        return self._opener is not None

    def open(self, panel_id: str) -> None:
        """Open a panel."""
        if self._opener is not None:
            self._opener(panel_id)
            return
        window = getattr(self._viewer, "window", None)
        if window is not None:
            window.add_plugin_dock_widget(PLUGIN, panel_id.removeprefix(PREFIX).capitalize())
