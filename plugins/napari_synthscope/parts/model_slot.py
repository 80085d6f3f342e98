"""The trained model that a generator works with: chosen among those that fit, or trained anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from napari_synthscope.session.model_lines import model_id, usable_lines
from synthscope.qt.buttons import TextButton
from synthscope.qt.dialogs.base import ask_file
from synthscope.qt.model_pick import ModelPick
from synthscope.records.generator import GeneratorSpec
from synthscope.records.model import ModelCard

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


TRAIN, TUNE = "Train a new one…", "Fine-tune it on your images…"
BRING, BRING_FILE = "Import a folder…", "Import a file…"


class ModelSlot(QWidget):
    """Edits the model of a run; hidden for generators that need none.

    Signals
    -------
    value_changed()
        Another model is chosen, or the list has come.
    train_wanted()
        Somebody wants to train a model.
    """

    value_changed = Signal()
    train_wanted = Signal()

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, empty: str = "no model yet"
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._spec: GeneratorSpec | None = None
        self._shown: GeneratorSpec | None = None
        # create
        self.pick = ModelPick(empty=empty)
        self.train = TextButton(TRAIN, name="school-outline", role="quiet")
        self.bring = TextButton(BRING, name="import", role="quiet")
        self.bring_file = TextButton(BRING_FILE, name="import", role="quiet")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.pick)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._side_by_side())
        self.bring.setToolTip("Takes in what others trained: a folder with model_index.json, as diffusers saves it")
        self.bring_file.setToolTip("Takes in one safetensors file: a pipeline, a ControlNet, a LoRA or an embedding")
        self.train.setToolTip("Opens the Train panel: this generator learns from your own image")
        self.hide()
        # connect
        self.train.clicked.connect(self.train_wanted)
        self.bring.clicked.connect(self._ask_folder)
        self.bring_file.clicked.connect(self._ask_file)
        self.pick.value_changed.connect(self._on_picked)
        session.models.changed.connect(self._on_listed)
        session.source_changed.connect(self._fill)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Show the models of a generator; nothing for one that needs none."""
        if spec is self._shown:
            return
        self._shown = spec
        needed = spec is not None and self._asks(spec)
        self._spec = spec if needed else None
        for button in (self.bring, self.bring_file):
            button.setVisible(spec is not None and spec.family == "pretrained")
        if needed:
            self._session.models.ask()
        self._fill()
        self._offer_training()
        self.setVisible(needed)

    def value(self) -> str:
        """Give the chosen model; empty where none is needed, or there is none."""
        return "" if self._spec is None else self.pick.value()

    def card(self) -> ModelCard | None:
        """Give the card of the chosen model; None where none is needed, or it is not listed yet."""
        chosen = self.value()
        return next((row.card for row in self._session.models.rows if chosen and model_id(row) == chosen), None)

    def set_value(self, model: str) -> None:
        """Choose a model, listed already or not."""
        self.pick.set_value(model)

    def problem(self) -> str:
        """Say what is missing, in a sentence; empty when all is well."""
        return "" if self._spec is None else missing_model(self._spec, self.pick)

    def _asks(self, spec: GeneratorSpec) -> bool:
        """Whether a model is asked for here by a generator."""
        return spec.needs_model

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of a pretrained model, ControlNet or LoRA")
        if name:
            self._session.models.bring(Path(name))

    def _ask_file(self) -> None:
        session = self._session
        project = session.project.folder if session.has_project else None
        ask_file(self, project, session.models.bring, session.said.emit)

    def _side_by_side(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.bring)
        line.addWidget(self.bring_file)
        line.addStretch(1)
        return line

    def _on_picked(self, _model: str) -> None:
        self._offer_training()
        self.value_changed.emit()

    def _offer_training(self) -> None:
        """Offer to train a new model; or to tune the one that is chosen, where that can be done."""
        spec = self._shown
        tunes = spec is not None and bool(spec.trains_adapter)
        self.train.setText(TUNE if tunes else TRAIN)
        self.train.setVisible(spec is not None and spec.training is not None and (not tunes or bool(self.pick.value())))

    def _fill(self) -> None:
        if self._spec is not None:
            self.pick.set_rows(usable_lines(self._session.models.rows, self._spec.id, self._session.image))

    def _on_listed(self) -> None:
        self._fill()
        if self._spec is not None:
            self.value_changed.emit()


def missing_model(spec: GeneratorSpec, pick: ModelPick) -> str:
    """Say why no model is chosen for a generator that needs one; empty where one is."""
    if pick.value():
        return ""
    row = pick.row()
    if row is not None and row.problem:
        return f"Model {row.name!r} cannot be used: {row.problem}"
    if spec.family == "pretrained":
        return f"{spec.title} needs a pretrained model and there is none yet; import one: {BRING} or {BRING_FILE}"
    return f"{spec.title} needs a trained model and there is none yet; train one on your image: {TRAIN}"
