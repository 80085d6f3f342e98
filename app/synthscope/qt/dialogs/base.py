"""By whose configuration one file of a whole pipeline is taken in: a model that is here, or a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.io.single_files import find_single
from synthscope.qt.buttons import TextButton
from synthscope.qt.dialogs.frame import AskDialog
from synthscope.qt.model_pick import ModelLine, ModelPick
from synthscope.records.pretrained import FoundSingle
from synthscope.services.models import ModelRow
from synthscope.services.single_files import base_of, base_words, bases_for

_ABOUT = (
    "It has weights alone: schedule, vocabulary and the shape of the networks come from a model of its kind, whose own "
    "weights are not used. Choose the model that it was made from; another one of its kind may expect other steps."
)
_PLACES = {"project": "of this project", "user": "installed", "shared": "in the shared folder", "bundled": "bundled"}


class BaseChooser(QWidget):
    """Edits which model, or which folder of a pipeline, a file is converted by; its value is a name or a path.

    Signals
    -------
    value_changed(str)
        Another one is chosen; empty for none.
    """

    value_changed = Signal(object)

    def __init__(self, single: FoundSingle, rows: tuple[ModelRow, ...], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._single = single
        self._refused = ""
        # create
        self.pick = ModelPick(empty="none here")
        self.another = TextButton("Another folder…", name="folder-open-outline", role="quiet")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.pick)
        column.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)
        self.another.setToolTip("The folder of such a pipeline, as diffusers saves it; its configuration is enough")
        self.pick.set_rows(ModelLine(str(row.folder), row.name, generator=_PLACES[row.place]) for row in rows)
        # connect
        self.pick.value_changed.connect(lambda _model: self.value_changed.emit(self.value()))
        self.another.clicked.connect(self._ask_folder)

    def value(self) -> str:
        """Give the name or the folder of the base; empty for none."""
        return self.pick.value()

    def set_value(self, folder: str) -> None:
        """Choose a folder, listed or not; one that does not fit is refused with a sentence."""
        try:
            found = base_of(self._single, folder)
        except SynthscopeError as error:
            self._refused = str(error)
            self.value_changed.emit(self.value())
            return
        self._refused = ""
        known = [line for line in self.pick.rows() if line.id != folder]
        self.pick.set_rows((ModelLine(folder, found.name, generator="a folder"), *known))
        self.pick.set_value(folder)
        self.value_changed.emit(self.value())

    def problem(self) -> str:
        """Say what is missing; empty when one is chosen."""
        return self._refused or ("" if self.value() else base_words(self._single, ()))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder of a pipeline, as diffusers saves it")
        if name:
            self.set_value(name)


def ask_file(
    parent: QWidget, project: Path | None, take: Callable[[Path, str], None], say: Callable[[object], None]
) -> None:
    """Ask which file of others is to be taken in; of a whole pipeline, by whose configuration too.

    Parameters
    ----------
    project : Path, optional
        Whose models are offered beside the installed ones.
    take : callable
        Called with the file, and the base that was chosen; empty where none is needed.
    say : callable
        Called with what is wrong with the file.
    """
    name, _ = QFileDialog.getOpenFileName(
        parent, "LoRA, embedding, ControlNet or whole pipeline in one file", filter="safetensors (*.safetensors)"
    )
    if name:
        ask_base(parent, Path(name), project, take, say)


def ask_base(
    parent: QWidget, path: Path, project: Path | None, take: Callable[[Path, str], None], say: Callable[[object], None]
) -> None:
    """Ask by whose configuration a file is taken in, as `ask_file` does; at once for one that needs none."""
    try:
        single = find_single(path)
    except SynthscopeError as error:
        say(error)
        return
    if single is None:
        take(path, "")
        return
    dialog = AskDialog(
        BaseChooser(single, bases_for(single, project)), title="Which model is this file of?", verb="Import",
        about=f"{path.name} is {single.title}. {_ABOUT}", parent=parent,
    )  # fmt: skip
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.answered.connect(lambda base: take(path, str(base)))
    dialog.open()
