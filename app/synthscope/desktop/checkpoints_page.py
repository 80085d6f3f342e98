"""Pretrained models in *Models & weights*: searched, fetched and taken in by the worker, verified, removed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.io.faults import size_in_words
from synthscope.qt.buttons import TextButton
from synthscope.qt.checkpoint_list import CheckpointList, state_words
from synthscope.qt.dialogs.base import ask_file
from synthscope.qt.labels import WrappingLabel
from synthscope.records.pipeline_catalogue import find_checkpoint
from synthscope.services.checkpoints import list_checkpoints, remove_checkpoint, verify_checkpoint
from synthscope.services.single_files import IMPORT, import_payload

FETCH = "fetch-pretrained"
_ENDINGS: Mapping[str, str] = {"done": "{} is here.", "cancelled": "{} was cancelled; what has come is kept."}
_INTRODUCTION = (
    "Pipelines that others trained, mostly on photographs. None is shipped, and nothing is fetched before you agree; "
    "a folder or a safetensors file that you have is taken in."
)


class CheckpointsPage(QWidget):
    """Searches the catalogue; transfers and copies are jobs of the session's worker.

    Parameters
    ----------
    session : Session
        Its ``work`` queues jobs and its ``errands`` does what is short.

    Signals
    -------
    shared_chosen(str)
        A folder of models that many use was chosen, for the program to remember.
    """

    shared_chosen = Signal(str)

    def __init__(self, session: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._work = session.work
        self._waited: dict[str, str] = {
            job.id: str(job.payload["checkpoint"])
            for job in self._work.jobs()
            if job.kind == FETCH and not job.ended_already
        }
        # create
        self.words = QLineEdit()
        self.open_only = QCheckBox("Open only")
        self.list = CheckpointList()
        self.folder = TextButton("Import a folder…", name="import", tip="Take in a pipeline or a ControlNet")
        self.file = TextButton("Import a file…", name="import", tip="Take in a LoRA, an embedding, or a whole pipeline")
        self.shared = TextButton("Shared folder…", name="folder-open-outline", tip="Choose a folder that many use")
        self.said = WrappingLabel()
        # lay out
        self.words.setPlaceholderText("Name, task, generator or licence")
        self.words.setClearButtonEnabled(True)
        self._lay_out()
        # connect
        self.words.textChanged.connect(lambda _text: self.refresh())
        self.open_only.toggled.connect(lambda _on: self.refresh())
        self.folder.clicked.connect(self.ask_folder)
        self.file.clicked.connect(self.ask_file)
        self.shared.clicked.connect(self.ask_shared)
        self.list.fetch_agreed.connect(self.fetch)
        self.list.verify_wanted.connect(self.verify)
        self.list.remove_wanted.connect(self.remove)
        self._work.progressed.connect(self._on_progress)
        self._work.ended.connect(self._on_ended)
        self.refresh()

    def refresh(self) -> None:
        """Show what is found, as it stands now."""
        self.list.set_value(list_checkpoints(self.words.text(), open_only=self.open_only.isChecked()))
        for tile in self.list.tiles.values():
            waits = tile.value().card.id in self._waited.values()
            tile.say("Waiting for the worker…" if waits else state_words(tile.value()))

    def fetch(self, checkpoint_id: str, half: bool, accepted: bool) -> None:
        """Queue a transfer that the person has agreed to; whether its licence was accepted goes with it."""
        if checkpoint_id in self._waited.values():
            self._tell(f"{checkpoint_id} is on its way already; see Jobs.")
            return
        payload = {"checkpoint": checkpoint_id, "consent": True, "licence_accepted": accepted, "half": half}
        self._queue(FETCH, payload, f"Fetch {find_checkpoint(checkpoint_id).title}", checkpoint_id)

    def ask_folder(self) -> None:
        """Ask which folder to take in."""
        name = QFileDialog.getExistingDirectory(self, "Folder of a pipeline or of a ControlNet")
        if name:
            self.take_in(Path(name))

    def ask_file(self) -> None:
        """Ask which file to take in, and by whose configuration where it is a whole pipeline."""
        ask_file(self, self._project(), self.take_in, self._tell)

    def ask_shared(self) -> None:
        """Ask which folder of models many use; it is read from the next start on, by the worker too."""
        name = QFileDialog.getExistingDirectory(self, "Folder of models that many use")
        if name:
            self.shared_chosen.emit(name)
            self._tell(f"The models in {name} are listed when the program is started again; nothing there is changed.")

    def take_in(self, path: Path, base: str = "") -> None:
        """Queue the taking in of a folder or file; gigabytes are copied, or converted, by the worker."""
        self._queue(IMPORT, import_payload(path, base, self._project()), f"Import {path.name}", path.name)

    def verify(self, checkpoint_id: str) -> None:
        """Hash every file; gigabytes take seconds, so not on this thread."""
        self.said.setText(f"Verifying {checkpoint_id}…")
        told = f"All files of {checkpoint_id} are those that were taken in."
        self._session.errands.run(lambda: verify_checkpoint(checkpoint_id), lambda _: self._tell(told), self._tell)

    def remove(self, checkpoint_id: str) -> None:
        """Delete a model; it can be fetched or imported again."""
        try:
            freed = remove_checkpoint(checkpoint_id)
        except SynthscopeError as error:
            self._tell(error)
            return
        self._tell(f"{checkpoint_id} is removed; {size_in_words(freed)} are free again.")

    def _project(self) -> Path | None:
        return self._session.project.folder if self._session.has_project else None

    def _queue(self, kind: str, payload: dict[str, Any], title: str, name: str) -> None:
        try:
            job = self._work.add(kind, payload, title)
        except SynthscopeError as error:
            self._tell(error)
            return
        self._waited[job] = name
        self._tell(f"{name} waits for the worker; see Jobs.")

    def _on_progress(self, row: Any) -> None:
        tile = self.list.tiles.get(self._waited.get(row.id, ""))
        if tile is not None:
            share = "" if row.fraction is None else f", {row.fraction:.0%}"
            tile.say(f"{row.text}{share}")

    def _on_ended(self, job: Any) -> None:
        name = self._waited.pop(job.id, None)
        if name is not None:
            self._tell(job.error or _ENDINGS.get(job.state, "").format(name))

    def _tell(self, said: object) -> None:
        self.said.setText(str(said))
        self.refresh()

    def _lay_out(self) -> None:
        search, bring = QHBoxLayout(), QHBoxLayout()
        search.addWidget(self.words, 1)
        search.addWidget(self.open_only)
        bring.addWidget(self.folder)
        bring.addWidget(self.file)
        bring.addWidget(self.shared)
        bring.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addWidget(WrappingLabel(_INTRODUCTION, role="muted"))
        column.addLayout(search)
        column.addWidget(self.list, 1)
        column.addLayout(bring)
        column.addWidget(self.said)
