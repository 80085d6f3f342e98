"""Candidates side by side: step through them, star, accept, reject with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton
from synthscope.qt.candidate_card import CandidateCard, CandidateRow
from synthscope.qt.theme import icon, tokens_of

__all__ = ["CandidateRow", "CandidateStrip"]

_PREVIOUS = (Qt.Key.Key_Left, Qt.Key.Key_P)
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_N)


class CandidateStrip(QWidget):
    """Shows a tuple of `CandidateRow`; one of them is the current one.

    Acts are signals; the rows change only by `set_value`. Keys: Left and Right step, Home and End
    jump, A accepts, R asks for the reason of a rejection, S stars, U takes a decision back.

    Signals
    -------
    value_changed(tuple)
        Other rows are shown.
    stepped(str)
        Another candidate is the current one.
    hovered(str)
        The pointer is over a candidate; empty when it has left.
    accepted(str), rejected(str, str), starred(str, bool), reopened(str)
        Somebody decided, or took a decision back; `rejected` carries the reason, which may be empty.
    seed_wanted(int)
        Somebody wants to use the seed again.
    """

    value_changed = Signal(object)
    stepped = Signal(str)
    hovered = Signal(str)
    accepted = Signal(str)
    rejected = Signal(str, str)
    starred = Signal(str, bool)
    reopened = Signal(str)
    seed_wanted = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[str, CandidateCard] = {}
        self._current = ""
        # create
        self._title = QLabel("Candidates")
        self._title.setProperty("role", "title")
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._previous = IconButton("chevron-left", "Previous candidate", keys="Left")
        self._next = IconButton("chevron-right", "Next candidate", keys="Right")
        self._stack = QStackedWidget()
        self._empty = _EmptyStrip()
        self._scroll = _Scroll()
        # lay out
        self._lay_out()
        # connect
        self._previous.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        self._show_summary()

    def value(self) -> tuple[CandidateRow, ...]:
        """Give the rows that are shown."""
        return tuple(card.value() for card in self._cards.values())

    def set_value(self, rows: Iterable[CandidateRow]) -> None:
        """Show rows, in their order; the current one stays if it is among them."""
        shown = tuple(rows)
        for gone in set(self._cards) - {row.id for row in shown}:
            card = self._cards.pop(gone)
            self._row.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self._cards = {row.id: self._card_of(row) for row in shown}
        for place, card in enumerate(self._cards.values()):
            if self._row.indexOf(card) != place:
                self._row.insertWidget(place, card)
        if self._current not in self._cards:
            self.set_current(next(iter(self._cards), ""))
        self._show_summary()
        self.value_changed.emit(shown)

    def current(self) -> str:
        """Give the id of the current candidate; empty when there is none."""
        return self._current

    def set_current(self, candidate: str) -> None:
        """Make a candidate the current one and bring it into view."""
        changed, self._current = candidate != self._current, candidate
        for name, card in self._cards.items():
            card.set_current(name == candidate)
        if candidate in self._cards:
            self._scroll.ensureWidgetVisible(self._cards[candidate], 16, 0)
        self._show_summary()
        if changed:
            self.stepped.emit(candidate)

    def step(self, by: int) -> None:
        """Go to a later (or, with a negative number, earlier) candidate; stop at the ends."""
        names = list(self._cards)
        if names:
            place = names.index(self._current) + by
            self.set_current(names[min(max(place, 0), len(names) - 1)])

    def accept(self) -> None:
        """Ask for the current candidate to be accepted, if it still waits."""
        if self._current:
            self._cards[self._current].accept()

    def ask_reason(self) -> None:
        """Let the reason be typed for which the current candidate is rejected, if it still waits."""
        if self._current:
            self._cards[self._current].ask_reason()

    def toggle_star(self) -> None:
        """Ask for the star of the current candidate to be set or taken away."""
        if self._current:
            self._cards[self._current].toggle_star()

    def reopen(self) -> None:
        """Ask for the decision about the current candidate to be taken back, if there is one."""
        if self._current:
            self._cards[self._current].reopen()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Step, jump and decide."""
        acts = {
            **dict.fromkeys(_PREVIOUS, lambda: self.step(-1)),
            **dict.fromkeys(_NEXT, lambda: self.step(1)),
            Qt.Key.Key_Home: lambda: self.step(-len(self._cards)),
            Qt.Key.Key_End: lambda: self.step(len(self._cards)),
            Qt.Key.Key_A: self.accept,
            Qt.Key.Key_R: self.ask_reason,
            Qt.Key.Key_S: self.toggle_star,
            Qt.Key.Key_U: self.reopen,
        }
        act = acts.get(event.key())
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    def _card_of(self, row: CandidateRow) -> CandidateCard:
        if row.id in self._cards:
            if self._cards[row.id].value() is not row:
                self._cards[row.id].set_value(row)
            return self._cards[row.id]
        card = CandidateCard(row)
        card.chosen.connect(self._choose)
        card.focused.connect(self.set_current)
        card.answered.connect(self.setFocus)
        card.hovered.connect(self.hovered)
        card.left.connect(lambda _name: self.hovered.emit(""))
        for act in ("accepted", "rejected", "starred", "reopened", "seed_wanted"):
            getattr(card, act).connect(getattr(self, act))
        return card

    def _choose(self, candidate: str) -> None:
        self.setFocus()
        self.set_current(candidate)

    def _show_summary(self) -> None:
        names = list(self._cards)
        self._stack.setCurrentIndex(1 if names else 0)
        for button in (self._previous, self._next):
            button.setVisible(len(names) > 1)
        if not names:
            self._count.setText("")
            return
        place = names.index(self._current) if self._current in names else 0
        self._previous.setEnabled(place > 0)
        self._next.setEnabled(place < len(names) - 1)
        self._count.setText(f"{place + 1} of {len(names)}{_decided(self.value())}")

    def _lay_out(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Candidates")
        self._count.setToolTip("Left and Right step, A accepts, R rejects, S stars, U decides again")
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        steps = QHBoxLayout()
        steps.setSpacing(0)
        steps.addWidget(self._previous)
        steps.addWidget(self._next)
        steps.addStretch()
        # The head stands beside the cards, not above them: the strip is low, and pictures need its height.
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch()
        head.addLayout(steps)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        self.setMinimumHeight(168)


class _Scroll(QScrollArea):
    """Leaves all keys to the strip: arrows step, they do not scroll."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()


class _EmptyStrip(QWidget):
    """Three words and an arrow: how the strip is filled."""

    _STEPS = (("brush", "Mask"), ("auto-fix", "Generate"), ("check-circle-outline", "Choose"))

    def __init__(self) -> None:
        super().__init__()
        self._icons: list[tuple[QLabel, str, bool]] = []
        layout = QHBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch()
        for number, (name, words) in enumerate(self._STEPS):
            if number:
                layout.addWidget(self._picture("arrow-right", strong=True))
            layout.addWidget(self._picture(name, strong=False))
            label = QLabel(words)
            label.setProperty("role", "title")
            layout.addWidget(label)
        layout.addStretch()
        self.setAccessibleName("No candidates yet: draw a mask, generate, choose")

    def _picture(self, name: str, *, strong: bool) -> QLabel:
        label = QLabel()
        self._icons.append((label, name, strong))
        return label

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            tokens = tokens_of(self)
            for label, name, strong in self._icons:
                label.setPixmap(icon(name, tokens.accent if strong else tokens.muted).pixmap(24, 24))


def _decided(rows: tuple[CandidateRow, ...]) -> str:
    counts: Counter[str] = Counter(row.state for row in rows)
    words = [f"{counts[state]} {state}" for state in ("accepted", "rejected") if counts[state]]
    starred = sum(row.starred for row in rows)
    return "".join(f"\n{word}" for word in [*words, *([f"{starred} starred"] if starred else [])])
