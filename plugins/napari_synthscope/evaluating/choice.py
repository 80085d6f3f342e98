"""What is judged against what: real, generated and training images, and the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.evaluating.members import Member, OpenSet, open_sets
from napari_synthscope.evaluating.offers import is_generated, layer_members, mark_of, run_members, seen_now
from napari_synthscope.evaluating.pick import SetPick
from napari_synthscope.evaluating.plan import REAL, Asked
from napari_synthscope.evaluating.settings import EvaluateSettings
from napari_synthscope.evaluating.words import generated_words, set_words
from napari_synthscope.parts.layer_news import LayerNews
from napari_synthscope.parts.scrolled import scrolled
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold
from synthscope.records.evaluation import EvaluationRecipe

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

REAL_TIP = "What generated images are judged against; best images that no generator has learned from"
MADE_TIP = "What is judged: images of one generator make one set, several generators are compared"
TRAINING_TIP = "What the generators learned from: copies of it are looked for among the generated images"


@dataclass(frozen=True, eq=False)
class Sets:
    """What is ticked, opened beside the window; a sentence for each part that cannot be."""

    real: OpenSet | None = None
    generated: tuple[OpenSet, ...] = ()
    training: OpenSet | None = None
    problems: tuple[str, str, str] = ("", "", "")

    @property
    def problem(self) -> str:
        """The first thing that cannot be opened."""
        return next(filter(None, self.problems), "")


class EvaluateChoice(QWidget):
    """Edits everything that an evaluation is asked for.

    Signals
    -------
    value_changed()
        Something was chosen, or what was ticked has been opened.
    """

    value_changed = Signal()

    def __init__(self, session: Session, below: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sets: Sets | None = None
        self._asked: object = None
        self._marks: object = None
        self._begun = False
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
        self._fold = Fold("Training images", self.training)
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self.real, self.generated, self._fold, self.settings, below))
        # connect
        for pick in (self.real, self.generated, self.training):
            pick.value_changed.connect(self.open_ticked)
        self.settings.value_changed.connect(self._say)
        self._news = LayerNews(session.viewer, self.refresh)
        session.source_changed.connect(self.refresh)

    def refresh(self) -> None:
        """List layers, and the runs of the project, again."""
        session = self._session
        folder = session.project.folder / "runs" if session.has_project else None
        session.errands.run(lambda: run_members(folder) if folder else (), self._offer, session.said.emit)

    def open_ticked(self) -> None:
        """Open what is ticked, beside the window, unless it is what was opened last; `value_changed` follows."""
        picked = (self.real, self.generated, self.training)
        marks = tuple(tuple(map(mark_of, pick.value())) for pick in picked)
        if marks == self._marks:
            return
        self._marks = marks
        try:
            members = [seen_now(pick.value()) for pick in picked]
        except SynthscopeError as error:
            self._take(None, Sets(problems=(error.sentence, "", "")))
            return
        token = self._asked = object()
        self._sets = None
        project = self._session.project.folder if self._session.has_project else None
        self._session.errands.run(
            lambda: _open(members, project), lambda sets: self._take(token, sets), self._session.said.emit
        )

    def forget(self) -> None:
        """Open what is ticked anew at the next refresh: another project is open."""
        self._marks = None

    def asked(self) -> Asked | None:
        """Give what was chosen; None while it is being opened, or while something is wrong with it."""
        recipe: EvaluationRecipe | None = self.settings.value()
        if self._sets is None or recipe is None or self._sets.problem:
            return None
        rule = str(self.settings.more.specimens.currentData())
        prompt = self.settings.more.prompt.text().strip()
        return Asked(self._sets.real, self._sets.generated, self._training(), recipe, rule, prompt)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well or still being opened."""
        opened = "" if self._sets is None else self._sets.problem
        return opened or self.settings.problem()

    def close_choice(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _training(self) -> OpenSet | None:
        return None if self._sets is None else self._sets.training

    def _offer(self, runs: tuple[Member, ...]) -> None:
        layers = layer_members(self._session)
        self.real.offer(layers)
        self.generated.offer((*layers, *runs))
        self.training.offer(layers)
        if not self._begun and layers:
            self._begun = True
            self._begin(layers, runs)
        else:
            self.open_ticked()

    def _begin(self, layers: tuple[Member, ...], runs: tuple[Member, ...]) -> None:
        """Tick what is most likely meant: the source as real, accepted layers or else the newest run as generated."""
        real = [one for one in layers if one.layer is self._session.source and not is_generated(one.layer)]
        made = [one for one in layers if is_generated(one.layer)] or list(runs[:1])
        self.real.set_value(one.key for one in real)
        self.generated.set_value(one.key for one in made)

    def _take(self, token: object, sets: Sets) -> None:
        if token is self._asked or token is None:
            self._sets = sets
            self._say()

    def _say(self) -> None:
        sets = self._sets
        if sets is not None:
            rule = str(self.settings.more.specimens.currentData())
            words = (
                "" if sets.real is None else set_words(sets.real, rule),
                generated_words(sets.generated),
                _training_words(sets),
            )
            for pick, said, problem in zip(
                (self.real, self.generated, self.training), words, sets.problems, strict=True
            ):
                pick.say(said, problem)
            if sets.problems[2]:
                self._fold.set_open(True)
        self.value_changed.emit()


def _open(members: list[tuple[Member, ...]], project: Path | None) -> Sets:
    """Open all three; each tells by itself what is wrong with it."""
    found: list[tuple[OpenSet, ...]] = []
    problems: list[str] = []
    for part, name in zip(members, (REAL, "", "training"), strict=True):
        try:
            found.append(open_sets(part, project, name))
            problems.append("")
        except SynthscopeError as error:
            found.append(())
            problems.append(error.sentence)
    real, generated, training = (_first(found[0]), found[1], _first(found[2]))
    return Sets(real, generated, training, (problems[0], problems[1], problems[2]))


def _first(sets: Iterable[OpenSet]) -> OpenSet | None:
    return next(iter(sets), None)


def _training_words(sets: Sets) -> str:
    if sets.training is not None:
        return set_words(sets.training)
    known = {source.name for one in sets.generated for source in one.training}
    return f"By the cards of their models: {', '.join(sorted(known))}" if known else ""
