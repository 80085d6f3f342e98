"""The models of a session: listed beside the window, one of them chosen, renamed, deleted, given away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Qt, Signal

from napari_synthscope.session.model_lines import model_id
from synthscope.errors import InputError, SynthscopeError
from synthscope.jobs.rows import QueuedJob
from synthscope.records.model import ModelCard
from synthscope.services.discarding import discard_model, restore_model
from synthscope.services.models import ModelRow, export_model, import_model, list_models, rename_model
from synthscope.services.single_files import IMPORT, import_payload

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


@dataclass(frozen=True)
class Joining:
    """An adapter by its id, of which kind it is, and the words that call it (empty where that is not known)."""

    id: str
    part: str
    words: str = ""


class ModelDesk(QObject):
    """Knows the models that the open project, this computer and the program have.

    Signals
    -------
    changed()
        The list is another.
    wanted(str, str)
        A generator and its model are to be used from now on: one was just trained, or somebody chose it.
    joining(Joining)
        An adapter is to be joined to the model from now on.
    """

    changed = Signal()
    wanted = Signal(str, str)
    joining = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._rows: tuple[ModelRow, ...] = ()
        self._wish = ("", "")
        self._wish_beside: Joining | None = None
        self._asked = False
        self._brought: set[str] = set()
        session.project_changed.connect(self._on_project)

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """The models as they were read last: those of the project first."""
        return self._rows

    @property
    def wish(self) -> tuple[str, str]:
        """The (generator, model) that was wanted last; empty for none."""
        return self._wish

    @property
    def wish_beside(self) -> Joining | None:
        """The adapter that was wanted last; None for none."""
        return self._wish_beside

    def ask(self) -> None:
        """Read the list if nobody has yet: a panel that shows it has been opened."""
        if not self._asked:
            self.refresh()

    def refresh(self) -> None:
        """Read the list again, off the window's thread; `changed` follows."""
        self._asked = True
        folder = self._session.project.folder if self._session.has_project else None
        self._session.errands.run(lambda: list_models(folder), self._list, self._session.said.emit)

    def want(self, generator: str, model: str) -> None:
        """Use a model from now on."""
        self._wish = (generator, model)
        self.wanted.emit(generator, model)

    def use(self, card: ModelCard, model: str) -> None:
        """Use a model from now on; an adapter beside the base that it was trained with, where that is here."""
        if not card.part:
            self.want(card.generator, model)
            return
        base = card.base.sha256 if card.base is not None else ""
        row = next((one for one in self._rows if base and one.card and one.card.weights_sha256 == base), None)
        if row is not None:
            self.want(card.generator, model_id(row))
        self._wish_beside = Joining(model, card.part, str(card.training.get("prompt", "")))
        self.joining.emit(self._wish_beside)

    def of_folder(self, folder: Path) -> ModelRow | None:
        """Find a listed model by its folder."""
        return next((row for row in self._rows if row.folder == folder), None)

    def rename(self, row: ModelRow, name: str) -> None:
        """Give a model another name, undoably.

        Raises
        ------
        InputError, FileError
            If the name is taken or cannot be, or the model is none of this project.
        """
        project = self._session.project
        target = rename_model(row.folder, name, project.folder)
        self.refresh()
        self._session.undo_stack.push("rename the model", lambda: self._rename_back(target, row.name))

    def delete(self, row: ModelRow) -> None:
        """Delete a model of the project, undoably: it leaves the disk when the project is closed.

        Raises
        ------
        InputError
            If it is none of the project.
        FileError
            If it has gone, or a file of it is held by another program.
        """
        if row.place != "project":
            raise InputError(f"Model {row.name!r} belongs to all projects; remove it with: synthscope models remove.")
        project = self._session.project
        ticket = discard_model(project, row.name)
        self.refresh()

        def bring_back() -> None:
            try:
                restore_model(project, ticket, row.name)
            except SynthscopeError as error:
                self._session.said.emit(error)
            self.refresh()

        self._session.undo_stack.push("delete the model", bring_back)

    def take_in(self, folder: Path) -> None:
        """Copy a model from elsewhere into the project, checked, off the window's thread."""
        parent = self._session.project.folder / "models"
        self._session.errands.run(lambda: import_model(folder, parent), self._taken, self._session.said.emit)

    def bring(self, path: Path, base: str = "") -> None:
        """Take in a model that others trained, for all projects: the worker copies it, whatever its size.

        A whole pipeline in one file is converted by the configuration of `base`, a model or a folder.
        """
        session, work = self._session, self._session.work
        work.ended.connect(self._on_ended, Qt.ConnectionType.UniqueConnection)
        payload = import_payload(path, base, session.project.folder if session.has_project else None)
        self._brought.add(work.add(IMPORT, payload, f"Take in {path.name}"))
        session.said.emit(f"{path.name} is being taken in; see Jobs.")

    def give_out(self, row: ModelRow, folder: Path) -> None:
        """Copy a model into a folder of its name within `folder`, off the window's thread."""
        said = self._session.said
        self._session.errands.run(
            lambda: export_model(row.folder, folder / row.name),
            lambda path: said.emit(f"Model {row.name!r} was copied to {path}."),
            said.emit,
        )

    def _list(self, rows: tuple[ModelRow, ...]) -> None:
        if rows != self._rows:
            self._rows = rows
            self.changed.emit()

    def _taken(self, folder: Path) -> None:
        self._session.said.emit(f"Model {folder.name!r} is in this project now.")
        self.refresh()

    def _on_ended(self, job: QueuedJob) -> None:
        if job.id not in self._brought:
            return
        self._brought.discard(job.id)
        if job.state == "done":
            self._session.said.emit(f"{Path(str(job.payload['path'])).name} is taken in.")
            self.refresh()
        elif job.state == "failed":
            self._session.said.emit(job.error)

    def _rename_back(self, folder: Path, name: str) -> None:
        try:
            rename_model(folder, name, self._session.project.folder)
        except SynthscopeError as error:
            self._session.said.emit(error)
        self.refresh()

    def _on_project(self) -> None:
        self._wish, self._wish_beside = ("", ""), None
        if self._asked:
            self.refresh()
