"""What is to be undone: noise, coarse pixels, thick slices; and how."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.request import MAX_FACTOR, Restoration, RestorationKind
from synthscope.services.restoring import restoration_of

WORDS: dict[RestorationKind, tuple[str, str]] = {
    "denoise": ("Take noise away", "The grid stays; the noise is taken as white."),
    "upscale": ("Finer pixels", "Along y and x; seen coarsely again, the result is the image."),
    "isotropic": ("Slices as fine as pixels", "Along z; seen coarsely again, the result is the stack."),
}
NOISE_TIPS = {
    True: "Standard deviation of the noise; 0: estimated from the image",
    False: "Standard deviation of the noise in what was measured; 0: none",
}


class RestoreEdit(QWidget):
    """Edits a `Restoration`, of the kinds that a generator can do.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.kind = QComboBox()
        self.factor = NumberEdit(int)
        self.noise = NumberEdit(float, unit="grey values")
        self.psf = NumberEdit(float)
        self.sample = QCheckBox("A sample, with all its detail")
        self._words = WrappingLabel(role="muted")
        self._labels = {name: QLabel(words) for name, words in (("factor", "Finer by"), ("psf", "Seen through"))}
        # lay out
        self._lay_out()
        # connect
        self.kind.currentIndexChanged.connect(lambda _index: self._on_kind())
        for edit in (self.factor, self.noise, self.psf):
            edit.value_changed.connect(lambda _value: self._changed())
        self.sample.toggled.connect(lambda _on: self._changed())
        for edit in (self.noise, self.psf):
            edit.set_value(0.0)
        self.factor.set_value(2)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """List what a generator can undo; what was chosen stays where it can be."""
        kinds = () if spec is None else spec.restorations
        if [self.kind.itemData(i) for i in range(self.kind.count())] == list(kinds):
            return
        before = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        for kind in kinds:
            self.kind.addItem(WORDS[kind][0], kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(before)))
        self.kind.blockSignals(False)
        self._on_kind()

    def fit(self, image: Image | None) -> None:
        """Name the unit in which a blur is given."""
        unit = "" if image is None else image.space.unit
        self.psf.set_unit("px" if unit in ("", "pixel") else unit)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        try:
            self.value()
        except SynthscopeError as error:
            return error.sentence
        wrong = self._wrong()
        return f"{wrong[0].line.accessibleName()} is {wrong[0].text()!r}; {wrong[0].line.toolTip()}." if wrong else ""

    def value(self) -> Restoration | None:
        """Give the record; None where nothing can be undone.

        Raises
        ------
        InputError
            If a number cannot be.
        """
        kind = self.kind.currentData()
        if kind is None:
            return None
        return restoration_of(
            kind,
            factor=int(self.factor.value() or 0) if kind != "denoise" else 0,
            noise=float(self.noise.value() or 0.0),
            sample=self.sample.isChecked(),
            psf=float(self.psf.value() or 0.0) if kind != "denoise" else 0.0,
        )

    def set_value(self, wanted: Restoration | None) -> None:
        """Show a record; None leaves what is shown."""
        if wanted is None:
            return
        self.kind.setCurrentIndex(self.kind.findData(wanted.kind))
        self.noise.set_value(wanted.noise)
        self.sample.setChecked(wanted.sample)
        if wanted.kind != "denoise":
            self.factor.set_value(wanted.factor)
            self.psf.set_value(wanted.psf)

    def _wrong(self) -> list[NumberEdit]:
        low = 0 if self.kind.currentData() == "isotropic" else 2
        limits = {self.factor: (low, MAX_FACTOR), self.noise: (0, float("inf")), self.psf: (0, float("inf"))}
        shown = {edit: pair for edit, pair in limits.items() if not edit.isHidden()}
        return [edit for edit, (a, b) in shown.items() if (v := edit.value()) is None or not a <= v <= b]

    def _on_kind(self) -> None:
        kind: RestorationKind = self.kind.currentData() or "denoise"
        finer = kind != "denoise"
        for name, edit in (("factor", self.factor), ("psf", self.psf)):
            self._labels[name].setVisible(finer)
            edit.setVisible(finer)
        self._words.setText(WORDS[kind][1])
        self.factor.set_value(0 if kind == "isotropic" else max(2, int(self.factor.value() or 0)))
        least = "0: by the voxel size, or 2" if kind == "isotropic" else "give 2"
        self.factor.line.setToolTip(f"{least} to {MAX_FACTOR}")
        self.noise.line.setToolTip(NOISE_TIPS[kind == "denoise"])
        self.sample.setChecked(finer)
        self._changed()

    def _changed(self) -> None:
        wrong = self._wrong()
        for edit in (self.factor, self.noise, self.psf):
            set_mark(edit.line, "invalid", edit in wrong)
        self.value_changed.emit()

    def _lay_out(self) -> None:
        self.kind.setAccessibleName("What is undone")
        names = {self.factor: "The factor", self.noise: "The noise", self.psf: "The width of the blur"}
        for edit, name in names.items():
            edit.line.setAccessibleName(name)
        self.psf.line.setToolTip(
            "Full width at half maximum of the instrument's Gaussian blur; 0: coarse voxels are means of fine ones"
        )
        self.sample.setToolTip("Otherwise the mean of all that may have been there: smoother, and nearer to the truth")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.kind, 0, 0, 1, 2)
        grid.addWidget(self._words, 1, 0, 1, 2)
        rows = ((self._labels["factor"], self.factor), (QLabel("Noise"), self.noise), (self._labels["psf"], self.psf))
        for row, (label, edit) in enumerate(rows, 2):
            label.setMinimumWidth(88)
            label.setBuddy(edit.line)
            grid.addWidget(label, row, 0)
            grid.addWidget(edit, row, 1)
        grid.addWidget(self.sample, 5, 0, 1, 2)
