"""Pretrained models of the catalogue, one tile each, found by words; a licence that binds is agreed to on its own."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from synthscope.io.faults import size_in_words
from synthscope.qt.fetch_tile import FetchTile, TileColumn
from synthscope.records.checkpoint import GATE_WORDS, Checkpoint
from synthscope.services.checkpoints import CheckpointRow
from synthscope.services.fetching_pretrained import licence_words, transfer_words


def about_words(card: Checkpoint) -> str:
    """Say what a model is for, what it takes and where it comes from."""
    sizes = [size_in_words(card.memory(half=half)) for half in (False, True)]
    unread = ", ".join(word.replace("_", " ") for word in card.unverified)
    unsure = f" Not verified: {unread}." if unread else ""
    return (
        f"For {', '.join(card.serves)}: {', '.join(card.tasks)}. Weights take about {sizes[0]} of memory, or "
        f"{sizes[1]} in half precision. Trained on {card.trained_on}. {card.there}{unsure}"
    )


def state_words(row: CheckpointRow) -> str:
    """Say whether a model is here, and what stands before a fetch."""
    if row.model is not None:
        place = " in the shared folder" if row.model.place == "shared" else ""
        return row.model.reason or f"Here{place} as {row.model.name!r}, {size_in_words(row.model.bytes)}."
    begun = f" {size_in_words(row.arrived)} of it have come." if row.arrived else ""
    by_hand = "" if row.card.can_be_fetched else f" Get {row.card.by_hand}."
    return f"Not here; {row.card.licence}, {GATE_WORDS[row.card.gate]}.{begun}{by_hand}"


class CheckpointTile(FetchTile):
    """Shows one `CheckpointRow`.

    Signals
    -------
    fetch_agreed(bool, bool)
        A person has read what a fetch means: whether in half precision, and whether the licence was accepted.
    """

    fetch_agreed = Signal(bool, bool)

    def __init__(self, row: CheckpointRow, *, parent: QWidget | None = None) -> None:
        self._row = row
        self.licence = QCheckBox()
        self.half = QCheckBox("Half precision: half the size, for graphics cards")
        super().__init__(row.card.title, asked=(self.half, self.licence), parent=parent)
        self.licence.toggled.connect(lambda _on: self._allow())
        self.set_value(row)

    def value(self) -> CheckpointRow:
        """Give the row that is shown."""
        return self._row

    def set_value(self, row: CheckpointRow) -> None:
        """Show how it stands now."""
        self._row = row
        card, model = row.card, row.model
        self.about.setText(about_words(card))
        self.state.setText(state_words(row))
        self.licence.setText(f"I accept the licence {card.licence} ({GATE_WORDS[card.gate]})")
        self.licence.setVisible(card.needs_agreement)
        self.verify.setVisible(model is not None)
        self.remove.setVisible(model.place == "user" if model is not None else bool(row.arrived))
        self._ask(False)

    def _consent_words(self) -> str:
        return f"{transfer_words(self._row.card)} {licence_words(self._row.card)}".strip()

    def _ask(self, asked: bool) -> None:
        self.licence.setChecked(False)
        super()._ask(asked)
        self.fetch.setVisible(self._row.card.can_be_fetched and self._row.model is None and not asked)
        self._allow()

    def _allow(self) -> None:
        self.agree.setEnabled(self.licence.isChecked() or not self._row.card.needs_agreement)

    def _agree(self) -> None:
        accepted = self.licence.isChecked()
        super()._agree()
        self.fetch_agreed.emit(self.half.isChecked(), accepted)


class CheckpointList(QWidget):
    """Shows what was found in the catalogue.

    Signals
    -------
    fetch_agreed(str, bool, bool), verify_wanted(str), remove_wanted(str)
        Of the model with that id.
    """

    fetch_agreed = Signal(str, bool, bool)
    verify_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, CheckpointTile] = {}
        self.scroll = TileColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scroll)

    def value(self) -> tuple[CheckpointRow, ...]:
        """Give the rows that are shown."""
        return tuple(tile.value() for tile in self.tiles.values() if not tile.isHidden())

    def set_value(self, rows: Iterable[CheckpointRow]) -> None:
        """Show these rows alone; a tile that is hidden keeps its place."""
        shown = {row.card.id: row for row in rows}
        for checkpoint_id, row in shown.items():
            if checkpoint_id not in self.tiles:
                self._add(row)
            elif self.tiles[checkpoint_id].value() != row:
                self.tiles[checkpoint_id].set_value(row)
        for checkpoint_id, tile in self.tiles.items():
            tile.setVisible(checkpoint_id in shown)

    def _add(self, row: CheckpointRow) -> None:
        tile, checkpoint_id = CheckpointTile(row), row.card.id
        self.tiles[checkpoint_id] = tile
        self.scroll.add(tile)
        tile.fetch_agreed.connect(lambda half, accepted: self.fetch_agreed.emit(checkpoint_id, half, accepted))
        tile.verify_wanted.connect(lambda: self.verify_wanted.emit(checkpoint_id))
        tile.remove_wanted.connect(lambda: self.remove_wanted.emit(checkpoint_id))
