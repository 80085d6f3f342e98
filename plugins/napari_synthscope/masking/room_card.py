"""Numbers and buttons that make an image larger: beyond its borders, and between its slices."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.masking.ops import MaskOps
from napari_synthscope.masking.room import Room, make_room
from synthscope.errors import InputError
from synthscope.qt.buttons import TextButton
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark, set_role
from synthscope.services.growing import MAX_FACTOR, MAX_MARGIN

SIDES = {
    "left": ("x", 0, "Left"),
    "right": ("x", 1, "Right"),
    "top": ("y", 0, "Top"),
    "bottom": ("y", 1, "Bottom"),
    "first": ("z", 0, "Before"),
    "last": ("z", 1, "After"),
}
"""Axis, end and words of each side."""


class RoomCard(QFrame):
    """Asks how much room is to be made, and where, and has it made."""

    def __init__(self, ops: MaskOps, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        # create
        units = {name: "slices" if axis == "z" else "px" for name, (axis, *_) in SIDES.items()}
        self.sides = {name: NumberEdit(int, unit=unit) for name, unit in units.items()}
        self.factor = NumberEdit(int)
        self.extend = TextButton(
            "Extend", name="arrow-expand", tip="Add a larger image with this much room around it, marked to be filled"
        )
        self.interpolate = TextButton(
            "Slices between",
            name="layers-plus",
            tip="Add a stack with room between each two slices, marked to be filled",
        )
        self._labels = {name: QLabel(words) for name, (_, _, words) in SIDES.items()}
        self._between = QWidget()
        # lay out
        self._lay_out()
        # connect
        for edit in (*self.sides.values(), self.factor):
            edit.value_changed.connect(lambda _value: self._check())
        self.extend.clicked.connect(lambda: self._make(self.frame))
        self.interpolate.clicked.connect(lambda: self._make(self.between))
        for name in SIDES:
            self.sides[name].set_value(0)
        self.factor.set_value(2)

    def refresh(self) -> None:
        """Fit to the image: a picture has no slices."""
        image = self._ops.session.image
        axes = "" if image is None else image.space.axes
        deep = image is not None and "z" in axes and image.shape[axes.index("z")] > 1
        for name, (axis, *_) in SIDES.items():
            for part in (self.sides[name], self._labels[name]):
                part.setVisible(axis in axes)
        self._between.setVisible(deep)
        self.setVisible(image is not None)
        self._check()

    def frame(self) -> Room:
        """Give the room around the image that is asked for.

        Raises
        ------
        InputError
            If a number cannot be.
        """
        margins: dict[str, tuple[int, int]] = {}
        for axis in "zyx":
            pair = [self._margin(name) for name, side in SIDES.items() if side[0] == axis]
            if any(pair):
                margins[axis] = (pair[0], pair[1])
        return Room(margins)

    def between(self) -> Room:
        """Give the room between slices that is asked for."""
        return Room({}, int(self.factor.value() or 0))

    def _make(self, asked: Callable[[], Room]) -> None:
        self._ops.attempt(lambda: make_room(self._ops, asked()))

    def _margin(self, name: str) -> int:
        edit = self.sides[name]
        if edit.isHidden():
            return 0
        value = edit.value()
        if value is None or not 0 <= value <= MAX_MARGIN:
            raise InputError(f"{SIDES[name][2]} is {edit.text()!r}; give 0 to {MAX_MARGIN}.")
        return int(value)

    def _check(self) -> None:
        """Mark what cannot be, and offer only what can."""
        for name, edit in self.sides.items():
            set_mark(edit.line, "invalid", not _within(edit, 0, MAX_MARGIN))
            edit.line.setToolTip(f"{SIDES[name][2]}: 0 to {MAX_MARGIN}")
        fits = _within(self.factor, 2, MAX_FACTOR)
        set_mark(self.factor.line, "invalid", not fits)
        shown = [edit for edit in self.sides.values() if not edit.isHidden()]
        wanted = all(_within(edit, 0, MAX_MARGIN) for edit in shown) and any(edit.value() for edit in shown)
        self.extend.setEnabled(wanted and not self._ops.busy)
        self.interpolate.setEnabled(fits and not self._ops.busy)

    def _lay_out(self) -> None:
        set_role(self, "card")
        title = QLabel("Make room")
        set_role(title, "title")
        words = QLabel("A larger image is added as a layer; what is new in it is marked, ready to be filled.")
        words.setWordWrap(True)
        set_role(words, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(words)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, name in enumerate(SIDES):
            edit, label = self.sides[name], self._labels[name]
            edit.line.setAccessibleName(label.text())
            label.setBuddy(edit.line)
            grid.addWidget(label, place // 2, 2 * (place % 2))
            grid.addWidget(edit, place // 2, 2 * (place % 2) + 1)
        column.addLayout(grid)
        column.addWidget(self.extend)
        below = QVBoxLayout(self._between)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(QLabel("Slices finer by"))
        self.factor.line.setAccessibleName("How many times finer the slices become")
        self.factor.line.setToolTip(f"2 to {MAX_FACTOR}; one less is the number of new slices between each two")
        row.addWidget(self.factor, 1)
        below.addLayout(row)
        below.addWidget(self.interpolate)
        column.addWidget(self._between)


def _within(edit: NumberEdit, low: int, high: int) -> bool:
    value = edit.value()
    return value is not None and low <= value <= high
