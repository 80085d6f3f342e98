"""The steps of one study as cards in the order of work."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.answers_step import AnswersStep
from napari_synthscope.studying.beside_step import BesideStep
from napari_synthscope.studying.checks import (
    BUSY,
    STEPS,
    TITLES,
    Asked,
    check_all,
    freeze_reason,
    gate_reason,
    rehearse_reason,
)
from napari_synthscope.studying.end_step import EndStep
from napari_synthscope.studying.freeze_step import FreezeStep
from napari_synthscope.studying.images_step import ImagesStep
from napari_synthscope.studying.leak_step import GateState, LeakStep
from napari_synthscope.studying.people_step import PeopleStep
from napari_synthscope.studying.question_step import QuestionStep
from napari_synthscope.studying.rehearse_step import RehearseStep
from napari_synthscope.studying.server_step import ServerStep
from napari_synthscope.studying.showing_step import ShowingStep
from napari_synthscope.studying.step_card import StepCard
from napari_synthscope.studying.words import STATE_WORDS, session_words
from synthscope.qt.buttons import IconButton
from synthscope.qt.theme import set_role
from synthscope.records.study import StudyDesign

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

EDITORS = ("question", "images", "showing", "people", "freeze")
LAST = "end"
NAME_TIP = "Stands in the log of the study wherever you decide something"


class Wizard(QWidget):
    """Edits the design of a study, and shows how each of its steps stands.

    Signals
    -------
    left()
        Back to the list was pressed.
    design_changed()
        Something of the design is another.
    replacing(str)
        Something is about to be replaced: what may be undone.
    """

    left = Signal()
    design_changed = Signal()
    replacing = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: Asked | None = None
        self._quiet = False
        # create
        self.back = IconButton("arrow-left", "Back to the list of studies")
        self.title = QLabel()
        self.name = QLineEdit()
        self.steps = _steps(session)
        self.cards = {
            step: StepCard(number, TITLES[step], self.steps[step]) for number, step in enumerate(STEPS, 1)
        }
        # lay out
        self._lay_out()
        # connect
        self._connect()

    @property
    def design(self) -> StudyDesign:
        """The design as it is typed."""
        assert self._asked is not None, "a study is shown"
        return self._asked.design

    @property
    def facts(self) -> StudyFacts | None:
        """What the study held when it was read last; None while none is shown."""
        return None if self._asked is None else self._asked.facts

    @property
    def current(self) -> str:
        """The step that is open; empty for none."""
        return next((step for step, card in self.cards.items() if card.is_open()), "")

    def by(self) -> str:
        """Give the name of who decides."""
        name: str = self.name.text().strip()
        return name

    def set_facts(self, facts: StudyFacts) -> None:
        """Show a study; of one that is shown already, what is typed stays."""
        old = self.facts
        same = old is not None and old.folder == facts.folder
        if same and facts.busy and old is not None:
            facts = replace(old, busy=True)  # what is worked at cannot be read: the rest is as it was
        fixed = facts.frozen is not None
        typed = self.design if same and not fixed else facts.design
        before = self._asked if same else None
        self._asked = Asked(typed, facts) if before is None else replace(before, design=typed, facts=facts)
        if not same:
            self._forget()
        if not same or fixed:
            self._put(typed)
        if not self._asked.fixed:
            self._asked = replace(self._asked, design=self._applied(typed))
        self._show_facts(facts)
        self.refresh()
        if not same:
            self.open_step(self.next_step())

    def set_design(self, design: StudyDesign) -> None:
        """Show another design of the study, such as one that is taken back."""
        self._put(design)
        self._changed()

    def set_schedule(self, trials: int, problem: str) -> None:
        """Say what came of trying to make the schedule."""
        if self._asked is not None:
            self._asked = replace(self._asked, trials=trials, schedule=problem)
            words = session_words(trials, self.design.plan) if trials else problem
            self.steps["people"].show_schedule(trials, words)
            self.refresh()

    def refresh(self) -> None:
        """Look again how each step stands."""
        if self._asked is None:
            return
        problems = {step: self.steps[step].problem() for step in EDITORS}
        asked = self._asked = replace(self._asked, problems=problems)
        found = check_all(asked)
        for step, card in self.cards.items():
            card.set_check(found[step])
        facts = asked.facts
        busy = BUSY if facts.busy else ""
        passed, frozen = asked.fixed or facts.state == "audited", asked.fixed and not facts.busy
        gate = GateState(facts.leaks, asked.stale, busy or gate_reason(found), passed, frozen, facts.notes)
        self.steps["leaks"].show_gate(gate)
        self.steps["rehearse"].show_facts(facts, busy or rehearse_reason(asked))
        self.steps["freeze"].show_facts(facts, busy or freeze_reason(asked))
        for step in EDITORS[:4]:
            self.steps[step].setEnabled(not asked.fixed)
        self.title.setText(f"{asked.design.title or 'Untitled'} · {STATE_WORDS[facts.state]}")

    def next_step(self) -> str:
        """Give the first step that is missing and can be worked at; the last where all are done."""
        for step, card in self.cards.items():
            check = card.check()
            if not (check.done or check.locked or check.optional):
                return step
        return LAST

    def open_step(self, step: str) -> None:
        """Open one step and close the others."""
        for other, card in self.cards.items():
            card.set_open(other == step)
        self._area.ensureWidgetVisible(self.cards[step].head)

    def move(self, by: int) -> None:
        """Open the next (1) or the previous (-1) step that is not locked."""
        order = STEPS if by > 0 else STEPS[::-1]
        place = order.index(self.current) if self.current else -1
        following = (step for step in order[place + 1 :] if not self.cards[step].check().locked)
        step = next(following, "")
        if step:
            self.open_step(step)
            self.cards[step].head.setFocus()

    def _forget(self) -> None:
        """Leave nothing of the study that was shown before."""
        self.steps["end"].signing.set_value(())
        self.steps["answers"].say("")
        self.steps["server"].forget()

    def _show_facts(self, facts: StudyFacts) -> None:
        if facts.holders != self.steps["freeze"].holders:
            self.steps["freeze"].set_holders(facts.holders)
        self.steps["showing"].show_pictures(facts.design, facts.preview)
        self.steps["people"].power.set_value(facts.power, holds=facts.power_holds, asked=facts.power_asked)
        for step in ("server", "answers", "end", "beside"):
            self.steps[step].show_facts(facts)

    def _put(self, design: StudyDesign) -> None:
        self._quiet = True
        for step in EDITORS:
            self.steps[step].set_value(design)
        self._quiet = False

    def _applied(self, design: StudyDesign) -> StudyDesign:
        """Give a design with what the editors hold."""
        for step in EDITORS:
            design = self.steps[step].apply(design)
        return design

    def _changed(self) -> None:
        if self._quiet or self._asked is None or self._asked.fixed:
            return
        self._asked = replace(self._asked, design=self._applied(self.design))
        self.refresh()
        self.design_changed.emit()

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        for step in EDITORS:
            self.steps[step].value_changed.connect(self._changed)
        for step in ("question", "images", "people"):
            self.steps[step].replacing.connect(self.replacing)
        for step, card in self.cards.items():
            card.pressed.connect(partial(self._press, step))

    def _press(self, step: str) -> None:
        if self.cards[step].is_open():
            self.cards[step].set_open(opened=False)
        else:
            self.open_step(step)

    def _lay_out(self) -> None:
        set_role(self.title, "title")
        self.title.setWordWrap(True)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        who = QHBoxLayout()
        who.setContentsMargins(16, 0, 16, 0)
        who.addWidget(field_label("Your name", NAME_TIP, self.name))
        who.addWidget(self.name, 1)
        self._area = scrolled(*self.cards.values())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(who)
        column.addWidget(self._area, 1)


def _steps(session: Session) -> dict[str, Any]:
    """Make what stands in the cards, in their order."""
    return {
        "question": QuestionStep(), "images": ImagesStep(session), "showing": ShowingStep(), "people": PeopleStep(),
        "leaks": LeakStep(), "rehearse": RehearseStep(), "freeze": FreezeStep(), "server": ServerStep(),
        "answers": AnswersStep(), "end": EndStep(), "beside": BesideStep(),
    }  # fmt: skip
