"""Candidates on the canvas: shown in place over the source, compared with it, accepted as new layers."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_synthscope.canvas.layers import KEY, SUFFIX
from napari_synthscope.canvas.outlines import NAME, add_box_outline, add_outline, hand_outline, outline_of
from napari_synthscope.canvas.placing import add_quietly, box_layer, follow_look, top_image
from napari_synthscope.session.accepting import add_result, compose, place_of
from napari_synthscope.session.mask_veil import MaskVeil
from napari_synthscope.session.prepared_layers import PreparedLayers
from napari_synthscope.session.returning import Returning
from synthscope.records.image import Image
from synthscope.records.request import Request
from synthscope.records.run import Candidate, Verdict
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from napari_synthscope.session.run_desk import RunDesk
    from napari_synthscope.session.session import Session
    from synthscope.services.uncertainty import Maps

REMEMBERED, REMEMBERED_BYTES = 6, 64 << 20
"""So many candidates, if no larger than that, are kept in memory for stepping to and fro."""

ROLE = "candidate"
ORIGINAL_KEY = "O"


@dataclass(frozen=True, eq=False)
class Staged:
    """A candidate read from disk: its box, and what was asked for."""

    run: RunFolder
    candidate: Candidate
    box: Image
    request: Request


class Stage(QObject):
    """Shows one candidate of the current run at a time, over its source.

    Signals
    -------
    shown(str)
        The id of the candidate on the canvas; empty for none.
    accepted(layer)
        A candidate became a layer.
    """

    shown = Signal(str)
    accepted = Signal(object)

    def __init__(self, session: Session, runs: RunDesk) -> None:
        super().__init__(session)
        self._session = session
        self._runs = runs
        self._layer: weakref.ref[Any] | None = None
        self._staged: Staged | None = None
        self._wanted = ""
        self._recent: OrderedDict[str, Staged] = OrderedDict()
        self._veil = MaskVeil(session)
        self._turns = runs.turns
        self._prepared = PreparedLayers(session, self._turns)
        runs.beginning.connect(self._prepared.prepare)
        runs.failed.connect(lambda _error: self._prepared.drop())
        runs.job_ended.connect(self._prepared.on_ended)
        runs.current_changed.connect(self._on_run)
        session.project_changed.connect(self._on_run)
        session.mask_changed.connect(self._on_mask)
        _bind_original(session.viewer, weakref.ref(self))

    @property
    def layer(self) -> Any | None:
        """The temporary layer; None while no candidate is shown."""
        layer = self._layer() if self._layer is not None else None
        return layer if layer is not None and layer in self._session.viewer.layers else None

    @property
    def on_canvas(self) -> str:
        """Id of the candidate on the canvas; empty for none."""
        return self._staged.candidate.id if self._staged is not None and self.layer is not None else ""

    @property
    def busy(self) -> bool:
        """Whether layers are still coming or going, one in a turn."""
        return self._turns.busy

    def show(self, candidate_id: str) -> None:
        """Show a candidate of the current run in place; with an empty id, none."""
        self._wanted = candidate_id
        run = self._runs.current
        if run is None or not candidate_id:
            self.clear()
        elif candidate_id in self._recent:
            self._put(self._recent[candidate_id])
        else:
            self._session.errands.run(lambda: _read(run, candidate_id), self._put, self._session.said.emit)

    def clear(self) -> None:
        """Take the candidate off the canvas."""
        _remove(self._session.viewer, self._let_go())

    def show_original(self, wanted: bool) -> None:
        """Hide the candidate, or show it again: what is under it is the original."""
        for layer in (self.layer, self._outline()):
            if layer is not None:
                layer.visible = not wanted

    def accept(self, candidate_id: str) -> None:
        """Add a candidate of the current run as a new layer; the source stays as it is. Undoable."""
        run = self._runs.current
        if run is None:
            return
        folder = self._session.project.folder
        self._session.errands.run(
            lambda: compose(run, candidate_id, folder),
            lambda made: self._accept(run, *made),
            self._session.said.emit,
        )

    def add_uncertainty(self) -> None:
        """Add the standard deviation over the current run's candidates as a layer and, hidden below it, their mean."""
        from synthscope.services.uncertainty import uncertainty

        run = self._runs.current
        if run is not None:
            self._session.errands.run(
                lambda: uncertainty(run), lambda maps: self._add_maps(run, maps), self._session.said.emit
            )

    def _on_run(self) -> None:
        self._recent.clear()
        self.clear()

    def _on_mask(self) -> None:
        """Make room for the brush: who goes on painting wants to see the mask."""
        if self.layer is not None:
            self.clear()

    def _let_go(self) -> tuple[Any | None, Any | None]:
        """Give the outline and the layer of the candidate that is shown, if any, and show none from now on."""
        outline, layer = self._outline(), self.layer
        self._wanted, self._staged, self._layer = "", None, None
        self._veil.lift()
        self.shown.emit("")
        return outline, layer

    def _outline(self) -> Any | None:
        return outline_of(self._session.viewer, self.layer) if self.layer is not None else None

    def _put(self, staged: Staged) -> None:
        if staged.box.nbytes <= REMEMBERED_BYTES:
            self._recent[staged.candidate.id] = staged
            self._recent.move_to_end(staged.candidate.id)
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        if staged.candidate.id != self._wanted:
            return  # somebody stepped on meanwhile
        fresh = self._make(staged)
        layer = self._reusable(staged, fresh)
        if layer is not None:
            self._refill(layer, fresh)
        else:
            self._replace(fresh, staged)
        self._staged = staged
        self._veil.draw()
        self.shown.emit(staged.candidate.id)

    def _reusable(self, staged: Staged, fresh: Any) -> Any | None:
        """Give the layer on the canvas, or the one that was prepared, if the candidate fits it."""
        layer = self.layer
        if layer is None:
            layer = self._prepared.take(fresh, staged.box)
            self._layer = weakref.ref(layer) if layer is not None else None
            return layer
        same = self._staged is not None and self._staged.run.path == staged.run.path
        return layer if same and layer.data.shape == fresh.data.shape else None

    def _refill(self, layer: Any, fresh: Any) -> None:
        layer.data, layer.name, layer.visible = fresh.data, fresh.name, True
        record = layer.metadata[KEY]  # who saves the layer saves this candidate's record, not the first one's
        layer.metadata[KEY] = {**fresh.metadata[KEY], "uuid": record["uuid"]}
        outline = self._outline()
        if outline is not None:
            outline.name = NAME + layer.name

    def _replace(self, fresh: Any, staged: Staged) -> None:
        viewer, source = self._session.viewer, self._runs.layer_of(staged.run)
        _remove(viewer, [self._outline(), self.layer])
        add_quietly(viewer, fresh, top_image(viewer, source))
        follow_look(fresh, source, viewer)
        self._layer = weakref.ref(fresh)
        self._turns.then(lambda: self._outline_shown(fresh, staged.box))

    def _outline_shown(self, layer: Any, box: Image) -> None:
        if layer is self.layer and self._outline() is None:
            add_box_outline(self._session.viewer, layer, box)

    def _make(self, staged: Staged) -> Any:
        source = self._runs.layer_of(staged.run)
        name = f"Candidate seed {staged.candidate.seed}{SUFFIX}"
        place = place_of(source, staged.box.space.axes, staged.candidate, staged.request)
        return box_layer(staged.box, source, place, ROLE, name=name)

    def _accept(self, run: RunFolder, candidate: Candidate, image: Image) -> None:
        shown, outline = None, None
        if self._runs.current is not None and self._runs.current.path == run.path:
            outline, shown = self._let_go()
        self._turns.then(lambda: self._add_accepted(run, candidate, image, outline))
        if shown is not None:
            self._turns.then(lambda: _remove(self._session.viewer, [shown]))

    def _add_accepted(self, run: RunFolder, candidate: Candidate, image: Image, outlined: Any | None) -> None:
        viewer, source = self._session.viewer, self._runs.layer_of(run)
        layer = add_result(viewer, image, source, run, candidate)
        before = run.verdicts().get(candidate.id, Verdict())
        returning = Returning(viewer, self._turns)
        returning.hold(layer)

        def take_back() -> None:
            returning.take()
            self._runs.put(run, candidate.id, before)

        def accept_again() -> bool:
            if not returning.put_back():
                return False
            self._runs.put(run, candidate.id, replace(before, state="accepted", reason=""))
            return True

        def outline() -> None:
            if layer in viewer.layers:
                viewer.layers.selection.active = layer
                old = outlined is not None and outlined in viewer.layers
                returning.hold(hand_outline(outlined, viewer, layer) if old else add_outline(viewer, layer))
            else:
                _remove(viewer, [outlined])
            self._runs.put(run, candidate.id, replace(before, state="accepted", reason=""))
            self.accepted.emit(layer)

        self._session.undo_stack.push(f"accept seed {candidate.seed}", take_back, accept_again)
        self._turns.then(outline)

    def _add_maps(self, run: RunFolder, maps: Maps) -> None:
        viewer = self._session.viewer
        layers = _map_layers(run, maps, self._runs.layer_of(run))
        for layer in layers:
            add_quietly(viewer, layer)
        held = [weakref.ref(layer) for layer in layers]
        self._session.undo_stack.push("show the uncertainty", lambda: _remove(viewer, [one() for one in held]))


