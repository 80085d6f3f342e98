"""Panels wear the theme of their viewer, in our window and in a plain napari."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QWidget

from synthscope.qt.theme import apply_theme, tokens_named


def dress(panel: QWidget, viewer: Any) -> None:
    """Dress a panel now and whenever the viewer's theme changes, as long as the panel lives."""

    def redress(_event: object = None) -> None:
        apply_theme(panel, tokens_named(str(viewer.theme)))

    redress()
    viewer.events.theme.connect(redress)
    panel.destroyed.connect(lambda: viewer.events.theme.disconnect(redress))
