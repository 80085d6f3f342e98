"""Who may be left out of the analysis: what the screens say of each rater, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from synthscope.qt.buttons import clear_layout
from synthscope.qt.labels import WrappingLabel

if TYPE_CHECKING:
    from synthscope.studies.screening.attention import Advice


class ScreenRows(QWidget):
    """Edits which raters are left out, each with a reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, tuple[QCheckBox, QLineEdit]] = {}
        self._advice: tuple[Advice, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def value(self) -> dict[str, str]:
        """Give who is left out, and why."""
        return {rater: line.text().strip() for rater, (box, line) in self.rows.items() if box.isChecked()}

    def set_value(self, advice: Iterable[Advice]) -> None:
        """Show what the screens say; who fails the registered rule is ticked."""
        advice = tuple(advice)
        if advice == self._advice:
            return
        self._advice = advice
        clear_layout(self._column)
        self.rows = {}
        for one in advice:
            box, line = QCheckBox(f"Leave {one.rater} out"), QLineEdit(" ".join(one.look) if one.exclude else "")
            line.setPlaceholderText("Why? It is reported")
            line.setAccessibleName(f"Why {one.rater} is left out")
            line.setVisible(one.exclude)
            box.setChecked(one.exclude)
            box.toggled.connect(line.setVisible)
            self.rows[one.rater] = (box, line)
            self._column.addWidget(box)
            if one.look:
                self._column.addWidget(WrappingLabel(" ".join(one.look), role="muted"))
            self._column.addWidget(line)

    def problem(self) -> str:
        """Say what is missing, in a sentence; empty when all is well."""
        bare = next((rater for rater, why in self.value().items() if not why), "")
        return f"Say why {bare} is left out." if bare else ""
