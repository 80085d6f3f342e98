"""Buttons and folds whose icons follow the theme."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QPushButton, QToolButton, QVBoxLayout, QWidget

from synthscope.qt.theme import Role, icon, icon_size, set_role, tokens_of

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_RESTYLED = (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.ParentChange)


class IconButton(QToolButton):
    """A button that is an icon; its words are its tooltip and its accessible name.

    Parameters
    ----------
    name : str
        Icon of the one family, such as ``star-outline``.
    words : str
        What a press does.
    keys : str, optional
        The shortcut, shown in the tooltip.
    strong : bool
        Draw in the accent colour.
    """

    def __init__(
        self, name: str, words: str, *, keys: str = "", strong: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._strong = strong
        self.setIconSize(icon_size())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_words(words, keys)
        self._draw()

    def set_icon(self, name: str, *, strong: bool = False) -> None:
        """Show another icon."""
        if (name, strong) != (self._name, self._strong):
            self._name, self._strong = name, strong
            self._draw()

    def set_words(self, words: str, keys: str = "") -> None:
        """Say what a press does."""
        self.setToolTip(f"{words} ({keys})" if keys else words)
        self.setAccessibleName(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the arrow keys to what the button stands in: Tab moves between buttons."""
        if event.key() in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Redraw the icon in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() in _RESTYLED:
            self._draw()

    def _draw(self) -> None:
        tokens = tokens_of(self)
        self.setIcon(icon(self._name, tokens.accent if self._strong else tokens.text, tokens.disabled))


class TextButton(QPushButton):
    """A button with words, and an icon that follows the theme."""

    def __init__(
        self, words: str, *, name: str = "", role: Role = "", tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(words, parent)
        self._name = name
        self.setToolTip(tip)
        self.setIconSize(icon_size())
        set_role(self, role)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Redraw the icon in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() in _RESTYLED:
            self._draw()

    def _draw(self) -> None:
        if not self._name:
            return
        tokens = tokens_of(self.parentWidget() or self)
        colour = {"primary": tokens.on_accent, "quiet": tokens.accent}.get(self.property("role"), tokens.text)
        self.setIcon(icon(self._name, colour, tokens.disabled))


class Fold(QWidget):
    """A line that opens and closes what lies under it."""

    toggled = Signal(bool)

    def __init__(self, words: str, content: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self._button = IconButton("chevron-right", words)
        self._content = content
        self._button.setText(words)
        self._button.setProperty("role", "fold")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setCheckable(True)
        # lay out
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._button)
        layout.addWidget(content)
        content.setVisible(False)
        # connect
        self._button.toggled.connect(self.set_open)

    def is_open(self) -> bool:
        """Whether the content shows."""
        opened: bool = self._button.isChecked()
        return opened

    def set_open(self, opened: bool) -> None:
        """Show or hide the content."""
        self._button.setChecked(opened)
        self._button.set_icon("chevron-down" if opened else "chevron-right")
        if self._content.isHidden() == opened:
            self._content.setVisible(opened)
            self.toggled.emit(opened)


def clear_layout(layout: Any) -> None:
    """Take all widgets out of a layout and let them go."""
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
