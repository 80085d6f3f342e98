"""What a file is, shown and correctable: data set, axes, voxel size, and the layout of a RAW file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from synthscope.errors import InputError
from synthscope.io.layout import RawLayout
from synthscope.io.reading import Probe, Reading
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.record_form import RecordForm
from synthscope.qt.theme import set_mark, set_role
from synthscope.records.limits import Ge, Help, Title
from synthscope.records.space import AXES, Space

UNITS = ("pixel", "nm", "µm", "mm", "cm", "m", "Å")
COUNTED = {"t": "times", "z": "slices", "y": "rows", "x": "columns", "c": "channels", "s": "colour samples"}


@dataclass(frozen=True)
class RawFields:
    """The fields of a RAW layout as a form."""

    slices: Annotated[int, Ge(1), Help("Number of slices; 1 for a single picture")] = 1
    rows: Annotated[int, Ge(1), Help("Height of a slice in pixels")] = 1
    columns: Annotated[int, Ge(1), Help("Width of a slice in pixels")] = 1
    dtype: Annotated[
        Literal["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"],
        Title("Type"),
        Help("How one voxel is stored"),
    ] = "uint16"
    byte_order: Annotated[
        Literal["little", "big"], Title("Byte order"), Help("Little for files from Intel and ARM computers")
    ] = "little"
    offset: Annotated[int, Ge(0), Title("Header"), Help("Bytes before the first voxel")] = 0

    def layout(self) -> RawLayout:
        """Give the layout; one slice makes a picture of two axes."""
        shape = (self.slices, self.rows, self.columns)
        return RawLayout(shape if self.slices > 1 else shape[1:], self.dtype, self.byte_order, self.offset)


def raw_fields(layout: RawLayout) -> RawFields:
    """Give the form's record of a layout of two or three axes."""
    slices, rows, columns = (1, 1, *layout.shape)[-3:]
    return RawFields(slices, rows, columns, layout.dtype, layout.byte_order, layout.offset)  # type: ignore[arg-type]


def axes_words(axes: str, shape: tuple[int, ...]) -> str:
    """Say what axes mean: ``40 slices (z) × 500 rows (y) × 500 columns (x)``."""
    return " × ".join(f"{n} {COUNTED[a]} ({a})" for n, a in zip(shape, axes, strict=True))


def axes_problem(axes: str, shape: tuple[int, ...]) -> str:
    """Say what is wrong with axes that were typed; empty when all is well."""
    if len(axes) != len(shape):
        return f"Name {len(shape)} axes, one letter of {''.join(AXES)} for each of {' × '.join(map(str, shape))}."
    try:
        Space(axes)
    except InputError as error:
        return error.sentence
    return ""


