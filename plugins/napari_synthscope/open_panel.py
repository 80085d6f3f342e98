"""Step 1, Open: choose a file, see what was found in it, correct it, and see it on the canvas."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from napari_synthscope.dressing import dress
from napari_synthscope.found import FILE_FILTER, Opened, describe, describe_probe, look_at, read_file, read_sample
from napari_synthscope.found_card import FoundCard
from napari_synthscope.layers import add_prepared, find_layer, uuid_of
from napari_synthscope.opening_thread import OpeningThread
from napari_synthscope.outlines import add_outline, show_outlines
from napari_synthscope.saving import LayerSaver
from synthscope.errors import SynthscopeError
from synthscope.io.layout import RawLayout
from synthscope.io.raw_memory import recall_layout, remember_layout
from synthscope.io.reading import Probe, Reading
from synthscope.qt.buttons import TextButton
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.dialogs.raw import RawEditor
from synthscope.qt.sentence import Said, Sentence, said_of
from synthscope.qt.theme import apply_theme, set_role, tokens_named
from synthscope.records.events import Progress

ASKED = {
    "axes": "say which axis is which, then open it",
    "dataset": "choose one of its images, then open it",
}
HINT = "Drop a file or a folder of slices anywhere in the window, or choose one."


class OpenPanel(QWidget):
    """Opens images and shows what they are.

    A file whose axes are known opens at once. What had to be guessed is shown and can be corrected;
    what cannot be known (axes, data set, RAW layout) is asked for here, and only then opened.

    Signals
    -------
    opened(layer)
        An image is on the canvas.
    step_changed()
        What `step_state` says may be another.
    """

    step_changed = Signal()
    opened = Signal(object)

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = napari_viewer
        self._waiting: deque[Path] = deque()
        self._path: Path | None = None
        self._probe = Probe("")
        self._read: Reading | None = None
        self._shown = self._replaces = ""
        self._outlines_shown = True
        self._work = OpeningThread(self)
        self._saver = LayerSaver(napari_viewer, self)
        # create
        self._choose = TextButton("File…", name="image-outline", tip="Open an image file")
        self._folder = TextButton("Folder…", name="folder-outline", tip="Open a folder of numbered slices")
        self.card = FoundCard()
        self.sentence = Sentence()
        self._words = QLabel()
        self._bar = QProgressBar()
        # lay out
        self._lay_out()
        dress(self, napari_viewer)
        # connect
        self._choose.clicked.connect(self.choose_files)
        self._folder.clicked.connect(self.choose_folder)
        self.card.applied.connect(self.apply)
        self._work.failed.connect(self._failed)
        self._work.progressed.connect(self._progressed)
        self._saver.said.connect(self.sentence.set_value)
        self._saver.progressed.connect(self._progressed)
        self._saver.ended.connect(self._end_bar)
        for event in (napari_viewer.layers.events.inserted, napari_viewer.layers.events.removed):
            event.connect(self._layers_changed)

    @property
    def session(self) -> Any:
        """The session of this viewer, shared by all panels."""
        from napari_synthscope.session import Session

        return Session.of(self._viewer)

    def step_state(self) -> tuple[bool, str]:
        """Tell whether an image is open."""
        return bool(len(self._viewer.layers)), ""

    def choose_files(self) -> None:
        """Ask for files and open them."""
        names, _ = QFileDialog.getOpenFileNames(self, "Open stack", "", FILE_FILTER)
        self.open_paths(Path(name) for name in names)

    def choose_folder(self) -> None:
        """Ask for a folder of slices and open it."""
        name = QFileDialog.getExistingDirectory(self, "Open folder of slices")
        self.open_paths([Path(name)] if name else [])

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Open files and folders one after the other; one that has to be asked about waits for its answer."""
        self._waiting.extend(Path(path) for path in paths)
        if not self._work.busy and not self._asking:
            self._next()

    def open_sample(self, key: str) -> None:
        """Simulate one of the samples and show it with its truth."""
        self._path, self._read = None, None
        self.card.hide()
        self._begin("Simulating the sample…")
        self._work.start(lambda: read_sample(key), self._show)

    def apply(self) -> None:
        """Read the file as the form says; a wrong form says what is wrong with it instead."""
        try:
            reading = self.card.form.value()
        except SynthscopeError as error:
            self._failed(error)
            return
        self._replaces = self._shown if self.card.corrects else ""
        self._open(reading)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let nothing answer to a panel that is gone."""
        self._work.finish()
        self._saver.finish()
        for emitter in (self._viewer.layers.events.inserted, self._viewer.layers.events.removed):
            emitter.disconnect(self._layers_changed)
        super().closeEvent(event)

    @property
    def _asking(self) -> bool:
        return self._path is not None and self._read is None and not self.card.isHidden()

    def _next(self) -> None:
        if not self._waiting:
            return
        path = self._waiting.popleft()
        self._path, self._read = path, None
        self.card.hide()
        self._begin(f"Looking at {path.name}…")
        self._work.start(lambda: look_at(path), self._looked)

    def _looked(self, probe: Probe) -> None:
        assert self._path is not None
        self._probe = probe
        self._end_bar()
        if probe.needs == "raw":
            self._ask_raw(self._path)
        elif probe.needs:
            self.card.show_probe(self._path.name, describe_probe(probe), probe)
            self.card.show()
            self.sentence.set_value(Said(f"{self._path.name} does not say everything: {ASKED[probe.needs]}."))
        else:
            self._open(Reading())

    def _ask_raw(self, path: Path) -> None:
        """Ask for the layout of a RAW file, beginning with what the folder's last one had."""
        editor = RawEditor(path.stat().st_size, recall_layout(path.parent))
        dialog = AskDialog(editor, title="How do the voxels of this file lie?", about=path.name, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        apply_theme(dialog, tokens_named(str(self._viewer.theme)))
        dialog.answered.connect(lambda layout: self._open(Reading(raw=layout)))
        dialog.rejected.connect(self._next)
        dialog.open()

    def _open(self, reading: Reading) -> None:
        assert self._path is not None
        path = self._path
        self._begin(f"Reading {path.name}…")
        if reading.raw is not None:
            self._remember(path.parent, reading.raw)
        self._read = reading
        self._work.start(lambda: read_file(path, reading), self._show)

    def _remember(self, folder: Path, layout: RawLayout) -> None:
        try:
            remember_layout(folder, layout)
        except SynthscopeError as error:  # a convenience: the file opens all the same
            self.sentence.set_value(said_of(error))

    def _show(self, opened: Opened) -> None:
        self._end_bar()
        self.sentence.set_value(None)
        before = find_layer(self._viewer, self._replaces) if self._replaces else None
        self._replaces = ""
        layer = add_prepared(self._viewer, opened.data)
        for truth in opened.truth:
            add_prepared(self._viewer, truth)
        if before is not None:
            self._viewer.layers.remove(before)
        self._outline(layer)
        self._viewer.layers.selection.active = layer
        self._shown = uuid_of(layer)
        probe = self._probe if self._path is not None else None
        self.card.show_image(opened.image, describe(opened), probe)
        self.opened.emit(layer)
        self._next()

    def show_outlines(self, shown: bool) -> None:
        """Show or hide the outlines of synthetic voxels, also of images opened later."""
        self._outlines_shown = shown
        show_outlines(self._viewer, shown)

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Tell what can be done with the active layer at this moment."""
        if not self._saver.can_save:
            return {}
        return {"save_result": self.save_layer, "export_figure": self.export_figure}

    def save_layer(self) -> None:
        """Ask where to, and save the active layer with all that is known of it."""
        self._saver.ask(self)

    def export_figure(self) -> None:
        """Ask where to, and save the slice that is shown as a figure."""
        self._saver.ask_figure(self)

    def _outline(self, layer: Any) -> None:
        outline = add_outline(self._viewer, layer)
        if outline is not None:
            outline.visible = self._outlines_shown

    def _begin(self, words: str) -> None:
        self.sentence.set_value(None)
        self._bar.setRange(0, 0)
        self._words.setText(words)
        self._words.show()
        self._bar.show()

    def _end_bar(self) -> None:
        self._bar.hide()
        self._words.hide()

    def _progressed(self, progress: Progress) -> None:
        self._bar.setRange(0, 100)
        self._bar.setValue(round(100 * progress.fraction))
        self._bar.show()

    def _failed(self, error: SynthscopeError) -> None:
        self._replaces = ""
        self._end_bar()
        self.sentence.set_value(said_of(error))
        self._next()

    def _layers_changed(self, _event: object = None) -> None:
        self.step_changed.emit()

    def _lay_out(self) -> None:
        hint = QLabel(HINT)
        hint.setWordWrap(True)
        set_role(hint, "muted")
        self._bar.setTextVisible(False)
        set_role(self._words, "muted")
        self._end_bar()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._choose, 1)
        buttons.addWidget(self._folder, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(12)
        column.addWidget(hint)
        column.addLayout(buttons)
        column.addWidget(self._words)
        column.addWidget(self._bar)
        column.addWidget(self.sentence)
        column.addWidget(self.card)
        column.addStretch(1)
