"""The project folder: sources, runs, notes, session and queue; one program at a time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import appdirs
import numpy as np
from filelock import FileLock

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.io.file_systems import NETWORK_FILE_SYSTEMS, file_system_of
from synthscope.io.locking import lock_at_once
from synthscope.records.documents import digest
from synthscope.records.image import Image
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.project import (
    PROJECT_FORMAT,
    SESSION_FORMAT,
    VERSION,
    ProjectDocument,
    SessionDocument,
    SourceDocument,
)
from synthscope.records.request import Input
from synthscope.records.space import Space
from synthscope.services.environment import program_version
from synthscope.services.mask_origins import with_record
from synthscope.services.naming import file_stem, unused
from synthscope.services.planning import Plan, make_recipe
from synthscope.services.run_folder import RunFolder, now, size_of_files
from synthscope.services.sources import keep, keep_as, open_input, reference, within

BESIDE_RUNS = ("lineups", "families", "found-masks")
"""Folders of a project that grow with use, and that nothing else needs."""


class Project:
    """An open project.

    Make one with `create`, `open` or `open_default`; close it to give the lock back.
    """

    def __init__(self, folder: Path, document: ProjectDocument, lock: FileLock) -> None:
        self.folder = folder
        self.document = document
        self._lock = lock

    @classmethod
    def create(cls, folder: Path, name: str = "") -> Project:
        """Begin a project in a new or empty folder.

        Raises
        ------
        InputError
            If the folder holds something else, or a project already.
        """
        folder = Path(folder).expanduser()
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file; choose a new folder for the project.")
        with reading_faults(folder):
            filled = folder.exists() and any(folder.iterdir())
        if filled:
            raise InputError(f"Folder {folder} is not empty; choose a new folder for the project.")
        _make_folder(folder)
        document = ProjectDocument(name=name or folder.name, made=now(), program=program_version())
        write_document(folder / "project.json", document)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Project:
        """Open a project folder.

        Raises
        ------
        InputError
            If it is no project, or open in another window.
        DocumentError
            If it was written by a newer version.
        """
        folder = Path(folder).expanduser()
        path = folder / "project.json"
        if not path.is_file():
            raise InputError(f"Folder {folder} holds no project; choose one with a project.json in it.")
        document = read_document(path, ProjectDocument, format=PROJECT_FORMAT, version=VERSION)
        busy = f"Project {document.name!r} is open in another window; close it there, or open another project."
        return cls(folder, document, lock_at_once(folder / ".lock", InputError(busy)))

    @classmethod
    def open_default(cls, parent: Path | None = None) -> Project:
        """Open the project that serves when a person has chosen none."""
        parent = parent or Path(appdirs.user_data_dir("synthscope", appauthor=False)) / "projects"
        for number in range(1, 100):
            folder = parent / ("Untitled" if number == 1 else f"Untitled {number}")
            try:
                return cls.open(folder) if (folder / "project.json").exists() else cls.create(folder)
            except InputError:
                continue
        raise InputError(f"A hundred untitled projects are open or damaged in {parent}; clear some.")

    def close(self) -> None:
        """Give the lock back."""
        self._lock.release()

    @property
    def name(self) -> str:
        """The name a person gave."""
        return self.document.name

    @property
    def queue_path(self) -> Path:
        """Where the durable queue lies."""
        return self.folder / "queue.sqlite"

    @property
    def models_folder(self) -> Path:
        """Where the project's own models lie; not there until one is trained or taken in."""
        return self.folder / "models"

    @property
    def warning(self) -> str:
        """A sentence where the project lies on a network share, whose locks cannot be trusted."""
        kind = file_system_of(self.folder)
        if kind not in NETWORK_FILE_SYSTEMS:
            return ""
        return (
            f"This project lies on a network share ({kind}): open it from one computer at a time, "
            "and copy it to a local disk for long runs."
        )

    def add_source(self, image: Image, *, name: str = "") -> Input:
        """Take an image into the project: by reference where a file holds it, as a copy where none does.

        A copy is named by its content, so that it is written once and never over another.

        Parameters
        ----------
        name : str
            What the copy is called; the image's own name if left out.
        """
        kept = not image.origin.path
        source = self._keep_source(image, name or image.name or "layer") if kept else reference(image)
        document = SourceDocument(source, kept=kept, axes_guessed=image.origin.axes_guessed)
        write_document(self._part("sources") / f"{digest(source)[:12]}.json", document)
        return source

    def open_source(self, source: Input) -> Image:
        """Open a source of this project."""
        return open_input(source, self.folder)

    def new_run(self, planned: Plan, source: Input | None, reference: Input | None = None) -> RunFolder:
        """Write a plan down as a run that a worker can do; `reference` is its second image, another source."""
        recipe = make_recipe(planned, source, reference)
        return RunFolder.begin(self._part("runs"), recipe, planned.mask, planned.labels)

    def runs(self) -> tuple[RunFolder, ...]:
        """Give all runs, oldest first; a folder without a recipe was never begun."""
        parent = self.folder / "runs"
        found = sorted(path.parent for path in parent.glob("*/recipe.json"))
        return tuple(RunFolder(path) for path in found)

    def run(self, run_id: str) -> RunFolder:
        """Find a run by its id: one of `runs`, never a path."""
        found = next((run for run in self.runs() if run.id == run_id), None)
        if found is None:
            raise FileError(f"The project has no run {run_id!r}; it may have been deleted.")
        return found

    def delete_run(self, run_id: str) -> None:
        """Remove a run and its candidates from disk.

        Raises
        ------
        FileError
            If there is no such run, or a file of it is held by another program.
        """
        path = self.run(run_id).path
        with writing_faults(path):
            shutil.rmtree(path)

    def occupied(self) -> int:
        """Bytes on disk of runs, and of what is worked out beside them: line-ups, comparisons, found masks."""
        beside = (size_of_files(self.folder / part) for part in BESIDE_RUNS)
        return sum(run.occupied() for run in self.runs()) + sum(beside)

    def session(self) -> SessionDocument:
        """Read what was open; an empty session where none was saved."""
        path = self.folder / "session.json"
        if not path.exists():
            return SessionDocument()
        return read_document(path, SessionDocument, format=SESSION_FORMAT, version=VERSION)

    def save_session(self, session: SessionDocument) -> None:
        """Write what is open; a damaged or newer document steps aside first, it may be mended by hand."""
        path = self.folder / "session.json"
        try:
            self.session()
        except DocumentError:
            with writing_faults(path):
                path.rename(unused(path.with_name("session-damaged.json"), ".json"))
        write_document(path, session)

    def save_mask(
        self, part: np.ndarray, start: tuple[int, ...], space: Space, name: str, origins: tuple[MaskOrigin, ...] = ()
    ) -> Input:
        """Keep the painted part of a mask, so that it is there again after a crash.

        Parameters
        ----------
        part : ndarray of bool
            What is painted: a box of the mask, of the axes of `space`.
        start : tuple of int
            Where the box begins in the mask; its `Input` says so by the origin of its space.
        space : Space
            Of the whole mask.
        origins : tuple of MaskOrigin
            What found parts of it.
        """
        path = self._part("masks") / f"{file_stem(name, 'mask')}.ome.tif"
        kept = keep_as(with_record(Image(part, space.cropped(start), name), origins), path, overwrite=True)
        return within(kept, self.folder)

    def _keep_source(self, image: Image, name: str) -> Input:
        source = keep(image, self._part("sources"), name)
        return replace(within(source, self.folder), name=image.name or name)

    def _part(self, name: str) -> Path:
        """Give a folder of the project, made if need be; the project's own is never made anew."""
        if not self.folder.is_dir():
            raise FileError(f"The project folder {self.folder} is gone; put it back, or open another project.")
        part = self.folder / name
        with writing_faults(part):
            part.mkdir(exist_ok=True)
        return part


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Folder {folder} cannot be made ({error.strerror}); choose another place.") from error
