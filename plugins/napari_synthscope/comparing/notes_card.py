"""Expert notes on a candidate: written, marked on the picture, kept in the project, listed and exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.canvas.layers import image_of, shown_axes
from napari_synthscope.comparing.scene import Scene
from napari_synthscope.comparing.sketch import Sketch
from napari_synthscope.files.saving import completed, kept_words
from napari_synthscope.session.session import Session
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.notes_form import REALISM, USABILITY, NotesForm
from synthscope.qt.theme import set_role
from synthscope.records.request import Region
from synthscope.records.run import Note
from synthscope.services.notes import add_note, export_notes, read_notes
from synthscope.services.run_folder import now
from synthscope.services.studies.open_label import OPEN_LABEL

ROWS = 4


class NotesCard(QFrame):
    """Edits a new note on the compared candidate, and lists earlier ones.

    Parameters
    ----------
    candidate : callable
        Gives the id of the compared candidate; empty for a layer that is none.

    Signals
    -------
    noted(Note)
        A note was kept.
    said(str or SynthscopeError)
        Something was done, or could not be.
    """

    noted = Signal(object)
    said = Signal(object)

    def __init__(
        self, session: Session, scene: Scene, candidate: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._session, self._scene, self._candidate = session, scene, candidate
        self._about = ""
        self.sketch = Sketch(session.viewer, "rectangle", "what looks wrong", self)
        # create
        self.grade = QLabel(OPEN_LABEL)
        self.form = NotesForm()
        self.keep = TextButton("Keep the note", name="content-save-outline", role="primary")
        self.export = TextButton("Export…", name="download-outline", tip="Save all notes of this project as CSV")
        self.words = WrappingLabel(role="muted")
        self.earlier = QListWidget()
        self._fold = Fold("Write a note", self._inner())
        # lay out
        self._lay_out()
        # connect
        self.form.value_changed.connect(lambda _: self._show_buttons())
        self.form.mark_wanted.connect(self.begin_mark)
        self.sketch.drawn.connect(self._on_marked)
        self.keep.clicked.connect(self.keep_note)
        self.export.clicked.connect(self._ask_export)
        self.earlier.currentItemChanged.connect(lambda item, _: self._show_mark(item))
        scene.changed.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Turn to the candidate that is compared now; what was begun about another one is put away."""
        about = self._candidate()
        if about != self._about:
            self._about = about
            self.form.set_value(Note(about))
            self.sketch.clear()
        self._fold.setVisible(bool(about))
        self._say("" if about else "Notes are kept about candidates: choose one as the synthetic image.")
        self._list()
        self._show_buttons()

    def begin_mark(self) -> None:
        """Let the next drag over the canvas mark what looks wrong."""
        layers = self._scene.layers
        if layers is not None:
            self.sketch.begin(layers[0])
            self._say("Drag a rectangle over what looks wrong.")

    def keep_note(self) -> None:
        """Write the note into the project and begin a new one."""
        note = replace(self.form.value(), made=now())
        try:
            add_note(self._session.project.folder, note)
        except SynthscopeError as error:
            self.said.emit(error)
            return
        self.form.set_value(Note(self._about))
        self.sketch.clear()
        self._list()
        self.noted.emit(note)

    def export_to(self, path: Path, remark: str = "") -> None:
        """Write all notes of the project as a table; `remark` is said after it."""
        try:
            export_notes(self._session.project.folder, path)
        except SynthscopeError as error:
            self.said.emit(error)
        else:
            self.said.emit(f"The notes are saved as {path.name}.{remark}")

    def close_notes(self) -> None:
        """Take the mark off the canvas."""
        self.sketch.clear()

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export notes", "notes.csv", "Table (*.csv)")
        if name:
            path = completed(Path(name), (".csv",), ".csv")
            self.export_to(path, kept_words(Path(name), path))

    def _on_marked(self, _kind: str, corners: np.ndarray) -> None:
        layers = self._scene.layers
        self.sketch.put_down()
        self._say("")
        if layers is not None:
            self.form.set_value(replace(self.form.value(), mark=region_of(layers[0], corners)))

    def _list(self) -> None:
        self.earlier.blockSignals(True)
        self.earlier.clear()
        for note in reversed(self._notes()):
            item = QListWidgetItem(note_words(note))
            item.setData(Qt.ItemDataRole.UserRole, note)
            item.setToolTip(note_words(note, full=True))
            self.earlier.addItem(item)
        self.earlier.blockSignals(False)
        self.earlier.setVisible(self.earlier.count() > 0)
        self.earlier.setFixedHeight(8 + 28 * min(ROWS, max(1, self.earlier.count())))

    def _notes(self) -> list[Note]:
        if not self._session.has_project:
            return []
        try:
            return [note for note in read_notes(self._session.project.folder) if note.candidate == self._about]
        except SynthscopeError as error:
            self.said.emit(error)
            return []

    def _show_mark(self, item: QListWidgetItem | None) -> None:
        note = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        layers = self._scene.layers
        if note is not None and note.mark is not None and layers is not None:
            self.sketch.show(layers[0], corners_of(layers[0], note.mark))
        else:
            self.sketch.clear()

    def _show_buttons(self) -> None:
        note = self.form.value()
        said = bool(note.realism or note.usability or note.reasons or note.text.strip() or note.mark)
        self.keep.setEnabled(bool(self._about) and said)
        self.keep.setToolTip("Keep it in the project" if said else "Give a mark, a reason or a word first")
        self.export.setEnabled(self._session.has_project)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _inner(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addWidget(self.keep)
        return inner

    def _lay_out(self) -> None:
        title = QLabel("Expert notes")
        set_role(title, "title")
        set_role(self.grade, "muted")
        self.grade.setToolTip("Who writes these notes knows which image is synthetic; blinded studies do not")
        self.earlier.setAccessibleName("Earlier notes on this candidate")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.grade, self.words, self.earlier, self._fold):
            column.addWidget(widget)


