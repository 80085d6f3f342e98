"""Weights by others, one tile each: what for, how large, under which licence, here or not; fetched after a yes."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from synthscope.io.faults import size_in_words
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.services.taking_weights import consent_words
from synthscope.services.weights import WeightsRow

_TRUST = {
    "known": "the file is one whose SHA-256 Synthscope knows",
    "first use": "its SHA-256 was written down when it came, and is held to",
}


def state_words(row: WeightsRow) -> str:
    """Say whether weights are here, how large they are, and how far their hash is known."""
    if row.reason:
        return row.reason
    if row.stored is not None:
        return f"Here, {size_in_words(row.stored.size)}; {_TRUST[row.stored.trust]}."
    begun = f"; {size_in_words(row.bytes)} of it have come" if row.bytes else ""
    return f"Not here; about {size_in_words(row.card.size)} to fetch{begun}."


class WeightsTile(QFrame):
    """Shows one `WeightsRow`; what is pressed is only said, never done.

    Signals
    -------
    fetch_agreed()
        A person has read what a fetch means and agreed.
    import_wanted(), verify_wanted(), remove_wanted()
        A button was pressed.
    """

    fetch_agreed = Signal()
    import_wanted = Signal()
    verify_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, row: WeightsRow, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        # create
        self._row = row
        self.about = WrappingLabel(role="muted")
        self.state = WrappingLabel()
        self.consent = WrappingLabel()
        self.agree = TextButton("Agree and fetch", role="primary", tip="Begin the transfer")
        self.refuse = TextButton("Cancel", role="quiet", tip="Fetch nothing")
        self.fetch = TextButton(
            "Fetch…", name="download", tip="See what a fetch means; nothing is sent before you agree"
        )
        self.take_in = TextButton("Import…", name="import", tip="Take in a file or folder that is on a disk already")
        self.verify = TextButton("Verify", name="shield-check-outline", tip="Check every file against its SHA-256")
        self.remove = TextButton("Remove", name="trash-can-outline", tip="Delete the files; they can be fetched again")
        self._question = QWidget()
        # lay out
        self._lay_out()
        # connect
        self.fetch.clicked.connect(lambda: self._ask(True))
        self.refuse.clicked.connect(lambda: self._ask(False))
        self.agree.clicked.connect(self._agree)
        self.take_in.clicked.connect(self.import_wanted)
        self.verify.clicked.connect(self.verify_wanted)
        self.remove.clicked.connect(self.remove_wanted)
        self.set_value(row)

    def value(self) -> WeightsRow:
        """Give the row that is shown."""
        return self._row

    def set_value(self, row: WeightsRow) -> None:
        """Show how it stands now."""
        self._row = row
        card, here = row.card, row.stored is not None
        self.about.setText(f"For {card.purpose}. Licence: {card.licence}.")
        self.state.setText(state_words(row))
        self.fetch.setVisible(card.can_be_fetched and not here)
        self.verify.setVisible(here)
        self.remove.setVisible(here or bool(row.bytes))
        self._ask(False)

    def say(self, words: str) -> None:
        """Show other words where the state stands, such as how far a fetch is."""
        self.state.setText(words)

    def _ask(self, asked: bool) -> None:
        self.consent.setText(consent_words(self._row.card) if asked else "")
        self._question.setVisible(asked)

    def _agree(self) -> None:
        self._ask(False)
        self.fetch_agreed.emit()

    def _lay_out(self) -> None:
        answers, buttons = QHBoxLayout(), QHBoxLayout()
        for widget in (self.agree, self.refuse):
            answers.addWidget(widget)
        for widget in (self.fetch, self.take_in, self.verify, self.remove):
            buttons.addWidget(widget)
        for line in (answers, buttons):
            line.setSpacing(8)
            line.addStretch(1)
        question = QVBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        question.addWidget(self.consent)
        question.addLayout(answers)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addWidget(WrappingLabel(self._row.card.title, role="title"))
        for widget in (self.about, self.state, self._question):
            column.addWidget(widget)
        column.addLayout(buttons)


class WeightsList(QWidget):
    """Shows all weights of the catalogue.

    Signals
    -------
    fetch_agreed(str), import_wanted(str), verify_wanted(str), remove_wanted(str)
        Of the weights with that id.
    """

    fetch_agreed = Signal(str)
    import_wanted = Signal(str)
    verify_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, WeightsTile] = {}
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def value(self) -> tuple[WeightsRow, ...]:
        """Give the rows that are shown."""
        return tuple(tile.value() for tile in self.tiles.values())

    def set_value(self, rows: Iterable[WeightsRow]) -> None:
        """Show how all weights stand now."""
        for row in rows:
            if row.card.id in self.tiles:
                self.tiles[row.card.id].set_value(row)
            else:
                self._add(row)

    def _add(self, row: WeightsRow) -> None:
        tile, weights_id = WeightsTile(row), row.card.id
        self.tiles[weights_id] = tile
        self._column.insertWidget(self._column.count() - 1, tile)
        tile.fetch_agreed.connect(lambda: self.fetch_agreed.emit(weights_id))
        tile.import_wanted.connect(lambda: self.import_wanted.emit(weights_id))
        tile.verify_wanted.connect(lambda: self.verify_wanted.emit(weights_id))
        tile.remove_wanted.connect(lambda: self.remove_wanted.emit(weights_id))
