"""Parts of others' models that are joined to the chosen one: ControlNet, LoRA, embedding, prior; each with a weight."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.model_lines import PARTS, model_id
from synthscope.qt.buttons import IconButton
from synthscope.qt.slide_edit import SlideEdit
from synthscope.qt.wheel import guard_wheel
from synthscope.records.generator import GeneratorSpec
from synthscope.records.model import ModelCard
from synthscope.records.run import AdapterUse
from synthscope.services.adapters import HEAVIEST, missing_part
from synthscope.services.models import ModelRow

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = "A part of another model that is joined to the chosen one; import some in File > Models and weights"


class AdaptersEdit(QWidget):
    """Edits which adapters a run uses; hidden for generators that take none.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._spec: GeneratorSpec | None = None
        self.rows: list[_Row] = []
        # create
        self.add = QComboBox()
        self._words = field_label("Adapters", TIP, self.add)
        # lay out
        head = QGridLayout()
        head.setHorizontalSpacing(8)
        head.setColumnStretch(1, 1)
        head.addWidget(self._words, 0, 0)
        head.addWidget(self.add, 0, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self.add.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add.setMinimumContentsLength(8)
        guard_wheel(self.add)
        self.hide()
        # connect
        self.add.activated.connect(self._on_chosen)
        session.models.changed.connect(self._fill)

    def show_for(self, spec: GeneratorSpec | None) -> None:
        """Offer what a generator takes; what it does not take is left out of the value, and kept."""
        if spec is self._spec:
            return
        self._spec = spec
        self._fill()
        for row in self.rows:
            row.setVisible(self._takes(row.part))
        self.setVisible(spec is not None and bool(spec.adapters))

    def value(self) -> tuple[AdapterUse, ...]:
        """Give the adapters that the generator takes, in their order."""
        return tuple(AdapterUse(row.id, "", row.weight()) for row in self.rows if self._takes(row.part))

    def set_value(self, adapters: tuple[AdapterUse, ...]) -> None:
        """Show adapters; one that is not listed here keeps its name, and the plan says what is the matter."""
        for row in list(self.rows):
            self._remove(row)
        for use in adapters:
            known = next((row for row in self._session.models.rows if use.name in (model_id(row), row.name)), None)
            part = known.card.part if known is not None and known.card is not None else ""
            self._append(use.name, known.name if known is not None else use.name, part, use.weight)

    def join(self, adapter: str, part: str) -> None:
        """Join an adapter, listed already or not, unless it is joined."""
        if adapter not in {row.id for row in self.rows}:
            self._append(adapter, PurePath(adapter).name, part, 1.0)
            self._fill()
            self.value_changed.emit()

    def problem(self, card: ModelCard | None) -> str:
        """Say which part is missing, in a sentence; empty when all is well."""
        if self._spec is None or card is None:
            return ""
        chosen = {row.part for row in self.rows if self._takes(row.part)}
        need, rows = self._spec.needs_adapter, self._session.models.rows
        known = [row.name for row in rows if row.card and row.card.part == need]
        return missing_part(self._spec, card, chosen, known)

    def _takes(self, part: str) -> bool:
        return self._spec is not None and (part in self._spec.adapters or not part)

    def _offered(self) -> list[ModelRow]:
        used = {row.id for row in self.rows}
        rows = self._session.models.rows
        return [row for row in rows if row.card and row.card.part and self._takes(row.card.part)
                and model_id(row) not in used]  # fmt: skip

    def _fill(self) -> None:
        self.add.clear()
        offered = self._offered()
        self.add.addItem("join one…" if offered else "none to join", None)
        for row in offered:
            assert row.card is not None, "offered ones have one"
            self.add.addItem(f"{row.name} · {PARTS.get(row.card.part, row.card.part)}", row)
        self.add.setEnabled(bool(offered))

    def _on_chosen(self, index: int) -> None:
        row = self.add.itemData(index)
        if row is not None and row.card is not None:
            self._append(model_id(row), row.name, row.card.part, 1.0)
            self._fill()
            self.value_changed.emit()

    def _append(self, adapter: str, name: str, part: str, weight: float) -> None:
        row = _Row(adapter, name, part, weight)
        row.changed.connect(self.value_changed)
        row.removed.connect(lambda: self._on_removed(row))
        row.setVisible(self._takes(part))
        self.rows.append(row)
        self._column.addWidget(row)

    def _on_removed(self, row: _Row) -> None:
        self._remove(row)
        self._fill()
        self.value_changed.emit()

    def _remove(self, row: _Row) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.deleteLater()


class _Row(QWidget):
    """One adapter: its name, its weight, and the button that takes it out."""

    changed = Signal()
    removed = Signal()

    def __init__(self, adapter: str, name: str, part: str, weight: float) -> None:
        super().__init__()
        self.id, self.part = adapter, part
        self._told = weight
        # create
        title = QLabel(f"{name} · {PARTS.get(part, part)}" if part else name)
        self.slide = SlideEdit(float, 0.0, 2.0)
        self.take_out = IconButton("close", f"Take {name} out")
        # lay out
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.take_out, 0, 1)
        grid.addWidget(self.slide, 1, 0, 1, 2)
        self.slide.set_value(weight)
        self.slide.setToolTip(f"How strongly {name} works: 0 not at all, 1 as it was trained, {HEAVIEST:g} at most")
        self.slide.number.setAccessibleName(f"Weight of {name}")
        # connect
        self.slide.value_changed.connect(self._on_moved)
        self.take_out.clicked.connect(self.removed)

    def weight(self) -> float:
        """Give the weight; the last one that was a number."""
        return self._told

    def _on_moved(self, value: Any) -> None:
        if value is not None:
            self._told = float(value)
            self.changed.emit()
