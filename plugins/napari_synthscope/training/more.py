"""What most people leave as it is when they train: further images, the part kept out, device, seed, licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.further_images import FurtherImages
from napari_synthscope.parts.seed_edit import MAX_SEED
from napari_synthscope.training.shown_edit import ShownEdit
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.qt.wheel import guard_wheel
from synthscope.records.generator import GeneratorSpec
from synthscope.records.training import SplitAxis

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

SHOWN_TIP = "What the images show: a class in a word, which Generate then lets you choose, and a label map"
MOST_HELD_OUT = 50
AXES: tuple[tuple[SplitAxis, str], ...] = (
    ("auto", "where there is most room"),
    ("z", "slices"),
    ("y", "rows"),
    ("x", "columns"),
)
DEVICES = (("auto", "the fastest there is"), ("cpu", "processor only"))


class TrainMore(QWidget):
    """Edits the rest of a training.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._learns_labels = False
        # create
        self.images = FurtherImages(session)
        self.held_out = NumberEdit(float, unit="%")
        self.axis = _combo(AXES)
        self.split_words = WrappingLabel(role="muted")
        self.device = _combo(DEVICES)
        self.seed = NumberEdit(int)
        self.licence = QLineEdit()
        self.shown = ShownEdit(session)
        # lay out
        self._lay_out()
        # connect
        self.images.value_changed.connect(self._show_images)
        session.source_changed.connect(self._show_images)
        self._show_images()
        self.held_out.set_value(25)
        self.seed.set_value(0)
        for signal in (
            self.images.value_changed,
            self.held_out.value_changed,
            self.axis.currentIndexChanged,
            self.device.currentIndexChanged,
            self.seed.value_changed,
            self.licence.textChanged,
            self.shown.value_changed,
        ):
            signal.connect(self._changed)

    def part(self) -> float:
        """Give the part that is kept out, 0 to 0.5; what cannot be read counts as a quarter."""
        value = self.held_out.value()
        return 0.25 if value is None else float(value) / 100

    def class_names(self) -> tuple[str, ...]:
        """Give the class of each image, the source's first; empty where none is told."""
        return self.shown.class_names()

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Ask what a generator learns from beside the images."""
        self._learns_labels = spec is not None and spec.learns_labels
        self._show_images()

    def split_axis(self) -> SplitAxis:
        """Give the axis along which the kept-out block is cut."""
        axis: SplitAxis = self.axis.currentData()
        return axis

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        return self._part_problem() or self._seed_problem()

    def say_split(self, words: str) -> None:
        """Say which part is kept out."""
        self.split_words.setText(words)
        self.split_words.setVisible(bool(words))

    def know_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer devices as (id, name); the chosen one stays."""
        chosen = self.device.currentData()
        self.device.blockSignals(True)
        self.device.clear()
        for device, words in (*DEVICES, *devices):
            self.device.addItem(words, device)
        self.device.setCurrentIndex(max(0, self.device.findData(chosen)))
        self.device.blockSignals(False)

    def close_edit(self) -> None:
        """Stop listening to the viewer."""
        self.images.close_list()
        self.shown.close_edit()

    def _show_images(self) -> None:
        source = self._session.source
        layers = () if source is None else (source, *self.images.value())
        self.shown.show_for(layers, learns_labels=self._learns_labels)

    def _part_problem(self) -> str:
        value = self.held_out.value()
        if value is not None and 0 <= value <= MOST_HELD_OUT:
            return ""
        return f"Kept out is {self.held_out.text()!r}; give 0 to {MOST_HELD_OUT} %."

    def _seed_problem(self) -> str:
        value = self.seed.value()
        if value is not None and 0 <= value <= MAX_SEED:
            return ""
        return f"Seed is {self.seed.text()!r}; give a whole number from 0 to {MAX_SEED}."

    def _changed(self, *_: object) -> None:
        set_mark(self.held_out.line, "invalid", bool(self._part_problem()))
        set_mark(self.seed.line, "invalid", bool(self._seed_problem()))
        self.value_changed.emit()

    def _lay_out(self) -> None:
        self.licence.setPlaceholderText("such as CC BY 4.0")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("Also from", "Further images to learn from, beside the one above", self.images),
            ("Shows", SHOWN_TIP, self.shown),
            ("Kept out", "One block that is never learned from; what was learned is measured on it", self.held_out),
            ("Cut along", "Where the kept-out block is cut off: at the end of this axis", self.axis),
            ("Device", "What computes; a graphics card is many times faster", self.device),
            ("Seed", "The same seed, settings and images make the same model again", self.seed),
            ("Licence", "Of the images; it is written on the model's card", self.licence),
        )
        row = 0
        for words, tip, widget in rows:
            grid.addWidget(field_label(words, tip, widget), row, 0)
            grid.addWidget(widget, row, 1)
            row += 1
            if widget is self.axis:
                grid.addWidget(self.split_words, row, 1)
                row += 1


def _combo(items: tuple[tuple[str, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    guard_wheel(combo)
    for data, words in items:
        combo.addItem(words, data)
    return combo
