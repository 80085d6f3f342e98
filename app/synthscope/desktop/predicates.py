"""What is possible and what is on at this moment, by name: asked by menus and palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from synthscope.desktop.actions import Action

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow

Predicate = Callable[["MainWindow", Action], bool]


def _always(_window: MainWindow, _action: Action) -> bool:
    return True


def _in_workspace(window: MainWindow, _action: Action) -> bool:
    return window.in_workspace


def _has_image(window: MainWindow, _action: Action) -> bool:
    return window.workspace is not None and len(window.workspace.viewer.layers) > 0


def _can_undo(window: MainWindow, _action: Action) -> bool:
    session = window.session
    return session is not None and bool(getattr(session, "can_undo", False))


def _can_redo(window: MainWindow, _action: Action) -> bool:
    session = window.session
    return session is not None and bool(getattr(session, "can_redo", False))


def _panel_offers(window: MainWindow, action: Action) -> bool:
    return window.workspace is not None and action.word in window.workspace.panels.offers(action.panel)


def _is_dark(window: MainWindow, _action: Action) -> bool:
    return window.settings.theme == "dark"


def _is_light(window: MainWindow, _action: Action) -> bool:
    return window.settings.theme == "light"


def _outline_shown(window: MainWindow, _action: Action) -> bool:
    return window.settings.outline_shown


def _layers_shown(window: MainWindow, _action: Action) -> bool:
    return window.workspace is not None and window.workspace.nested.layers_shown


def _panel_shown(window: MainWindow, _action: Action) -> bool:
    return window.workspace is not None and bool(window.workspace.rail.current())


PREDICATES: Mapping[str, Predicate] = {
    "always": _always,
    "in_workspace": _in_workspace,
    "has_image": _has_image,
    "can_undo": _can_undo,
    "can_redo": _can_redo,
    "panel_offers": _panel_offers,
    "is_dark": _is_dark,
    "is_light": _is_light,
    "outline_shown": _outline_shown,
    "layers_shown": _layers_shown,
    "panel_shown": _panel_shown,
}
