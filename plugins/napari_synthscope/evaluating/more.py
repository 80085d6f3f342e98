"""What most people leave as it is when they evaluate: fields, draws, controls, specimens, seed."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.seed_edit import MAX_SEED
from synthscope.qt.buttons import IconButton
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.qt.wheel import guard_wheel

LEAST_SIDE, MOST_SIDE = 16, 4096
SPECIMENS = (
    ("", "not told", "Intervals are then over images, or over blocks of space where there are few images"),
    ("image", "each image is one", "Every image comes from a specimen of its own"),
    ("name", "first part of the name", "What stands before the first _ or - of an image's name"),
)


class EvaluateMore(QWidget):
    """Edits the rest of an evaluation.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.side = NumberEdit(int, unit="px")
        self.depth = NumberEdit(int)
        self.most = NumberEdit(int)
        self.resamples = NumberEdit(int)
        self.specimens = QComboBox()
        self.controls = QCheckBox("Measure controls too")
        self.utility = QCheckBox("Measure utility too")
        self.labels = QLineEdit()
        self.choose = IconButton("folder-open-outline", "Choose the folder of label maps")
        self.seed = NumberEdit(int)
        self.prompt = QLineEdit()
        # lay out
        self._lay_out()
        # connect
        for edit, value in ((self.depth, 1), (self.most, 200), (self.resamples, 500), (self.seed, 0)):
            edit.set_value(value)
        for edit in (self.side, self.depth, self.most, self.resamples, self.seed):
            edit.value_changed.connect(lambda _value: self._changed())
        self.specimens.currentIndexChanged.connect(lambda _: self._changed())
        self.controls.toggled.connect(lambda _: self._changed())
        self.utility.toggled.connect(self.labels.setEnabled)
        self.utility.toggled.connect(self.choose.setEnabled)
        self.choose.clicked.connect(self.ask_labels)
        self.utility.toggled.connect(lambda _: self._changed())
        self.labels.textChanged.connect(lambda _: self._changed())
        self.prompt.textChanged.connect(lambda _: self._changed())

    def side_px(self) -> int:
        """Give the side of fields; 0 for the largest that fits."""
        return int(self.side.value() or 0)

    def labels_path(self) -> str:
        """Give where the label maps of the real images lie; empty where the two phases are learned."""
        return self.labels.text().strip() if self.utility.isChecked() else ""

    def ask_labels(self) -> None:
        """Ask for the folder of label maps; cancelled, what stands there stays."""
        name = QFileDialog.getExistingDirectory(self, "Folder of label maps", self.labels.text().strip())
        if name:
            self.labels.setText(name)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        return next(filter(None, (words for _, words in self._problems())), "")

    def _problems(self) -> tuple[tuple[NumberEdit, str], ...]:
        side = self.side.text().strip()
        wrong_side = bool(side) and not _within(self.side, LEAST_SIDE, MOST_SIDE)
        limits = (
            (self.depth, "Slices of a field", 1, 512),
            (self.most, "Number of fields", 8, 100_000),
            (self.resamples, "Number of draws", 20, 100_000),
            (self.seed, "Seed", 0, MAX_SEED),
        )
        return (
            (self.side, f"Side of fields is {side!r}; give {LEAST_SIDE} to {MOST_SIDE} px." if wrong_side else ""),
            *(
                (edit, "" if _within(edit, low, high) else f"{words} is {edit.text()!r}; give {low} to {high}.")
                for edit, words, low, high in limits
            ),
        )

    def _changed(self) -> None:
        for edit, words in self._problems():
            set_mark(edit.line, "invalid", bool(words))
        self.value_changed.emit()

    def _lay_out(self) -> None:
        self.side.line.setPlaceholderText("the largest that fits")
        self.prompt.setPlaceholderText("the words they were made from")
        for data, words, _tip in SPECIMENS:
            self.specimens.addItem(words, data)
        self.specimens.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.specimens.setMinimumContentsLength(8)
        guard_wheel(self.specimens)
        self.controls.setChecked(True)
        self.controls.setToolTip(
            "Held-out real, quilted, phase-shuffled, blurred and noised images: a measure that does not rank them "
            "sensibly is marked as not informative on your data"
        )
        self.utility.setToolTip(
            "Trains a small segmenter on real, on generated and on both, and takes its Dice on held-out real images; "
            "labels are the phases by the threshold of the real set, unless label maps are given below"
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        tips = "\n".join(f"{words}: {tip}" for _, words, tip in SPECIMENS)
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("Side", "Images are cut into square fields of this side; larger ones hold larger structure", self.side),
            ("Slices", "Slices of a field: 1 judges slices, more judges volumes", self.depth),
            ("Most fields", "Fields of each set at most, drawn evenly; more give narrower intervals", self.most),
            ("Draws", "Resamples for intervals and tests; more make them steadier", self.resamples),
            ("Specimens", f"What is independent of each other; intervals are over specimens\n{tips}", self.specimens),
            ("Seed", "The same seed, settings and images give the same numbers again", self.seed),
            ("Prompt", "One for all generated images: where CLIP is here, CLIPScore is how well they fit", self.prompt),
        )
        for row, (words, tip, widget) in enumerate(rows):
            grid.addWidget(field_label(words, tip, widget), row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self.controls, len(rows), 0, 1, 2)
        grid.addWidget(self.utility, len(rows) + 1, 0, 1, 2)
        self._lay_out_labels(grid, len(rows) + 2)

    def _lay_out_labels(self, grid: QGridLayout, row: int) -> None:
        tip = (
            "A folder with a label map for each real image, in their order: what the segmenter learns of them, and of "
            "generated images that were made from label maps"
        )
        self.labels.setPlaceholderText("phases by the threshold")
        self.labels.setEnabled(False)
        self.choose.setEnabled(False)
        beside = QHBoxLayout()
        beside.addWidget(self.labels)
        beside.addWidget(self.choose)
        grid.addWidget(field_label("Label maps", tip, self.labels), row, 0)
        grid.addLayout(beside, row, 1)


def _within(edit: NumberEdit, low: int, high: int) -> bool:
    value = edit.value()
    return value is not None and low <= value <= high
