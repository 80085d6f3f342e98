"""The size of a voxel along each spatial axis, and its unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from synthscope.errors import InputError
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.space import AXES, Space

UNITS = ("µm", "nm", "mm", "cm", "m", "Å", "pixel")


@dataclass(frozen=True)
class VoxelSize:
    """Step along each of some spatial axes: `steps` in the order of `axes`."""

    axes: str
    steps: tuple[float, ...]
    unit: str = "µm"

    def __post_init__(self) -> None:
        """Refuse what is no size."""
        if len(self.axes) != len(self.steps) or not set(self.axes) <= set("zyx"):
            raise InputError(f"Voxel size {self.steps} does not fit axes {self.axes!r}; give one per z, y, x.")
        if not all(0 < step < float("inf") for step in self.steps):
            raise InputError(f"Voxel size {self.steps} is not possible; give positive numbers.")


def voxel_size_of(space: Space) -> VoxelSize:
    """Give the spatial part of a space, in the order z, y, x."""
    return VoxelSize(
        "".join(space.axes[i] for i in space.spatial),
        tuple(space.voxel_size[i] for i in space.spatial),
        space.unit,
    )


def with_voxel_size(space: Space, size: VoxelSize) -> Space:
    """Give a space with other steps and unit; the origin keeps its place in voxels."""
    steps, origin = list(space.voxel_size), list(space.origin)
    for letter, step in zip(size.axes, size.steps, strict=True):
        place = space.axes.index(letter)
        origin[place] *= step / steps[place]
        steps[place] = step
    return replace(space, voxel_size=tuple(steps), origin=tuple(origin), unit=size.unit)


class VoxelSizeEditor(QWidget):
    """Edits a `VoxelSize`.

    Signals
    -------
    value_changed(VoxelSize or None)
        After each change; None while a number is missing or not positive.
    """

    value_changed = Signal(object)

    def __init__(self, size: VoxelSize, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes = size.axes
        # create
        self._steps = {letter: NumberEdit(float) for letter in size.axes}
        self._unit = QComboBox()
        self._unit.addItems(UNITS)
        # lay out
        self._lay_out()
        # connect
        for number in self._steps.values():
            number.value_changed.connect(lambda _number: self._changed())
        self._unit.currentTextChanged.connect(lambda _text: self._changed())
        self.set_value(size)

    def value(self) -> VoxelSize | None:
        """Give the size; None while a number is missing or not positive."""
        steps = [number.value() for number in self._steps.values()]
        if any(step is None or not 0 < step < float("inf") for step in steps):
            return None
        return VoxelSize(self._axes, tuple(float(s) for s in steps if s is not None), self._unit.currentText())

    def set_value(self, size: VoxelSize) -> None:
        """Show a size along the same axes."""
        if size.axes != self._axes:
            raise InputError(f"Voxel size along {size.axes!r} given where {self._axes!r} is edited.")
        for number, step in zip(self._steps.values(), size.steps, strict=True):
            number.set_value(step)
        if self._unit.findText(size.unit) < 0:
            self._unit.addItem(size.unit)  # a unit of the file's own
        self._unit.setCurrentText(size.unit)

    def problem(self) -> str:
        """Say what is wrong; empty when nothing is."""
        wrong = [AXES[letter] for letter, number in self._steps.items() if not _is_size(number.value())]
        return f"The voxel size along {' and '.join(wrong)} must be a positive number." if wrong else ""

    def _changed(self) -> None:
        for number in self._steps.values():
            set_mark(number.line, "invalid", not _is_size(number.value()))
            number.line.setToolTip("" if _is_size(number.value()) else "Give a positive number")
        self.value_changed.emit(self.value())

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        named = {f"{AXES[letter].capitalize()} ({letter})": n for letter, n in self._steps.items()}
        for row, (words, editor) in enumerate([*named.items(), ("Unit", self._unit)]):
            label = QLabel(words)
            label.setBuddy(editor)
            (editor.focusProxy() or editor).setAccessibleName(f"Voxel size, {words}" if row < len(named) else words)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(editor, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addStretch()


def _is_size(step: float | None) -> bool:
    return step is not None and 0 < step < float("inf")
