"""How the voxels of a RAW file lie, with a live check against the size of the file."""

from __future__ import annotations

import math

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from synthscope.errors import InputError
from synthscope.io.layout import RAW_DTYPES, RawLayout
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark, set_role

_ORDERS = (("little endian (Intel, ARM)", "little"), ("big endian", "big"))
_LENGTHS = (("Slices", "slices (z)"), ("Rows", "rows (y), the height"), ("Columns", "columns (x), the width"))


def size_sentence(layout: RawLayout, file_bytes: int) -> tuple[str, bool]:
    """Say whether a layout fits a file of so many bytes; true when it can be read."""
    wanted = layout.offset + layout.nbytes
    if wanted == file_bytes:
        return f"Fits: {wanted:,} bytes, exactly the file.", True
    plane = math.prod(layout.shape[1:]) * layout.numpy_dtype.itemsize
    room, rest = divmod(max(0, file_bytes - layout.offset), plane)
    hint = f"; {room:,} slices would fit{'' if rest else ' exactly'}" if room and room != layout.shape[0] else ""
    if wanted < file_bytes:
        left = f"{file_bytes - wanted:,} are left over"
        return f"Uses {wanted:,} of the file's {file_bytes:,} bytes; {left}{hint}.", True
    return f"Needs {wanted:,} bytes, but the file has {file_bytes:,}{hint}.", False


class RawEditor(QWidget):
    """Edits a `RawLayout` of three axes (one slice for a single image).

    Parameters
    ----------
    file_bytes : int
        Size of the file.
    layout : RawLayout, optional
        What was told for the last file of that folder.

    Signals
    -------
    value_changed(RawLayout or None)
        After each change; None while the numbers make no layout.
    """

    value_changed = Signal(object)

    def __init__(self, file_bytes: int, layout: RawLayout | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file_bytes = file_bytes
        # create
        self._lengths = [NumberEdit(int) for _ in _LENGTHS]
        self._dtype = QComboBox()
        self._order = QComboBox()
        self._offset = NumberEdit(int, unit="bytes")
        self._check = QLabel()
        # lay out
        self._fill()
        self._lay_out()
        # connect
        for number in (*self._lengths, self._offset):
            number.value_changed.connect(lambda _number: self._changed())
        for combo in (self._dtype, self._order):
            combo.currentIndexChanged.connect(lambda _place: self._changed())
        self.set_value(layout or RawLayout((1, 512, 512)))

    def value(self) -> RawLayout | None:
        """Give the layout; None while the numbers make none."""
        try:
            return self._layout()
        except InputError:
            return None

    def set_value(self, layout: RawLayout) -> None:
        """Show a layout; axes before the last three are joined, missing ones are 1.

        A 2D shape is shown, and given back, as one slice.
        """
        joined = math.prod(layout.shape[:-2])
        for number, length in zip(self._lengths, (joined, *layout.shape[-2:]), strict=True):
            number.set_value(length)
        self._dtype.setCurrentText(layout.dtype)
        self._order.setCurrentIndex(self._order.findData(layout.byte_order))
        self._offset.set_value(layout.offset)
        self._changed()

    def problem(self) -> str:
        """Say why the file cannot be read so; empty when it can."""
        try:
            sentence, fits = size_sentence(self._layout(), self._file_bytes)
        except InputError as error:
            return error.sentence
        return "" if fits else sentence

    def _layout(self) -> RawLayout:
        numbers = [number.value() for number in (*self._lengths, self._offset)]
        if None in numbers:
            raise InputError("A length or the offset is no whole number; give digits only.")
        *shape, offset = (int(number) for number in numbers if number is not None)
        return RawLayout(tuple(shape), self._dtype.currentText(), self._order.currentData(), offset)

    def _changed(self) -> None:
        problem = self.problem()
        layout = self.value()
        if layout is None:
            self._check.setText("")
        else:
            self._check.setText(size_sentence(layout, self._file_bytes)[0])
        set_role(self._check, "warning" if problem else "accent")
        for number in (*self._lengths, self._offset):
            size = number.value()
            set_mark(number.line, "invalid", size is None or size < (0 if number is self._offset else 1))
        self.value_changed.emit(layout)

    def _fill(self) -> None:
        self._dtype.addItems(RAW_DTYPES)
        for words, order in _ORDERS:
            self._order.addItem(words, order)
        names = (*(words for words, _help in _LENGTHS), "Offset")
        helps = (*(f"How many {words}" for _name, words in _LENGTHS), "Bytes before the first voxel (a header)")
        for number, name, words in zip((*self._lengths, self._offset), names, helps, strict=True):
            number.line.setAccessibleName(name)
            number.line.setToolTip(words)
        self._dtype.setAccessibleName("Type of a voxel")
        self._order.setAccessibleName("Byte order")
        self._order.setToolTip("Which byte of a voxel comes first; wrong, the picture looks like noise")

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        sizes = QHBoxLayout()
        sizes.setSpacing(8)
        for place, number in enumerate(self._lengths):
            if place:
                sizes.addWidget(QLabel("×"))
            sizes.addWidget(number, 1)
        rows: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            ("Slices × rows × columns", sizes),
            ("Type", self._dtype),
            ("Byte order", self._order),
            ("Offset", self._offset),
        )
        for row, (words, part) in enumerate(rows):
            grid.addWidget(QLabel(words), row, 0, Qt.AlignmentFlag.AlignVCenter)
            if isinstance(part, QHBoxLayout):
                grid.addLayout(part, row, 1)
            else:
                grid.addWidget(part, row, 1)
        self._check.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addWidget(self._check)
