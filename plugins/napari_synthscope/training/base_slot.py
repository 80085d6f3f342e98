"""The pretrained model beside which an adapter is learned: chosen among those that there are, or taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.model_slot import BRING, BRING_FILE, ModelSlot
from synthscope.records.generator import GeneratorSpec

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = "The pretrained model that is taught; it stays as it is, what is learned is an adapter beside it"


class BaseSlot(ModelSlot):
    """Edits the base of a fine-tuning; hidden for generators that learn from nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent, empty="no pretrained model yet: import one")
        column = self.layout()
        assert isinstance(column, QVBoxLayout), "as it was laid out"
        column.insertWidget(0, field_label("Base", TIP, self.pick.combo))
        self.bring_file.setToolTip("Takes in a whole pipeline in one safetensors file")

    def problem(self) -> str:
        """Say what is missing, in a sentence; empty when all is well."""
        if self._spec is None or self.pick.value():
            return ""
        row = self.pick.row()
        if row is not None and row.problem:
            return f"Base {row.name!r} cannot be used: {row.problem}"
        sentence = f"{self._spec.title} is tuned beside a pretrained model and there is none yet"
        return f"{sentence}; import one: {BRING} or {BRING_FILE}"

    def _asks(self, spec: GeneratorSpec) -> bool:
        return bool(spec.trains_adapter)

    def _offer_training(self) -> None:
        self.train.hide()  # the panel trains
