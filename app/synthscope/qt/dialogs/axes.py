"""Which axis is which: the guess is shown, every axis can be corrected."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from synthscope.errors import InputError
from synthscope.records.space import AXES, Space

_PLURALS = {"t": "times", "z": "slices", "c": "channels"}


def size_words(axes: str, shape: Sequence[int]) -> str:
    """Say what an array is in words: ``40 slices of 500 × 500 pixels``."""
    lengths = dict(zip(axes, shape, strict=True))
    order = "" if lengths["x"] == lengths["y"] else " (width × height)"
    plane = f"{lengths['x']} × {lengths['y']} pixels{order}"
    colour = " in colour" if "s" in lengths else ""
    outer = [f"{lengths[a]} {_PLURALS[a][:-1] if lengths[a] == 1 else _PLURALS[a]}" for a in axes if a in _PLURALS]
    return f"{' of '.join([*outer, plane])}{colour}"


def axes_problem(axes: str, shape: Sequence[int]) -> str:
    """Say why letters do not fit a shape; empty when they do."""
    try:
        Space(axes)
    except InputError as error:
        return error.sentence
    if axes.endswith("s") and shape[-1] not in (3, 4):
        return f"Colour samples (s) come in threes or fours, not {shape[-1]}; choose another word for that axis."
    return ""


class AxesEditor(QWidget):
    """Edits the axes of an array, as one letter of ``tzyxcs`` each.

    Parameters
    ----------
    shape : sequence of int
        Length of each axis.
    axes : str
        The guess; empty where there is none, then the first of `choices` is shown.
    choices : sequence of str
        Readings that fit, offered with one click each.

    Signals
    -------
    value_changed(str)
        After each change, also to letters that do not fit (see `problem`).
    """

    value_changed = Signal(object)

    def __init__(
        self, shape: Sequence[int], axes: str = "", choices: Sequence[str] = (), *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shape = tuple(shape)
        self._axes = ""
        # create
        self._combos = [_axis_combo(place, length) for place, length in enumerate(self._shape)]
        offered = choices if len(choices) > 1 else ()  # a single reading is the one that is shown
        self._tags = {choice: _tag(choice, self._shape) for choice in offered}
        self._words = QLabel()
        # lay out
        self._lay_out()
        # connect
        for combo in self._combos:
            combo.currentIndexChanged.connect(lambda _place, c=combo: self._pick(c))
        for choice, tag in self._tags.items():
            tag.clicked.connect(lambda _=False, c=choice: self.set_value(c))
        self.set_value(axes or next(iter(choices), "tczyx"[-len(self._shape) :]))

    def value(self) -> str:
        """Give one letter per axis, fitting or not."""
        return self._axes

    def set_value(self, axes: str) -> None:
        """Show other letters, one per axis."""
        if len(axes) != len(self._combos):
            raise InputError(f"Axes {axes!r} do not fit {len(self._combos)} axes; give one letter for each.")
        changed, self._axes = axes != self._axes, axes
        for combo, letter in zip(self._combos, axes, strict=True):
            combo.blockSignals(True)
            combo.setCurrentIndex(combo.findData(letter))
            combo.blockSignals(False)
        problem = self.problem()
        self._words.setText("" if problem else f"→  {size_words(axes, self._shape)}")
        for choice, tag in self._tags.items():
            tag.setChecked(choice == axes)
        if changed:
            self.value_changed.emit(axes)

    def problem(self) -> str:
        """Say why the letters do not fit; empty when they do."""
        return axes_problem(self.value(), self._shape)

    def _pick(self, combo: QComboBox) -> None:
        """Name an axis; the one that had the letter takes this one's old letter."""
        place, letter = self._combos.index(combo), combo.currentData()
        old = self._axes[place]
        swapped = [old if a == letter else a for a in self._axes]
        swapped[place] = letter
        self.set_value("".join(swapped))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        if self._tags:
            tags = QHBoxLayout()
            tags.setSpacing(8)
            for tag in self._tags.values():
                tags.addWidget(tag)
            tags.addStretch()
            layout.addLayout(tags)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (combo, length) in enumerate(zip(self._combos, self._shape, strict=True)):
            label = QLabel(f"Axis {place + 1}, {length} long")
            label.setBuddy(combo)
            grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(combo, place, 1)
        layout.addLayout(grid)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "accent")
        layout.addWidget(self._words)


def _axis_combo(place: int, length: int) -> QComboBox:
    combo = QComboBox()
    for letter, words in AXES.items():
        combo.addItem(f"{words} ({letter})", letter)
    combo.setAccessibleName(f"Axis {place + 1}, {length} long")
    combo.setToolTip("What this axis counts")
    return combo


def _tag(choice: str, shape: tuple[int, ...]) -> QToolButton:
    tag = QToolButton()
    tag.setText(choice)
    tag.setCheckable(True)
    tag.setProperty("role", "tag")
    tag.setToolTip(size_words(choice, shape))
    tag.setAccessibleName(f"Read as {choice}: {size_words(choice, shape)}")
    return tag
