"""The panels of the workflow, found through the plugin's manifest and made when first shown.

A panel is a ``QWidget`` class whose constructor takes ``napari_viewer``. Everything else is optional
and is looked for by name:

``step_state() -> (done, missing)``
    For the rail: whether the step has what the next one needs, and otherwise the one thing missing.
``step_changed`` (signal)
    Emitted when `step_state` or `shell_actions` would now answer otherwise.
``shell_actions() -> {word: callable}``
    What can be done at this moment; the words are the last parts of the ids in
    `synthscope.desktop.actions`.
``strip_widget() -> QWidget``
    A widget that the shell shows below the canvas (the candidate strip).
``list``
    Of the Jobs panel, which lies at the bottom: its `synthscope.qt.job_list.JobList`, which folds into
    one line and knows what is not finished.
``open_paths(paths)``, ``open_sample(key)``
    Of the Open panel.
``take_opener(opener)``
    Is given a callable that opens another panel by its id.
``session``
    The plugin's session of this viewer, where the panel has one. Of it the shell uses the signals
    ``said`` and ``project_changed``, ``project``, ``open_project``, ``new_project``, ``can_undo``,
    ``undo`` and ``close``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qtpy.QtWidgets import QWidget

PLUGIN = "synthscope"
PREFIX = "synthscope.panel."

ICONS: Mapping[str, str] = {
    "open": "folder-open-outline",
    "mask": "brush",
    "generate": "creation",
    "compare": "compare",
    "train": "school-outline",
    "evaluate": "chart-box-outline",
    "study": "account-check-outline",
    "jobs": "progress-clock",
}


@dataclass(frozen=True)
class PanelEntry:
    """A panel as the manifest lists it; nothing is imported for it."""

    id: str
    title: str

    @property
    def word(self) -> str:
        """The last part of the id."""
        return self.id.removeprefix(PREFIX)

    @property
    def icon(self) -> str:
        """Its icon in the rail."""
        return ICONS.get(self.word, "puzzle-outline")


def list_panels() -> tuple[PanelEntry, ...]:
    """List the panels of the manifest in its order, without importing them."""
    from npe2 import PluginManager

    manager = PluginManager.instance()
    if PLUGIN not in manager:  # napari has looked already where a viewer was made before
        manager.discover()
    return tuple(
        PanelEntry(widget.command, widget.display_name)
        for widget in manager.iter_widgets()
        if widget.command.startswith(PREFIX)
    )


class PanelHost:
    """The panels of one viewer, each made once, when first asked for."""

    def __init__(self, viewer: Any, entries: tuple[PanelEntry, ...]) -> None:
        self._viewer = viewer
        self._entries = {entry.id: entry for entry in entries}
        self._made: dict[str, Any] = {}

    @property
    def entries(self) -> tuple[PanelEntry, ...]:
        """All panels that can be made."""
        return tuple(self._entries.values())

    @property
    def made(self) -> Mapping[str, Any]:
        """The panels made so far, by id."""
        return self._made

    def __contains__(self, panel_id: str) -> bool:
        return panel_id in self._entries

    def panel(self, panel_id: str) -> QWidget:
        """Give a panel, made now if need be.

        Raises
        ------
        KeyError
            If the manifest has no panel of that id.
        """
        if panel_id not in self._made:
            self._made[panel_id] = self._make(self._entries[panel_id])
        return self._made[panel_id]

    def offers(self, panel_id: str) -> Mapping[str, Callable[[], Any]]:
        """Tell what a panel can do at this moment; nothing while it has not been made."""
        panel = self._made.get(panel_id)
        offered = getattr(panel, "shell_actions", None)
        return offered() if offered is not None else {}

    def step_state(self, panel_id: str) -> tuple[bool, str]:
        """Tell whether a step is done and what is missing; a panel not made yet is neither."""
        answer = getattr(self._made.get(panel_id), "step_state", None)
        return answer() if answer is not None else (False, "")

    def session(self) -> Any:
        """Give the plugin's session of this viewer, or None before a panel needed it."""
        for panel in self._made.values():
            session = getattr(panel, "session", None)
            if session is not None:
                return session
        return None

    def close(self) -> None:
        """Close and delete every panel."""
        for panel in self._made.values():
            panel.close()
            panel.deleteLater()
        self._made.clear()

    def _make(self, entry: PanelEntry) -> QWidget:
        from npe2 import PluginManager

        panel_class = PluginManager.instance().commands.get(entry.id)
        panel: QWidget = panel_class(napari_viewer=self._viewer)
        return panel
