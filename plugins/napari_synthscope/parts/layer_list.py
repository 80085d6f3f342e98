"""Lists of layers to choose from: those that a person put there, by identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox

from napari_synthscope.canvas.layers import KEY


def role_of(layer: Any) -> str:
    """Give what a layer of ours is for; empty for one that a person brought or accepted."""
    role: str = layer.metadata.get(KEY, {}).get("role", "")
    return role


def brought(viewer: Any, kind: Any) -> list[Any]:
    """Give the layers of a kind that a person put there, the lowest first."""
    return [layer for layer in viewer.layers if isinstance(layer, kind) and not role_of(layer)]


def fill_layers(combo: QComboBox, viewer: Any, kind: Any, chosen: Any | None, nothing: str) -> None:
    """List the layers of a kind that a person put there; the combo follows the session, not the other way."""
    layers = brought(viewer, kind)
    _fill(combo, layers, chosen, nothing if chosen is None or not layers else "")
    combo.setEnabled(bool(layers))


def list_layers(combo: QComboBox, layers: Sequence[Any], nothing: str) -> bool:
    """List layers after a line for none of them; whether the one that was chosen is still there."""
    chosen = combo.currentData()
    _fill(combo, layers, chosen, nothing)
    return combo.currentData() is chosen


def _fill(combo: QComboBox, layers: Sequence[Any], chosen: Any | None, nothing: str) -> None:
    combo.blockSignals(True)
    combo.clear()
    if nothing:
        combo.addItem(nothing, None)
    for layer in layers:
        combo.addItem(layer.name, layer)
        combo.setItemData(combo.count() - 1, layer.name, Qt.ItemDataRole.ToolTipRole)  # a long name is cut
    combo.setCurrentIndex(next((i for i in range(combo.count()) if combo.itemData(i) is chosen), 0))
    combo.blockSignals(False)
