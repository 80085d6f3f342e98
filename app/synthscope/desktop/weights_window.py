"""Models & weights: what others trained, fetched or taken in by the worker, verified, removed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtpy.QtWidgets import QDialog, QFileDialog, QTabWidget, QVBoxLayout, QWidget

from synthscope.desktop.checkpoints_page import CheckpointsPage
from synthscope.errors import SynthscopeError
from synthscope.io.faults import size_in_words
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.weights_list import WeightsList
from synthscope.records.weights_catalogue import find_weights
from synthscope.services.weights import list_weights, remove_weights, verify_weights, weights_disk_use

FETCH, IMPORT = "fetch-weights", "import-weights"
_ENDINGS: Mapping[str, str] = {"done": "{} is here.", "cancelled": "{} was cancelled; what has come is kept."}
_INTRODUCTION = (
    "Encoders and perceptual distances that others trained are not shipped. Nothing is fetched before you agree; "
    "on a computer without a network, import files that were fetched elsewhere."
)


class WeightsWindow(QDialog):
    """Lists weights; transfers and conversions are jobs of the session's worker.

    Parameters
    ----------
    session : Session
        Its ``work`` queues jobs and its ``errands`` does what is short.
    """

    def __init__(self, session: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._work = session.work
        self._waited = {
            job.id: str(job.payload["weights"])
            for job in self._work.jobs()
            if job.kind in (FETCH, IMPORT) and not job.ended_already
        }
        # create
        self.list = WeightsList()
        self.said = WrappingLabel()
        self.checkpoints = CheckpointsPage(session)
        self.pages = QTabWidget()
        # lay out
        self.setWindowTitle("Models & weights")
        self.resize(680, 680)
        weights = QWidget()
        self.pages.addTab(weights, "Weights of metrics")
        self.pages.addTab(self.checkpoints, "Pretrained models")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addWidget(self.pages)
        column = QVBoxLayout(weights)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addWidget(WrappingLabel(_INTRODUCTION, role="muted"))
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        # connect
        self.list.fetch_agreed.connect(self.fetch)
        self.list.import_wanted.connect(self.ask_file)
        self.list.verify_wanted.connect(self.verify)
        self.list.remove_wanted.connect(self.remove)
        self._work.progressed.connect(self._on_progress)
        self._work.ended.connect(self._on_ended)
        session.project_changed.connect(self.close)  # another project has another queue
        self.refresh()

    def refresh(self) -> None:
        """Show how everything stands now."""
        self.list.set_value(list_weights())
        for weights_id in self._waited.values():
            self.list.tiles[weights_id].say("Waiting for the worker…")

    def fetch(self, weights_id: str) -> None:
        """Queue a transfer that the person has agreed to."""
        payload = {"weights": weights_id, "consent": True}
        self._queue(FETCH, payload, f"Fetch {find_weights(weights_id).title}")

    def ask_file(self, weights_id: str) -> None:
        """Ask which file, or which folder, to take in."""
        card = find_weights(weights_id)
        if len(card.files) > 1:
            name = QFileDialog.getExistingDirectory(self, f"Folder of {card.title}")
        else:
            name, _ = QFileDialog.getOpenFileName(self, f"File of {card.title}")
        if name:
            self.take_in(weights_id, Path(name))

    def take_in(self, weights_id: str, path: Path) -> None:
        """Queue the taking in of a file or folder."""
        self._queue(IMPORT, {"weights": weights_id, "path": str(path)}, f"Import {find_weights(weights_id).title}")

    def verify(self, weights_id: str) -> None:
        """Hash every file; a gigabyte takes seconds, so not on this thread."""
        self.said.setText(f"Verifying {weights_id}…")
        told = f"All files of {weights_id} are those that were taken in."
        self._session.errands.run(lambda: verify_weights(weights_id), lambda _stored: self._tell(told), self._tell)

    def remove(self, weights_id: str) -> None:
        """Delete weights; they can be fetched or imported again."""
        try:
            remove_weights(weights_id)
        except SynthscopeError as error:
            self._tell(error)
            return
        self._tell(f"{weights_id} is removed; all weights take {size_in_words(weights_disk_use())} now.")

    def _queue(self, kind: str, payload: dict[str, Any], title: str) -> None:
        weights_id = str(payload["weights"])
        if weights_id in self._waited.values():
            self._tell(f"{weights_id} is on its way already; see Jobs.")
            return
        try:
            job = self._work.add(kind, payload, title)
        except SynthscopeError as error:
            self._tell(error)
            return
        self._waited[job] = weights_id
        self.refresh()

    def _on_progress(self, row: Any) -> None:
        weights_id = self._waited.get(row.id)
        if weights_id is not None:
            share = "" if row.fraction is None else f", {row.fraction:.0%}"
            self.list.tiles[weights_id].say(f"{row.text}{share}")

    def _on_ended(self, job: Any) -> None:
        weights_id = self._waited.pop(job.id, None)
        if weights_id is not None:
            self._tell(job.error or _ENDINGS.get(job.state, "").format(weights_id))

    def _tell(self, said: object) -> None:
        self.said.setText(str(said))
        self.refresh()
