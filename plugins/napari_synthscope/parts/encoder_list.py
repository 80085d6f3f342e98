"""The encoders that whole images can be compared by, to be ticked."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QListWidgetItem, QWidget

from synthscope.io.weights import missing_words
from synthscope.metrics.registry import list_extractors
from synthscope.qt.fitted_list import FittedList
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.listing import Listing
from synthscope.records.metric import ExtractorSpec
from synthscope.services.weights import is_installed, is_weights

PREFERRED = EvaluationRecipe.encoders[0]
ROWS = 4
"""Before it scrolls."""


class EncoderList(FittedList):
    """Edits a choice of encoders; those that cannot be used are grey and say why.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, listings: Iterable[Listing[ExtractorSpec]] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(ROWS, parent)
        found = list_extractors() if listings is None else tuple(listings)
        self.setAccessibleName("Encoders")
        self.setToolTip("What images are compared by where whole images count; each gives its own scores")
        for listing in sorted((one for one in found if one.spec is None or one.spec.is_encoder), key=_order):
            self.addItem(_item(listing))
        self.fit()
        self.itemChanged.connect(lambda _: self.value_changed.emit())

    def value(self) -> tuple[str, ...]:
        """Give the ids of the encoders that are ticked."""
        items = [self.item(i) for i in range(self.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def set_value(self, encoders: Iterable[str]) -> None:
        """Tick encoders."""
        wanted = set(encoders)
        for i in range(self.count()):
            item = self.item(i)
            ticked = item.data(Qt.ItemDataRole.UserRole) in wanted
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)


def _item(listing: Listing[ExtractorSpec]) -> QListWidgetItem:
    item = QListWidgetItem(listing.spec.title if listing.spec else listing.id)
    item.setData(Qt.ItemDataRole.UserRole, listing.id)
    item.setToolTip(encoder_tip(listing))
    installed = listing.spec is None or not listing.spec.weights or is_installed(listing.spec.weights)
    usable = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    item.setFlags(usable if listing.available and installed else Qt.ItemFlag.NoItemFlags)
    first = listing.available and listing.id == PREFERRED
    item.setCheckState(Qt.CheckState.Checked if first else Qt.CheckState.Unchecked)
    return item


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
