"""How sets are judged: material, partners, encoders, and what most people leave as it is."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.evaluating.more import EvaluateMore
from napari_synthscope.evaluating.words import PAIRED_WHY
from synthscope.io.weights import missing_words
from synthscope.metrics.registry import list_extractors
from synthscope.qt.buttons import Fold
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.listing import Listing
from synthscope.records.metric import DOMAINS, Domain, ExtractorSpec
from synthscope.services.weights import is_installed, is_weights

MATERIALS: dict[Domain, tuple[str, str]] = {
    "any": ("any", "Measures that any image has: spectra, artefacts, copies, features"),
    "rock": ("rock or soil", "Pores and grains: phases, chords, two-point correlation, thickness, Euler number"),
    "fibre": ("fibres", "Fibres: count, radius, orientation, and what rocks are measured by"),
    "root": ("roots", "Roots: length, diameters, tips, branch points, angles"),
    "cell": ("cells", "Cells: count, area, shape, intensity, granularity, texture"),
}
PREFERRED = EvaluationRecipe.encoders[0]
ENCODERS = 4
"""Rows of the list of encoders, before it scrolls."""


class EvaluateSettings(QWidget):
    """Edits an `EvaluationRecipe` whose sets come from elsewhere.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, listings: Iterable[Listing[ExtractorSpec]] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        found = list_extractors() if listings is None else tuple(listings)
        # create
        self.domain = QComboBox()
        self.partners = QCheckBox("Each generated image has a real partner")
        self.encoders = FittedList(ENCODERS)
        self.more = EvaluateMore()
        self._fold = Fold("More", self.more)
        # lay out
        self._list_encoders([one for one in found if one.spec is None or one.spec.is_encoder])
        self._lay_out()
        # connect
        self.domain.currentIndexChanged.connect(lambda _: self.value_changed.emit())
        self.partners.toggled.connect(lambda _: self.value_changed.emit())
        self.encoders.itemChanged.connect(lambda _: self.value_changed.emit())
        self.more.value_changed.connect(self._more_changed)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.chosen_encoders():
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
            encoders=self.chosen_encoders(),
            side=self.more.side_px(),
            depth=int(self.more.depth.value() or 1),
            most=int(self.more.most.value() or 0),
            resamples=int(self.more.resamples.value() or 0),
            controls=self.more.controls.isChecked(),
            utility=self.more.utility.isChecked(),
            seed=int(self.more.seed.value() or 0),
        )

    def chosen_encoders(self) -> tuple[str, ...]:
        """Give the ids of the encoders that are ticked."""
        items = [self.encoders.item(i) for i in range(self.encoders.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def set_encoders(self, encoders: Iterable[str]) -> None:
        """Tick encoders."""
        wanted = set(encoders)
        for i in range(self.encoders.count()):
            item = self.encoders.item(i)
            ticked = item.data(Qt.ItemDataRole.UserRole) in wanted
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def _list_encoders(self, listings: list[Listing[ExtractorSpec]]) -> None:
        for listing in sorted(listings, key=_order):
            item = QListWidgetItem(listing.spec.title if listing.spec else listing.id)
            item.setData(Qt.ItemDataRole.UserRole, listing.id)
            item.setToolTip(encoder_tip(listing))
            installed = listing.spec is None or not listing.spec.weights or is_installed(listing.spec.weights)
            usable = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(usable if listing.available and installed else Qt.ItemFlag.NoItemFlags)
            first = listing.available and listing.id == PREFERRED
            item.setCheckState(Qt.CheckState.Checked if first else Qt.CheckState.Unchecked)
            self.encoders.addItem(item)
        self.encoders.fit()

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
        self.encoders.setAccessibleName("Encoders")
        self.encoders.setToolTip("What images are compared by where whole images count; each gives its own scores")
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


def _order(listing: Listing[ExtractorSpec]) -> tuple[bool, bool, str]:
    """Put the preferred one first, then those that need no download."""
    return listing.id != PREFERRED, listing.spec is None or bool(listing.spec.weights), listing.id


def encoder_tip(listing: Listing[ExtractorSpec]) -> str:
    """Say what an encoder is, what it needs, or why it cannot be used."""
    spec = listing.spec
    if spec is None:
        return f"Cannot be used: {listing.reason}"
    needs = "needs no download"
    if spec.weights:
        needs = f"its weights {spec.weights!r} are here"
        if not is_installed(spec.weights):
            needs = missing_words(spec.weights) if is_weights(spec.weights) else f"it needs {spec.weights!r}"
    return "\n".join(filter(None, [spec.summary, f"{needs}; fields of at least {spec.least_side} px", spec.citation]))
