"""What each image that is learned from shows: a class in a word, and a labels layer for its voxels."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_synthscope.canvas.layers import image_of, labels_pixels
from napari_synthscope.parts.layer_list import brought, list_layers
from napari_synthscope.parts.layer_news import LayerNews
from synthscope.errors import InputError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.image import Image

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

CLASS_TIP = "What this image shows, in a word; Generate then lets you choose among the words"
LABELS_TIP = (
    "A labels layer that says what each voxel of this image shows; a labels layer of yours can then lead what is made"
)
NONE = "no label map"
FOLDERS_TIP = "Names each image after the folder that its file lies in"


@dataclass(frozen=True)
class _Row:
    """What is edited for one image layer."""

    layer: Any
    name: WrappingLabel
    word: QLineEdit
    labels: QComboBox


class ShownEdit(QWidget):
    """Edits a class and a label map for each image; layers are held by identity, and what was told of one stays told.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: tuple[_Row, ...] = ()
        self._told: weakref.WeakKeyDictionary[Any, tuple[str, weakref.ref[Any] | None]] = weakref.WeakKeyDictionary()
        self._learns_labels = False
        # create
        self.folders = QPushButton("Classes by folder", self)
        self.folders.hide()
        # lay out
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.folders.setToolTip(FOLDERS_TIP)
        # connect
        self.folders.clicked.connect(self.take_folders)
        self._news = LayerNews(session.viewer, self._on_layers)

    def show_for(self, layers: Sequence[Any], *, learns_labels: bool) -> None:
        """Edit these image layers; label maps are offered where the generator learns from them."""
        self._learns_labels = learns_labels
        if [row.layer for row in self._rows] != list(layers):
            self._rebuild(layers)
        self._list_labels()

    def class_names(self) -> tuple[str, ...]:
        """Give the class of each image in order, empty for one of none; no word at all where none is told."""
        words = tuple(row.word.text().strip() for row in self._rows)
        return words if any(words) else ()

    def set_class_names(self, words: Sequence[str]) -> None:
        """Tell the class of each image."""
        for row, word in zip(self._rows, words, strict=True):
            row.word.setText(word)

    def label_maps(self, images: Sequence[Image]) -> tuple[Image, ...]:
        """Give the chosen label map of each image, on its axes; none at all where none is chosen.

        Raises
        ------
        InputError
            If one image has a label map and another none.
        """
        chosen = [row.labels.currentData() if self._learns_labels else None for row in self._rows]
        if not any(layer is not None for layer in chosen):
            return ()
        for image, layer in zip(images, chosen, strict=True):
            if layer is None:
                raise InputError(f"{image.name} has no label map while others have; choose one for each, or none.")
        return tuple(_map_of(layer, image) for image, layer in zip(images, chosen, strict=True))

    def take_folders(self) -> None:
        """Name each image after the folder that its file lies in; one of no file keeps its word."""
        for row in self._rows:
            path = image_of(row.layer).origin.path
            if path:
                row.word.setText(Path(path).expanduser().resolve().parent.name)

    def close_edit(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _rebuild(self, layers: Sequence[Any]) -> None:
        for row in self._rows:
            labels = row.labels.currentData()
            self._told[row.layer] = row.word.text(), None if labels is None else weakref.ref(labels)
            for widget in (row.name, row.word, row.labels):
                self._column.removeWidget(widget)
                widget.hide()  # it is painted once more before it goes
                widget.deleteLater()
        self._rows = tuple(self._row(layer, *self._told.get(layer, ("", None))) for layer in layers)
        for row in self._rows:
            for widget in (row.name, row.word, row.labels):
                self._column.addWidget(widget)
            row.name.setVisible(len(self._rows) > 1)
        self._column.addWidget(self.folders)  # last again
        self.folders.setVisible(len(self._rows) > 1)
        self._name()

    def _row(self, layer: Any, word: str, told: weakref.ref[Any] | None) -> _Row:
        row, labels = _Row(layer, WrappingLabel(role="muted"), QLineEdit(word), QComboBox()), told() if told else None
        row.word.setPlaceholderText("class, such as soil")
        row.word.setToolTip(CLASS_TIP)
        row.labels.setToolTip(LABELS_TIP)
        row.labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        row.labels.setMinimumContentsLength(8)
        guard_wheel(row.labels)
        row.labels.addItem(NONE, None)
        if labels is not None:
            row.labels.addItem(labels.name, labels)
            row.labels.setCurrentIndex(1)
        row.word.textChanged.connect(lambda _text: self.value_changed.emit())
        row.labels.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        return row

    def _name(self) -> None:
        """Call each image as its layer is called."""
        for row in self._rows:
            row.name.setText(row.layer.name)
            row.word.setAccessibleName(f"Class of {row.layer.name}")
            row.labels.setAccessibleName(f"Label map of {row.layer.name}")

    def _on_layers(self) -> None:
        self._name()
        self._list_labels()

    def _list_labels(self) -> None:
        """Offer the labels layers that a person put there; one that has gone is chosen no more."""
        from napari.layers import Labels

        layers = brought(self._session.viewer, Labels)
        kept = [list_layers(row.labels, layers, NONE) for row in self._rows]
        for row in self._rows:
            row.labels.setVisible(self._learns_labels and bool(layers))
        if not all(kept):
            self.value_changed.emit()


def _map_of(layer: Any, image: Image) -> Image:
    """Give a labels layer as the map of an image; one of other axes as it is, to be refused with its shape."""
    if layer.ndim != len(image.mask_shape):
        return image_of(layer)
    return Image(labels_pixels(layer, image), image.space.mask_space(), name=layer.name)
