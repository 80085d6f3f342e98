"""The switch *Live*: what one candidate would be, on the canvas, again for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from synthscope.qt.theme import set_role
from synthscope.records.generator import GeneratorSpec
from synthscope.services.planning import Plan

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = "Show what one candidate would be, again whenever a setting changes; nothing is kept before Run (Ctrl+Shift+L)"


class LiveRow(QWidget):
    """Switches the live preview of a session, for generators that are quick enough; others do not show it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = session.live
        self._plan: Plan | None = None
        # create
        self.switch = QCheckBox("Live")
        self.words = QLabel()
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
        self.switch.toggled.connect(self._on_switched)
        self._live.changed.connect(self._show)
        self.hide()

    def show_for(self, spec: GeneratorSpec | None, planned: Plan | None) -> None:
        """Show the plan as it is now, if a generator that is quick enough is chosen."""
        quick = spec is not None and spec.live
        self._plan = planned
        self.setVisible(quick)
        if not quick:
            self._live.stop()
        self._live.want(planned)

    def stop(self) -> None:
        """Switch it off."""
        self._live.stop()

    def _on_switched(self, on: bool) -> None:
        if on:
            self._live.start()
            self._live.want(self._plan)
        else:
            self._live.stop()

    def _show(self) -> None:
        self.switch.blockSignals(True)
        self.switch.setChecked(self._live.active)
        self.switch.blockSignals(False)
        self.words.setText(self._live.words)
