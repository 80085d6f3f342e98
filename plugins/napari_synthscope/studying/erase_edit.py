"""Erasing the answers of a rater who withdrew: asked for, told what is lost, and then confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel

if TYPE_CHECKING:
    from synthscope.services.studies.collecting import RaterProgress

WHAT = (
    "For a rater who withdrew and did not leave the answers to be used. Number and hashes of the answers, and why, "
    "stay in the study and are published: give no name."
)
DEMANDED_TIP = "Where the rater did not withdraw in the program, or left the answers to be used, and demands it now"


class EraseEdit(QWidget):
    """Takes who is erased and why, says what is lost, and waits for a second press.

    Signals
    -------
    wanted(str, str, bool)
        This rater is to be erased for this reason; whether it was demanded in writing.
    """

    wanted = Signal(str, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.raters = QComboBox()
        self.why = QLineEdit()
        self.demanded = QCheckBox("Demanded in writing")
        self.erase = TextButton("Erase…", name="delete-outline", tip="Says first what is lost")
        self.warning = WrappingLabel(role="warning")
        self.sure = TextButton("Erase for good", name="delete-outline", tip="Nobody can bring the answers back")
        self.keep = TextButton("Keep", tip="Nothing is erased")
        # lay out
        self._lay_out()
        # connect
        for changed in (self.raters.currentIndexChanged, self.why.textChanged, self.demanded.toggled):
            changed.connect(lambda _new: self._ask(asking=False))
        self.erase.clicked.connect(lambda: self._ask(asking=True))
        self.keep.clicked.connect(lambda: self._ask(asking=False))
        self.sure.clicked.connect(self._want)
        self._ask(asking=False)

    def set_value(self, raters: tuple[RaterProgress, ...], server: str = "") -> None:
        """Offer the raters whose answers are here or half erased; `server` is where they are erased as well."""
        self._server = server
        self._answered = {one.slot: one.answered for one in raters if one.erasable}
        self._begun = {one.slot for one in raters if one.interrupted_erasing}
        if list(self._answered) != [self.raters.itemText(i) for i in range(self.raters.count())]:
            self.raters.clear()
            self.raters.addItems(list(self._answered))
            self.why.clear()
            self.demanded.setChecked(False)
        self._ask(asking=not self.warning.isHidden())

    def _want(self) -> None:
        rater, why, demanded = self.raters.currentText(), self.why.text().strip(), self.demanded.isChecked()
        self._ask(asking=False)
        self.wanted.emit(rater, why, demanded)

    def _ask(self, *, asking: bool) -> None:
        """Say what is lost, or nothing yet."""
        rater = self.raters.currentText()
        ready = bool(rater and self.why.text().strip())
        self.erase.setEnabled(ready)
        self.warning.setText(self._words(rater))
        for widget in (self.warning, self.sure, self.keep):
            widget.setVisible(asking and ready)
        self.erase.setVisible(not (asking and ready))

    def _words(self, rater: str) -> str:
        if rater in self._begun:
            return f"The erasing of {rater} was interrupted. It is finished; reason and date stay those of before."
        there = f" and at {self._server}" if self._server else ""
        return (
            f"All answers of {rater} ({self._answered.get(rater, 0)} trials) and its comments and times are erased in "
            f"this study{there}, and files of them in its folder. Nobody can bring them back, and they cannot be taken "
            "in again. Results that they were used for must be computed again."
        )

    def _lay_out(self) -> None:
        self._server, self._answered, self._begun = "", dict[str, int](), set[str]()
        self.demanded.setToolTip(DEMANDED_TIP)
        guard_wheel(self.raters)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(WrappingLabel(WHAT, role="muted"))
        for words, tip, edit in (
            ("Rater", "Whose answers are erased", self.raters), ("Why", "Kept in the study and published", self.why),
        ):  # fmt: skip
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
        column.addWidget(self.demanded)
        column.addWidget(self.erase)
        column.addWidget(self.warning)
        buttons = QHBoxLayout()
        buttons.addWidget(self.sure)
        buttons.addWidget(self.keep)
        column.addLayout(buttons)
