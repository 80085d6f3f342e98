"""The workflow as a rail of steps: which are done, what the next one lacks, one panel open at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qtpy.QtCore import QEvent, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from synthscope.qt.buttons import clear_layout
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import icon, tokens_of

State = Literal["open", "ready", "done", "blocked"]
WIDTH = 100
"""Width of the rail in pixels."""
MARGIN = 16
"""Distance of the words from the sides, as panels have it."""


@dataclass(frozen=True)
class Step:
    """One step of the workflow.

    Parameters
    ----------
    icon : str
        A name of the icon family, such as ``brush``.
    state : str
        ``done`` has what the next step needs (a tick), ``ready`` can be used, ``blocked`` lacks
        `missing`; ``open`` says nothing.
    missing : str
        The one thing that is missing, and where to get it: ``Draw a mask first: Mask``.
    """

    id: str
    title: str
    icon: str
    state: State = "open"
    missing: str = ""


class _StepButton(QToolButton):
    """Icon over words, with a tick or a dot in the corner."""

    def __init__(self, number: int, step: Step) -> None:
        super().__init__()
        self._step = step
        self.setCheckable(True)
        self.setProperty("role", "step")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(24, 24))
        self.setFixedSize(WIDTH - 8, 64)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_value(number, step)

    def set_value(self, number: int, step: Step) -> None:
        self._step = step
        self.setText(f"{number} {step.title}")
        hint = f"\n{step.missing}" if step.missing else ""
        self.setToolTip(f"{step.title} (Alt+{number}){hint}")
        state = {"done": "done", "blocked": step.missing or "blocked"}.get(step.state, "")
        self.setAccessibleName(f"Step {number}: {step.title}{', ' if state else ''}{state}")
        self.draw()

    def draw(self) -> None:
        tokens = tokens_of(self)
        self.setIcon(icon(self._step.icon, tokens.muted if self._step.state == "blocked" else tokens.text))
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self._step.state not in ("done", "blocked"):
            return
        tokens = tokens_of(self)
        done = self._step.state == "done"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent if done else tokens.warning))
        badge = QRectF(self.width() - 26, 6, 16, 16) if done else QRectF(self.width() - 21, 10, 8, 8)
        painter.drawEllipse(badge)
        if done:
            icon("check-bold", tokens.on_accent).paint(painter, badge.adjusted(3, 3, -3, -3).toRect())
        painter.end()


class Rail(QWidget):
    """Shows a tuple of `Step`, and beside it the panel of the chosen one.

    Alt+1, Alt+2, ... choose a step. Choosing the open step again folds the panel away.

    Signals
    -------
    value_changed(tuple)
        Other steps are shown.
    chosen(str)
        Another step is open; empty when the panel was folded away.
    """

    value_changed = Signal(object)
    chosen = Signal(str)

    def __init__(self, steps: Iterable[Step] = (), *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self._buttons: dict[str, _StepButton] = {}
        self._panels: dict[str, QWidget] = {}
        self._current = ""
        # create
        self._side = QWidget()
        self._title = QLabel()
        self._missing = WrappingLabel(role="warning")
        self._stack = QStackedWidget()
        self._column = QVBoxLayout()
        # lay out
        self._lay_out()
        self.set_value(steps)

    def value(self) -> tuple[Step, ...]:
        """Give the steps that are shown."""
        return self._steps

    def set_value(self, steps: Iterable[Step]) -> None:
        """Show steps; the open one stays open if it is among them."""
        self._steps = tuple(steps)
        if [step.id for step in self._steps] != list(self._buttons):
            self._make_buttons()
        for number, step in enumerate(self._steps, start=1):
            self._buttons[step.id].set_value(number, step)
        if self._current not in self._buttons:
            self.choose("")
        self._show_head()
        self.value_changed.emit(self._steps)

    def set_panel(self, step: str, panel: QWidget) -> None:
        """Put the panel of a step beside the rail; the rail owns it from now on."""
        old = self._panels.get(step)
        if old is not None:
            self._stack.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self._panels[step] = panel
        self._stack.addWidget(panel)
        if step == self._current:
            self._stack.setCurrentWidget(panel)
            self._side.show()

    def panel(self, step: str) -> QWidget | None:
        """Give the panel of a step."""
        return self._panels.get(step)

    def current(self) -> str:
        """Give the id of the open step; empty when none is."""
        return self._current

    def choose(self, step: str) -> None:
        """Open a step, or fold the panel away with an empty id."""
        changed, self._current = step != self._current, step
        for name, button in self._buttons.items():
            button.setChecked(name == step)
        if step in self._panels:
            self._stack.setCurrentWidget(self._panels[step])
        self._side.setVisible(step in self._panels)
        self._show_head()
        if changed:
            self.chosen.emit(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose with Alt and a digit."""
        number = event.key() - Qt.Key.Key_0
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and 1 <= number <= len(self._steps):
            self.choose(self._steps[number - 1].id)
            return
        super().keyPressEvent(event)

    def _make_buttons(self) -> None:
        clear_layout(self._column)
        self._buttons = {}
        for number, step in enumerate(self._steps, start=1):
            button = _StepButton(number, step)
            button.setChecked(step.id == self._current)
            button.clicked.connect(lambda _=False, s=step.id: self.choose("" if s == self._current else s))
            self._buttons[step.id] = button
            self._column.addWidget(button)

    def _show_head(self) -> None:
        step = next((s for s in self._steps if s.id == self._current), None)
        self._title.setText("" if step is None else step.title)
        self._missing.setText("" if step is None else step.missing)
        self._missing.setVisible(bool(step and step.missing))

    def _lay_out(self) -> None:
        self._title.setProperty("role", "title")
        self._column.setSpacing(4)
        rail = QVBoxLayout()
        rail.setContentsMargins(4, 8, 4, 8)
        rail.addLayout(self._column)
        rail.addStretch()
        beside = QVBoxLayout(self._side)
        beside.setContentsMargins(0, 12, 0, 0)  # panels bring their own, in a plain napari too
        beside.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 0)
        head.addWidget(self._title)
        head.addWidget(self._missing)
        beside.addLayout(head)
        beside.addWidget(self._stack, 1)
        self._side.setMinimumWidth(280)
        self._side.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._side, 1)
        layout.addLayout(rail)
