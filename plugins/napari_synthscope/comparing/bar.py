"""The five ways to see two images, the settings of the one that is on, and the contrast both share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_synthscope.comparing.modes import Mode, Options
from napari_synthscope.comparing.scene import FLICKER_KEY
from synthscope.qt.buttons import IconButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

MODES: tuple[tuple[Mode, str, str, str], ...] = (
    ("side_by_side", "Side by side", "view-split-vertical", "Real and synthetic in two linked views (Ctrl+Shift+1)"),
    ("curtain", "Curtain", "arrow-split-vertical", "A handle to drag: real left, synthetic right (Ctrl+Shift+2)"),
    (
        "flicker",
        "Flicker",
        "flash-outline",
        f"Real and synthetic in turn (Ctrl+Shift+3); hold {FLICKER_KEY} to flicker for a moment",
    ),
    ("difference", "Difference", "plus-minus-variant", "Synthetic minus real, in grey values (Ctrl+Shift+4)"),
    ("checkerboard", "Squares", "checkerboard", "Real and synthetic in alternating squares (Ctrl+Shift+5)"),
)
COLUMNS = 3
NARROW = 96
FASTEST = 3.0
"""Changes per second: more than three flashes can harm (WCAG 2.2, 2.3.1)."""


class CompareBar(QFrame):
    """Buttons of the views, and what the chosen one can be told.

    Signals
    -------
    mode_pressed(str)
        A view is to be shown, or left when it was on.
    options_changed(Options)
        Rate, square or reach is another.
    fit_pressed()
        Both images are to be shown at the contrast that fits both.
    """

    mode_pressed = Signal(str)
    options_changed = Signal(object)
    fit_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._options = Options()
        # create
        self.buttons = {mode: _button(words, icon, tip) for mode, words, icon, tip in MODES}
        self.rate = _spin(QDoubleSpinBox(), 0.25, FASTEST, self._options.rate, " per second")
        self.tile = _spin(QSpinBox(), 2, 4096, self._options.tile, " voxels")
        self.reach = _spin(QDoubleSpinBox(), 0, 1e9, 0, " grey values")
        self.hint = WrappingLabel(role="muted")
        self.contrast = WrappingLabel()
        self.lock = QLabel()
        self.fit = IconButton("auto-fix", "Choose the contrast that fits both")
        self._settings = QStackedWidget()
        # lay out
        self._lay_out()
        # connect
        for mode, button in self.buttons.items():
            button.clicked.connect(lambda _=False, m=mode: self.mode_pressed.emit(m))
        self.rate.valueChanged.connect(lambda value: self._change(rate=float(value)))
        self.tile.valueChanged.connect(lambda value: self._change(tile=int(value)))
        self.reach.valueChanged.connect(lambda value: self._change(reach=float(value)))
        self.fit.clicked.connect(self.fit_pressed)
        self.show_mode(None, "", aligned=False)

    def value(self) -> Options:
        """Give the settings of the views."""
        return self._options

    def show_mode(self, mode: Mode | None, problem: str, *, aligned: bool) -> None:
        """Show which view is on; with a problem none can be, and unless aligned no difference."""
        for name, button in self.buttons.items():
            button.setChecked(name == mode)
            button.setEnabled(not problem and (aligned or name != "difference"))
        self._settings.setCurrentIndex({"flicker": 1, "checkerboard": 2, "difference": 3}.get(mode or "", 0))
        self._settings.setVisible(mode in ("flicker", "checkerboard", "difference"))
        self.hint.setText(problem or _HINTS.get(mode or "", ""))
        self.hint.setVisible(bool(self.hint.text()))

    def show_reach(self, reach: float) -> None:
        """Show how far the colours of the difference reach."""
        self.reach.blockSignals(True)
        self.reach.setDecimals(0 if float(reach).is_integer() else 3)
        self.reach.setSingleStep(max(reach / 10, 1e-3))
        self.reach.setValue(reach)
        self.reach.blockSignals(False)

    def show_contrast(self, limits: tuple[float, float] | None, *, colour: bool) -> None:
        """Show the range that both images are shown at."""
        self.lock.setVisible(limits is not None or colour)
        self.fit.setVisible(limits is not None)
        words = "" if limits is None else f"One contrast for both: {limits[0]:.5g} to {limits[1]:.5g}"
        self.contrast.setText("Colours are shown as they are stored" if colour else words)

    def _change(self, **changes: Any) -> None:
        self._options = replace(self._options, **changes)
        self.options_changed.emit(self._options)

    def _lay_out(self) -> None:
        row = QGridLayout()
        row.setSpacing(4)
        for place, button in enumerate(self.buttons.values()):
            row.addWidget(button, place // COLUMNS, place % COLUMNS)
            row.setColumnStretch(place % COLUMNS, 1)
        self._settings.addWidget(QWidget())
        for words, editor in (("Change", self.rate), ("Square", self.tile), ("Reach ±", self.reach)):
            self._settings.addWidget(_line(words, editor))
        self.reach.setToolTip("Differences from here on have the strongest colour")
        self.lock.setText("\N{LOCK}")
        self.lock.setToolTip("Real and synthetic are always shown at one contrast: changing one changes both")
        self.contrast.setToolTip(self.lock.toolTip())
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.lock)
        foot.addWidget(self.contrast, 1)
        foot.addWidget(self.fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._settings)
        column.addWidget(self.hint)
        column.addLayout(foot)


_HINTS = {
    "curtain": "Drag the white handle on the image.",
    "difference": "Grey is equal, orange is brighter than real, blue is darker.",
    "checkerboard": "The square at the upper left of the image is real.",
    "flicker": f"Hold {FLICKER_KEY} on the canvas to flicker at any time.",
    "side_by_side": "Both views move together.",
}


class _ModeButton(IconButton):
    """A switch with its word under the icon."""


def _button(words: str, icon: str, tip: str) -> QToolButton:
    button = _ModeButton(icon, tip)
    button.setText(words)
    button.setCheckable(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
    button.setAccessibleName(words)
    return button


def _spin(spin: Any, low: float, high: float, value: float, suffix: str) -> Any:
    spin.setRange(low, high)
    spin.setValue(value)
    spin.setSuffix(suffix)
    spin.setKeyboardTracking(False)
    spin.setMinimumWidth(NARROW)  # Qt would ask for room for the largest number there is
    return spin


def _line(words: str, editor: QWidget) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(QLabel(words))
    row.addWidget(editor, 1)
    editor.setAccessibleName(words)
    return line
