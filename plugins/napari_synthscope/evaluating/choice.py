"""What is judged against what: real, generated and training images, and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.evaluating.lineup_door import LineupDoor
from napari_synthscope.evaluating.plan import REAL, Asked
from napari_synthscope.evaluating.settings import EvaluateSettings
from napari_synthscope.evaluating.words import generated_words, set_words
from napari_synthscope.parts.panel_door import PanelDoor
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.parts.set_pick import SetPick
from napari_synthscope.parts.sets_choice import OpenPart, Part, SetsChoice
from synthscope.qt.buttons import Fold
from synthscope.records.evaluation import EvaluationRecipe

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

REAL_TIP = "What generated images are judged against; best images that no generator has learned from"
MADE_TIP = "What is judged: images of one generator make one set, several generators are compared"
TRAINING_TIP = "What the generators learned from: copies of it are looked for among the generated images"


class EvaluateChoice(QWidget):
    """Edits everything that an evaluation is asked for.

    Signals
    -------
    value_changed()
        Something was chosen, or what was ticked has been opened.
    """

    value_changed = Signal()

    def __init__(self, session: Session, below: QWidget, door: PanelDoor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.real = SetPick("Real", REAL_TIP, "Open a real image, or add a folder of real images here.")
        self.generated = SetPick(
            "Generated", MADE_TIP, "Nothing is generated yet: run a generator in step 3, or add images here."
        )
        self.training = SetPick(
            "Learned from",
            TRAINING_TIP,
            "Add what the generators learned from; it is known for models of this project.",
        )
        self.settings = EvaluateSettings()
        self.lineups = LineupDoor(session, door)
        self._fold = Fold("Training images", self.training)
        parts = (Part(self.real, REAL), Part(self.generated, with_runs=True), Part(self.training, "training"))
        self._sets = SetsChoice(session, parts, self)
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self.real, self.generated, self._fold, self.settings, below, self.lineups))
        # connect
        self._sets.opened.connect(self._say)
        self.settings.value_changed.connect(self._say)
        self.refresh = self._sets.refresh
        self.open_ticked = self._sets.open_ticked
        self.forget = self._sets.forget

    def asked(self) -> Asked | None:
        """Give what was chosen; None while it is being opened, or while something is wrong with it."""
        recipe: EvaluationRecipe | None = self.settings.value()
        parts = self._sets.value()
        if parts is None or recipe is None or self._sets.problem():
            return None
        real, generated, training = parts
        prompt = self.settings.more.prompt.text().strip()
        labels = self.settings.more.labels_path()
        return Asked(real.only, generated.sets, training.only, recipe, self._rule(), prompt, labels)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well or still being opened."""
        return self._sets.problem() or self.settings.problem()

    def close_choice(self) -> None:
        """Stop listening to the viewer."""
        self.lineups.close_door()
        self._sets.close()

    def _rule(self) -> str:
        return str(self.settings.more.specimens.currentData())

    def _say(self) -> None:
        parts = self._sets.value()
        if parts is not None:
            real, generated, training = parts
            self.real.say("" if real.only is None else set_words(real.only, self._rule()), real.problem)
            self.generated.say(generated_words(generated.sets), generated.problem)
            self.training.say(_training_words(generated, training), training.problem)
            if training.problem:
                self._fold.set_open(True)
        self.value_changed.emit()


def _training_words(generated: OpenPart, training: OpenPart) -> str:
    if training.only is not None:
        return set_words(training.only)
    known = {source.name for one in generated.sets for source in one.training}
    return f"By the cards of their models: {', '.join(sorted(known))}" if known else ""