def _read(run: RunFolder, candidate_id: str) -> Staged:
    candidate = run.candidate(candidate_id)
    box = run.open(candidate)
    return Staged(run, candidate, box.with_(pixels=np.asarray(box.pixels[...])), run.recipe().request)


def _map_layers(run: RunFolder, maps: Maps, source: Any | None) -> tuple[Any, Any]:
    """Make the layers of mean and deviation; a mean would hide the candidate, so it is not visible at first."""
    count = len(run.candidates())
    high = float(np.max(np.asarray(maps.deviation.pixels[...]), initial=0.0)) or 1.0
    look = {"contrast_limits": (0.0, high), "gamma": 1.0, "colormap": "inferno", "blending": "additive"}
    place = place_of(source, maps.mean.space.axes, run.candidates()[0], run.recipe().request)
    mean = box_layer(maps.mean, source, place, "mean", name=f"Mean of {count} candidates", visible=False)
    name = f"Uncertainty of {count} candidates (standard deviation)"
    return mean, box_layer(maps.deviation, source, place, "uncertainty", name=name, **look)


def _remove(viewer: Any, layers: Iterable[Any | None]) -> None:
    for layer in layers:
        if layer is not None and layer in viewer.layers:
            viewer.layers.remove(layer)


def _bind_original(viewer: Any, stage: weakref.ref[Stage]) -> None:
    def hold_original(_viewer: Any) -> Any:
        """Show the original under the candidate while the key is held."""
        alive = stage()
        if alive is not None:
            alive.show_original(True)
            yield
            alive.show_original(False)

    viewer.bind_key(ORIGINAL_KEY, hold_original, overwrite=True)
