"""The runs of a project under the settings: chosen, deleted, reproduced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from napari_synthscope.files.result_saving import save_candidate
from napari_synthscope.files.saving import FILTER, kept_words, safe_name, with_suffix
from napari_synthscope.generating.conditions_edit import SECOND
from napari_synthscope.generating.results_card import ResultsCard, run_words
from napari_synthscope.session.folder_desk import OPEN_STATES
from synthscope.errors import SynthscopeError
from synthscope.generators.registry import find_spec
from synthscope.jobs.rows import QueuedJob
from synthscope.records.documents import from_json
from synthscope.records.run import Candidate
from synthscope.services.choosing import Choice
from synthscope.services.repeats import repeats_of, repeats_words
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from napari_synthscope.generating.candidate_tray import CandidateTray
    from napari_synthscope.session.session import Session


class Results(QWidget):
    """Joins the card of results with the session.

    Signals
    -------
    settings_wanted(Choice)
        The settings of a run are to be taken again.
    """

    settings_wanted = Signal(object)

    def __init__(self, session: Session, tray: CandidateTray, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tray = tray
        self._replaying = ""
        self._known: dict[str, Candidate] = {}
        self._compared: tuple[Path, int] | None = None
        self.card = ResultsCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.card.hide()
        # connect
        self.card.run_chosen.connect(self.choose)
        self.card.delete_pressed.connect(self.delete)
        self.card.uncertainty_pressed.connect(session.stage.add_uncertainty)
        self.card.reproduce_pressed.connect(self.reproduce)
        self.card.settings_pressed.connect(self._take_settings)
        self.card.save_pressed.connect(self.ask_save)
        session.runs.current_changed.connect(self.refresh)
        session.runs.listed_changed.connect(self.refresh)
        session.runs.began.connect(lambda _run: self.refresh())
        session.runs.job_ended.connect(lambda _job: self.refresh())
        session.project_changed.connect(self.refresh)
        tray.rows_changed.connect(self._show_current)
        tray.strip.stepped.connect(lambda _candidate: self._show_current())

    def refresh(self) -> None:
        """List the runs of the open project, read off the window's thread."""
        if not self._session.has_project:
            self.card.hide()
            return
        project = self._session.project

        def read() -> tuple[tuple[tuple[str, str], ...], int]:
            return tuple((run.id, run_words(run)) for run in reversed(project.runs())), project.occupied()

        self._session.errands.run(read, self._list, self._session.said.emit)

    def choose(self, run_id: str) -> None:
        """Look at the candidates of another run."""
        self.card.show_replay("")
        try:
            self._session.runs.set_current(self._session.project.run(run_id))
        except SynthscopeError as error:
            self._session.said.emit(error)

    def delete(self) -> None:
        """Delete the chosen run, undoably; what was accepted stays on the canvas."""
        run = self._session.runs.current
        if run is None:
            return
        job = self._session.runs.job_of(run)
        if job is not None and job.state in ("running", "waiting"):
            self._session.said.emit("This run is still at work; cancel it first, then delete it.")
            return
        try:
            self._session.runs.delete(run.id)
        except SynthscopeError as error:
            self._session.said.emit(error)
        else:
            self._session.said.emit("The run is deleted; Undo brings it back until the project is closed.")
        self.refresh()

    def reproduce(self) -> None:
        """Make the current candidate again from its own file and compare."""
        run, row = self._session.runs.current, self._tray.current()
        if run is None or row is None:
            return
        try:
            candidate = run.candidate(row.id)
            payload = self._replay_payload(run, candidate)
        except SynthscopeError as error:
            self._session.said.emit(error)
            return
        work = self._session.work
        work.ended.connect(self._on_ended, Qt.ConnectionType.UniqueConnection)
        self._replaying = work.add("replay", payload, f"Reproduce seed {candidate.seed}")
        self.card.show_replay(f"Making seed {candidate.seed} again…")

    def ask_save(self) -> None:
        """Ask where to, and write the current candidate as a file; the job list shows how far it is."""
        run, row = self._session.runs.current, self._tray.current()
        if run is None or row is None:
            return
        source = run.recipe().request.source
        stem = safe_name(source.name.split(".")[0] if source else "new")
        name, chosen = QFileDialog.getSaveFileName(self, "Save candidate as", f"{stem}-seed-{row.seed}.ome.tif", FILTER)
        if name:
            path = with_suffix(Path(name), chosen)
            save_candidate(self._session, run, row.id, path)
            remark = kept_words(Path(name), path)
            if remark:
                self._session.said.emit(f"Saving as {path.name}.{remark}")

    def _replay_payload(self, run: RunFolder, candidate: Candidate) -> dict[str, Any]:
        from synthscope.services.sources import locate

        request, folder = run.recipe().request, self._session.project.folder
        payload = {"path": str(run.path / candidate.path), "project": str(folder)}
        if request.task != "inpaint" and request.source is not None:
            payload["source"] = str(locate(request.source, folder))
        if request.reference is not None:
            payload["reference"] = str(locate(request.reference, folder))
        return payload

    def _on_ended(self, job: QueuedJob) -> None:
        if job.id != self._replaying:
            return
        if job.state != "done":
            self.card.show_replay(job.error or "It was not made again: cancelled.", good=False)
            return
        words, good = replay_words(job.result)
        self.card.show_replay(words, good=good)

    def _take_settings(self) -> None:
        run = self._session.runs.current
        if run is not None:
            try:
                self.settings_wanted.emit(choice_of(run))
                recipe = run.recipe()
            except SynthscopeError as error:
                self._session.said.emit(error)
                return
            second, place = recipe.request.reference, SECOND[find_spec(recipe.generator).second][0]
            if second is not None:
                self._session.said.emit(f"It was made with the second image {second.name!r}: choose it as {place}.")

    def _list(self, found: tuple[tuple[tuple[str, str], ...], int]) -> None:
        current = self._session.runs.current
        self.card.show_runs(found[0], current.id if current is not None else "", found[1])
        self._show_current()

    def _show_current(self) -> None:
        run, row = self._session.runs.current, self._tray.current()
        rows = self._tray.strip.value()
        self.card.show_spread(spread_problem(run, len(rows)))
        wanted = row.id if run is not None and row is not None else ""
        self.card.show_candidate(self._known.get(wanted))
        self._show_repeats(run, len(rows))
        if run is not None and wanted and wanted not in self._known:  # a run may hold a thousand documents
            self._session.errands.run(run.candidates, self._learn, self._session.said.emit)

    def _show_repeats(self, run: RunFolder | None, made: int) -> None:
        """Compare the candidates of a run that is not at work, once, beside the window: pixels are read for it."""
        if run is None or self._compared == (run.path, made):
            return
        if self._compared is None or self._compared[0] != run.path:
            self.card.show_repeats("")
        job = self._session.runs.job_of(run)
        if made < 2 or (job is not None and job.state in OPEN_STATES):
            self._compared = (run.path, 0)
            return
        self._compared = (run.path, made)
        self._session.errands.run(
            lambda: repeats_words(run, repeats_of(run)), lambda words: self._tell(run, words), self._session.said.emit
        )

    def _tell(self, run: RunFolder, words: str) -> None:
        if self._session.runs.current is not None and self._session.runs.current.path == run.path:
            self.card.show_repeats(words)

    def _learn(self, candidates: tuple[Candidate, ...]) -> None:
        self._known = {one.id: one for one in candidates}
        row = self._tray.current()
        self.card.show_candidate(self._known.get(row.id) if row is not None else None)


