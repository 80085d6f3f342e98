"""The centre of ring artefacts: estimated, or set by a click, and shown as a cross."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_synthscope.canvas.layers import KEY
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.masking.tools.bench import Bench
from napari_synthscope.masking.tools.canvas import flat_spatial
from napari_synthscope.masking.tools.overlay import COLOUR
from synthscope.qt.buttons import IconButton
from synthscope.qt.labels import WrappingLabel

Centre = tuple[float, float]
ROLE = "centre"
ASK = "Centre: found by itself; click on the image to set it."


class CentreTool(QWidget):
    """Edits the centre of rings; `value` is None while it is to be estimated."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._given: Centre | None = None
        self._seen: Centre | None = None
        self._cross: Any | None = None
        self._words = WrappingLabel(ASK, role="muted")
        self._again = IconButton("restore", "Let the centre be found again")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._again)
        self._again.hide()
        self._again.clicked.connect(lambda: self.set_value(None))

    @property
    def cross(self) -> Any | None:
        """The layer of the cross, while it is on the canvas."""
        return self._cross if self._cross in self._bench.session.viewer.layers else None

    def value(self) -> Centre | None:
        """Give row and column in pixels; None when they are to be estimated."""
        return self._given

    def set_value(self, centre: Centre | None) -> None:
        """Set the centre, or let it be estimated."""
        self._given = self._seen = centre
        self._say()
        self._draw()

    def click(self, place: np.ndarray) -> None:
        """Set the centre where the image was clicked."""
        self.set_value((float(place[-2]), float(place[-1])))

    def show_found(self, centre: Centre) -> None:
        """Show the centre that a search has used."""
        self._seen = centre
        self._say()
        self._draw()

    def set_shown(self, shown: bool) -> None:
        """Show the question and the cross, or neither."""
        self.setVisible(shown)
        if shown:
            self._draw()
        else:
            self._remove()

    def _say(self) -> None:
        self._again.setVisible(self._given is not None)
        if self._seen is None:
            self._words.setText(ASK)
            return
        where = f"row {self._seen[0]:.1f}, column {self._seen[1]:.1f}"
        self._words.setText(
            f"Centre: {where}, set by you."
            if self._given is not None
            else f"Centre: {where}, estimated; click on the image to set it."
        )

    def _draw(self) -> None:
        self._remove()
        mask = self._bench.session.mask
        if self._seen is None or mask is None or self.isHidden():
            return
        from napari.layers import Points

        self._cross = Points(
            [self._seen],
            name="Centre of rings",
            symbol="cross",
            size=max(mask.data.shape[-2:]) / 24,
            face_color=COLOUR,
            border_width=0,
            metadata={KEY: {"role": ROLE}},
            **flat_spatial(mask),
        )
        self._cross.editable = False
        add_quietly(self._bench.session.viewer, self._cross)

    def _remove(self) -> None:
        cross = self.cross
        self._cross = None
        if cross is not None:
            self._bench.session.viewer.layers.remove(cross)
