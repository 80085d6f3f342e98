"""Further image layers to learn from, beside the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.parts.layer_list import brought
from napari_synthscope.parts.layer_news import LayerNews
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.labels import WrappingLabel

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

_ROWS = 4


class FurtherImages(QWidget):
    """Edits which other image layers are learned from; layers are held by identity.

    Signals
    -------
    value_changed()
        Another layer is ticked, or one that was has gone.
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layers: list[Any] = []
        # create
        self.list = FittedList(_ROWS)
        self._none = WrappingLabel("No other image is open; open more to learn from them together.", role="muted")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(self._none)
        self.list.setAccessibleName("Further images to learn from")
        self.list.setToolTip("Tick the images that show the same material, taken in the same way")
        # connect
        self.list.itemChanged.connect(lambda _item: self._changed())
        session.source_changed.connect(self.refresh)
        self._news = LayerNews(session.viewer, self.refresh)
        self.refresh()

    def value(self) -> tuple[Any, ...]:
        """Give the layers that are ticked, in the order of the list."""
        return tuple(layer for layer, item in zip(self._layers, self._items(), strict=True) if _ticked(item))

    def set_value(self, layers: tuple[Any, ...]) -> None:
        """Tick layers."""
        for layer, item in zip(self._layers, self._items(), strict=True):
            item.setCheckState(Qt.CheckState.Checked if layer in layers else Qt.CheckState.Unchecked)

    def refresh(self) -> None:
        """List the image layers again; what was ticked stays ticked."""
        from napari.layers import Image as ImageLayer

        before, ticked = self._layers, self.value()
        images = brought(self._session.viewer, ImageLayer)
        self._layers = [layer for layer in images if layer is not self._session.source]
        self.list.blockSignals(True)
        self.list.clear()
        for layer in self._layers:
            item = QListWidgetItem(layer.name)
            item.setToolTip(layer.name)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if layer in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.fit()
        self.list.setVisible(bool(self._layers))
        self._none.setVisible(not self._layers)
        if before != self._layers:
            self.value_changed.emit()

    def close_list(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(self.list.count())]

    def _changed(self) -> None:
        self.value_changed.emit()


def _ticked(item: QListWidgetItem) -> bool:
    ticked: bool = item.checkState() == Qt.CheckState.Checked
    return ticked
