"""One generator that may be lined up: ticked or not, with its model, or the reason why it cannot."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from napari_synthscope.parts.generator_choice import listing_tooltip
from napari_synthscope.parts.model_slot import missing_model
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.model_pick import ModelLine, ModelPick
from synthscope.records.generator import GeneratorSpec
from synthscope.records.listing import Listing


class ContenderRow(QWidget):
    """Edits whether a generator takes part, and with which model.

    Signals
    -------
    value_changed()
        It was ticked or not, or has another model.
    """

    value_changed = Signal()

    def __init__(self, listing: Listing[GeneratorSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listing = listing
        self._told = ""
        # create
        self.tick = QCheckBox(listing.spec.title if listing.spec else listing.id)
        self.model = ModelPick()
        self.reason = WrappingLabel(role="muted")
        # lay out
        self.tick.setToolTip(listing_tooltip(listing))
        below = QVBoxLayout()
        below.setContentsMargins(24, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.model)
        below.addWidget(self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.tick)
        column.addLayout(below)
        # connect
        self.tick.toggled.connect(self._changed)
        self.model.value_changed.connect(self._changed)
        self._show()

    @property
    def id(self) -> str:
        """Of the generator."""
        return self._listing.id

    @property
    def spec(self) -> GeneratorSpec | None:
        """Of the generator; None for a broken one."""
        return self._listing.spec

    @property
    def needs_model(self) -> bool:
        """Whether it works with a model."""
        return self.spec is not None and self.spec.needs_model

    def problem(self) -> str:
        """Say why it cannot take part, in a sentence; empty when it can."""
        if self.spec is None:
            return f"It cannot be used: {self._listing.reason}"
        return (missing_model(self.spec, self.model) if self.needs_model else "") or self._told

    def can_be_asked(self) -> bool:
        """Whether it can be planned: nothing is missing but what a plan tells."""
        return self.spec is not None and not (self.needs_model and missing_model(self.spec, self.model))

    def tell(self, problem: str) -> None:
        """Say what a plan found to be wrong; empty for nothing."""
        self._told = problem
        self._show()

    def set_models(self, lines: Iterable[ModelLine]) -> None:
        """Offer models, the best choice first."""
        lines = tuple(lines)
        if lines != self.model.rows():
            self.model.set_rows(lines)
        self._show()

    def _changed(self, *_: object) -> None:
        self._show()
        self.value_changed.emit()

    def _show(self) -> None:
        problem = self.problem()
        self.tick.setEnabled(not problem or self.tick.isChecked())
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))
        self.reason.setProperty("role", "warning" if self.tick.isChecked() else "muted")
        self.model.setVisible(self.needs_model and self.tick.isChecked() and bool(self.model.rows()))
