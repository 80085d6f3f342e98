"""The slim column of buttons on the left: actions of the one list that are wanted all the time."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import QSize
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from synthscope.desktop.actions import Action

WIDTH = 44
ICON = 20
ORDER = ("view.layers", "view.outline", "view.reset", "edit.undo", "edit.palette", "file.start_page")


class ToolColumn(QFrame):
    """One button per action with `Action.toolbar`; icon, state and keys are the menu's.

    Parameters
    ----------
    actions : mapping
        All actions, by id.
    made : mapping
        Their Qt actions, by id.
    """

    def __init__(
        self, actions: Mapping[str, Action], made: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(4)
        chosen = [action for action in actions.values() if action.toolbar]
        for action in sorted(chosen, key=lambda a: ORDER.index(a.id) if a.id in ORDER else len(ORDER)):
            layout.addWidget(_button(action, made[action.id]))
        layout.addStretch(1)
        self.setFixedWidth(WIDTH)


def _button(action: Action, made: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(made)
    button.setIconSize(QSize(ICON, ICON))
    button.setFixedSize(WIDTH - 8, WIDTH - 8)
    keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{action.title.rstrip('…')} ({keys}): {action.tooltip}" if keys else action.tooltip)
    button.setAccessibleName(action.title)
    return button
