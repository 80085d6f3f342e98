"""The switch *Show edges*: what leads a ControlNet, on the present slice, again for each change."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from napari_synthscope.generating.edges_view import EdgesView, Wish, place_of
from synthscope.imaging.regions import whole
from synthscope.qt.theme import set_role
from synthscope.records.control import Lead
from synthscope.records.image import Image
from synthscope.services.planning import Plan

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = "Show the edges that lead what is made on this slice, again for each change; the layer is not saved"
DEBOUNCE = 60
FLAT = "Edges are shown on slices: let the canvas show rows and columns."


class EdgesRow(QWidget):
    """Shows the edges that lead a ControlNet; others do not show it.

    They are those of the region of the plan, on the scale on which its model sees the image. While no run is
    possible they are those of the whole slice, on the scale of a model as it is taken in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.view = EdgesView(session)
        self._lead: Lead | None = None
        self._plan: Plan | None = None
        self._second: Image | None = None
        # create
        self.switch = QCheckBox("Show edges")
        self.words = QLabel()
        self._timer = QTimer(self)
        # lay out
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.switch)
        row.addWidget(self.words, 1)
        self.switch.setToolTip(TIP)
        self.words.setWordWrap(True)
        set_role(self.words, "muted")
        # connect
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self._draw)
        self.switch.toggled.connect(self._on_switched)
        self.view.changed.connect(lambda: self.words.setText(self.view.words))
        session.source_changed.connect(self.view.forget)
        self._dims = session.viewer.dims.events
        self._dims.connect(self._on_dims)
        self.hide()

    def show_for(self, lead: Lead | None, planned: Plan | None, second: Image | None) -> None:
        """Follow what is chosen: how it is led, the plan where a run is possible, the control image."""
        seeks = lead is not None and lead.by_edges
        self._lead, self._plan, self._second = lead if seeks else None, planned, second
        self.setVisible(seeks)
        if not seeks:
            self.stop()
        elif self.switch.isChecked():
            self._timer.start()

    def stop(self) -> None:
        """Switch it off."""
        self.switch.setChecked(False)

    def close_row(self) -> None:
        """Let go of the viewer's events, and take the layer away."""
        self._timer.stop()
        self._dims.disconnect(self._on_dims)
        self.stop()

    def _on_switched(self, on: bool) -> None:
        if on:
            self._draw()
        else:
            self._timer.stop()
            self.view.clear()

    def _on_dims(self, _event: object = None) -> None:
        if self.switch.isChecked():
            self._timer.start()

    def _draw(self) -> None:
        session, lead = self._session, self._lead
        if not self.switch.isChecked():
            return
        if lead is None or session.source is None:
            self.view.clear()
            return
        image = session.source_image()
        at = place_of(session, image)
        if at is None:
            self.view.clear(FLAT)
            return
        planned = self._plan if self._plan is not None and self._plan.region is not None else None
        region = None if planned is None else planned.region
        self.view.want(Wish(
            image, weakref.ref(session.source), lead, region or whole(image.shape),
            None if planned is None else planned.mask, None if planned is None else planned.card, self._second, at,
        ))  # fmt: skip
