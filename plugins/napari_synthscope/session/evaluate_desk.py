"""The evaluations of a session: begun from a recipe, followed while they run, found again afterwards."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_synthscope.session.comparison_desk import ComparisonDesk, ComparisonKind
from napari_synthscope.session.report_lines import list_reports
from synthscope.errors import DocumentError
from synthscope.jobs.messages import MadeSaid
from synthscope.records.documents import digest, from_json
from synthscope.records.evaluation import EvaluationRecipe, Report, Score
from synthscope.records.request import Input

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.project import Project

KIND = "evaluate"
REPORTS = "reports"
Draft = Callable[["Project"], tuple[EvaluationRecipe, Sequence[tuple[Input, Any]]]]
"""Makes a recipe beside the window, and says which layer each of its images came from."""


class EvaluateDesk(ComparisonDesk):
    """Begins evaluations and says what becomes of them; each is known by the folder of its report.

    Signals
    -------
    scored(Path, Score)
        Another number is known.
    """

    scored = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, ComparisonKind(KIND, REPORTS, list_reports, _report))
        self._layers: dict[str, weakref.ref[Any]] = {}
        self._known: dict[Path, list[Score]] = {}

    def begin(self, draft: Draft, title: str) -> None:
        """Write an evaluation down and have it done; `began` follows, or `failed`.

        Parameters
        ----------
        draft : callable
            Called on another thread: voxels that no file holds are kept in the project there.
        """
        session = self._session
        project = session.project
        self.listen()

        def write() -> tuple[Path, Sequence[tuple[Input, Any]]]:
            from synthscope.services.evaluation.evaluating import begin_evaluation

            recipe, layers = draft(project)
            folder = self._begun(project.folder, recipe, lambda folder: begin_evaluation(folder, recipe))
            return folder, layers

        session.errands.run(write, lambda made: self._queue(made[0], made[1], title), self.failed.emit)

    def scores_of(self, folder: Path) -> tuple[Score, ...]:
        """Give the numbers that are known of an evaluation that runs."""
        return tuple(self._known.get(folder, ()))

    def layer_of(self, source: Input) -> Any | None:
        """Give the layer that an image of a recipe came from, if it is still there."""
        held = self._layers.get(digest(source))
        layer = held() if held is not None else None
        return layer if layer is not None and layer in self._session.viewer.layers else None

    def hold(self, source: Input, layer: Any) -> None:
        """Remember which layer shows an image of a recipe."""
        self._layers[digest(source)] = weakref.ref(layer)

    def _queue(self, folder: Path, layers: Sequence[tuple[Input, Any]], title: str) -> None:
        for source, layer in layers:
            if layer is not None:
                self.hold(source, layer)
        self._add(folder, title)

    def _on_made(self, message: MadeSaid) -> None:
        folder = self._folder(message.job) if message.kind == "score" else None
        score = None if folder is None else _score(message.document)
        if folder is not None and score is not None:
            self._known.setdefault(folder, []).append(score)
            self.scored.emit(folder, score)

    def _on_ended(self, job: Any) -> None:
        if job.kind == KIND:
            folder = self.folder_of(job)
            self.ended.emit(folder, job)
            self._known.pop(folder, None)
            self.refresh()


def _report(folder: Path) -> Report:
    from synthscope.services.reporting.document import read_report

    return read_report(folder)


def _score(document: Mapping[str, Any]) -> Score | None:
    """Read a number that came while the work goes on; one that cannot be read is in the report all the same."""
    try:
        return from_json(Score, dict(document))
    except DocumentError:
        return None
