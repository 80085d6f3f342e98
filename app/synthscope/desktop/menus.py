"""Menus, shortcuts and switches, drawn from the action list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QMenu, QMenuBar

from synthscope.desktop.actions import MENU_ORDER, Action
from synthscope.qt.theme import Tokens, icon

Ask = Callable[[Action], bool]


class Menus:
    """The menu bar of a window.

    Parameters
    ----------
    bar : QMenuBar
        Where the menus go.
    actions : iterable of Action
        All of them; each appears in exactly one menu.
    run : callable
        Carries an action out.
    enabled, checked : callable
        Asked each time a menu opens.
    """

    def __init__(
        self, bar: QMenuBar, actions: Iterable[Action], run: Callable[[Action], None], enabled: Ask, checked: Ask
    ) -> None:
        self._bar = bar
        self._run = run
        self._enabled = enabled
        self._checked = checked
        self._menus: dict[str, QMenu] = {}
        self._made: dict[str, tuple[Action, QAction]] = {}
        for action in sorted(actions, key=lambda a: MENU_ORDER.index(a.menu.partition("/")[0])):
            self._add(action)

    @property
    def actions(self) -> Mapping[str, QAction]:
        """The Qt action of every action, by id."""
        return {key: made for key, (_, made) in self._made.items()}

    def menu(self, path: str) -> QMenu:
        """Give the menu of a path, made now if need be."""
        if path not in self._menus:
            parent, _, title = path.rpartition("/")
            menu = self.menu(parent).addMenu(title) if parent else self._bar.addMenu(f"&{title}")
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.refresh)
            self._menus[path] = menu
        return self._menus[path]

    def refresh(self) -> None:
        """Ask again what is possible and what is on."""
        for action, made in self._made.values():
            made.setEnabled(self._enabled(action))
            if action.checked_when:
                made.setChecked(self._checked(action))

    def dress(self, tokens: Tokens) -> None:
        """Draw the icons in the colours of a theme."""
        for action, made in self._made.values():
            if action.icon:
                made.setIcon(icon(action.icon, tokens.muted, tokens.disabled))

    def _add(self, action: Action) -> None:
        menu = self.menu(action.menu)
        made = QAction(action.title, menu)
        made.setObjectName(action.id)
        made.setToolTip(action.tooltip)
        made.setStatusTip(action.tooltip)
        made.setCheckable(bool(action.checked_when))
        if action.shortcut:
            made.setShortcut(QKeySequence(action.shortcut))
        made.triggered.connect(lambda _=False, action=action: self._run(action))
        last = menu.actions()[-1] if menu.actions() else None
        if last is not None and self._section_of(last) not in (None, action.section):
            menu.addSeparator()
        menu.addAction(made)
        self._made[action.id] = (action, made)

    def _section_of(self, made: QAction) -> Any:
        found = self._made.get(made.objectName())
        return found[0].section if found else None
