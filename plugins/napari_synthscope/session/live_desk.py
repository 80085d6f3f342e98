"""What one candidate would be, asked of the worker again for each change, and shown without a run."""

from __future__ import annotations

import shutil
import weakref
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Qt, Signal

from napari_synthscope.session.live_view import LiveView
from synthscope.errors import SynthscopeError
from synthscope.jobs.messages import Ending, Failed
from synthscope.services.live import live_problem, live_task, write_live
from synthscope.services.planning import Plan
from synthscope.services.tasks import Task

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.session.work_desk import WorkDesk

FOLDER = "live"
MAKING = "Making a preview…"
KEPT = "Not kept: press Run for candidates."


@dataclass(frozen=True, eq=False)
class Question:
    """What was written for the worker: the how-manieth wish it answers, where it lies, and of which layer it is."""

    wish: int
    task: Task
    folder: Path
    source: weakref.ref[Any] | None
    job: str = ""


class LiveDesk(QObject):
    """Shows the first candidate of the plan that it was last given, while it is switched on.

    One question at a time: a newer wish cancels the one under way, and what comes for an older wish is dropped.
    The worker is asked only while no job of the queue is at work, and is given back as soon as one begins. What
    changes the ground (source, mask, project, a run, a candidate on the canvas) switches it off.

    Signals
    -------
    changed()
        `active`, `words` or what is shown is another.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._active = False
        self._words = ""
        self._wish = 0
        self._plan: Plan | None = None
        self._asked: Question | None = None
        self._writing = self._waits = False
        self._scale: tuple[object, tuple[float, ...]] = (None, ())
        self._view = LiveView(session)
        session.source_changed.connect(self._on_source)
        session.mask_changed.connect(partial(self.stop, "Off: the mask was changed."))
        session.project_changed.connect(self._on_project)
        session.runs.beginning.connect(lambda *_: self.stop("Off: a run was begun."))
        session.stage.shown.connect(self._on_staged)

    @property
    def active(self) -> bool:
        """Whether it is switched on."""
        return self._active

    @property
    def words(self) -> str:
        """What there is to say of the preview: why there is none, what it waits for, that it is not kept."""
        return self._words

    @property
    def layer(self) -> Any | None:
        """The preview on the canvas; None for none."""
        return self._view.layer

    @property
    def busy(self) -> bool:
        """Whether something is asked or about to be, or still to be shown."""
        return self._writing or self._asked is not None or self._view.busy

    def start(self) -> None:
        """Switch it on: a candidate on the canvas makes room, and `want` shows what would be made."""
        if not self._active:
            self._session.stage.clear()
            self._active = True
            self._hear()
            self._say("")

    def stop(self, why: str = "") -> None:
        """Switch it off; nothing is left of it."""
        if self._active:
            self._active = False
            self._forget(why)

    def want(self, planned: Plan | None) -> None:
        """Show what the first candidate of a plan would be; None where no plan is possible: then nothing is shown."""
        if not self._active:
            return
        problem = "" if planned is None else live_problem(planned)
        if planned is None or problem:
            self._forget(problem)
            return
        self._wish, self._plan = self._wish + 1, planned
        self._go()

    def _go(self) -> None:
        """Ask for the newest wish, once what is under way for an older one has ended."""
        session, planned = self._session, self._plan
        if planned is None or self._writing:
            return
        if self._asked is not None:
            session.work.cancel(self._asked.job)
            return
        if session.work.running:
            self._wait()
            return
        self._waits = False
        image = None if session.source is None or planned.region is None else session.source_image()
        source = None if session.source is None else weakref.ref(session.source)
        project, scratch, wish = session.project.folder, session.work.scratch / FOLDER, self._wish
        known = self._known_scale(planned)
        self._writing = True
        if self.layer is None:
            self._say(MAKING)

        def write() -> Question:
            task = live_task(planned, image, project, known)
            return Question(wish, task, write_live(task, scratch), source)

        session.errands.run(write, partial(self._ask, planned), self._failed)

    def _ask(self, planned: Plan, written: Question) -> None:
        self._writing = False
        if not self._active or written.wish != self._wish:
            self._remove(written.folder)
            self._go()
            return
        self._scale = _scale_key(planned), written.task.recipe.normalisation
        job = self._session.work.ask("live", {"folder": str(written.folder)})
        if not job:
            self._remove(written.folder)
            self._wait()
            return
        self._asked = Question(written.wish, written.task, written.folder, written.source, job)

    def _on_pictured(self, job: str, pixels: np.ndarray) -> None:
        from synthscope.services.labelling import as_image

        asked = self._asked
        if asked is None or job != asked.job or asked.wish != self._wish or not self._active:
            return
        source = asked.source() if asked.source is not None else None
        if asked.source is not None and source is None:
            return  # its layer was deleted meanwhile
        self._view.show(asked.task, as_image(asked.task, pixels), source)
        self._say(f"Seed {asked.task.recipe.seeds[0]}. {KEPT}")

    def _on_answered(self, ending: Ending) -> None:
        asked = self._asked
        if asked is None or ending.job != asked.job:
            return
        self._asked = None
        self._remove(asked.folder)
        if asked.wish != self._wish:
            self._go()
        elif isinstance(ending, Failed) and self._active:
            self._forget(ending.sentence)

    def _on_work(self) -> None:
        """Make room for a job that has begun; go on when the worker is free again."""
        work = self._session.work
        if not self._active or self._plan is None:
            return
        if work.running and self._asked is not None:
            self._wish += 1
            self._go()
        elif work.running or self._waits:
            self._go()

    def _on_source(self) -> None:
        self._scale = (None, ())
        self.stop("Off: the image was changed.")

    def _on_project(self) -> None:
        self._asked = None  # its worker has ended, and took the folder along
        self.stop()

    def _on_staged(self, candidate: str) -> None:
        if candidate:
            self.stop("Off: a candidate is shown.")

    def _failed(self, error: SynthscopeError) -> None:
        self._writing = False
        if self._active:
            self._forget(error.sentence)

    def _forget(self, words: str) -> None:
        """Show nothing, and drop what is under way."""
        self._wish, self._plan, self._waits = self._wish + 1, None, False
        if self._asked is not None:
            self._session.work.cancel(self._asked.job)
        self._view.clear()
        self._say(words)

    def _wait(self) -> None:
        work = self._session.work
        title = next((job.title for job in work.jobs() if job.id == work.running), "the job that is next")
        self._view.clear()
        self._waits = True
        self._say(f"Waits: the worker is busy with {title!r}.")

    def _say(self, words: str) -> None:
        self._words = words
        self.changed.emit()

    def _known_scale(self, planned: Plan) -> tuple[float, ...]:
        return self._scale[1] if self._scale[0] == _scale_key(planned) else ()

    def _remove(self, folder: Path) -> None:
        self._session.errands.run(partial(shutil.rmtree, folder, ignore_errors=True), _nothing, _nothing)

    def _hear(self) -> None:
        work: WorkDesk = self._session.work
        unique = Qt.ConnectionType.UniqueConnection
        work.pictured.connect(self._on_pictured, unique)
        work.answered.connect(self._on_answered, unique)
        work.changed.connect(self._on_work, unique)


def _scale_key(planned: Plan) -> object:
    """Say what the scale of a model depends on, besides the source."""
    weights = "" if planned.card is None else planned.card.weights_sha256
    return weights, planned.region, None if planned.mask is None else planned.mask.tobytes()


def _nothing(_outcome: object) -> None:
    """Answer an errand of which nothing more is to be done."""