class ReadingForm(QWidget):
    """Edits how one file is read; `changed` is emitted when what it says may be another."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probe = Probe("")
        # create
        self.datasets = QComboBox()
        self.axes = QComboBox()
        self.axes.setEditable(True)
        self.axes.setToolTip("One letter per axis, in the order of the file: t time, z slice, y row, x column, "
                             "c channel, s colour sample")
        self.unit = QComboBox()
        self.unit.setEditable(True)
        self.unit.addItems(UNITS)
        self.raw = RecordForm(RawFields)
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "muted")
        self.steps = {letter: NumberEdit(float) for letter in "zyx"}
        # lay out
        self._rows = QFormLayout(self)
        self._lay_out()
        # connect
        self.datasets.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.axes.currentTextChanged.connect(lambda _: self._axes_changed())
        self.unit.currentTextChanged.connect(lambda _: self.changed.emit())
        self.raw.value_changed.connect(lambda _: self.changed.emit())
        for edit in self.steps.values():
            edit.value_changed.connect(lambda _: self.changed.emit())

    def set_probe(self, probe: Probe, *, layout: RawLayout | None = None) -> None:
        """Show what was found in a file; `layout` is the start of a RAW layout."""
        self.blockSignals(True)
        self._probe = probe
        self._fill_datasets(probe)
        self.axes.clear()
        self.axes.addItems(list(dict.fromkeys(c for c in (probe.axes, *probe.choices) if c)))
        self.axes.setEditText(probe.axes)
        self.unit.setCurrentText(probe.unit or "pixel")
        if layout is not None:
            self.raw.set_value(raw_fields(layout))
        for letter, edit in self.steps.items():
            edit.set_value(_step(probe, letter))
        self._show_rows()
        self.blockSignals(False)
        self._axes_changed()

    def value(self) -> Reading:
        """Give how the file shall be read.

        Raises
        ------
        InputError
            If something is missing or cannot be: see `problem`.
        """
        problem = self.problem()
        if problem:
            raise InputError(problem)
        asks_raw = self._probe.needs == "raw"
        axes = "" if asks_raw or not self._probe.shape else self._letters()
        return Reading(
            axes=axes,
            dataset=self._dataset(),
            raw=self.raw.value().layout() if asks_raw else None,
            voxel_size=self._voxel_size(axes),
            unit=self.unit.currentText().strip() if axes else "",
        )

    def problem(self) -> str:
        """Say what is missing or wrong; empty when the file can be opened."""
        if self._probe.needs == "raw":
            return " ".join(self.raw.problems().values())
        if self._probe.needs == "dataset":
            return "" if self._dataset() else "Choose which of the data sets to open."
        if self._probe.needs == "axes" and not self._letters():
            return "Say which axis is which."
        wrong = axes_problem(self._letters(), self._probe.shape) if self._probe.shape else ""
        return wrong or self._step_problem()

    def _letters(self) -> str:
        return self.axes.currentText().strip().casefold()

    def _dataset(self) -> str:
        return str(self.datasets.currentData() or self._probe.dataset)

    def _voxel_size(self, axes: str) -> tuple[float, ...]:
        if not axes:
            return ()
        return tuple(float(self.steps[a].value() or 1.0) for a in "zyx" if a in axes)

    def _step_problem(self) -> str:
        for letter in self._letters():
            edit = self.steps.get(letter)
            if edit is not None and not (edit.value() or 0) > 0:
                return f"The voxel size along {letter} must be a number above 0."
        return ""

    def _axes_changed(self) -> None:
        letters, shape = self._letters(), self._probe.shape
        wrong = axes_problem(letters, shape) if shape and letters else ""
        guess = " This is a guess: correct it if it is wrong." if self._probe.guessed and letters else ""
        if letters and shape and not wrong:
            self.words.setText(axes_words(letters, shape) + "." + guess)
        else:
            self.words.setText(wrong or ("Choose the reading that fits." if self._probe.choices else ""))
        set_mark(self.axes, "invalid", bool(wrong))
        set_role(self.words, "warning" if wrong or guess or not letters else "muted")
        for letter, edit in self.steps.items():
            edit.setVisible(letter in letters)
        self.changed.emit()

    def _fill_datasets(self, probe: Probe) -> None:
        self.datasets.clear()
        for dataset in probe.datasets:
            size = " × ".join(map(str, dataset.shape))
            self.datasets.addItem(f"{dataset.path}   {size}  {dataset.dtype}", dataset.path)
        chosen = self.datasets.findData(probe.dataset)
        self.datasets.setCurrentIndex(chosen if chosen >= 0 and probe.dataset else -1)

    def _show_rows(self) -> None:
        asks_raw = self._probe.needs == "raw"
        knows_shape = bool(self._probe.shape) and not asks_raw
        self._rows.setRowVisible(self.datasets, bool(self._probe.datasets))
        self._rows.setRowVisible(self.raw, asks_raw)
        for widget in (self.axes, self.words, self._sizes):
            self._rows.setRowVisible(widget, knows_shape)

    def _lay_out(self) -> None:
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(8)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._sizes = QWidget()
        sizes = QHBoxLayout(self._sizes)
        sizes.setContentsMargins(0, 0, 0, 0)
        sizes.setSpacing(4)
        for letter, edit in self.steps.items():
            edit.setToolTip(f"Distance from one voxel to the next along {letter}")
            sizes.addWidget(edit, 1)
        sizes.addWidget(self.unit)
        self._rows.addRow("Data set", self.datasets)
        self._rows.addRow(self.raw)
        self._rows.addRow("Axes", self.axes)
        self._rows.addRow("", self.words)
        self._rows.addRow("Voxel size", self._sizes)


def _step(probe: Probe, letter: str) -> float:
    index = probe.axes.find(letter)
    return probe.voxel_size[index] if 0 <= index < len(probe.voxel_size) else 1.0


def layout_problem(layout: RawLayout, path: Path) -> str:
    """Say when a layout needs more bytes than its file has."""
    have, need = path.stat().st_size, layout.offset + layout.nbytes
    return f"This layout needs {need} bytes; {path.name} has {have}." if need > have else ""


