"""What a generator is told beside the image: a class, a labels layer that leads, a second image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from napari_synthscope.canvas.layers import image_of, labels_pixels
from napari_synthscope.parts.layer_list import brought, list_layers
from napari_synthscope.parts.layer_news import LayerNews
from synthscope.errors import InputError
from synthscope.qt.wheel import guard_wheel
from synthscope.records.generator import GeneratorSpec, Second
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.request import Task
from synthscope.services.label_maps import LED

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

SECOND: dict[Second, tuple[str, str]] = {
    "reference": (
        "Reference", "A second image of the same size and type: what is made leads to it, or takes its style from it",
    ),
    "control": (
        "Control image", "Edges, a label map or depth of the same rows and columns: what is made is held to it",
    ),
}
"""What the second image is called, and what it does."""
CLASS_TIP = "Which of the kinds that the model learned is made; any: whatever it makes of its own accord"
LABELS_TIP = "A labels layer that says what each voxel shall show, by the model's own labels; 0 or none: not told"


class ConditionsEdit(QWidget):
    """Edits class, label map and second image; each shows only where the chosen model or generator takes it.

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
        self.reference = QComboBox()
        self._class_words = QLabel("Class")
        self._labels_words = QLabel("Labels")
        self._reference_words = QLabel(SECOND["reference"][0])
        self._second: Second = "reference"
        # lay out
        self._lay_out()
        # connect
        self.label.activated.connect(lambda _index: self.set_class(self.class_name()))
        self.label.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self.labels.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self.reference.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        session.source_changed.connect(self._fill_layers)
        self._news = LayerNews(session.viewer, self._fill_layers)
        self.show_for(None)

    def show_for(self, card: ModelCard | None, task: Task = "synthesize", spec: GeneratorSpec | None = None) -> None:
        """Offer what a model knows and a task can be led by; a class that it knows too stays chosen."""
        classes = card.labels if card is not None else ()
        led = card is not None and bool(card.label_values) and task in LED
        two = spec is not None and task in spec.takes_reference
        if spec is not None:
            self._second = spec.second
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
        for widget in (self.reference, self._reference_words):
            widget.setVisible(two)
            widget.setToolTip(SECOND[self._second][1])
        self._reference_words.setText(SECOND[self._second][0])
        self.reference.setAccessibleName(self._reference_words.text())
        self._fill_layers()
        self.setVisible(bool(classes) or led or two)

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
        return None if layer is None else labels_pixels(layer, image)

    def second_layer(self) -> Any | None:
        """Give the layer of the second image; None for none, and where none is taken."""
        return None if self.reference.isHidden() else self.reference.currentData()

    def second_image(self) -> Image | None:
        """Give the second image as it is seen; None for none.

        Raises
        ------
        InputError
            If its layer has axes that no image can have.
        """
        layer = self.second_layer()
        return None if layer is None else image_of(layer)

    def problem(self) -> str:
        """Say why the second image cannot be taken; empty when all is well."""
        try:
            self.second_image()
        except InputError as error:
            return error.sentence
        return ""

    def set_second(self, layer: Any | None) -> None:
        """Choose the layer of the second image, or none."""
        self.reference.setCurrentIndex(max(0, self.reference.findData(layer)))

    def close_edit(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _classes(self) -> tuple[str, ...]:
        return tuple(self.label.itemData(i) for i in range(1, self.label.count()))

    def _fill_layers(self) -> None:
        """List the layers that a person put there; the first labels layer may have been taken for the mask."""
        from napari.layers import Image as ImageLayer
        from napari.layers import Labels

        viewer, kinds = self._session.viewer, (ImageLayer, Labels) if self._second == "control" else ImageLayer
        images = [one for one in brought(viewer, kinds) if one is not self._session.source]
        kept = list_layers(self.labels, brought(viewer, Labels), "none")
        if not (list_layers(self.reference, images, "none") and kept):
            self.value_changed.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (
            (self._class_words, self.label, CLASS_TIP),
            (self._labels_words, self.labels, LABELS_TIP),
            (self._reference_words, self.reference, SECOND["reference"][1]),
        )
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
