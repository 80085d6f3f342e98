"""The card of tools: the tiles, the options of the one in hand, and how a selection meets the mask."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QFrame, QVBoxLayout, QWidget

from napari_synthscope.masking.ops import MaskOps
from napari_synthscope.masking.tools.artefact import ArtefactTool
from napari_synthscope.masking.tools.bench import Bench, Tool
from napari_synthscope.masking.tools.brush import HINTS, BrushTool
from napari_synthscope.masking.tools.canvas import CanvasHand
from napari_synthscope.masking.tools.frame import SelectionFrame
from napari_synthscope.masking.tools.phase import PhaseTool
from napari_synthscope.masking.tools.prompts import PromptsTool
from napari_synthscope.masking.tools.shape import ShapeTool
from napari_synthscope.masking.tools.threshold import ThresholdTool
from napari_synthscope.masking.tools.tiles import BY_KEY, BY_MODE, Tiles
from napari_synthscope.masking.tools.wand import WandTool
from synthscope.errors import MaskError
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import Said
from synthscope.qt.theme import set_role

FRAMED = ("lasso", "rectangle", "ellipse", "wand", "threshold", "phases", "prompts", "artefacts")


class ToolsCard(QFrame):
    """Takes tools in hand and puts them away; follows the mode that napari's own controls set.

    Signals
    -------
    mask_wanted()
        A tool was taken, and there is no mask to use it on.
    options_shown()
        The options of a tool came into the panel.
    """

    mask_wanted = Signal()
    options_shown = Signal()

    def __init__(self, ops: MaskOps, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = ops.session
        self._layer: weakref.ref[Any] | None = None
        self._settling = False
        self._key = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        # create
        self.tiles = Tiles()
        self.frame = SelectionFrame()
        self.bench = Bench(ops.session, ops, CanvasHand(ops.session.viewer, self), self.frame)
        self.options = _options(self.bench)
        # lay out
        self._lay_out()
        # connect
        self.tiles.chosen.connect(self.choose)
        self.bench.hand.lost.connect(self._follow)
        self.bench.hand.clicked.connect(self._on_clicked)
        self.bench.hand.refused.connect(lambda words: ops.said.emit(Said(words, "warning")))
        self._session.viewer.layers.selection.events.active.connect(self._on_active)
        self._later.timeout.connect(self._on_mode)
        for key in ("prompts", "artefacts"):
            self.options[key].answered.connect(self.options_shown)
        self._show_options("move")

    @property
    def layer(self) -> Any | None:
        """The mask layer that the tool in hand is for."""
        return self._layer() if self._layer is not None else None

    @property
    def shown_options(self) -> QWidget:
        """The options of the tool in hand; where a mask was found, the button that takes it."""
        options = self.options[self.tiles.value()]
        found = options is self.options["prompts"] and options.found is not None
        return cast("QWidget", options.button if found else options)

    def choose(self, key: str) -> None:
        """Take a tool in hand, on the mask; a mask is made where there is none."""
        if self._session.mask is None and key != "move":
            self.mask_wanted.emit()
        mask = self._session.mask
        if mask is None:
            self.tiles.set_value("move")
            return
        self._settling = True
        self._put_away()
        self._listen(mask)
        mask.visible = mask.editable = True
        self._session.viewer.layers.selection.active = mask
        mode = BY_KEY[key].mode
        mask.mode = mode or "pan_zoom"
        if mask.selected_label == 0:
            mask.selected_label = 1  # else the brush would erase
        self._take(key, mask)
        self._settling = False

    def refresh(self) -> None:
        """Read the mask again: another layer ends the tool in hand."""
        mask = self._session.mask
        if mask is not self.layer:
            self._put_away()
            self._listen(mask)
            self._follow()
        try:
            ground = self.bench.ops.ground()
        except MaskError:
            return
        self.frame.set_depth(ground.depth, ground.shown)

    def put_away(self) -> None:
        """Put the tool in hand away: the panel is hidden, and what it showed goes."""
        if self._key in FRAMED:
            self._put_away()
            self._follow()

    def close_card(self) -> None:
        """Let go of the viewer."""
        self._later.stop()
        self._put_away()
        self._listen(None)
        self._session.viewer.layers.selection.events.active.disconnect(self._on_active)

    def _take(self, key: str, mask: Any) -> None:
        self._key = key
        self.tiles.set_value(key)
        self._show_options(key)
        self.refresh()
        self.options[key].begin(mask)

    def _put_away(self) -> None:
        key, self._key = self._key, ""
        if key:
            self.options[key].end()

    def _follow(self) -> None:
        """Show the tool that the layer is in, whoever chose it."""
        mask = self._session.mask
        active = self._session.viewer.layers.selection.active
        key = BY_MODE.get(str(mask.mode), "move") if mask is not None and active is mask else "move"
        if key == self._key:
            return
        self._put_away()
        self.tiles.set_value(key)
        self._show_options(key)
        if mask is not None:
            self._key = key
            self.options[key].begin(mask)

    def _listen(self, mask: Any | None) -> None:
        old = self.layer
        if old is mask:
            return
        if old is not None:
            old.events.mode.disconnect(self._on_mode)
        self._layer = None if mask is None else weakref.ref(mask)
        if mask is not None:
            mask.events.mode.connect(self._on_mode)

    def _on_mode(self, _event: object = None) -> None:
        if not self._settling and self.bench.hand.layer is None:
            self._follow()

    def _on_active(self, _event: object = None) -> None:
        # A layer that is added quietly is the active one for a moment: who asks later sees what stays.
        self._later.start()

    def _on_clicked(self, place: np.ndarray, held: str) -> None:
        if self._key:
            self.options[self._key].click(place, held)

    def _show_options(self, key: str) -> None:
        for name, widget in self.options.items():
            cast("QWidget", widget).setVisible(name == key)
        self.frame.setVisible(key in FRAMED)
        self.frame.show_how(key != "artefacts")
        self.options_shown.emit()

    def _lay_out(self) -> None:
        set_role(self, "card")
        title = WrappingLabel("Mark what is made again", role="title")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self.tiles)
        column.addWidget(self.frame)
        for widget in self.options.values():
            column.addWidget(cast("QWidget", widget))


def _options(bench: Bench) -> Mapping[str, Any]:
    tools: dict[str, Tool] = {key: BrushTool(bench, key) for key in HINTS}
    tools["lasso"] = ShapeTool(bench, "lasso")
    tools["rectangle"] = ShapeTool(bench, "rectangle")
    tools["ellipse"] = ShapeTool(bench, "ellipse")
    tools["wand"] = WandTool(bench)
    tools["threshold"] = ThresholdTool(bench)
    tools["phases"] = PhaseTool(bench)
    tools["prompts"] = PromptsTool(bench)
    tools["artefacts"] = ArtefactTool(bench)
    return tools
