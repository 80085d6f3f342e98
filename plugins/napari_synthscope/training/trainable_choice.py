"""Which generator learns, and how: every one that can be trained, with the form of its training."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtGui import QStandardItemModel
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from napari_synthscope.parts.form_stack import FormStack
from napari_synthscope.parts.generator_choice import listing_item, listing_tooltip
from synthscope.generators.registry import list_generators
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.generator import GeneratorSpec
from synthscope.records.listing import Listing

PREFERRED = "prior"
"""What is chosen first: it fills, varies and makes new images from one training."""

TUNING = (
    "Teaches a pretrained model your images. It stays as it is; what is learned is a small adapter (LoRA) beside it, "
    "called by its words."
)


class TrainableChoice(QWidget):
    """Edits which generator is trained and its training record.

    Signals
    -------
    value_changed()
        Another generator is chosen, or a field of its training is another.
    """

    value_changed = Signal()

    def __init__(self, listings: tuple[Listing, ...] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        found = list_generators() if listings is None else listings
        self._listings = {one.id: one for one in found if one.spec is None or one.spec.training is not None}
        # create
        self.combo = QComboBox()
        self._summary = WrappingLabel(role="muted")
        self._stack = FormStack()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.combo, self._summary, self._stack):
            column.addWidget(widget)
        self._fill()
        # connect
        self.combo.currentIndexChanged.connect(lambda _: self._show())
        self._stack.value_changed.connect(self.value_changed)
        self._show()

    @property
    def spec(self) -> GeneratorSpec | None:
        """The generator; None where none can be trained."""
        listing = self._listings.get(self.combo.currentData() or "")
        return listing.spec if listing else None

    def parameters(self) -> Any:
        """Give the training record; None where none can be trained.

        Raises
        ------
        ParameterError
            If what is typed in a field is no number.
        """
        form = self._stack.form()
        return None if form is None else form.value()

    def set_below(self, widget: QWidget) -> None:
        """Show a widget between what the generator is and the form of its training."""
        layout: Any = self.layout()
        layout.insertWidget(layout.indexOf(self._stack), widget)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        form = self._stack.form()
        if form is None:
            return "No generator here can be trained; install one that learns."
        return " ".join(form.problems().values())

    def set_value(self, generator: str, parameters: Any = None) -> None:
        """Choose a generator, and what its form says; one that has gone is left out."""
        self.combo.setCurrentIndex(max(0, self.combo.findData(generator)))
        form, spec = self._stack.form(), self.spec
        if form is not None and spec is not None and spec.training and isinstance(parameters, spec.training):
            form.set_value(parameters)

    def _fill(self) -> None:
        model = QStandardItemModel(self.combo)
        for listing in self._listings.values():
            item = listing_item(listing)
            if listing.spec is not None and listing.spec.trains_adapter:
                item.setText(f"{listing.spec.title}: fine-tuning")
            model.appendRow(item)
        self.combo.setModel(model)
        works = [one.id for one in self._listings.values() if one.available]
        first = PREFERRED if PREFERRED in works else next(iter(works), "")
        self.combo.setCurrentIndex(self.combo.findData(first) if first else -1)
        self.combo.setAccessibleName("Generator that learns")
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        guard_wheel(self.combo)

    def _show(self) -> None:
        spec = self.spec
        summary = spec.summary if spec else ""
        self._summary.setText(TUNING if spec is not None and spec.trains_adapter else summary)
        self._summary.setVisible(bool(summary))
        self.combo.setToolTip(listing_tooltip(self._listings[spec.id]) if spec else "")
        self._stack.show_form(spec.id if spec else "", spec.training if spec else None)
        self.value_changed.emit()
