"""The models of a project: read, renamed, deleted, taken in and given away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.session.model_lines import model_id, model_line
from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold, IconButton, TextButton
from synthscope.qt.model_card import ModelCardView
from synthscope.qt.model_pick import ModelPick
from synthscope.qt.theme import set_role
from synthscope.services.models import ModelRow

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class ModelsCard(QFrame):
    """Shows all models and the card of the one that is looked at.

    Signals
    -------
    chosen(ModelRow or None)
        Another model is looked at.
    use_pressed(ModelRow)
        It is to be used in Generate.
    """

    chosen = Signal(object)
    use_pressed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        set_role(self, "card")
        # create
        self.pick = ModelPick(empty="no model yet: train one, or take one in", all_choosable=True)
        self.use = TextButton("Use in Generate", name="creation", tip="Choose this model in the Generate panel")
        self.rename = IconButton("rename-outline", "Rename this model")
        self.delete = IconButton("trash-can-outline", "Delete this model; Undo brings it back until the project closes")
        self.export = IconButton("export", "Copy this model to a folder, to give it away")
        self.take_in = IconButton("import", "Take a model in: choose the folder that holds its card and weights")
        self.name = QLineEdit()
        self.view = ModelCardView()
        self._fold = Fold("Card", self.view)
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self.refresh()

    def row(self) -> ModelRow | None:
        """Give the model that is looked at."""
        wanted = self.pick.value()
        return next((row for row in self._session.models.rows if model_id(row) == wanted), None)

    def look_at(self, folder: Path) -> None:
        """Look at a model by its folder, as soon as it is listed."""
        self.pick.set_value(f"models/{folder.name}")

    def refresh(self) -> None:
        """List the models as they are known now."""
        self.pick.set_rows(model_line(row) for row in self._session.models.rows)
        self._show()

    def ask_folder(self) -> None:
        """Ask which model to take in."""
        name = QFileDialog.getExistingDirectory(self, "Folder of a model: model.json and model.safetensors")
        if name:
            self._session.models.take_in(Path(name))

    def ask_where(self) -> None:
        """Ask where a copy of the model is to lie."""
        row = self.row()
        name = QFileDialog.getExistingDirectory(self, "Folder to copy the model into") if row is not None else ""
        if row is not None and name:
            self._session.models.give_out(row, Path(name))

    def begin_rename(self) -> None:
        """Let the name be typed; Return takes it, Escape leaves it."""
        row = self.row()
        if row is not None:
            self.name.setText(row.name)
            self.name.show()
            self.name.setFocus()
            self.name.selectAll()

    def delete_model(self) -> None:
        """Delete the model that is looked at, undoably."""
        row, session = self.row(), self._session
        if row is None or self._at_work(row):
            return
        try:
            session.models.delete(row)
        except SynthscopeError as error:
            session.said.emit(error)
        else:
            session.said.emit(f"Model {row.name!r} is deleted; Undo brings it back until the project is closed.")

    def _take_name(self) -> None:
        row, name = self.row(), self.name.text().strip()
        self.name.hide()
        if row is None or name in ("", row.name) or self._at_work(row):
            return
        self.pick.set_value(f"models/{name}")  # looked at as soon as it is listed
        try:
            self._session.models.rename(row, name)
        except SynthscopeError as error:
            self.pick.set_value(model_id(row))
            self._session.said.emit(error)

    def _at_work(self, row: ModelRow) -> bool:
        folders = [self._session.trainings.folder_of(job) for job in self._session.trainings.open_jobs()]
        if row.folder in folders:
            self._session.said.emit(f"Model {row.name!r} is still being trained; stop it first.")
        return row.folder in folders

    def _show(self) -> None:
        row = self.row()
        self.view.set_value(row.card if row is not None else None)
        self._fold.setVisible(row is not None and row.card is not None)
        self.name.hide()
        own = row is not None and row.place == "project"
        for button in (self.rename, self.delete):
            button.setEnabled(own)
        self.export.setEnabled(row is not None and row.card is not None)
        self.use.setEnabled(row is not None and row.card is not None)
        self.chosen.emit(row)

    def _connect(self) -> None:
        self.pick.value_changed.connect(lambda _model: self._show())
        self.use.clicked.connect(lambda: self.use_pressed.emit(self.row()))
        self.rename.clicked.connect(self.begin_rename)
        self.delete.clicked.connect(self.delete_model)
        self.export.clicked.connect(self.ask_where)
        self.take_in.clicked.connect(self.ask_folder)
        self.name.returnPressed.connect(self._take_name)
        self._session.models.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        title = QLabel("Models")
        set_role(title, "title")
        self.name.setAccessibleName("New name of the model")
        self.name.setToolTip("Return renames the model")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(title, 1)
        for button in (self.rename, self.export, self.delete, self.take_in):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.name, self.pick, self.use, self._fold):
            column.addWidget(widget)
