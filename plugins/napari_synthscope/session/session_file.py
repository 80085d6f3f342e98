"""What is open, saved as it changes, so that nothing is lost when the program ends unasked."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_synthscope.canvas.layers import add_image, find_layer, image_of
from napari_synthscope.session.kept_mask import KeptMask, painted_part, read_mask, set_aside, write_mask
from napari_synthscope.session.mask_told import tell_origins
from napari_synthscope.session.painted_mask import new_painted_mask
from synthscope.errors import SynthscopeError
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.request import Input, Prompts
from synthscope.records.run import AdapterUse

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.project import Project

DEBOUNCE = 1000
KEPT_BYTES = 4 << 30
"""A layer that no file holds is kept in the project up to this size; a larger one when it is run."""

ENDING = ".ome.tif"
TOLD_BYTES = 256 << 20
"""At the very end a copy is made up to this size."""


@dataclass(frozen=True)
class Chosen:
    """What was chosen for the next run, to be found again; `reference` is the uuid of the second image's layer."""

    generator: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    count: int = 4
    feather: float = 0.0
    model: str = ""
    label: str = ""
    reference: str = ""
    prompts: Prompts = field(default_factory=Prompts)
    adapters: tuple[AdapterUse, ...] = ()


@dataclass(frozen=True, eq=False)
class Restored:
    """What was open; `problem` says why the mask that was kept is left out."""

    document: SessionDocument
    image: Image | None
    mask: KeptMask | None
    problem: SynthscopeError | None = None
    second: Image | None = None


class SessionFile(QObject):
    """Keeps ``session.json`` of the open project true.

    Signals
    -------
    saved()
        The file says what is open now.
    restored(SessionDocument)
        What was open is open again.
    """

    saved = Signal()
    restored = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._chosen = Chosen()
        self.second: weakref.ref[Any] | None = None
        """The layer of the second image that was opened again."""
        self._unwritten: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.save)
        for signal in (session.source_changed, session.mask_changed, session.runs.current_changed):
            signal.connect(self.touch)

    def note(self, chosen: Chosen) -> None:
        """Note what is chosen for the next run."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.touch()

    def touch(self) -> None:
        """Save soon: something is open in a project, or painted, which opens the default one."""
        session = self._session
        if session.source is not None and (session.has_project or session.painted is not None):
            self._timer.start()

    def save(self) -> None:
        """Save now, on another thread."""
        self._timer.stop()
        session = self._session
        if session.source is None:
            return
        if session.searching:  # `mask_changed` follows, and with it another save
            return
        try:
            work = self._work()
        except SynthscopeError as error:
            session.said.emit(error)
            return
        self._unwritten = work
        session.errands.run(work, lambda _: self._written(work), session.said.emit)

    def restore(self) -> None:
        """Open again what was open in the project; `restored` follows."""
        project = self._session.project
        self._session.errands.run(lambda: _read(project), self._show, self._session.said.emit)

    def stop(self) -> Callable[[], None]:
        """Save no more; gives what writes the rest, to be called once nothing else is being written."""
        waiting = self._timer.isActive()
        self._timer.stop()
        image = None if self._session.source is None else self._session.source_image()
        if image is None or (not image.origin.path and image.nbytes > TOLD_BYTES):
            return lambda: None  # nobody waits at the door for a large copy
        return self._work() if waiting or self._unwritten is not None else lambda: None

    def _work(self) -> Callable[[], None]:
        """Take down what is open now; what is given writes it, on any thread."""
        session = self._session
        project, image, mask = session.project, session.source_image(), painted_part(session)
        run, chosen = session.runs.current, self._chosen
        last = run.id if run is not None else ""
        layer = find_layer(session.viewer, chosen.reference) if chosen.reference else None
        second = None if layer is None else image_of(layer)
        return lambda: _write(project, image, mask, chosen, last, second)

    def _written(self, work: Callable[[], None]) -> None:
        if self._unwritten is work:
            self._unwritten = None
        self.saved.emit()

    def _show(self, found: Restored) -> None:
        session = self._session
        if found.image is None:
            return
        session.set_source(add_image(session.viewer, found.image))
        if found.mask is not None:
            tell_origins(new_painted_mask(session, found.image, found.mask.pixels, found.mask.box), found.mask.origins)
        self.second = None if found.second is None else weakref.ref(add_image(session.viewer, found.second))
        if found.problem is not None:
            session.said.emit(found.problem)
        runs = {run.id: run for run in session.project.runs()}
        session.runs.set_current(runs.get(found.document.run))
        self.restored.emit(found.document)


def has_session(project: Project) -> bool:
    """Tell whether something was open when a project was left."""
    try:
        return bool(project.session().sources)
    except SynthscopeError:
        return False


def _write(
    project: Project, image: Image, mask: KeptMask | None, chosen: Chosen, run: str,
    second: Image | None,
) -> None:  # fmt: skip
    """Write masks before the document that names them."""
    if not _may_be_kept(image):
        return
    source = project.add_source(image)
    saved = None if mask is None else write_mask(project, source, mask)
    project.save_session(
        SessionDocument(
            sources=(source,),
            source=source.name,
            mask=saved,
            mask_of=source.name,
            run=run,
            generator=chosen.generator,
            parameters=chosen.parameters,
            seed=chosen.seed,
            count=chosen.count,
            feather=chosen.feather,
            model=chosen.model,
            label=chosen.label,
            prompts=chosen.prompts,
            adapters=chosen.adapters,
            reference=None if second is None or not _may_be_kept(second) else project.add_source(second),
        )
    )


def _may_be_kept(image: Image) -> bool:
    return bool(image.origin.path) or image.nbytes <= KEPT_BYTES


def _read(project: Project) -> Restored:
    document = project.session()
    if not document.sources:
        return Restored(document, None, None)
    image = _named(project.open_source(document.sources[0]))
    second, problem = _read_second(project, document.reference)
    if document.mask is None:
        return Restored(document, image, None, problem, second)
    try:
        kept = read_mask(project, document.mask, image)
    except SynthscopeError as error:
        problem = set_aside(project, document.mask, image) or error
        return Restored(document, image, None, problem, second)
    return Restored(document, image, kept, problem, second)


def _named(image: Image) -> Image:
    return image.with_(name=image.name.split(".")[0])


def _read_second(project: Project, kept: Input | None) -> tuple[Image | None, SynthscopeError | None]:
    """Open the second image again; one that has gone is told, and left out."""
    try:
        return (None if kept is None else _named(project.open_source(kept))), None
    except SynthscopeError as error:
        return None, error
