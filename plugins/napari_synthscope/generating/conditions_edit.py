"""What a model is told beside the image: one of its classes, and a labels layer that leads what is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from napari_synthscope.canvas.layers import shown_axes
from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.parts.layer_news import LayerNews
from napari_synthscope.parts.work_card import role_of
from synthscope.qt.wheel import guard_wheel
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.request import Task
from synthscope.services.label_maps import LED

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

CLASS_TIP = "Which of the kinds that the model learned is made; any: whatever it makes of its own accord"
LABELS_TIP = "A labels layer that says what each voxel shall show, by the model's own labels; 0 or none: not told"


class ConditionsEdit(QWidget):
    """Edits class and label map; each shows only where the chosen model knows it.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wish = ""
        # create
        self.label = QComboBox()
        self.labels = QComboBox()
        self._class_words = QLabel("Class")
        self._labels_words = QLabel("Labels")
        # lay out
        self._lay_out()
        # connect
        self.label.activated.connect(lambda _index: self.set_class(self.class_name()))
        self.label.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self.labels.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self._news = LayerNews(session.viewer, self._fill_layers)
        self.show_for(None)

    def show_for(self, card: ModelCard | None, task: Task = "synthesize") -> None:
        """Offer what a model knows and a task can be led by; a class that it knows too stays chosen."""
        classes = card.labels if card is not None else ()
        led = card is not None and bool(card.label_values) and task in LED
        if classes != self._classes():
            self.label.blockSignals(True)
            self.label.clear()
            self.label.addItem("any", "")
            for word in classes:
                self.label.addItem(word, word)
            self.label.setCurrentIndex(max(0, self.label.findData(self._wish)))
            self.label.blockSignals(False)
        for widget in (self.label, self._class_words):
            widget.setVisible(bool(classes))
        for widget in (self.labels, self._labels_words):
            widget.setVisible(led)
        self._fill_layers()
        self.setVisible(bool(classes) or led)

    def class_name(self) -> str:
        """Give the chosen class; empty for any, and where the model knows none."""
        return str(self.label.currentData() or "") if self._classes() else ""

    def set_class(self, word: str) -> None:
        """Choose a class: now where the model knows it, or else as soon as such a model is chosen."""
        self._wish = word
        self.label.setCurrentIndex(max(0, self.label.findData(word)))

    def layer(self) -> Any | None:
        """Give the chosen labels layer; None for none, and where the model learned from no label maps."""
        return None if self.labels.isHidden() else self.labels.currentData()

    def pixels(self, image: Image | None) -> PixelArray | None:
        """Give the label map on the mask axes of an image, or as it is for a new one; None for none."""
        layer = self.layer()
        if layer is None:
            return None
        axes = "" if image is None else image.space.mask_axes
        fits = image is not None and layer.ndim == len(axes)
        found: PixelArray = transposed(layer.data, shown_axes(axes), axes) if fits else layer.data
        return found

    def close_edit(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _classes(self) -> tuple[str, ...]:
        return tuple(self.label.itemData(i) for i in range(1, self.label.count()))

    def _fill_layers(self) -> None:
        """List the labels layers that a person put there; the first one may have been taken for the mask."""
        from napari.layers import Labels

        chosen = self.labels.currentData()
        self.labels.blockSignals(True)
        self.labels.clear()
        self.labels.addItem("none", None)
        for layer in self._session.viewer.layers:
            if isinstance(layer, Labels) and not role_of(layer):
                self.labels.addItem(layer.name, layer)
        found = next((i for i in range(self.labels.count()) if self.labels.itemData(i) is chosen), 0)
        self.labels.setCurrentIndex(found)
        self.labels.blockSignals(False)
        if self.labels.currentData() is not chosen:
            self.value_changed.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = ((self._class_words, self.label, CLASS_TIP), (self._labels_words, self.labels, LABELS_TIP))
        for row, (words, combo, tip) in enumerate(rows):
            words.setMinimumWidth(88)
            words.setBuddy(combo)
            words.setToolTip(tip)
            combo.setToolTip(tip)
            combo.setAccessibleName(words.text())
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(8)
            guard_wheel(combo)
            grid.addWidget(words, row, 0)
            grid.addWidget(combo, row, 1)
