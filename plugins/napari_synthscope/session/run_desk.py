"""The runs of a session: begun from a plan, followed while they work, decided about afterwards."""

from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.session.turns import Turns
from napari_synthscope.session.work_desk import in_project
from napari_synthscope.words import bytes_words
from synthscope.errors import SynthscopeError
from synthscope.imaging.hashing import pixel_hash
from synthscope.jobs.messages import MadeSaid
from synthscope.jobs.rows import QueuedJob
from synthscope.records.image import Image, Origin
from synthscope.records.request import Region
from synthscope.records.run import Candidate, Verdict
from synthscope.services.discarding import discard_run, restore_run
from synthscope.services.planning import Plan
from synthscope.services.references import beside
from synthscope.services.run_folder import RunFolder
from synthscope.services.sources import WHOLE_BYTES, open_input, reference

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.project import Project

TOLD_BYTES = 256 << 20
"""Of a copy larger than this is told, since it takes its time."""

VERBS = {"inpaint": "Inpaint", "vary": "Vary", "synthesize": "Generate", "restore": "Restore"}


class RunDesk(QObject):
    """Knows the run whose candidates are looked at.

    Signals
    -------
    current_changed()
        The candidates of another run are looked at, or of none.
    candidates_changed()
        The current run has a new candidate, or a verdict is another.
    beginning(Plan, layer)
        A run of the layer is about to be written down and queued; what takes the window a while is done now.
    began(str)
        A run was written down and queued; its id.
    listed_changed()
        A run that was deleted is there again.
    job_ended(QueuedJob)
        The job of a run has ended, well or not.
    failed(SynthscopeError)
        A run could not be begun.
    """

    current_changed = Signal()
    candidates_changed = Signal()
    beginning = Signal(object, object)
    began = Signal(str)
    listed_changed = Signal()
    job_ended = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.turns = Turns(session)
        """What takes napari a while; a run is queued when all of it is done."""
        self._current: RunFolder | None = None
        self._layers: dict[str, weakref.ref[Any]] = {}
        self._heard: object = None
        session.project_changed.connect(self._forget)

    @property
    def current(self) -> RunFolder | None:
        """The run whose candidates are looked at."""
        return self._current

    def set_current(self, run: RunFolder | None) -> None:
        """Look at the candidates of a run."""
        if (run and run.path) != (self._current and self._current.path):
            self._current = run
            self.current_changed.emit()

    def layer_of(self, run: RunFolder) -> Any | None:
        """Give the layer that a run was made from, if it is still there.

        For a run of an earlier session it is the present source, where that is the image of the recipe.
        """
        held = self._layers.get(run.id)
        if held is not None:
            layer = held()
            return layer if layer is not None and layer in self._session.viewer.layers else None
        return self._session.source if self._is_source(run) else None

    def begin(self, planned: Plan) -> None:
        """Write a plan down as a run and have it done; `began` follows, or `failed`.

        The layer's voxels are kept in the project, where no file holds them as they are seen, on another thread.
        """
        session = self._session
        project, layer = session.project, session.source
        image = None if layer is None or planned.region is None else session.source_image()
        second = planned.choice.reference
        self.listen()
        if image is not None and not image.origin.path and image.nbytes > TOLD_BYTES:
            session.said.emit(
                f"{image.name!r} lies in no file: a copy of {bytes_words(image.nbytes)} is kept in the project "
                "before the run begins."
            )

        def write() -> RunFolder:
            source = None if image is None else as_seen(image, planned.region)
            shown = (source, beside_as_seen(second, image, planned.region))
            return project.new_run(planned, *(None if one is None else project.add_source(one) for one in shown))

        def queue(run: RunFolder) -> None:
            if layer is not None:
                self._layers[run.id] = weakref.ref(layer)
            self.turns.then(lambda: self._queue(run, planned))

        self.beginning.emit(planned, layer)
        session.errands.run(write, queue, self.failed.emit)

    def job_of(self, run: RunFolder) -> QueuedJob | None:
        """Give the newest job that makes a run, while the list has it."""
        folder = self._session.project.folder  # jobs of a project that was moved name its old place
        jobs = [job for job in self._session.work.jobs() if in_project(folder, job.payload).get("run") == str(run.path)]
        return next((job for job in reversed(jobs) if job.kind == "run"), None)

    def verdict(self, candidate: Candidate) -> Verdict:
        """Give what was decided about a candidate of the current run."""
        return self._run().verdicts().get(candidate.id, Verdict())

    def decide(self, candidate_id: str, words: str, **changes: Any) -> None:
        """Change the verdict on a candidate of the current run, undoably.

        Parameters
        ----------
        words : str
            What was done, for *Undo*: ``reject seed 12``.
        **changes
            `state`, `starred` or `reason`.
        """
        run = self._run()
        before = run.verdicts().get(candidate_id, Verdict())
        self.put(run, candidate_id, replace(before, **changes))
        self._session.undo_stack.push(words, lambda: self.put(run, candidate_id, before))

    def put(self, run: RunFolder, candidate_id: str, verdict: Verdict) -> None:
        """Write a verdict on a candidate of any run; nothing is remembered for *Undo*."""
        if run.path.is_dir():  # else it was deleted since
            run.decide(candidate_id, state=verdict.state, starred=verdict.starred, reason=verdict.reason)
            self.candidates_changed.emit()

    def delete(self, run_id: str) -> None:
        """Delete a run and its candidates, undoably: they leave the disk when the project is closed.

        Raises
        ------
        FileError
            If there is no such run.
        """
        project = self._session.project
        seen = self._current is not None and self._current.id == run_id
        ticket = discard_run(project, run_id)
        if seen:
            self.set_current(None)
        self._session.undo_stack.push("delete the run", lambda: self._bring_back(project, ticket, run_id, seen))

    def _bring_back(self, project: Project, ticket: str, run_id: str, seen: bool) -> None:
        try:
            run = restore_run(project, ticket, run_id)
        except SynthscopeError as error:
            self._session.said.emit(error)
            return
        if seen:
            self.set_current(run)
        self.listed_changed.emit()

    def _run(self) -> RunFolder:
        assert self._current is not None, "a verdict needs a run"
        return self._current

    def _queue(self, run: RunFolder, planned: Plan) -> None:
        session = self._session
        count = len(planned.seeds)
        many = f", {count} candidates" if count > 1 else ""
        title = f"{VERBS.get(planned.choice.task, planned.choice.task)} with {planned.spec.title}{many}"
        payload = {"run": str(run.path), "project": str(session.project.folder)}
        try:
            session.work.add("run", payload, title)
        except SynthscopeError as error:
            self.failed.emit(error)
            return
        self.set_current(run)
        self.began.emit(run.id)

    def listen(self) -> None:
        """Hear of the work of the open project, also of jobs that were begun before."""
        work = self._session.work
        if self._heard is not work:
            self._heard = work
            work.made.connect(self._on_made)
            work.ended.connect(self._on_ended)

    def _on_made(self, message: MadeSaid) -> None:
        ours = self._current is not None and Path(message.path).is_relative_to(self._current.path)
        if message.kind == "candidate" and ours:
            self.candidates_changed.emit()

    def _on_ended(self, job: QueuedJob) -> None:
        if job.kind == "run":
            self.job_ended.emit(job)
            self.candidates_changed.emit()

    def _forget(self) -> None:
        self._layers.clear()
        self.set_current(None)

    def _is_source(self, run: RunFolder) -> bool:
        source = run.recipe().request.source
        layer = self._session.source
        if source is None or layer is None:
            return False
        image = self._session.source_image()
        return image.shape == source.shape and image.space == source.space and image.dtype.name == source.dtype


def beside_as_seen(second: Image | None, image: Image | None, region: Region | None) -> Image | None:
    """Give a second image as `as_seen`, which may have other channels than the image, or one slice for all."""
    if second is None or image is None or region is None:
        return second
    return as_seen(second, beside(region, image.space, second.space, second.shape))


def as_seen(image: Image, region: Region | None) -> Image:
    """Give the image of a layer without its file, where that does not hold what is seen in the region.

    A layer made from another one (duplicated, split, filtered) may still name the file of the first.
    """
    if not image.origin.path or region is None:
        return image
    try:
        there = open_input(reference(image))
    except SynthscopeError:  # gone, or of another shape: what is on the canvas counts
        return image.with_(origin=Origin())
    bytes_read = int(np.prod(region.shape, dtype=np.int64)) * image.dtype.itemsize
    if bytes_read > WHOLE_BYTES:
        return image
    same = pixel_hash(there.pixels[region.slices]) == pixel_hash(image.pixels[region.slices])
    return image if same else image.with_(origin=Origin())
