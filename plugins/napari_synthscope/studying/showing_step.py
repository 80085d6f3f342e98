"""Step 3 of a study: how images are shown, with a few of them as raters would see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from napari_synthscope.studying.record_forms import RecordForms
from synthscope.qt.buttons import TextButton, clear_layout
from synthscope.qt.image_tile import ImageTile, Picture
from synthscope.qt.labels import WrappingLabel
from synthscope.records.study import Rendering, Showing, StudyDesign

SIDE = 92
LIMITS = (0.0, 255.0)
TIP = "Makes the first pictures of each set as raters would see them: look whether anything but the content differs"


class PreviewRows(QWidget):
    """Shows a few pictures of each set, a row for each, all at one contrast."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: list[ImageTile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)

    def set_value(self, names: Sequence[str], arms: Sequence[Sequence[np.ndarray]]) -> None:
        """Show pictures (Y, X, C), uint8, of sets by their names."""
        clear_layout(self._grid)
        self.tiles = []
        for row, (name, pictures) in enumerate(zip(names, arms, strict=False)):
            self._grid.addWidget(WrappingLabel(name, role="muted"), 2 * row, 0, 1, 3)
            for column, pixels in enumerate(pictures):
                tile = ImageTile(side=SIDE)
                tile.set_value(Picture(pixels[..., 0] if pixels.shape[2] == 1 else pixels, LIMITS))
                tile.setAccessibleName(f"{name}, picture {column + 1}")
                self.tiles.append(tile)
                self._grid.addWidget(tile, 2 * row + 1, column)
        self.setVisible(bool(self.tiles))


class ShowingStep(QWidget):
    """Edits how pictures are made and shown.

    Signals
    -------
    value_changed()
    preview_pressed()
    """

    value_changed = Signal()
    preview_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.forms = RecordForms(("Pictures", "rendering", Rendering), ("Trials", "showing", Showing))
        self.preview = TextButton("Show some pictures", name="eye-outline", tip=TIP)
        self.pictures = PreviewRows()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.forms, self.preview, self.pictures):
            column.addWidget(widget)
        # connect
        self.forms.value_changed.connect(self.value_changed)
        self.preview.clicked.connect(self.preview_pressed)
        self.apply = self.forms.apply
        self.set_value = self.forms.set_value
        self.problem = self.forms.problem
        self.pictures.setVisible(False)

    def show_pictures(self, design: StudyDesign, arms: Sequence[Sequence[np.ndarray]]) -> None:
        """Show the pictures that were made."""
        self.pictures.set_value([arm.name for arm in design.arms], arms)
