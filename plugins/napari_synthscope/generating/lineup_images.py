"""On which images generators are lined up: the present one, or all of a folder."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.labels import WrappingLabel

TIP = "The present image, or a folder with an image in each file; the present mask serves all of them"


class LineupImages(QWidget):
    """Edits the folder; None stands for the present image.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._present = ""
        # create
        self.words = WrappingLabel()
        self.choose = TextButton("Folder…", name="folder-open-outline", tip=TIP)
        self.drop = IconButton("close", "Take the present image again")
        # lay out
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(field_label("Images", TIP, self.choose))
        row.addWidget(self.words, 1)
        row.addWidget(self.drop)
        row.addWidget(self.choose)
        # connect
        self.choose.clicked.connect(self.ask_folder)
        self.drop.clicked.connect(lambda: self.set_value(None))
        self._show()

    def value(self) -> Path | None:
        """Give the folder; None for the present image."""
        return self._folder

    def set_value(self, folder: Path | None) -> None:
        """Choose a folder, or the present image."""
        if folder != self._folder:
            self._folder = folder
            self._show()
            self.value_changed.emit()

    def show_present(self, name: str) -> None:
        """Name the present image; empty where there is none."""
        self._present = name
        self._show()

    def ask_folder(self) -> None:
        """Ask for the folder."""
        name = QFileDialog.getExistingDirectory(self, "Folder with an image in each file")
        if name:
            self.set_value(Path(name))

    def _show(self) -> None:
        self.words.setText(f"all in {self._folder.name}" if self._folder is not None else self._present or "none yet")
        self.drop.setVisible(self._folder is not None)