def region_of(layer: Any, corners: np.ndarray) -> Region:
    """Give a rectangle drawn on a layer as a box of voxels of its image, in the image's own axes."""
    axes = image_of(layer).space.axes
    shape = dict(zip(shown_axes(axes), _shape(layer), strict=True))
    low, high = np.floor(corners.min(axis=0) + 0.5), np.ceil(corners.max(axis=0) + 0.5)
    bounds = {"s": (0, shape.get("s", 1))}
    for letter, a, b in zip(shown_axes(axes).removesuffix("s"), low, high, strict=True):
        start = int(np.clip(a, 0, shape[letter] - 1))
        bounds[letter] = (start, int(np.clip(b, start + 1, shape[letter])))
    return Region(tuple(bounds[a][0] for a in axes), tuple(bounds[a][1] for a in axes))


def corners_of(layer: Any, mark: Region) -> np.ndarray:
    """Give the corners (4, axes) of a marked box on a layer, in its first slice."""
    axes = image_of(layer).space.axes
    bounds = dict(zip(axes, zip(mark.start, mark.stop, strict=True), strict=True))
    order = shown_axes(axes).removesuffix("s")
    (top, bottom), (left, right) = bounds[order[-2]], bounds[order[-1]]
    lead = [float(bounds[letter][0]) for letter in order[:-2]]
    corners = ((top, left), (top, right), (bottom, right), (bottom, left))
    return np.array([[*lead, y - 0.5, x - 0.5] for y, x in corners])


def note_words(note: Note, *, full: bool = False) -> str:
    """Say a note in a line: time, marks, reasons."""
    parts = [note.made.replace("T", " ").removesuffix("Z")[5:16]]
    for name, value, words in (("realism", note.realism, REALISM), ("usable", note.usability, USABILITY)):
        if value:
            parts.append(f"{name} {value}" + (f" ({words[value - 1]})" if full else ""))
    parts += [", ".join(note.reasons)] if note.reasons else []
    parts += [note.text.strip()] if note.text.strip() else []
    return " · ".join(parts)


def _shape(layer: Any) -> tuple[int, ...]:
    return tuple((layer.data[0] if layer.multiscale else layer.data).shape)
