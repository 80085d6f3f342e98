"""Step 4, Compare: synthetic beside real, at one contrast, with curves, numbers and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from napari_synthscope.comparing.bar import MODES, CompareBar
from napari_synthscope.comparing.choice import CompareChoice
from napari_synthscope.comparing.curves import CompareCurves
from napari_synthscope.comparing.figure import comparison_work
from napari_synthscope.comparing.modes import DifferenceView
from napari_synthscope.comparing.notes_card import NotesCard
from napari_synthscope.comparing.numbers import CompareNumbers
from napari_synthscope.comparing.scene import Scene, hold_to_flicker, unbind_flicker
from napari_synthscope.errands import Errands
from napari_synthscope.files.saving import FIGURE_SUFFIXES, completed, kept_words
from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.session.session import Session
from napari_synthscope.words import size_words
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import TextButton
from synthscope.qt.sentence import Said, Sentence, said_of

PANEL_WIDTH = 340
FIGURES = "Picture (*.png);;Drawing (*.svg);;Page (*.pdf)"


class ComparePanel(QWidget):
    """Shows two layers in five ways, measures them, and keeps what an expert says of them.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self._viewer = self.session.viewer
        self._errands = Errands(self)  # of its own: measuring must not keep candidates waiting
        # create
        self.scene = Scene(self._viewer, self)
        self.choice = CompareChoice(self.session)
        self.bar = CompareBar()
        self.sentence = Sentence()
        self.curves = CompareCurves(self._viewer, self.scene, self._errands)
        self.numbers = CompareNumbers(self.session, self.scene, self._errands)
        self.notes = NotesCard(self.session, self.scene, self.candidate)
        self.figure = TextButton("Export figure…", name="image-frame", tip="Real, synthetic and difference on a page")
        # lay out
        self._lay_out()
        dress(self, napari_viewer)
        # connect
        self._connect()
        self._take_layers()

    @property
    def busy(self) -> bool:
        """Whether something is being worked out."""
        return self._errands.busy

    def candidate(self) -> str:
        """Give the id of the candidate that is compared; empty for a layer that is none."""
        maker = self.numbers.maker()
        return maker.candidate if maker is not None else ""

    def step_state(self) -> tuple[bool, str]:
        """Tell whether two images are compared, and what is missing otherwise."""
        if self.scene.layers is not None:
            return not self.scene.problem, self.scene.problem
        if self.session.source is None:
            return False, "open an image first"
        return False, "make a candidate first: Generate"

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give the views that can be shown at this moment, by the words of the shell's list of actions."""
        offered = (mode for mode, *_ in MODES if self.bar.buttons[mode].isEnabled())
        return {mode: partial(self.scene.toggle, mode) for mode in offered}

    def write_figure(self, path: Path, remark: str = "") -> None:
        """Write the shown slice of both, and their difference, as a figure; `remark` is said at the end."""
        layers, pair = self.scene.layers, self.scene.pair
        if layers is None or pair is None:
            return
        try:
            work = comparison_work(self._viewer, layers[0], pair, path)
        except SynthscopeError as error:
            self._say(error)
            return
        self._errands.run(work, lambda made: self._say(f"The figure is saved as {made.name}.{remark}"), self._say)

    def hideEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Leave the canvas as it was when another step is opened."""
        super().hideEvent(event)
        for part in (self.curves, self.notes):
            part.sketch.clear()
        if self.scene.mode is not None:
            self.scene.set_mode(None)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let go of the viewer."""
        self._errands.close()
        self.choice.close_choice()
        self.curves.close_curves()
        self.notes.close_notes()
        self.scene.close_scene()
        unbind_flicker(self._viewer)
        super().closeEvent(event)

    def _take_layers(self) -> None:
        self.scene.set_layers(*self.choice.value())

    def _show(self) -> None:
        scene = self.scene
        missing = "" if scene.layers is not None else self._missing()
        aligned = scene.pair is not None and not scene.pair.alike
        self.bar.show_mode(scene.mode, missing, aligned=aligned)
        if isinstance(scene.view, DifferenceView):
            self.bar.show_reach(scene.view.reach)
        self.choice.words.setText(self._words())
        self._show_contrast()
        for part in (self.curves, self.numbers, self.notes, self.figure):
            part.setVisible(not missing)
        self.figure.setEnabled(aligned)
        self.step_changed.emit()

    def _missing(self) -> str:
        if self.session.source is None:
            return "There is nothing to compare yet. Open an image first: step 1."
        return "There is only the real image yet. Make a candidate for it: step 3, Generate."

    def _words(self) -> str:
        pair = self.scene.pair
        if pair is None:
            return self.scene.problem
        words = f"Compared: {size_words(pair.fill.shape, pair.fill.space)}."
        return f"{words} {self.scene.problem}" if self.scene.problem else words

    def _show_contrast(self, *_: Any) -> None:
        layers = self.scene.layers
        colour = layers is not None and bool(layers[0].rgb)
        limits = None if layers is None or colour else tuple(layers[0].contrast_limits)
        self.bar.show_contrast(limits, colour=colour)

    def _ask_figure(self) -> None:
        name, chosen = QFileDialog.getSaveFileName(self, "Export figure", "comparison.png", FIGURES)
        if name:
            path = completed(Path(name), FIGURE_SUFFIXES, chosen[-5:-1])
            self.write_figure(path, kept_words(Path(name), path))

    def _say(self, said: object) -> None:
        self.sentence.set_value(said_of(said) if isinstance(said, SynthscopeError) else Said(str(said)))

    def _connect(self) -> None:
        self.choice.value_changed.connect(self._take_layers)
        self.scene.changed.connect(self._show)
        self.scene.contrast_changed.connect(self._show_contrast)
        self.bar.mode_pressed.connect(self.scene.toggle)
        self.bar.options_changed.connect(self.scene.set_options)
        self.bar.fit_pressed.connect(self.scene.fit_contrast)
        self.figure.clicked.connect(self._ask_figure)
        for part in (self.scene, self.numbers, self.notes):
            part.said.connect(self._say)
        hold_to_flicker(self._viewer, self.scene)

    def _lay_out(self) -> None:
        parts = (self.choice, self.bar, self.sentence, self.curves, self.numbers, self.notes, self.figure)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scrolled(*parts), 1)
        self.setMinimumWidth(PANEL_WIDTH)
