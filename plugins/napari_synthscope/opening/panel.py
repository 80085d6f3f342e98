"""Step 1, Open: choose a file, see what was found in it, correct it, and see it on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.canvas.layers import add_prepared, find_layer, uuid_of
from napari_synthscope.canvas.outlines import add_outline, show_outlines
from napari_synthscope.files.found import FILE_FILTER, Opened, describe, describe_probe
from napari_synthscope.files.saving import LayerSaver
from napari_synthscope.opening.found_card import FoundCard
from napari_synthscope.opening.opener import Opener
from napari_synthscope.parts.dressing import dress
from synthscope.errors import SynthscopeError
from synthscope.io.raw_memory import recall_layout
from synthscope.io.reading import Probe, Reading
from synthscope.qt.buttons import TextButton
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.dialogs.raw import RawEditor
from synthscope.qt.progress_bar import ProgressBar
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
        What `step_state` or `shell_actions` says may be another.
    """

    step_changed = Signal()
    opened = Signal(object)

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = napari_viewer
        self._shown = self._replaces = ""
        self._outlines_shown = True
        self._opener = Opener(self)
        self.saver = LayerSaver(napari_viewer, self)
        # create
        self._choose = TextButton("File…", name="image-outline", tip="Open an image file")
        self._folder = TextButton("Folder…", name="folder-outline", tip="Open a folder of numbered slices")
        self.card = FoundCard()
        self.sentence = Sentence()
        self._words = QLabel()
        self._bar = ProgressBar()
        # lay out
        self._lay_out()
        dress(self, napari_viewer)
        # connect
        self._connect()

    @property
    def session(self) -> Any:
        """The session of this viewer, shared by all panels."""
        from napari_synthscope.session.session import Session

        return Session.of(self._viewer)

    def step_state(self) -> tuple[bool, str]:
        """Tell whether an image is open."""
        return bool(len(self._viewer.layers)), ""

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Tell what can be done with the active layer at this moment."""
        if not self.saver.can_save:
            return {}
        return {
            "save_result": lambda: self.saver.ask(self),
            "export_figure": lambda: self.saver.ask_figure(self),
        }

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
        self._opener.open_paths(paths)

    def open_sample(self, key: str) -> None:
        """Simulate one of the samples and show it with its truth."""
        self._opener.open_sample(key)

    def apply(self) -> None:
        """Read the file as the form says; what is on the canvas from this file is replaced."""
        try:
            reading = self.card.form.value()
        except SynthscopeError as error:
            self._failed(error)
            return
        self._replaces = self._shown if self.card.corrects else ""
        self._opener.read(reading)

    def show_outlines(self, shown: bool) -> None:
        """Show or hide the outlines of synthetic voxels, also of images opened later."""
        self._outlines_shown = shown
        show_outlines(self._viewer, shown)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let nothing answer to a panel that is gone."""
        self._opener.finish()
        self.saver.finish()
        for emitter in (self._viewer.layers.events.inserted, self._viewer.layers.events.removed):
            emitter.disconnect(self._layers_changed)
        super().closeEvent(event)

    def _ask(self, path: Path, probe: Probe) -> None:
        self._end_bar()
        if probe.needs == "raw":
            self._ask_raw(path)
            return
        self.card.show_probe(path.name, describe_probe(probe), probe)
        self.card.show()
        self.sentence.set_value(Said(f"{path.name} does not say everything: {ASKED[probe.needs]}."))

    def _ask_raw(self, path: Path) -> None:
        """Ask for the layout of a RAW file, beginning with what the folder's last one had."""
        editor = RawEditor(path.stat().st_size, recall_layout(path.parent))
        dialog = AskDialog(editor, title="How do the voxels of this file lie?", about=path.name, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        apply_theme(dialog, tokens_named(str(self._viewer.theme)))
        dialog.answered.connect(lambda layout: self._opener.read(Reading(raw=layout)))
        dialog.rejected.connect(self._opener.skip)
        dialog.open()

    def _show(self, opened: Opened, probe: Probe | None) -> None:
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
        self.card.show_image(opened.image, describe(opened), probe)
        self.opened.emit(layer)

    def _outline(self, layer: Any) -> None:
        outline = add_outline(self._viewer, layer)
        if outline is not None:
            outline.visible = self._outlines_shown

    def _begin(self, words: str) -> None:
        self.sentence.set_value(None)
        self._words.setText(words)
        self._words.show()
        self._bar.set_fraction(None)
        self._bar.show()

    def _end_bar(self) -> None:
        self._bar.hide()
        self._words.hide()

    def _progressed(self, progress: Progress) -> None:
        self._bar.set_fraction(progress.fraction)
        self._bar.show()

    def _failed(self, error: SynthscopeError) -> None:
        self._replaces = ""
        self._end_bar()
        self.sentence.set_value(said_of(error))

    def _layers_changed(self, _event: object = None) -> None:
        self.step_changed.emit()

    def _connect(self) -> None:
        self._choose.clicked.connect(self.choose_files)
        self._folder.clicked.connect(self.choose_folder)
        self.card.applied.connect(self.apply)
        self._opener.begun.connect(self._begin)
        self._opener.asked.connect(self._ask)
        self._opener.opened.connect(self._show)
        self._opener.failed.connect(self._failed)
        self.saver.said.connect(self.sentence.set_value)
        self.saver.ended.connect(self._end_bar)
        for source in (self._opener, self.saver):
            source.progressed.connect(self._progressed)
        for event in (self._viewer.layers.events.inserted, self._viewer.layers.events.removed):
            event.connect(self._layers_changed)

    def _lay_out(self) -> None:
        hint = QLabel(HINT)
        hint.setWordWrap(True)
        set_role(hint, "muted")
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
