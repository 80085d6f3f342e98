"""Step 7 of a study: who holds the key, and what is fixed from now on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from qtpy.QtCore import QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.session.study_facts import StudyFacts
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.wheel import guard_wheel
from synthscope.records.study import Grade, StudyDesign
from synthscope.studies.sealing.holders import Holder

GRADES: tuple[tuple[Grade, str, str], ...] = (
    ("A", "A: others hold the key, two sign", "The key lies elsewhere; two holders must sign to unblind"),
    ("B", "B: another person holds the key", "The key lies with somebody else, or at another account"),
    ("S", "S: you hold the key yourself", "Blind by honesty; the report says so"),
    ("0", "0: open label", "Nobody is blind; the report says so"),
)
WHAT = (
    "Freezing fixes design, schedules and analysis, registers their hashes, and seals the key that says which picture "
    "is which. Nobody can tell afterwards, not even you, until the key holders sign."
)
FILES = (
    ("packs", "Rater packs", "Give each rater the one pack of that name; the Start page opens it, “Rate a study”."),
    ("preregistration.md", "Preregistration", "Put it where its date can be proved, before the first answer."),
    ("sealed-key.json", "Sealed key", "Keep a copy apart: with it and the holders' files the study can be unblinded."),
)
ONE_PACK = ("study.ratepack", "Rater pack", "It holds the places of all raters: tell each of them their own.")
"""What studies of earlier versions have instead of the first of these."""
LEAST = 8


class NewHolder(QWidget):
    """Makes the file of a key holder.

    Signals
    -------
    wanted(Path, str, str)
        Where to, the holder's name, the passphrase.
    """

    wanted = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.name, self.phrase, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        self.make = TextButton("Make a key file…", name="key-plus", tip="Keys of a holder, behind the passphrase")
        self.reason = WrappingLabel(role="muted")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for words, tip, edit in (
            ("Holder's name", "Stands in the preregistration and the report", self.name),
            ("Passphrase", "The holder chooses it; nobody can restore it", self.phrase),
            ("Passphrase again", "So that it is what was meant", self.again),
        ):
            column.addWidget(field_label(words, tip, edit))
            column.addWidget(edit)
            edit.textChanged.connect(lambda _text: self._check())
        for edit in (self.phrase, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        column.addWidget(self.make)
        column.addWidget(self.reason)
        # connect
        self.make.clicked.connect(self._ask)
        self._check()

    def problem(self) -> str:
        """Say what is missing; empty when a file can be made."""
        if not self.name.text().strip():
            return "Name the holder."
        if len(self.phrase.text()) < LEAST:
            return f"The passphrase needs at least {LEAST} letters."
        return "" if self.phrase.text() == self.again.text() else "The two passphrases differ."

    def make_at(self, path: Path) -> None:
        """Have the file made, and forget the passphrase."""
        name, phrase = self.name.text().strip(), self.phrase.text()
        for edit in (self.name, self.phrase, self.again):
            edit.clear()
        self.wanted.emit(path, name, phrase)

    def _ask(self) -> None:
        start = f"{self.name.text().strip().casefold().replace(' ', '-')}.holder.json"
        name, _kind = QFileDialog.getSaveFileName(self, "Key file", start, "*.holder.json")
        if name:
            self.make_at(Path(name))

    def _check(self) -> None:
        problem = self.problem()
        self.make.setEnabled(not problem)
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))


class FreezeStep(QWidget):
    """Edits blinding grade and signatures, takes key holders, and freezes.

    Signals
    -------
    value_changed()
    holders_wanted(tuple of Path)
        Files of key holders were chosen.
    holder_wanted(Path, str, str)
        A file of a holder is to be made.
    freeze_pressed()
    """

    value_changed = Signal()
    holders_wanted = Signal(object)
    holder_wanted = Signal(object, str, str)
    freeze_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.holders: tuple[Holder, ...] = ()
        self._folder: Path | None = None
        # create
        self.grade = QComboBox()
        self.signatures = NumberEdit(int)
        self.names = WrappingLabel()
        self.choose = TextButton("Choose key files…", name="key-outline", tip="Files *.holder.json of the key holders")
        self.clear = TextButton("None of them", name="close", tip="Take all key holders out")
        self.new = NewHolder()
        self.freeze = TextButton("Freeze", name="snowflake", role="primary", tip="Cannot be taken back")
        self.reason = WrappingLabel(role="warning")
        self.written = WrappingLabel()
        self.show_folder = TextButton("Show the files", name="folder-open-outline", tip="Open the study's folder")
        self._before = QWidget()
        # lay out
        self._lay_out()
        # connect
        self.grade.currentIndexChanged.connect(lambda _index: self.value_changed.emit())
        self.signatures.value_changed.connect(lambda _value: self.value_changed.emit())
        self.choose.clicked.connect(self._ask)
        self.clear.clicked.connect(lambda: self.holders_wanted.emit(()))
        self.new.wanted.connect(self.holder_wanted)
        self.freeze.clicked.connect(self.freeze_pressed)
        self.show_folder.clicked.connect(self._show_folder)

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with this grade, and the names of the key holders."""
        signatures = self.signatures.value()
        names = tuple(one.name for one in self.holders)
        grade: Grade = self.grade.currentData()
        return replace(design, grade=grade, signatures=int(signatures or design.signatures), signers=names)

    def set_value(self, design: StudyDesign) -> None:
        """Show a design."""
        self.grade.setCurrentIndex([grade for grade, _, _ in GRADES].index(design.grade))
        if self.signatures.value() != design.signatures:
            self.signatures.set_value(design.signatures)

    def set_holders(self, holders: Iterable[Holder]) -> None:
        """Show key holders."""
        self.holders = tuple(holders)
        names = ", ".join(one.name for one in self.holders)
        self.names.setText(f"Key holders: {names}" if names else "No key holder yet: choose a file, or make one.")
        self.clear.setVisible(bool(names))
        self.value_changed.emit()

    def problem(self) -> str:
        """Say what is missing, in a sentence; empty when the study can be frozen."""
        count, needed = len(self.holders), self.signatures.value()
        if not count:
            return "Choose who holds the key."
        if needed is None or not 1 <= needed <= count:
            return f"Signatures are {self.signatures.text()!r}; give 1 to {count}: as many holders are here."
        if self.grade.currentData() == "A" and needed < 2:
            return "Grade A needs two signatures; ask for 2, or take grade B."
        return ""

    def show_facts(self, facts: StudyFacts, reason: str) -> None:
        """Show where what was frozen lies; `reason` says why it cannot be frozen yet."""
        self._folder = facts.folder
        frozen = facts.frozen
        self._before.setVisible(frozen is None)
        self.written.setVisible(frozen is not None)
        self.show_folder.setVisible(frozen is not None)
        self.freeze.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason) and frozen is None)
        if frozen is not None:
            lines = [f"Frozen {frozen.at[:16].replace('T', ' ')} UTC, blinding grade {frozen.grade}."]
            files = (FILES[0] if frozen.packs else ONE_PACK, *FILES[1:])
            lines += [f"{title}: {name}. {what}" for name, title, what in files]
            holders = ", ".join(frozen.holders)
            lines.append(f"{frozen.signatures} of these holders open it: {holders}.")
            lines.append(f"Hash of the design: {frozen.design[:16]}…; of the key: {frozen.key_commitment[:16]}…")
            self.written.setText("\n\n".join(lines))

    def _ask(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, "Key files", "", "Key files (*.json)")
        if names:
            self.holders_wanted.emit(tuple(Path(name) for name in names))

    def _show_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _lay_out(self) -> None:
        for number, (grade, words, tip) in enumerate(GRADES):
            self.grade.addItem(words, grade)
            self.grade.setItemData(number, tip, 3)
        self.grade.setCurrentIndex(2)
        guard_wheel(self.grade)
        self.signatures.set_value(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.clear)
        before = QVBoxLayout(self._before)
        before.setContentsMargins(0, 0, 0, 0)
        before.setSpacing(8)
        for words, tip, edit in (
            ("Blinding", "The grade stands in the report", self.grade),
            ("Signatures", "Key holders that must sign to unblind", self.signatures),
        ):
            before.addWidget(field_label(words, tip, edit))
            before.addWidget(edit)
        before.addWidget(self.names)
        before.addLayout(buttons)
        before.addWidget(Fold("Make a key file", self.new))
        before.addWidget(self.freeze)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (WrappingLabel(WHAT, role="muted"), self._before, self.reason, self.written, self.show_folder):
            column.addWidget(widget)
        self.set_holders(())
