"""Find an action by typing a few letters of what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qtpy.QtCore import QEvent, QObject, QPoint, Qt
from qtpy.QtGui import QKeyEvent, QKeySequence
from qtpy.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from synthscope.desktop.actions import Action
from synthscope.qt.theme import Tokens, apply_theme, icon

WIDTH, HEIGHT = 560, 380


def rank(words: str, action: Action) -> int:
    """Say how well an action fits what was typed: 0 not at all, larger better.

    Every typed word must occur in title, menu or tooltip; occurring in the title, and beginning a
    word there, count more.
    """
    title, rest = action.title.casefold(), f"{action.menu} {action.tooltip}".casefold()
    score = 1
    for word in words.casefold().split():
        if any(part.startswith(word) for part in title.split()):
            score += 4
        elif word in title:
            score += 2
        elif word not in rest:
            return 0
    return score


def matching(words: str, actions: Iterable[Action]) -> list[Action]:
    """Give the actions that fit, best first, in the order of the menus among equals."""
    return sorted((a for a in actions if rank(words, a)), key=lambda a: -rank(words, a))


class Palette(QDialog):
    """A line and a list; Enter carries out the chosen action, Escape leaves.

    Parameters
    ----------
    actions : iterable of Action
        What can be found.
    can : callable
        Tells whether an action is possible now; others are shown grey.
    run : callable
        Carries an action out.
    """

    def __init__(
        self,
        actions: Iterable[Action],
        can: Callable[[Action], bool],
        run: Callable[[Action], None],
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = tuple(actions)
        self._can = can
        self._run = run
        self._tokens = tokens
        # create
        self.line = QLineEdit()
        self.line.setPlaceholderText("What do you want to do?")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # lay out
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.resize(WIDTH, HEIGHT)
        apply_theme(self, tokens)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # connect
        self.line.textChanged.connect(self._show)
        self.line.returnPressed.connect(self.accept)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self.accept())
        self._show("")

    def open_over(self, widget: QWidget) -> None:
        """Show near the top of a widget, in its middle."""
        corner = widget.mapToGlobal(QPoint((widget.width() - self.width()) // 2, 64))
        self.move(corner)
        self.show()
        self.line.setFocus()

    def accept(self) -> None:
        """Carry out the chosen action, if it is possible."""
        item = self.list.currentItem()
        action = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if action is None or not self._can(action):
            return
        super().accept()
        self._run(action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the arrow keys move in the list while the line is typed in."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(event.key(), 0)
            if step:
                self.list.setCurrentRow((self.list.currentRow() + step) % max(1, self.list.count()))
                return True
        handled: bool = super().eventFilter(watched, event)
        return handled

    def _show(self, words: str) -> None:
        self.list.clear()
        for action in matching(words, self._actions):
            keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            place = action.menu.replace("/", " › ")
            item = QListWidgetItem(f"{action.title}    {keys}" if keys else action.title)
            item.setToolTip(f"{place}: {action.tooltip}")
            item.setData(Qt.ItemDataRole.UserRole, action)
            possible = self._can(action)
            item.setIcon(icon(action.icon, self._tokens.muted if possible else self._tokens.disabled))
            if not possible:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
