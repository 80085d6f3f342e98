"""How one file is read, editable: data set, axes, voxel size; only what the file leaves open or says."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QTreeWidget, QVBoxLayout, QWidget

from synthscope.errors import InputError
from synthscope.io.reading import Probe, Reading
from synthscope.qt.buttons import Fold, clear_layout
from synthscope.qt.dialogs.axes import AxesEditor
from synthscope.qt.dialogs.datasets import DatasetChooser
from synthscope.qt.dialogs.voxel_size import VoxelSize, VoxelSizeEditor


class ReadingForm(QWidget):
    """Edits how one file is read, beginning with what was found in it.

    Signals
    -------
    changed()
        What `value` and `problem` give may be another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probe = Probe("")
        self._started = Reading()
        self._datasets: DatasetChooser | None = None
        self._axes: AxesEditor | None = None
        self._size: VoxelSizeEditor | None = None
        self._fold: Fold | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def set_probe(self, probe: Probe) -> None:
        """Show what was found in a file."""
        clear_layout(self._column)
        self._probe = probe
        self._datasets = self._chooser(probe) if len(probe.datasets) > 1 or probe.needs == "dataset" else None
        self._axes = self._axes_editor(probe) if probe.shape else None
        self._size = self._fold = None
        if self._datasets is not None:
            self._column.addWidget(self._datasets)
        if self._axes is not None:
            self._lay_out_axes(self._axes)
        self._started = self._value_now()
        self.changed.emit()

    @property
    def differs(self) -> bool:
        """Whether a person has changed anything since `set_probe`."""
        return not self.problem() and self._value_now() != self._started

    @property
    def axes_editor(self) -> AxesEditor | None:
        """The editor of the axes, where the shape is known."""
        return self._axes

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
        return self._value_now()

    def problem(self) -> str:
        """Say what is missing or wrong; empty when the file can be read so."""
        parts = (self._datasets,) if self._is_other else (self._datasets, self._axes, self._size)
        return next((said for part in parts if part is not None and (said := part.problem())), "")

    @property
    def _is_other(self) -> bool:
        """Whether another image of the file is chosen than the one whose axes are shown."""
        return self._datasets is not None and self._datasets.value() != self._probe.dataset

    def _value_now(self) -> Reading:
        if self._is_other and self._datasets is not None:
            return Reading(dataset=self._datasets.value())
        size = self._size.value() if self._size is not None else None
        return Reading(
            axes=self._axes.value() if self._axes is not None else "",
            dataset=self._datasets.value() if self._datasets is not None else self._probe.dataset,
            voxel_size=size.steps if size is not None else (),
            unit=size.unit if size is not None else "",
        )

    def _chooser(self, probe: Probe) -> DatasetChooser:
        chooser = DatasetChooser(probe.datasets)
        chooser.findChild(QTreeWidget).setMinimumWidth(0)  # a panel is narrower than a dialog
        if probe.dataset:
            chooser.set_value(probe.dataset)
        self._watched(chooser)
        chooser.value_changed.connect(lambda _value: self._show_axes())
        return chooser

    def _show_axes(self) -> None:
        """Hide the axes of another image than the one that is chosen; the file tells those, or asks."""
        if self._fold is not None:
            self._fold.setVisible(not self._is_other)

    def _axes_editor(self, probe: Probe) -> AxesEditor:
        choices = probe.choices if len(probe.choices) > 1 else ()  # one alone is no choice
        editor = AxesEditor(probe.shape, probe.axes or next(iter(probe.choices), ""), choices)
        self._watched(editor)
        editor.value_changed.connect(lambda _axes: self._renew_size())
        return editor

    def _watched(self, editor: Any) -> None:
        editor.value_changed.connect(lambda _value: self.changed.emit())

    def _lay_out_axes(self, editor: AxesEditor) -> None:
        inner = QWidget()
        self._sizes = QVBoxLayout(inner)
        self._sizes.setContentsMargins(0, 0, 0, 0)
        self._sizes.setSpacing(12)
        self._sizes.addWidget(editor)
        asked = bool(self._probe.needs or self._probe.guessed)
        fold = Fold("Axes and voxel size", inner)
        self._column.addWidget(fold)
        self._fold = fold
        fold.set_open(asked)
        self._renew_size()

    def _renew_size(self) -> None:
        """Edit one step per spatial axis that there is now, keeping those already given."""
        assert self._axes is not None
        letters = "".join(letter for letter in "zyx" if letter in self._axes.value())
        steps, unit = _steps_of(self._probe), self._probe.unit or "pixel"
        if self._size is not None:
            kept = self._size.value()
            if kept is not None:
                steps, unit = steps | dict(zip(kept.axes, kept.steps, strict=True)), kept.unit
            self._sizes.removeWidget(self._size)
            self._size.deleteLater()
        size = VoxelSize(letters, tuple(steps.get(letter, 1.0) for letter in letters), unit)
        self._size = VoxelSizeEditor(size)
        self._watched(self._size)
        self._sizes.addWidget(self._size)


def _steps_of(probe: Probe) -> dict[str, float]:
    axes = probe.axes if len(probe.axes) == len(probe.voxel_size) else ""
    return {letter: step for letter, step in zip(axes, probe.voxel_size, strict=False) if letter in "zyx"}
