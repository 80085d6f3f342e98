"""Saves the active layer, or a figure of the view, beside the window: whole or not at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QFileDialog, QWidget

from napari_synthscope.canvas.figure_view import figure_work
from napari_synthscope.canvas.layers import KEY, image_of
from napari_synthscope.contributions.writing import SUFFIXES
from napari_synthscope.files.opening_thread import OpeningThread
from napari_synthscope.files.save_proof import save_job
from synthscope.errors import InputError, SynthscopeError
from synthscope.qt.sentence import Said, said_of
from synthscope.services.naming import unused

FIGURE_FILTER = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"
FIGURE_SUFFIXES = (".png", ".svg", ".pdf")
FILTER = "OME-TIFF (*.ome.tif);;OME-Zarr (*.ome.zarr)"


class LayerSaver(QObject):
    """Saves image and labels layers of one viewer.

    Signals
    -------
    said(Said)
        How it ended.
    progressed(Progress)
        How far it is.
    ended()
        It is written, or failed.
    """

    said = Signal(object)
    progressed = Signal(object)
    ended = Signal()

    def __init__(self, viewer: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._work = OpeningThread(self)
        self._work.progressed.connect(self.progressed)
        self._work.failed.connect(self._failed)

    @property
    def can_save(self) -> bool:
        """Whether the active layer can be saved and nothing is being saved."""
        layer = self._viewer.layers.selection.active
        kind = getattr(layer, "_type_string", "")
        return kind in ("image", "labels") and not self._work.busy and not layer.metadata.get(KEY, {}).get("role")

    def ask(self, parent: QWidget, folder: str = "") -> None:
        """Ask where to, and save the active layer."""
        start = str(Path(folder) / f"{safe_name(self._viewer.layers.selection.active.name)}.ome.tif")
        name, chosen = QFileDialog.getSaveFileName(parent, "Save result as", start, FILTER)
        if name:
            path = with_suffix(Path(name), chosen)
            self.save(self._viewer.layers.selection.active, path, kept_words(Path(name), path))

    def ask_figure(self, parent: QWidget, folder: str = "") -> None:
        """Ask where to, and write what is shown as a figure."""
        start = str(Path(folder) / "figure.png")
        name, chosen = QFileDialog.getSaveFileName(parent, "Export figure", start, FIGURE_FILTER)
        if name:
            path = completed(Path(name), FIGURE_SUFFIXES, chosen[-5:-1])
            self.write_figure(path, kept_words(Path(name), path))

    def write_figure(self, path: Path, remark: str = "") -> None:
        """Write the slice that is shown, of every visible image, with a scale bar; `remark` is said at the end."""
        try:
            work = figure_work(self._viewer, path)
        except InputError as error:
            self._failed(error)
            return
        self._work.start(work, partial(self._drawn, remark))

    def save(self, layer: Any, path: Path, remark: str = "") -> None:
        """Save a layer; what is changed in it meanwhile may or may not be in the file. `remark` is said at the end."""
        try:
            image = image_of(layer)
        except InputError as error:
            self._failed(error)
            return
        self._work.start(lambda: save_job(path, image), partial(self._saved, remark))

    def finish(self) -> None:
        """Wait until nothing is being written any more; an unfinished file leaves no trace."""
        self._work.finish()

    def _saved(self, remark: str, path: Path) -> None:
        kept = "with axes, voxel size, synthetic-voxel mask and record"
        self.said.emit(Said(f"Saved as {path.name} and read back the same, {kept}.{remark}"))
        self.ended.emit()

    def _drawn(self, remark: str, path: Path) -> None:
        self.said.emit(Said(f"The figure is saved as {path.name}.{remark}"))
        self.ended.emit()

    def _failed(self, error: SynthscopeError) -> None:
        self.said.emit(said_of(error))
        self.ended.emit()


def safe_name(name: str) -> str:
    """Give a layer's name as a file name: letters, digits, hyphens."""
    words = "".join(c if c.isalnum() or c in "-_" else " " for c in name).split()
    return "-".join(words) or "layer"


def with_suffix(path: Path, chosen: str) -> Path:
    """Give a path the suffix of the chosen kind, as `completed` does, unless it has one that can be written."""
    return completed(path, SUFFIXES, ".ome.zarr" if "zarr" in chosen else ".ome.tif")


def completed(path: Path, endings: tuple[str, ...], ending: str) -> Path:
    """Add `ending` to a name that has none of `endings`; numbered where it is taken.

    The dialog asked about the name that was typed, so that only that file may be replaced.
    """
    if path.name.lower().endswith(endings):
        return path
    return unused(path.with_name(path.name + ending), ending)


def kept_words(asked: Path, path: Path) -> str:
    """Say that a name was numbered by `completed`, as a sentence after another; empty where it was not."""
    number, _, ending = path.name.removeprefix(f"{asked.name}-").partition(".")
    if path.name == asked.name or not path.name.startswith(f"{asked.name}-") or not number.isdigit():
        return ""
    return f" {asked.name}.{ending} was there already and is kept."
