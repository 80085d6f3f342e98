"""What a line-up is asked for: who, on which images, how many candidates; the rest is that of the form above."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from napari_synthscope.generating.lineup_choice import LineupChoice
from napari_synthscope.generating.lineup_images import LineupImages
from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.lineup_desk import Subjects
from napari_synthscope.session.mask_told import origins_of
from synthscope.errors import InputError, MaskError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.lineup import LINEUP_TASKS, LineupRecipe
from synthscope.records.request import Prompts
from synthscope.services.choosing import MAX_SEED
from synthscope.services.prompting import TITLES

if TYPE_CHECKING:
    from napari_synthscope.generating.run_settings import RunSettings
    from napari_synthscope.session.session import Session

MOST, SEEDS = 100, 2
"""Candidates of each generator and image: at most, and at first."""
INTACT = "What the mask hides is undamaged"
INTACT_TIP = "Then, and only then, candidates are compared with it: SSIM, PSNR, LPIPS"
NO_WORDS = "No words yet: choose a generator that reads them above, and write them there."


class LineupSettings(QWidget):
    """Edits a line-up.

    Parameters
    ----------
    form : RunSettings
        Of a run: its task, mask, words, context and the settings of its generators count here too.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, form: RunSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._form = form
        # create
        self.choice = LineupChoice(session, form)
        self.words = WrappingLabel(role="muted")
        self.images = LineupImages()
        self.count = NumberEdit(int)
        self.seed = NumberEdit(int)
        self.intact = QCheckBox(INTACT)
        # lay out
        self._lay_out()
        # connect
        self.count.set_value(SEEDS)
        self.seed.set_value(0)
        self.intact.toggled.connect(lambda _on: self.value_changed.emit())
        for part in (self.choice, self.images):
            part.value_changed.connect(self.value_changed)
        for edit in (self.count, self.seed):
            edit.value_changed.connect(self._changed)

    def refresh(self) -> None:
        """Show what the form, the models and the present image are now."""
        image = self._session.image
        self.choice.show_for(image)
        self.images.show_present("" if image is None else image.name)
        self.intact.setVisible(self._form.generator.task == "inpaint")
        self.words.setText(words_line(self._form.words.whole_value()))

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        count, seed = self.count.value(), self.seed.value()
        if self._form.generator.task not in LINEUP_TASKS:
            return "Generators are compared at Fill and Vary; choose one of these above."
        if count is None or not 1 <= count <= MOST:
            return f"Candidates each is {self.count.text()!r}; give a whole number from 1 to {MOST}."
        if seed is None or not 0 <= seed < MAX_SEED:
            return f"Seed is {self.seed.text()!r}; give a whole number from 0 to {MAX_SEED - 1}."
        return ""

    def value(self, *, ticked: bool = True) -> LineupRecipe:
        """Give the recipe without its images, of what is ticked or of all that can be planned.

        Raises
        ------
        InputError
            If `problem` has something to say, or no generator is there.
        """
        from synthscope.services.lineup.contenders import words_read

        problem, task = self.problem(), self._form.generator.task
        if problem or task not in ("inpaint", "vary"):
            raise InputError(problem)
        contenders = self.choice.contenders(ticked=ticked)
        if not contenders:
            raise InputError("Nothing is ticked; tick the generators to compare.")
        return LineupRecipe(
            task, (), contenders, prompts=words_read(self._form.words.whole_value(), contenders),
            intact=task == "inpaint" and self.intact.isChecked(), seed=int(self.seed.value() or 0),
            seeds=int(self.count.value() or 1), context=float(self._form.context.value() or 0),
        )  # fmt: skip

    def subjects(self) -> Subjects:
        """Give the images and the mask as they are now.

        Raises
        ------
        InputError, MaskError
            If there is no image, or the mask is missing, empty or of another grid.
        """
        image = self._session.source_image()
        folder = self.images.value()
        shown = image if folder is None else None
        if not self._form.uses_mask:
            return Subjects(shown, folder)
        fitted = self._session.mask_pixels()
        if fitted.box is None:
            raise MaskError("The mask is empty; paint what is to be filled.")
        return Subjects(shown, folder, fitted.pixels, fitted.box, origins_of(self._session.mask))

    def _changed(self, *_: object) -> None:
        problem = self.problem()
        set_mark(self.count.line, "invalid", problem.startswith("Candidates"))
        set_mark(self.seed.line, "invalid", problem.startswith("Seed"))
        self.value_changed.emit()

    def _lay_out(self) -> None:
        self.intact.setToolTip(INTACT_TIP)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, tip, edit) in enumerate((
            ("Candidates each", "Of each generator and image; each has a seed of its own", self.count),
            ("Seed", "Of the first candidate of every generator; the others follow by one each", self.seed),
        )):
            grid.addWidget(field_label(words, tip, edit), row, 0)
            grid.addWidget(edit, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.choice, self.words, self.images):
            column.addWidget(widget)
        column.addLayout(grid)
        column.addWidget(self.intact)


def words_line(prompts: Prompts) -> str:
    """Say which words all are given: ``Words for all that read them: Prompt “soil”``."""
    told = {one.name: getattr(prompts, one.name) for one in fields(Prompts)}
    said = "; ".join(f"{TITLES[name]} “{words}”" for name, words in told.items() if words)
    return f"Words for all that read them: {said}" if said else NO_WORDS
