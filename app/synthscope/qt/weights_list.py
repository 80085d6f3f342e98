"""Weights by others, one tile each: what for, how large, under which licence, here or not; fetched after a yes."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.io.faults import size_in_words
from synthscope.qt.buttons import TextButton
from synthscope.qt.fetch_tile import FetchTile, TileColumn
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


class WeightsTile(FetchTile):
    """Shows one `WeightsRow`.

    Signals
    -------
    fetch_agreed()
        A person has read what a fetch means and agreed.
    import_wanted()
        A file or folder that is here already is to be taken in.
    """

    fetch_agreed = Signal()
    import_wanted = Signal()

    def __init__(self, row: WeightsRow, *, parent: QWidget | None = None) -> None:
        self._row = row
        self.take_in = TextButton("Import…", name="import", tip="Take in a file or folder that is on a disk already")
        super().__init__(row.card.title, offered=(self.take_in,), parent=parent)
        self.take_in.clicked.connect(self.import_wanted)
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

    def _consent_words(self) -> str:
        return consent_words(self._row.card)

    def _agree(self) -> None:
        super()._agree()
        self.fetch_agreed.emit()


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
        self._column = TileColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._column)

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
        self._column.add(tile)
        tile.fetch_agreed.connect(lambda: self.fetch_agreed.emit(weights_id))
        tile.import_wanted.connect(lambda: self.import_wanted.emit(weights_id))
        tile.verify_wanted.connect(lambda: self.verify_wanted.emit(weights_id))
        tile.remove_wanted.connect(lambda: self.remove_wanted.emit(weights_id))
