"""Which two layers are compared: the real one, and a candidate, an accepted result or any other layer."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QWidget

from napari_synthscope.canvas.layers import KEY, SUFFIX, find_layer, uuid_of
from napari_synthscope.session.session import Session
from napari_synthscope.session.staging import ROLE as CANDIDATE
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role

NAME_LENGTH = 6


class CompareChoice(QFrame):
    """Two lists of layers that follow the candidate on the canvas and what is accepted.

    Signals
    -------
    value_changed()
        Other layers are compared, or the candidate on the canvas is another.
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._session = session
        # create
        self.real = _combo("Real image")
        self.fill = _combo("Synthetic image")
        self.words = WrappingLabel(role="muted")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self.real.activated.connect(lambda _: self._chosen())
        self.fill.activated.connect(lambda _: self._chosen())
        session.stage.shown.connect(self._on_shown)
        session.stage.accepted.connect(self._on_accepted)
        session.source_changed.connect(self._timer.start)
        for name in ("inserted", "removed"):
            getattr(session.viewer.layers.events, name).connect(self._on_layers)
        self.refresh()

    def value(self) -> tuple[Any | None, Any | None]:
        """Give the real layer and the one compared with it."""
        viewer = self._session.viewer
        found = [find_layer(viewer, combo.currentData() or "") for combo in (self.real, self.fill)]
        return found[0], found[1]

    def set_value(self, real: Any, fill: Any) -> None:
        """Compare these two."""
        self._list(real, fill)
        self.value_changed.emit()

    def refresh(self) -> None:
        """List the layers that are there now; what was chosen stays, where it is still there."""
        real, fill = self.value()
        self._list(real, fill)
        if self.value() != (real, fill) or fill is None:
            self.value_changed.emit()

    def close_choice(self) -> None:
        """Stop listening."""
        self._timer.stop()
        for name in ("inserted", "removed"):
            getattr(self._session.viewer.layers.events, name).disconnect(self._on_layers)

    def _on_layers(self, event: Any) -> None:
        del event
        self._timer.start()

    def _on_shown(self, candidate: str) -> None:
        layer = self._session.stage.layer
        if candidate and layer is not None:
            self.set_value(self._real_of(layer), layer)
        else:
            self.refresh()

    def _on_accepted(self, layer: Any) -> None:
        self.set_value(self._real_of(layer), layer)

    def _chosen(self) -> None:
        real, fill = self.value()
        self.set_value(real, None if fill is real else fill)

    def _real_of(self, fill: Any) -> Any | None:
        """Give the layer that another one was made from; the source where nobody knows."""
        session = self._session
        known = fill.metadata.get(KEY, {}).get("source_uuid", "")
        run = session.runs.current
        if known:
            found = find_layer(session.viewer, known)
        else:
            found = session.runs.layer_of(run) if run is not None and _role(fill) == CANDIDATE else None
        return found or session.source

    def _list(self, real: Any | None, fill: Any | None) -> None:
        layers = compared_layers(self._session.viewer)
        real = real if real in layers and _role(real) == "" else self._session.source
        if real not in layers:
            real = next((layer for layer in layers if not _role(layer)), None)
        others = [layer for layer in layers if layer is not real]
        if fill not in others:
            fill = self._guess(real, others)
        _fill_combo(self.real, [layer for layer in layers if not _role(layer)], real)
        _fill_combo(self.fill, others, fill)

    def _guess(self, real: Any | None, others: list[Any]) -> Any | None:
        """Take the candidate on the canvas, else the newest result of the real layer, else the newest layer."""
        staged = self._session.stage.layer
        if staged is not None and staged in others:
            return staged
        made = [x for x in others if real is not None and x.metadata.get(KEY, {}).get("source_uuid") == uuid_of(real)]
        return (made or others or [None])[-1]

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, combo) in enumerate((("Real", self.real), ("Synthetic", self.fill))):
            grid.addWidget(QLabel(words), row, 0)
            grid.addWidget(combo, row, 1)
        grid.addWidget(self.words, 2, 0, 1, 2)


def compared_layers(viewer: Any) -> list[Any]:
    """Give the image layers that can be compared: all but helpers such as differences; candidates included."""
    from napari.layers import Image as ImageLayer

    return [x for x in viewer.layers if isinstance(x, ImageLayer) and _role(x) in ("", CANDIDATE)]


def _role(layer: Any) -> str:
    role: str = layer.metadata.get(KEY, {}).get("role", "")
    return role


def _combo(words: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(words)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(NAME_LENGTH)
    return combo


def _fill_combo(combo: QComboBox, layers: list[Any], chosen: Any | None) -> None:
    combo.blockSignals(True)
    combo.clear()
    for layer in layers:
        combo.addItem(layer.name.removesuffix(SUFFIX), uuid_of(layer))
    combo.setCurrentIndex(layers.index(chosen) if chosen in layers else -1)
    combo.setToolTip(combo.currentText())
    combo.setEnabled(bool(layers))
    combo.blockSignals(False)
