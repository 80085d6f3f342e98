"""The pretrained model beside which an adapter is learned: chosen among those that there are, or taken in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.model_lines import model_id, usable_lines
from synthscope.qt.buttons import TextButton
from synthscope.qt.model_pick import ModelPick
from synthscope.records.generator import GeneratorSpec
from synthscope.records.model import ModelCard

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = "The pretrained model that is taught; it stays as it is, what is learned is an adapter beside it"
BRING = "Import a folder…"


class BaseSlot(QWidget):
    """Edits the base of a fine-tuning; hidden for generators that learn from nothing.

    Signals
    -------
    value_changed()
        Another base is chosen, or the list has come.
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._spec: GeneratorSpec | None = None
        # create
        self.pick = ModelPick(empty="no pretrained model yet: import one")
        self.bring = TextButton(BRING, name="import", role="quiet")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(field_label("Base", TIP, self.pick.combo))
        column.addWidget(self.pick)
        column.addWidget(self.bring, 0, Qt.AlignmentFlag.AlignLeft)
        self.bring.setToolTip("Takes in what others trained: a folder with model_index.json, as diffusers saves it")
        self.hide()
        # connect
        self.bring.clicked.connect(self._ask_folder)
        self.pick.value_changed.connect(lambda _model: self.value_changed.emit())
        session.models.changed.connect(self._fill)
        session.source_changed.connect(self._fill)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Show the bases of a generator; nothing for one that tunes none."""
        tunes = spec is not None and bool(spec.trains_adapter)
        self._spec = spec if tunes else None
        if tunes:
            self._session.models.ask()
        self._fill()
        self.setVisible(tunes)

    def value(self) -> str:
        """Give the base; empty where none is tuned, or there is none."""
        return "" if self._spec is None else self.pick.value()

    def set_value(self, model: str) -> None:
        """Choose a base, listed already or not."""
        self.pick.set_value(model)

    def card(self) -> ModelCard | None:
        """Give the card of the base; None where none is chosen, or it is not listed yet."""
        chosen = self.value()
        return next((row.card for row in self._session.models.rows if chosen and model_id(row) == chosen), None)

    def problem(self) -> str:
        """Say what is missing, in a sentence; empty when all is well."""
        if self._spec is None or self.pick.value():
            return ""
        row = self.pick.row()
        if row is not None and row.problem:
            return f"Base {row.name!r} cannot be used: {row.problem}"
        return f"{self._spec.title} is tuned beside a pretrained model and there is none yet; import one: {BRING}"

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of a pretrained model")
        if name:
            self._session.models.bring(Path(name))

    def _fill(self) -> None:
        if self._spec is not None:
            self.pick.set_rows(usable_lines(self._session.models.rows, self._spec.id, self._session.image))
            self.value_changed.emit()
