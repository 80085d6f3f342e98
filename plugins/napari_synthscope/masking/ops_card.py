"""Buttons that change the whole mask, by lengths of the image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.masking.ops import Deed, MaskOps
from napari_synthscope.masking.tools.ground import Ground
from synthscope.errors import MaskError
from synthscope.imaging.masks.between import interpolate_slices
from synthscope.imaging.masks.grids import Mask
from synthscope.imaging.masks.holes import fill_holes, invert, remove_specks
from synthscope.imaging.masks.morphology import grow, shrink, smooth
from synthscope.qt.buttons import TextButton
from synthscope.qt.flow import Flow
from synthscope.qt.number_edit import NumberEdit, number_text
from synthscope.qt.theme import set_mark, set_role

SMOOTH_REACH = 4.5  # of its radius
USUAL_STEPS = 2.0  # pixels
USUAL_SPECK = 9  # pixels


class OpsCard(QFrame):
    """Operations on what is painted.

    Signals
    -------
    feather_wanted(float)
        Have the next run feather the mask over so much, and show the weights.
    """

    feather_wanted = Signal(float)

    def __init__(self, ops: MaskOps, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._unit = ""
        self._planar = True
        # create
        self.length = NumberEdit(float)
        self.size = NumberEdit(float)
        self.in_slice = QCheckBox("In this slice only")
        self._units = (QLabel(), QLabel())
        self.buttons = {
            "grow": TextButton("Grow", name="arrow-expand-all", tip="Add all within this distance (Ctrl+Alt+G)"),
            "shrink": TextButton("Shrink", name="arrow-collapse-all", tip="Remove a rim of this width (Ctrl+Alt+H)"),
            "smooth": TextButton("Smooth", name="blur", tip="Round off corners smaller than this"),
            "feather": TextButton(
                "Feather",
                name="gradient-horizontal",
                tip="Even out the border of the fill over this width, and show where",
            ),
            "specks": TextButton("Remove specks", name="dots-hexagon", tip="Remove all pieces that are smaller"),
            "holes": TextButton("Fill holes", name="circle-slice-8", tip="Paint what is enclosed in each slice"),
            "between": TextButton(
                "Fill between slices",
                name="layers-triple-outline",
                tip="Paint the slices between painted ones, each shape turning into the next",
            ),
            "invert": TextButton("Invert", name="invert-colors", tip="Paint what is not painted, and the reverse"),
        }
        # lay out
        self._lay_out()
        # connect
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, what=name: self.do(what))
        self.in_slice.toggled.connect(lambda _: self._show_units())
        for number in (self.length, self.size):
            number.value_changed.connect(lambda _: self._check())

    def refresh(self, ground: Ground | None, *, painted: bool, busy: bool) -> None:
        """Fit to a mask: its unit, its slices, whether anything is painted."""
        for name, button in self.buttons.items():
            needs = painted or name == "invert"
            button.setEnabled(ground is not None and needs and not busy)
        if ground is None:
            return
        self.in_slice.setVisible(ground.depth > 1)
        self.buttons["between"].setVisible(ground.depth > 1)
        self._planar = len(ground.shape) == 2
        self._units[0].setText("px" if ground.unit == "pixel" else ground.unit)
        self._show_units()
        if self._unit != f"{ground.unit} {ground.voxel_size}":
            self._unit = f"{ground.unit} {ground.voxel_size}"
            finest = min(ground.voxel_size[-2:])
            self.length.set_value(float(f"{USUAL_STEPS * finest:.3g}"))
            self.size.set_value(float(f"{USUAL_SPECK * np.prod(ground.voxel_size):.3g}"))
        self._check()

    def do(self, name: str) -> None:
        """Do an operation by its name, with the numbers that are shown."""
        if name == "feather":
            self._ops.attempt(lambda: self.feather_wanted.emit(_needed(self.length, "width")))
        else:
            self._ops.attempt(lambda: self._ops.apply(self._deed(name), in_slice=self._flat()))

    def _deed(self, name: str) -> Deed:
        makers: dict[str, Callable[[], Deed]] = {
            "grow": lambda: self._by_length("grow", grow, 1.0),
            "shrink": lambda: self._by_length("shrink", shrink, 0.0),
            "smooth": lambda: self._by_length("smooth", smooth, SMOOTH_REACH),
            "specks": self._specks,
            "holes": lambda: Deed("fill holes", lambda mask, size: fill_holes(mask, voxel_size=size)),
            "between": lambda: Deed("fill between slices", interpolate_slices, stack_only=True),
            "invert": lambda: Deed("invert the mask", lambda mask, _: invert(mask), whole=True),
        }
        return makers[name]()

    def _by_length(self, word: str, operation: Callable[[Mask, float, tuple[float, ...]], Mask], reach: float) -> Deed:
        length = _needed(self.length, "distance")
        unit = self._units[0].text()
        return Deed(
            f"{word} by {number_text(length)} {unit}", lambda mask, size: operation(mask, length, size), reach * length
        )

    def _specks(self) -> Deed:
        smallest = _needed(self.size, "smallest piece")
        return Deed(
            f"remove specks below {number_text(smallest)} {self._units[1].text()}",
            lambda mask, size: remove_specks(mask, smallest, size),
        )

    def _flat(self) -> bool:
        return self.in_slice.isChecked() and not self.in_slice.isHidden()

    def _show_units(self) -> None:
        flat = self._planar or self._flat()
        self._units[1].setText(self._units[0].text() + ("²" if flat else "³"))

    def _check(self) -> None:
        for number in (self.length, self.size):
            value = number.value()
            set_mark(number.line, "invalid", value is None or not 0 < value < float("inf"))

    def _lay_out(self) -> None:
        set_role(self, "card")
        title = QLabel("Change the mask")
        set_role(title, "title")
        self.length.line.setAccessibleName("Distance")
        self.size.line.setAccessibleName("Smallest piece that is kept")
        self.in_slice.setToolTip("Otherwise the whole mask is changed, in depth too")
        for number in (self.length, self.size):
            number.setFixedWidth(76)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(_line(QLabel("By"), self.length, self._units[0]))
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, name in enumerate(("grow", "shrink", "smooth", "feather")):
            grid.addWidget(self.buttons[name], place // 2, place % 2)
        column.addLayout(grid)
        column.addLayout(_line(QLabel("Specks below"), self.size, self._units[1]))
        flow = Flow()
        for name in ("specks", "holes", "invert", "between"):
            flow.add(self.buttons[name])
        column.addWidget(flow)
        column.addWidget(self.in_slice)


def _line(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _needed(edit: NumberEdit, name: str) -> float:
    value = edit.value()
    if value is None or not 0 < value < float("inf"):
        raise MaskError(f"The {name} is no number above 0; correct it.")
    return float(value)
