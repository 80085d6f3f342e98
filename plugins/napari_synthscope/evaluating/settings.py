"""How sets are judged: material, partners, encoders, and what most people leave as it is."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.evaluating.more import EvaluateMore
from napari_synthscope.evaluating.words import PAIRED_WHY
from napari_synthscope.parts.encoder_list import EncoderList
from synthscope.qt.buttons import Fold
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.listing import Listing
from synthscope.records.metric import DOMAINS, Domain, ExtractorSpec

MATERIALS: dict[Domain, tuple[str, str]] = {
    "any": ("any", "Measures that any image has: spectra, artefacts, copies, features"),
    "rock": ("rock or soil", "Pores and grains: phases, chords, two-point correlation, thickness, Euler number"),
    "fibre": ("fibres", "Fibres: count, radius, orientation, and what rocks are measured by"),
    "root": ("roots", "Roots: length, diameters, tips, branch points, angles"),
    "cell": ("cells", "Cells: count, area, shape, intensity, granularity, texture"),
}


class EvaluateSettings(QWidget):
    """Edits an `EvaluationRecipe` whose sets come from elsewhere.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, listings: Iterable[Listing[ExtractorSpec]] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.domain = QComboBox()
        self.partners = QCheckBox("Each generated image has a real partner")
        self.encoders = EncoderList(listings)
        self.more = EvaluateMore()
        self._fold = Fold("More", self.more)
        # lay out
        self._lay_out()
        # connect
        self.domain.currentIndexChanged.connect(lambda _: self.value_changed.emit())
        self.partners.toggled.connect(lambda _: self.value_changed.emit())
        self.encoders.value_changed.connect(self.value_changed)
        self.more.value_changed.connect(self._more_changed)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.encoders.value():
            return "No encoder is ticked: choose by which features images are compared."
        return self.more.problem()

    def value(self) -> EvaluationRecipe | None:
        """Give the recipe, without its images; None while `problem` has something to say."""
        if self.problem():
            return None
        return EvaluationRecipe(
            real=ImageSet("real", ()),
            generated=(),
            domain=self.domain.currentData(),
            partners=self.partners.isChecked(),
            encoders=self.encoders.value(),
            side=self.more.side_px(),
            depth=int(self.more.depth.value() or 1),
            most=int(self.more.most.value() or 0),
            resamples=int(self.more.resamples.value() or 0),
            controls=self.more.controls.isChecked(),
            utility=self.more.utility.isChecked(),
            seed=int(self.more.seed.value() or 0),
        )

    def _more_changed(self) -> None:
        if self.more.problem():
            self._fold.set_open(True)  # what forbids the evaluation must be seen
        self.value_changed.emit()

    def _lay_out(self) -> None:
        for domain in DOMAINS:
            words, tip = MATERIALS[domain]
            self.domain.addItem(words, domain)
            self.domain.setItemData(self.domain.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.domain.setAccessibleName("Material")
        self.domain.setToolTip("What the images show; it adds the measures of that material")
        guard_wheel(self.domain)
        self.partners.setToolTip(PAIRED_WHY)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, widget) in enumerate((("Material", self.domain), ("Compared by", self.encoders))):
            label = QLabel(words)
            label.setBuddy(widget)
            label.setMinimumWidth(88)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.partners)
        column.addWidget(WrappingLabel(PAIRED_WHY, role="muted"))
        column.addWidget(self._fold)
