"""The words before a field, which are also its name and its tooltip."""

from __future__ import annotations

from qtpy.QtWidgets import QLabel, QWidget


def field_label(words: str, tip: str, buddy: QWidget) -> QLabel:
    """Give the words before a field, and give the field its name and tooltip."""
    label = QLabel(words)
    label.setToolTip(tip)
    label.setBuddy(buddy)
    label.setMinimumWidth(72)
    for widget in {buddy, buddy.focusProxy() or buddy}:
        widget.setAccessibleName(words)
        widget.setToolTip(tip)
    return label
