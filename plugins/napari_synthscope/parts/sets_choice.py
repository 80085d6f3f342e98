"""Several picked sets, offered and opened together beside the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_synthscope.parts.layer_news import LayerNews
from napari_synthscope.parts.set_members import Member, OpenSet, open_sets
from napari_synthscope.parts.set_offers import is_generated, layer_members, mark_of, run_members, seen_now
from napari_synthscope.parts.set_pick import SetPick
from synthscope.errors import SynthscopeError

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


@dataclass(frozen=True)
class Part:
    """One of the sets: where it is picked, and what is offered there.

    Parameters
    ----------
    name : str
        Under which all that is ticked becomes one set; empty for a set per generator.
    """

    pick: SetPick
    name: str = ""
    with_runs: bool = False


@dataclass(frozen=True, eq=False)
class OpenPart:
    """What is ticked in one part, opened; or the sentence why it cannot be."""

    sets: tuple[OpenSet, ...] = ()
    problem: str = ""

    @property
    def only(self) -> OpenSet | None:
        """The one set of a part that has a name; None where nothing is ticked."""
        return next(iter(self.sets), None)


class SetsChoice(QObject):
    """Offers layers and runs in several picks, and opens what is ticked.

    The first part is that of real images, the second that of generated ones: at first the source is ticked, and the
    accepted layers or else the newest run.

    Signals
    -------
    opened()
        What is ticked now was opened, or cannot be.
    """

    opened = Signal()

    def __init__(self, session: Session, parts: Sequence[Part], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._parts = tuple(parts)
        self._open: tuple[OpenPart, ...] | None = None
        self._asked: object = None
        self._marks: object = None
        self._begun = False
        for part in self._parts:
            part.pick.value_changed.connect(self.open_ticked)
        self._news = LayerNews(session.viewer, self.refresh)
        session.source_changed.connect(self.refresh)

    def value(self) -> tuple[OpenPart, ...] | None:
        """Give each part as it was opened; None while it is being opened."""
        return self._open

    def problem(self) -> str:
        """Say the first thing that cannot be opened; empty when all is well or still being opened."""
        return next(filter(None, (part.problem for part in self._open or ())), "")

    def refresh(self) -> None:
        """List layers, and the runs of the project, again."""
        session = self._session
        folder = session.project.folder / "runs" if session.has_project else None
        session.errands.run(lambda: run_members(folder) if folder else (), self._offer, session.said.emit)

    def open_ticked(self) -> None:
        """Open what is ticked, beside the window, unless it is what was opened last; `opened` follows."""
        marks = tuple(tuple(map(mark_of, part.pick.value())) for part in self._parts)
        if marks == self._marks:
            return
        self._marks = marks
        try:
            members = [seen_now(part.pick.value()) for part in self._parts]
        except SynthscopeError as error:
            self._take(None, (OpenPart(problem=error.sentence), *(OpenPart() for _ in self._parts[1:])))
            return
        token = self._asked = object()
        self._open = None
        project = self._session.project.folder if self._session.has_project else None
        names = [part.name for part in self._parts]
        self._session.errands.run(
            lambda: tuple(_opened(one, project, name) for one, name in zip(members, names, strict=True)),
            lambda found: self._take(token, found),
            self._session.said.emit,
        )

    def forget(self) -> None:
        """Open what is ticked anew at the next refresh: another project is open."""
        self._marks = None

    def close(self) -> None:
        """Stop listening to the viewer."""
        self._news.close()

    def _offer(self, runs: tuple[Member, ...]) -> None:
        layers = layer_members(self._session)
        for part in self._parts:
            part.pick.offer((*layers, *runs) if part.with_runs else layers)
        if not self._begun and layers:
            self._begun = True
            self._begin(layers, runs)
        else:
            self.open_ticked()

    def _begin(self, layers: tuple[Member, ...], runs: tuple[Member, ...]) -> None:
        real = [one for one in layers if one.layer is self._session.source and not is_generated(one.layer)]
        made = [one for one in layers if is_generated(one.layer)] or list(runs[:1])
        self._parts[0].pick.set_value(one.key for one in real)
        self._parts[1].pick.set_value(one.key for one in made)

    def _take(self, token: object, found: tuple[OpenPart, ...]) -> None:
        if token is self._asked or token is None:
            self._open = found
            self.opened.emit()


def _opened(members: tuple[Member, ...], project: Path | None, name: str) -> OpenPart:
    try:
        return OpenPart(open_sets(members, project, name))
    except SynthscopeError as error:
        return OpenPart(problem=error.sentence)
