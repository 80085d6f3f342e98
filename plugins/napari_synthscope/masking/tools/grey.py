"""What selections by a value of each voxel have in common: a live preview of the shown slice, and one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.masking.tools.bench import APPLY, VERBS, Bench
from napari_synthscope.masking.tools.ground import Ground, check_size, chosen_slices_job, source_pixels, whole_box
from napari_synthscope.masking.tools.overlay import Overlay
from synthscope.errors import SynthscopeError
from synthscope.imaging.masks.grids import Mask, painted_box
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import Said
from synthscope.records.mask_origin import MaskOrigin

Chooser = Callable[[np.ndarray], Mask]
DEBOUNCE = 30


class GreyTool(QWidget):
    """Previews a choice of voxels on the shown slice, and brings it into the mask when told.

    Subclasses give `chooser` and `title`, and call `touch` when their choice has changed.
    """

    title = "selection"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bench = bench
        self.overlay = Overlay(bench.session.viewer, "Preview", "preview")
        self.share = WrappingLabel(role="muted")
        self.button = TextButton(APPLY["add"], name="check", role="primary")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self._in_hand = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.preview)
        self.button.clicked.connect(self.apply)
        bench.frame.value_changed.connect(self._say_button)

    def chooser(self) -> Chooser | None:
        """Give what chooses voxels of a slice; None while there is nothing to choose by."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Look at the image, once the tool is in hand and whenever the image is another."""
        raise NotImplementedError

    def values(self, ground: Ground) -> Any:
        """Give what is chosen by, on the voxels of the mask: the grey values of the image."""
        return source_pixels(self.bench.session, ground)

    def slices(self, ground: Ground) -> slice:
        """Give the slices that the choice is for: those that are meant."""
        return self.bench.frame.where().slices(ground)

    def origin(self) -> MaskOrigin | None:
        """Give the record of what found the selection; grey values are found by nobody."""
        return None

    def begin(self, layer: Any) -> None:
        """Take the mouse, look at the image, follow the slider."""
        self._in_hand = True
        self.bench.hand.take(layer, "click")
        self.bench.session.viewer.dims.events.current_step.connect(self._on_step)
        self._say_button()
        self.prepare()
        self.touch()

    def end(self) -> None:
        """Put the preview away."""
        self._in_hand = False
        self._timer.stop()
        self.bench.session.viewer.dims.events.current_step.disconnect(self._on_step)
        self.overlay.hide()
        self.bench.hand.drop()

    def click(self, place: np.ndarray, held: str) -> None:
        """Tools that know what a click means say so."""
        del place, held

    def touch(self) -> None:
        """Preview soon."""
        if self._in_hand:
            self._timer.start()

    def preview(self) -> None:
        """Show what would be chosen on the shown slice."""
        choose = self.chooser()
        self.button.setEnabled(choose is not None and not self.bench.ops.busy)
        if choose is None or not self._in_hand:
            self.overlay.hide()
            return
        try:
            ground = self.bench.ops.ground()
            pixels = self.values(ground)
            plane = np.asarray(pixels[ground.shown] if len(ground.shape) == 3 else pixels[slice(None)])
            chosen = choose(plane)
        except SynthscopeError as error:
            self.overlay.hide()
            self.share.setText(error.sentence)
            self.button.setEnabled(False)
            return
        self.overlay.show(ground, slice(ground.shown, ground.shown + 1), chosen)
        self.share.setText(f"{100 * np.count_nonzero(chosen) / chosen.size:.1f} % of this slice")

    def apply(self) -> None:
        """Bring the choice into the mask, in all slices that are meant."""
        self.bench.ops.attempt(self._apply)

    def _apply(self) -> None:
        bench, choose = self.bench, self.chooser()
        if choose is None or bench.ops.busy:
            return
        ground = bench.ops.ground()
        pixels, origin = self.values(ground), self.origin()
        slices, how = self.slices(ground), bench.how()
        offset = whole_box(ground.shape) if len(ground.shape) == 2 else (slices, *whole_box(ground.shape)[1:])
        check_size(offset, f"A {self.title} in these slices")
        name = f"{VERBS[how]} {self.title}"

        def put(chosen: Mask) -> None:
            inner = painted_box(chosen)
            if inner is None and how != "replace":
                bench.ops.said.emit(Said("Nothing in these slices was selected."))
                return
            box, selection = offset, chosen
            if inner is not None:
                box = tuple(slice(o.start + i.start, o.start + i.stop) for o, i in zip(offset, inner, strict=True))
                selection = chosen[inner]
            bench.ops.put(name, ground, box, selection, how, slices, origin)

        bench.ops.start(lambda: chosen_slices_job(pixels, slices, choose), put)

    def _on_step(self, _event: object = None) -> None:
        self.touch()

    def _say_button(self) -> None:
        self.button.setText(APPLY[self.bench.how()])
