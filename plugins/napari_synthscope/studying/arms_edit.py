"""Edits the sets of images of a study: their names, and which are in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton, clear_layout
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role
from synthscope.records.study import Arm

EMPTY = "No images yet: tick some below and press Add."


class ArmRow(QFrame):
    """Edits the name of one set.

    Signals
    -------
    value_changed(), removed()
    """

    value_changed = Signal()
    removed = Signal()

    def __init__(self, arm: Arm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._arm = arm
        self.name = QLineEdit(arm.name)
        self.name.setAccessibleName("Name of the set")
        self.name.setToolTip("Your word for it; raters never see it, nor does anybody before unblinding")
        self.remove = IconButton("close", f"Take {arm.name} out")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.name, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(WrappingLabel(arm_words(arm), role="muted"))
        self.name.textChanged.connect(lambda _text: self.value_changed.emit())
        self.remove.clicked.connect(self.removed)

    def value(self) -> Arm:
        """Give the set as it stands."""
        return replace(self._arm, name=self.name.text().strip())


class ArmsEdit(QWidget):
    """Edits all sets of a study.

    Signals
    -------
    value_changed()
    replacing(str)
        One is about to be taken out: what may be undone.
    """

    value_changed = Signal()
    replacing = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ArmRow] = []
        self._empty = WrappingLabel(EMPTY, role="muted")
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._empty)
        column.addLayout(self._column)

    def value(self) -> tuple[Arm, ...]:
        """Give the sets."""
        return tuple(row.value() for row in self.rows)

    def set_value(self, arms: Iterable[Arm]) -> None:
        """Show sets."""
        arms = tuple(arms)
        if arms == self.value():
            return
        clear_layout(self._column)
        self.rows = []
        for arm in arms:
            row = ArmRow(arm)
            row.value_changed.connect(self.value_changed)
            row.removed.connect(lambda row=row: self._take_out(row))
            self.rows.append(row)
            self._column.addWidget(row)
        self._empty.setVisible(not arms)
        self.value_changed.emit()

    def add(self, arms: Iterable[Arm]) -> None:
        """Add sets; images of one that is here already, by its name and kind, come to it."""
        found = {(arm.name, arm.is_real): arm for arm in self.value()}
        for arm in arms:
            before = found.get((arm.name, arm.is_real))
            found[arm.name, arm.is_real] = arm if before is None else joined(before, arm)
        self.set_value(found.values())

    def _take_out(self, row: ArmRow) -> None:
        self.replacing.emit(f"taking {row.value().name} out of the study")
        self.set_value(arm for other, arm in zip(self.rows, self.value(), strict=True) if other is not row)


def joined(before: Arm, arm: Arm) -> Arm:
    """Put the images of two sets together; none comes twice, and cases are kept where both have them."""
    new = [i for i, image in enumerate(arm.images) if image not in before.images]
    images = (*before.images, *(arm.images[i] for i in new))
    keep = bool(before.cases and arm.cases)
    cases = (*before.cases, *(arm.cases[i] for i in new)) if keep else ()
    return replace(before, images=images, cases=cases)


def arm_words(arm: Arm) -> str:
    """Say what a set holds: ``real, 24 images of 6 cases``."""
    count = len(arm.images)
    words = f"{'real' if arm.is_real else 'synthetic'}, {count} image{'s' * (count != 1)}"
    cases = len(set(arm.cases))
    return f"{words} of {cases} case{'s' * (cases != 1)}" if arm.cases else words