def spread_problem(run: RunFolder | None, made: int) -> str:
    """Say why there is no uncertainty; empty when there is."""
    if run is None:
        return "There is no run yet."
    if find_spec(run.recipe().generator).deterministic:
        return "This generator gives one result, whatever the seed: there is nothing to be uncertain between."
    return "" if made > 1 else "Uncertainty needs two candidates or more."


def replay_words(result: Any) -> tuple[str, bool]:
    """Say what a replay found, and whether that is as promised."""
    if result["reproduced"]:
        return f"Seed {result['seed']} was made again: every voxel is the same (largest difference 0).", True
    words = f"Seed {result['seed']} was made again: the largest difference is {result['max_abs_difference']:.6g}"
    return f"{words}; this generator promises: {result['determinism']}.", result["determinism"] != "bit-exact here"


def choice_of(run: RunFolder) -> Choice:
    """Give the settings that a run was made with.

    Raises
    ------
    DocumentError, FileError, Unavailable
        If its recipe cannot be read, or its generator is not here any more.
    """
    recipe = run.recipe()
    spec = find_spec(recipe.generator)
    return Choice(
        task=recipe.request.task,
        generator=spec.id,
        parameters=from_json(spec.parameters, dict(recipe.parameters)),
        count=len(recipe.seeds),
        seed=recipe.seeds[0],
        size=recipe.request.size,
        feather=recipe.request.feather,
        model=recipe.model,
        label=recipe.request.label,
        prompts=recipe.request.prompts,
        adapters=recipe.adapters,
        device=recipe.device,
        restoration=recipe.request.restoration,
    )
