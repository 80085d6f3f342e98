"""Step 5 of a study: what tells real from synthetic although it is not asked about."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from synthscope.qt.buttons import Fold, TextButton, clear_layout
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.qt.wheel import guard_wheel
from synthscope.records.leaks import LEAK_TITLES, Choice, LeakDecision, LeakFinding, LeakReport

CHOICES: tuple[tuple[Choice, str], ...] = (
    ("part of the question", "It is part of the question"),
    ("harmonised", "It was brought to one form"),
)
SEVERITIES = {
    "hard": "It blocks: bring the images to one form, and look again.",
    "soft": "Decide, or bring the images to one form and look again.",
    "levelled": "Rendering has taken care of it.",
}
WHAT = (
    "All pictures are made as raters will see them. Then programs that know nothing of the content try to tell the "
    "sets apart: by grey steps, borders, noise, fine detail. What they can, raters could too."
)
LOOK_TIP = "Makes all pictures and schedules, and runs the leak gate on them"
ON_TIP = "Nothing blocks and nothing is undecided: go on to freezing"


@dataclass(frozen=True)
class GateState:
    """What of the leak gate can be done now.

    Parameters
    ----------
    stale : bool
        Whether the design was changed after the gate had looked.
    reason : str
        Why it cannot be run; empty when it can.
    passed : bool
        Whether the study has gone through it.
    frozen : bool
        Whether its pictures are fixed, so that nothing can be looked at again.
    notes : tuple of str
        What is to be known of how pictures were made.
    """

    report: LeakReport | None = None
    stale: bool = False
    reason: str = ""
    passed: bool = False
    frozen: bool = False
    notes: tuple[str, ...] = ()


class FindingCard(QFrame):
    """Shows one finding; a soft one can be decided on.

    Signals
    -------
    decided(LeakDecision)
    """

    decided = Signal(object)

    def __init__(self, found: LeakFinding, decision: LeakDecision | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._found = found
        # create
        self.choice = QComboBox()
        self.reason = QLineEdit()
        self.decide = TextButton("Decide", tip="It is registered and reported")
        # lay out
        for data, words in CHOICES:
            self.choice.addItem(words, data)
        guard_wheel(self.choice)
        self.choice.setAccessibleName("Decision")
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("Why? It is registered and reported")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(4)
        column.addWidget(WrappingLabel(LEAK_TITLES[found.group], role="title"))
        column.addWidget(WrappingLabel(finding_words(found)))
        said = f"Decided: {decision.choice}. {decision.reason}" if decision else SEVERITIES[found.severity]
        column.addWidget(WrappingLabel(said, role="muted" if decision or found.severity == "levelled" else "warning"))
        self.open = found.severity == "soft" and decision is None
        for widget in (self.choice, self.reason, self.decide):
            column.addWidget(widget)
            widget.setVisible(self.open)
        # connect
        self.decide.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.decide.setEnabled(bool(text.strip())))
        self.decide.clicked.connect(self._decide)

    def _decide(self) -> None:
        self.decided.emit(LeakDecision(self._found.id, self.choice.currentData(), self.reason.text().strip()))


class LeakStep(QWidget):
    """Shows what the leak gate found, most severe first.

    Signals
    -------
    look_pressed(), pass_pressed()
    decided(LeakDecision)
    """

    look_pressed = Signal()
    pass_pressed = Signal()
    decided = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[FindingCard] = []
        self._state: GateState | None = None
        # create
        self.look = TextButton("Make pictures and look", name="magnify-scan", role="primary", tip=LOOK_TIP)
        self.reason = WrappingLabel(role="warning")
        self.notes = WrappingLabel(role="warning")
        self.passing = TextButton("Pass the leak gate", name="gate-open", role="primary", tip=ON_TIP)
        self.quiet = WrappingLabel(role="muted")
        # lay out
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self._fold = Fold("What was looked for and not found", self.quiet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (WrappingLabel(WHAT, role="muted"), self.look, self.reason, self.notes):
            column.addWidget(widget)
        column.addLayout(self._cards)
        column.addWidget(self._fold)
        column.addWidget(self.passing)
        # connect
        self.look.clicked.connect(self.look_pressed)
        self.passing.clicked.connect(self.pass_pressed)
        self.show_gate(GateState())

    def show_gate(self, state: GateState) -> None:
        """Show a report, and what can be done now; reasons that are being typed stay."""
        if state == self._state:
            return
        self._state = state
        report = state.report
        self.look.setText("Look again" if report is not None else "Make pictures and look")
        self.look.setEnabled(not state.reason)
        self.look.setVisible(not state.frozen)
        self.reason.setText(state.reason)
        self.reason.setVisible(bool(state.reason))
        self.notes.setText("\n".join(state.notes))
        self.notes.setVisible(bool(state.notes))
        typed = {card._found.id: card.reason.text() for card in self.cards if card.open}
        clear_layout(self._cards)
        self.cards = []
        for found, decision in findings(report):
            card = FindingCard(found, decision)
            card.reason.setText(typed.get(found.id, ""))
            card.setEnabled(not state.stale and not state.passed)
            card.decided.connect(self.decided)
            self.cards.append(card)
            self._cards.addWidget(card)
        self.quiet.setText(quiet_words(report))
        self._fold.setVisible(report is not None)
        self.passing.setVisible(report is not None and not state.passed)
        self.passing.setEnabled(report is not None and report.passes and not state.stale and not state.reason)


def findings(report: LeakReport | None) -> list[tuple[LeakFinding, LeakDecision | None]]:
    """Give what was found, the most severe first, with decisions."""
    if report is None:
        return []
    decisions = {one.finding: one for one in report.decisions}
    order = ("hard", "soft", "levelled")
    found = sorted((one for one in report.findings if one.found), key=lambda one: order.index(one.severity))
    return [(one, decisions.get(one.id)) for one in found]


def finding_words(found: LeakFinding) -> str:
    """Say how well a finding tells two sets apart."""
    sides = " from ".join(found.sides)
    right = f"tells {sides} in {100 * found.auc:.0f} % of pairs"
    best = ", ".join(list(found.features)[:2])
    by = f", most by {best}" if best else ""
    return f"It {right} (chance is 50 %, p {found.p_value:.2g}){by}."


def quiet_words(report: LeakReport | None) -> str:
    """Say what was looked for and not found, and what could not be tested."""
    if report is None:
        return ""
    quiet = dict.fromkeys(LEAK_TITLES[one.group] for one in report.findings if not one.found)
    return "\n".join([*quiet, *report.notes]) or "Everything that was looked for was found."
